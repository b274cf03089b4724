"""The stock of ideas over three months, worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from allocator.plan import load_plan
from allocator.quality import load_law
from allocator.result.inputs import broken_inputs
from allocator.result.ledger import Ledger, replay

ONE_PERCENT_A_MONTH = 1.01**12 - 1
TWO_PERCENT_A_MONTH = 1.02**12 - 1

COMPANY: dict[str, Any] = {
    "plan": {"start": "2026-01", "months": 3, "cash": 1e6},
    "research": {
        "effect": ONE_PERCENT_A_MONTH,
        "growth": TWO_PERCENT_A_MONTH,
        "team": 1,
        "returns": 0.5,
        "harder": 2,
    },
    "compute": {"cloud": {"kind": "rent", "price": 1, "flops": "1 TFLOP/s", "utilisation": 1.0}},
    "data": {"text": {"unit": "token", "price": 0, "now": 1e9, "max": 1e12}},
    "people": {"researchers": {"salary": 5_000, "now": 8, "min": 0, "max": 20, "research": 0.5}},
    "models": {
        "chat": {"law": "chinchilla-replication", "deadline": 3, "training_months": 2},
        "first": {"law": "chinchilla-replication", "deadline": 1, "training_months": 1},
    },
}
DECIDED = {
    "compute": {"cloud": {"gpus": [1, 1, 1]}},
    "people": {"researchers": {"hired": [0, 10, 0]}},
    "models": {"chat": {"compute": [0, 1e18, 1e18]}, "first": {"compute": [1e18, 0, 0]}},
}


def books(**research: float) -> Ledger:
    return replay(load_plan({**COMPANY, "research": {**COMPANY["research"], **research}}), DECIDED)


def near(values: Any) -> Any:
    return pytest.approx(values, rel=1e-12)


def test_the_stock_grows_by_itself_and_by_the_root_of_the_month_s_effort() -> None:
    ledger = books()
    # 8, 18, 18 heads at a half each
    assert ledger.research == near([4, 9, 9])
    # A^2: 1.02^2 + 2 x 0.01 x 2; 1.0404 x 1.0804 + 0.02 x 3; 1.0404 x 1.18404816 + 0.06
    assert [share**2 for share in ledger.ideas] == near([1.0804, 1.18404816, 1.291883705664])
    assert ledger.ideas[0] == near(1.0394229168149028)


def test_a_model_counts_what_is_in_stock_when_its_training_begins() -> None:
    ledger = books()
    # trains in months 2 and 3: the close of month 1
    assert ledger.models["chat"]["multiplier"] == near(1.0394229168149028)
    # trains in month 1: opening day
    assert ledger.models["first"]["multiplier"] == 1.0


def test_with_every_power_one_a_month_adds_its_share() -> None:
    ledger = books(returns=1, harder=1, growth=0, team=3)
    # 1 + 1 % x 4/3, then + 1 % x 9/3 twice
    assert ledger.ideas == near([1 + 0.04 / 3, 1.03 + 0.04 / 3, 1.06 + 0.04 / 3])


def test_harder_ideas_come_slower() -> None:
    """Nearly as quick in the first month: A^4 grows four times as much, and A is its fourth root."""
    easy, hard = books(harder=1, growth=0).ideas, books(harder=4, growth=0).ideas
    # 1 + 0.01 x 2; (1 + 4 x 0.01 x 2)^(1/4)
    assert (easy[0], hard[0]) == near((1.02, 1.08**0.25))
    assert all(slow < quick for slow, quick in zip(hard, easy, strict=True))


def test_without_the_section_the_books_hold_no_ideas_and_the_model_s_own_exponent_counts() -> None:
    own = {"chat": {**COMPANY["models"]["chat"], "research_effect": 0.5, "research_scale": 4}}
    plan = load_plan({name: table for name, table in COMPANY.items() if name != "research"} | {"models": own})
    ledger = replay(plan, {**DECIDED, "models": {"chat": DECIDED["models"]["chat"]}})
    assert ledger.ideas == []
    # 4 person-months before training: (1 + 4/4)^0.5
    assert ledger.models["chat"]["multiplier"] == near(2**0.5)
    assert not any(row.line == "ideas" for row in ledger.holdings())


def test_the_books_list_ideas_by_month() -> None:
    held = {(row.month, row.line): row.quantity for row in books().holdings() if row.line in ("research", "ideas")}
    assert held["2026-01", "research"] == near(4)
    assert held["2026-01", "ideas"] == near(1.0394229168149028)


def test_a_run_that_counts_ideas_of_its_own_training_months_is_found() -> None:
    ledger, law = books(), load_law("chinchilla-replication")
    floor = law.compute_floor
    for month, broken in ((1, False), (2, True), (3, True)):
        # All of the 2e18 FLOP, times the ideas at the close of that month.
        flop = ledger.ideas[month - 1] * (2e18 + floor)
        inputs = {"tokens": 1e9 - 1e3, "parameters": flop / 6e9}
        found = broken_inputs(load_plan(COMPANY), "chat", law, inputs, ledger)
        assert bool(found) is broken
        assert all("effective FLOP were there" in sentence for sentence in found)
