"""Whole units cost no more than they must: nothing is rented, ordered or hired that quality or a rule does not need."""

from __future__ import annotations

from math import log

import pytest
from plans import merged, rent_only, solved

from allocator.result.result import Result

LABELS = {
    "plan": {"start": "2027-01", "months": 12, "cash": 3e6, "whole": True},
    "compute": {"cloud": {"kind": "rent", "chip": "H100", "price": 2.5, "max": 16}},
    "data": {"labelled": {"unit": "label", "price": 0.05, "max": 1_000_000}},
    "people": {"team": {"salary": 10_000, "now": 2, "max": 6}},
    "models": {"m": {"law": "labels", "deadline": "2027-09", "measured": {"labels": 80e3, "value": 0.12}}},
}
BOUGHT = {
    "plan": {"whole": True, "months": 18},
    "compute": {
        "cloud": {"max": 64, "lot": 8},
        "own": {"kind": "buy", "chip": "H100", "price": 30e3, "lead": 2, "resale": 0.5, "lot": 8, "running": 200},
    },
}


def spent(result: Result) -> float:
    return sum(row["money"] for row in result.tables["spend"])


def test_nobody_is_hired_and_no_gpu_rented_for_nothing() -> None:
    result = solved(LABELS)
    gpus = result.decisions["compute"]["cloud"]["gpus"]
    # The run takes a thousandth of a GPU-month, at most two thirds of it in a month: one whole GPU twice.
    assert sum(gpus) == 2.0
    assert sum(gpus[6:9]) == 2.0
    assert sum(result.decisions["people"]["team"]["hired"]) == 0.0
    fractional = solved(merged(LABELS, {"plan": {"whole": False}}))
    assert spent(result) == pytest.approx(spent(fractional) + 2 * 2.5 * 730, rel=1e-3)


@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_nothing_is_ordered_after_the_last_deadline(solver: str) -> None:
    document = merged(rent_only(3e6), BOUGHT)
    result = solved(document, solver=solver)
    deadline = result.plan.models["chat"].deadline
    orders = result.decisions["compute"]["own"]["ordered"]
    rented = result.decisions["compute"]["cloud"]["gpus"]
    assert sum(orders[deadline:]) == 0.0
    assert sum(rented[deadline:]) == 0.0
    assert any("second pass over whole units" in step["name"] for step in result.solver["attempts"])
    fractional = solved(merged(document, {"plan": {"whole": False}}))
    assert spent(result) <= 1.05 * spent(fractional)


def test_the_second_pass_over_whole_units_keeps_the_quality_it_found() -> None:
    result = solved(merged(rent_only(3e6), BOUGHT))
    reached = -log(result.models[0].reducible or 1.0)
    assert reached >= result.objective["gain"] - 1e-6
