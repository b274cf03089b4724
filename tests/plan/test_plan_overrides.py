"""Overrides replace one value by its dotted path, and are checked like the file."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from working_plan import WORKING, working

from allocator.errors import PlanError, Problem
from allocator.plan import Plan, load_plan
from allocator.plan.overrides import parse_value


def _load(*overrides: str) -> Plan:
    return load_plan(tomllib.loads(WORKING), overrides=overrides)


def _problem(*overrides: str) -> Problem:
    with pytest.raises(PlanError) as caught:
        _load(*overrides)
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2.2", 2.2),
        ("8M", "8M"),
        ("true", True),
        ("2027-06", "2027-06"),
        ('"x"', "x"),
        ("{start = 1}", {"start": 1}),
        ("rent", "rent"),
        ("[1, 2]", [1, 2]),
        ("2 USD/hour", "2 USD/hour"),
        ("1\nother = 2", "1\nother = 2"),
    ],
)
def test_a_value_is_read_as_toml_and_else_as_text(text: str, value: object) -> None:
    assert parse_value(text) == value


def test_a_value_is_replaced_by_its_path() -> None:
    plan = _load(
        "compute.cloud.price=2.2", "plan.cash=8M", "people.researchers.hiring.delay = 1", "funding.seed.month=2027-06"
    )
    assert plan.compute["cloud"].price == (2.2,) * 24
    assert plan.plan.cash == 8e6
    assert plan.people["researchers"].hiring.delay == 1
    assert plan.funding["seed"].month == 10


def test_one_part_of_a_trend_is_replaced() -> None:
    assert _load("compute.cloud.price.start=1").compute["cloud"].price[12] == pytest.approx(0.88)


def test_the_last_of_two_overrides_holds() -> None:
    assert _load("plan.cash=1", "plan.cash=2").plan.cash == 2.0


def test_a_limit_may_be_added_or_replaced() -> None:
    plan = _load("limits.cap=total.spend <= 15e6", "limits.chips-share=compute.spend <= 1e6")
    assert plan.limits["cap"].constant == 15e6
    assert plan.limits["chips-share"].text == "compute.spend <= 1e6"


def test_the_document_after_overrides_is_kept() -> None:
    source = tomllib.loads(WORKING)
    plan = load_plan(source, overrides=["plan.cash=1"])
    assert plan.document["plan"]["cash"] == 1
    assert source["plan"]["cash"] == 20e6, "the caller's dictionary stays as it was"


def test_a_wrong_value_names_the_override_instead_of_a_line(tmp_path: Path) -> None:
    with pytest.raises(PlanError) as caught:
        load_plan(working(tmp_path), overrides=["compute.cloud.chip=H10"])
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("--set compute.cloud.chip=H10", None)
    assert problem.remedy.startswith("did you mean `A10`?") or problem.remedy.startswith("did you mean `H100`?")


def test_a_misspelt_item_is_not_added_to_the_plan() -> None:
    problem = _problem("compute.clout.price=2")
    assert problem.message == "the plan has no `compute.clout` to override"
    assert (problem.file, problem.allowed) == ("--set compute.clout.price=2", "cloud, owned")
    assert problem.remedy == "did you mean `cloud`?"


def test_a_misspelt_key_is_refused_with_a_suggestion() -> None:
    assert _problem("people.researchers.salry=3").remedy == "did you mean `salary`?"


@pytest.mark.parametrize("text", ["plan.cash", "=5", "plan.=5", "plan.cash=", "plan cash=5"])
def test_what_is_not_key_and_value_is_refused(text: str) -> None:
    assert _problem(text).message == f'"{text}" is not key=value'


def test_a_word_that_is_no_path_is_not_said_to_lack_its_value() -> None:
    assert _problem("cash=5").message == "`cash` is no path of a field: it names no section, or no field in it"


def test_nothing_can_be_set_below_a_single_value() -> None:
    problem = _problem("plan.cash.start=5")
    assert problem.message == "`plan.cash` is one value, so nothing below it can be set"
    assert problem.remedy == "set plan.cash as a whole"
