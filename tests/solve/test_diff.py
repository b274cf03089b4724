"""What differs between two programs is found entry by entry; what cannot be changed in place has a reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from allocator import load_plan
from allocator.formulate.build import formulate
from allocator.resources import examples_dir
from allocator.solve.diff import Difference, Rebuild, RebuildReason, compare
from allocator.solve.scaling import ScaledProgram, scale

PLAN = load_plan(examples_dir() / "series-b-lab.toml")
FIRST = formulate(PLAN)
OLD = scale(FIRST.program)


def changed(values: dict[str, Any]) -> ScaledProgram:
    return scale(formulate(PLAN.changed(values), reference=FIRST.program.reference).program)


def difference(values: dict[str, Any]) -> Difference:
    found = compare(OLD, changed(values))
    assert isinstance(found, Difference)
    return found


def test_a_program_does_not_differ_from_itself() -> None:
    assert len(difference({})) == 0


def test_more_cash_changes_one_right_hand_side() -> None:
    found = difference({"plan.cash": 90e6})
    assert {kind: count for kind, count in found.counts.items() if count} == {"row bounds": 1}
    assert OLD.program.say_row(int(found.rows[0])) == "Cash balance, 2026-09, USD"


def test_a_price_changes_one_coefficient_in_each_month() -> None:
    found = difference({"compute.h100-cloud.price.start": 2.2})
    assert found.counts["coefficients"] == len(found) == 36


def test_weights_change_the_objective_and_least_cash_the_bounds() -> None:
    assert difference({"models.base.weight": 3}).counts["cost"] == 2
    assert difference({"plan.min_cash": 5e6}).counts["column bounds"] == 36


@pytest.mark.parametrize(
    "values",
    [
        {"plan.cash": 90e6, "compute.h100-cloud.price.start": 2.2},
        {"plan.cash_yield": 0.05, "compute.b200-owned.resale": 0.3},
        {"runway.months": 9, "models.base.weight": 3, "plan.min_cash": 4e6},
    ],
)
def test_the_old_program_with_the_difference_is_the_new_one(values: dict[str, Any]) -> None:
    new = changed(values)
    found = compare(OLD, new)
    assert isinstance(found, Difference)
    matrix = OLD.matrix.toarray()
    matrix[found.coefficient_rows, found.coefficient_columns] = found.coefficients
    assert np.array_equal(matrix, new.matrix.toarray())
    for where, names in (
        (found.cost, ("cost",)),
        (found.outflow, ("outflow",)),
        (found.columns, ("col_lower", "col_upper")),
        (found.rows, ("row_lower", "row_upper")),
    ):
        for name in names:
            array = getattr(OLD, name).copy()
            array[where] = getattr(new, name)[where]
            assert np.array_equal(array, getattr(new, name))


@pytest.mark.parametrize(
    ("values", "reason", "words"),
    [
        ({"plan.months": 40}, RebuildReason.COLUMNS, "people.researchers.hired has 38 entries instead of 34"),
        ({"models.base.deadline": 16}, RebuildReason.COLUMNS, "people.research[until 2027-08] is new"),
        ({"models.base.target": 1.95}, RebuildReason.ROWS, "Target of base is new"),
        ({"data.licensed-text.storage": 0}, RebuildReason.PATTERN, "other coefficients are zero"),
        ({"plan.whole": True}, RebuildReason.WHOLE, "whole units"),
    ],
)
def test_what_no_change_of_numbers_can_bridge_has_its_reason(
    values: dict[str, Any], reason: RebuildReason, words: str
) -> None:
    found = compare(OLD, changed(values))
    assert isinstance(found, Rebuild)
    assert found.reason is reason
    assert words in found.sentence


def test_other_curves_and_other_scales_are_reasons_too() -> None:
    curves = replace(OLD.curves, shift=OLD.curves.shift + 0.5)
    found = compare(OLD, replace(OLD, curves=curves))
    assert isinstance(found, Rebuild)
    assert found.reason is RebuildReason.CURVES
    heavier = replace(OLD.program, row_scale=OLD.program.row_scale * 2.0)
    found = compare(OLD, replace(OLD, program=heavier))
    assert isinstance(found, Rebuild)
    assert found.reason is RebuildReason.SCALE
    assert "people.researchers" in found.sentence or "row" in found.sentence


def test_an_entry_that_leaves_the_objective_is_a_difference_of_pattern() -> None:
    cost = OLD.cost.copy()
    cost[np.flatnonzero(cost)[0]] = 0.0
    found = compare(OLD, replace(OLD, cost=cost))
    assert isinstance(found, Rebuild)
    assert found.reason is RebuildReason.PATTERN


def test_programs_on_one_reference_have_the_same_scales_wherever_numbers_change() -> None:
    for values in ({"plan.cash": 400e6}, {"compute.h100-cloud.max": 2000}, {"people.researchers.salary": 20e3}):
        assert np.array_equal(changed(values).program.col_scale, OLD.program.col_scale)
        assert np.array_equal(changed(values).program.row_scale, OLD.program.row_scale)
