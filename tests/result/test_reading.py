"""A point read by month: families of all months, of some of them, and money by line."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from allocator.formulate.build import formulate
from allocator.formulate.program import Block
from allocator.plan import load_plan
from allocator.result.reading import Reading

PLAN = {
    "plan": {"start": "2026-09", "months": 5, "cash": 1e6},
    "costs": {"office": {"amount": 100}},
    "compute": {
        "cloud": {"kind": "rent", "price": 1, "flops": "1 TFLOP/s"},
        "own": {"kind": "buy", "price": 50, "resale": 0.5, "running": 2, "now": 4, "flops": "1 TFLOP/s"},
    },
    "data": {"text": {"unit": "token", "price": 1e-6, "max": 1e10}},
    "models": {"chat": {"law": "chinchilla-replication", "deadline": 4, "training_months": 2}},
}


@pytest.fixture(scope="module")
def reading() -> Reading:
    """Every column holds its own index, so that each value says where it was read."""
    formulation = formulate(load_plan(PLAN))
    labels = formulation.plan.labels
    some = (Block("middle", labels[1:4], "1", "", 2), Block("odd", (labels[4], labels[1]), "1", "", 7))
    program = formulation.program
    odd = replace(formulation, program=replace(program, columns=(*program.columns, *some)))
    return Reading(odd, np.arange(program.n_cols, dtype=float))


def test_a_family_of_some_months_is_zero_in_the_others(reading: Reading) -> None:
    assert reading.monthly("middle").tolist() == [0, 2, 3, 4, 0]
    assert reading.monthly("odd").tolist() == [0, 8, 0, 0, 7]


def test_a_family_the_program_does_not_have_is_zero(reading: Reading) -> None:
    assert reading.block("compute.own.gifts") is None
    assert reading.monthly("compute.own.gifts").tolist() == [0] * 5


def test_what_is_handed_out_cannot_be_written_over(reading: Reading) -> None:
    with pytest.raises(ValueError, match="read-only"):
        reading.monthly("cash")[0] = 1.0


def test_rounding_is_read_as_nothing() -> None:
    formulation = formulate(load_plan(PLAN))
    dust = -1e-13 * formulation.program.col_scale
    assert not Reading(formulation, dust).monthly("cash").any()


def test_money_is_coefficients_times_columns_in_the_month_of_each_flow(reading: Reading) -> None:
    spent = {item: np.zeros(5) for item in ("cloud", "own", "text")}
    resale = np.zeros(5)
    for flows, booked in ((reading.formulation.spending, spent), (reading.formulation.received, {"own": resale})):
        for flow in flows:
            for month, column, amount in zip(flow.months, flow.columns, flow.coefficients, strict=True):
                booked[flow.item][month] += amount * column
    assert all(amounts.any() for amounts in (resale, *spent.values()))
    assert reading.resale() == pytest.approx(resale)
    assert reading.resale("cloud").tolist() == [0] * 5
    assert reading.spent("compute", "cloud") == pytest.approx(spent["cloud"])
    assert reading.spent("compute") == pytest.approx(spent["cloud"] + spent["own"])
    assert reading.spent("data") == pytest.approx(spent["text"])
    assert reading.spent("costs").tolist() == [100] * 5
    assert reading.spending == pytest.approx(sum(spent.values()) + 100)
