"""A floor of heads is a rule only where fewer are possible: its price would say otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from plans import merged, small_lab

from allocator import explain
from allocator.formulate.build import formulate
from allocator.plan import load_plan
from allocator.resources import examples_dir

STAYING: dict[str, Any] = {"salary": "120 kUSD/year", "now": 5, "min": 5, "max": 5}


def floors(**role: Any) -> list[float]:
    document = merged(small_lab(), {"people": {"clerks": {**STAYING, **role}}})
    program = formulate(load_plan(document)).program
    block = next(block for block in program.columns if block.name == "people.clerks.headcount")
    return [float(low) for low in program.col_lower[block.start : block.start + len(block)]]


def groups(**role: Any) -> bool:
    document = merged(small_lab(), {"people": {"clerks": {**STAYING, **role}}})
    return any(group.name == "people.clerks.min" for group in formulate(load_plan(document)).program.bound_groups)


def test_who_cannot_leave_stays_without_a_rule() -> None:
    assert set(floors()) == {0.0}
    assert not groups()


@pytest.mark.parametrize("leaving", [{"attrition": 0.1}, {"layoff": 3}])
def test_who_can_leave_is_held_by_the_floor(leaving: dict[str, Any]) -> None:
    assert floors(**leaving, max=6)[-1] == 5.0
    assert groups(**leaving, max=6)


def test_a_floor_above_those_who_are_there_asks_for_hires() -> None:
    rising = {"min": {"1": 5, "4": 7}, "max": 8, "hiring": {"cost": 0}}
    assert floors(**rising)[:4] == [0.0, 0.0, 0.0, 7.0]
    assert groups(**rising)


def test_no_plan_is_told_that_fewer_of_a_fixed_team_would_help() -> None:
    found = explain(load_plan(examples_dir() / "app-company.toml"))
    assert not any("people.engineers" in sentence for sentence in (*found.rule_sentences(), *found.result.binding))
