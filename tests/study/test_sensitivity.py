"""Which numbers of a plan matter: each move is a certified solve, and every number that says how much is found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from allocator.errors import UsageError
from allocator.plan import load_plan
from allocator.resources import examples_dir
from allocator.session import Session
from allocator.study.numbers import numbers_of
from allocator.study.points import Range
from allocator.study.sensitivity import Sensitivity, sensitivity, sobol

PLAN = load_plan(examples_dir() / "image-startup.toml")
LAB = load_plan(examples_dir() / "series-b-lab.toml")


@pytest.fixture(scope="module")
def found() -> Sensitivity:
    return sensitivity(PLAN)


def row(found: Sensitivity, field: str) -> dict[str, Any]:
    return next(row for row in found.table if row["field"] == field)


def error(changes: dict[str, Any]) -> float:
    return Session(PLAN.changed(changes)).solve(horizon_audit=False).models[0].value


def test_what_matters_comes_first(found: Sensitivity) -> None:
    swings = found.table.column("swing")
    assert swings == sorted(swings, reverse=True)
    assert found.table.records[0][0] == "data.labelled-images.max"
    assert found.measure == "error"


def test_each_move_is_that_of_a_single_solve(found: Sensitivity) -> None:
    cash = row(found, "plan.cash")
    assert cash["at_low"] == pytest.approx(error({"plan.cash": 4.5e6}), abs=1e-6)
    assert cash["at_high"] == pytest.approx(error({"plan.cash": 5.5e6}), abs=1e-6)
    assert cash["swing"] == pytest.approx(max(abs(cash["at_low"] - found.value), abs(cash["at_high"] - found.value)))


def test_units_lists_and_paths_by_month_move_in_the_form_they_are_written_in() -> None:
    numbers = {number.path: number for number in numbers_of(LAB)}
    assert numbers["people.researchers.salary"].moved(1.1) == "231 kUSD/year"
    assert numbers["compute.h100-cloud.price"].moved(0.5) == {"start": 1.475, "yearly_change": -0.10}
    assert numbers["people.researchers.min"].moved(2.0) == {"2026-09": 32.0, "2027-06": 36.0, "2028-06": 44.0}
    # Whole numbers move by at least one.
    assert (numbers["compute.b200-owned.lead"].moved(0.9), numbers["compute.b200-owned.lead"].moved(1.1)) == (3, 5)


def test_dates_names_the_horizon_and_parameters_of_laws_are_left_out() -> None:
    paths = {number.path for number in numbers_of(LAB)}
    assert not paths & {"plan.start", "plan.months", "plan.name", "models.base.deadline", "models.base.weight"}
    assert not any("parameters" in path or path.startswith("limits") for path in paths)
    assert {"plan.cash", "runway.months", "people.researchers.hiring.cost"} <= paths


def test_only_the_fields_that_are_named_and_their_own_ranges() -> None:
    some = sensitivity(PLAN, fields=["data"], ranges={"plan.cash": (4e6, 8e6)})
    assert {line["field"].split(".")[0] for line in some.table} == {"data", "plan"}
    cash = row(some, "plan.cash")
    assert (cash["low"], cash["high"]) == ("4e+06", "8e+06")
    assert cash["at_high"] == pytest.approx(error({"plan.cash": 8e6}), abs=1e-6)


def test_a_change_that_leaves_no_plan_is_shown_first_with_its_reason() -> None:
    tight = PLAN.changed({"models.classifier.target": 0.0977})
    some = sensitivity(tight, fields=["data.labelled-images.max", "plan.cash"])
    first = some.table.records[0]
    assert first[3] is None
    assert "models.classifier.target" in first[-1]


def test_a_field_that_changes_nothing_has_no_swing(found: Sensitivity) -> None:
    assert row(found, "people.data-scientists.salary")["swing"] == pytest.approx(0.0, abs=1e-6)


def test_sobol_shares_agree_with_a_linear_answer() -> None:
    """The answer of this plan is linear in two costs that nothing reacts to: variances go as squares of ranges."""
    plan = load_plan(
        {
            "plan": {"start": "2026-01", "months": 3, "cash": 1_000},
            "costs": {"a": {"amount": 10}, "b": {"amount": 10}},
            "data": {"notes": {"unit": "hour", "price": 1}},
            "models": {
                "some": {
                    "law": "table",
                    "inputs": {"x": "data.notes.items"},
                    "points": [[0, 0], [5, 1]],
                    "deadline": 3,
                    "training_months": 1,
                }
            },
            "objective": {"goal": "profit"},
        }
    )
    shares = sobol(plan, {"costs.a.amount": Range(0.0, 20.0), "costs.b.amount": Range(5.0, 15.0)}, samples=256)
    first = dict(zip(shares.table.column("field"), shares.table.column("first"), strict=True))
    assert first["costs.a.amount"] == pytest.approx(0.8, abs=0.05)
    assert first["costs.b.amount"] == pytest.approx(0.2, abs=0.05)
    assert shares.solves == 256 * 4
    # Three months of a cost even between 0 and 20 and one between 5 and 15.
    assert shares.deviation == pytest.approx(3 * np.sqrt(20**2 / 12 + 10**2 / 12), rel=0.05)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"by": 0.0}, "by is 0"),
        ({"by": 1.5}, "by is 1.5"),
        ({"fields": ["plan.cosh"]}, "plan.cosh is no number of the plan; did you mean `plan.cash`"),
    ],
)
def test_a_wrong_question_is_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said.replace("?", "")):
        sensitivity(PLAN, **settings)


def test_sobol_refuses_samples_that_are_no_power_of_two_and_points_without_a_plan() -> None:
    with pytest.raises(UsageError, match="power of two"):
        sobol(PLAN, {"plan.cash": Range(4e6, 6e6)}, samples=10)
    with pytest.raises(UsageError, match="no ranges are given"):
        sobol(PLAN, {})
    with pytest.raises(UsageError, match=r"no plan at plan\.min_cash = .*narrow the ranges"):
        sobol(PLAN, {"plan.min_cash": Range(6e6, 7e6)}, samples=2)
