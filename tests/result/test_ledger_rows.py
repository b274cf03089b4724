"""The printed books: whoever adds up their rows arrives at the closing cash, for any plan and any decisions."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allocator.plan import load_plan
from allocator.result.ledger import Ledger, replay

MONTHS = 5
PLAN = {
    "plan": {"start": "2026-11", "months": MONTHS, "cash": 1e6, "cash_yield": 0.04},
    "runway": {"months": 2, "basis": "forward"},
    "funding": {"seed": {"kind": "grant", "amount": 3e5, "month": 2, "fee": 0.03}},
    "revenue": {"pilot": {"amount": {"start": 7e3, "monthly_change": 0.07}, "paid_after": 1}},
    "costs": {"tools": {"amount": 333.33, "per_person": True}, "rent": {"amount": 1234.56}},
    "compute": {
        "cloud": {"kind": "rent", "price": {"start": 2.49, "yearly_change": -0.12}, "chip": "H100"},
        "hall": {"kind": "reserve", "price": 1.7, "term": 4, "upfront": 0.3, "now": 3, "chip": "H100"},
        "own": {
            "kind": "buy",
            "price": 31_000,
            "lead": 1,
            "life": 36,
            "now": 8,
            "running": 180,
            "resale": 0.6,
            "chip": "H100",
        },
    },
    "data": {"text": {"unit": "token", "price": "2 USD/Mtoken", "storage": 1e-9, "now": 1e9, "lead": 1}},
    "people": {
        "researchers": {
            "salary": "190 kUSD/year",
            "overhead": 0.33,
            "now": 3,
            "max": 60,
            "hiring": {"cost": 30e3, "delay": 1, "ramp": 2},
            "attrition": 0.15,
            "research": 1,
        }
    },
    "models": {"chat": {"law": "chinchilla-replication", "deadline": 5, "training_months": 2}},
}


def by_months(most: float) -> st.SearchStrategy[list[float]]:
    return st.lists(st.floats(0, most), min_size=MONTHS, max_size=MONTHS)


DECISIONS = st.fixed_dictionaries(
    {
        "compute": st.fixed_dictionaries(
            {
                "cloud": st.fixed_dictionaries({"gpus": by_months(100)}),
                "hall": st.fixed_dictionaries({"signed": by_months(50)}),
                "own": st.fixed_dictionaries(
                    {
                        "ordered": by_months(20),
                        "sold": st.lists(
                            st.tuples(st.integers(0, MONTHS), st.integers(1, MONTHS), st.floats(0, 9)), max_size=4
                        ),
                    }
                ),
            }
        ),
        "data": st.fixed_dictionaries({"text": st.fixed_dictionaries({"bought": by_months(1e11)})}),
        "people": st.fixed_dictionaries({"researchers": st.fixed_dictionaries({"hired": by_months(9)})}),
    }
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(decisions=DECISIONS)
def test_opening_and_every_movement_add_up_to_closing_to_the_last_bit(decisions: dict[str, object]) -> None:
    ledger = replay(load_plan(PLAN), decisions)
    closed = 1e6
    for label in ledger.labels:
        rows = [row for row in ledger.rows() if row.month == label]
        opening, *movements, closing = rows
        assert (opening.line, closing.line) == ("opening", "closing")
        assert opening.money == closed
        assert math.fsum(row.money or 0.0 for row in (opening, *movements)) == closing.money
        closed = closing.money or 0.0


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(decisions=DECISIONS)
def test_the_totals_by_month_tell_the_same_story_as_the_rows(decisions: dict[str, object]) -> None:
    ledger = replay(load_plan(PLAN), decisions)
    for record, label in zip(ledger.cash_table(), ledger.labels, strict=True):
        assert record["month"] == label
        money = {key: float(value) for key, value in record.items() if key != "month"}
        flows = money["interest"] + money["revenue"] + money["funding"] + money["resale"] - money["spend"]
        assert money["opening"] + flows == pytest.approx(money["closing"], rel=1e-12, abs=1e-6)
    for month in range(MONTHS):
        by_category = sum(ledger.spent(category)[month] for category in ledger.spend)
        assert by_category == pytest.approx(ledger.total_spend[month], rel=1e-12, abs=1e-9)


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    decisions = {
        "compute": {"own": {"ordered": [2, 0, 0, 0, 0], "sold": [[0, 3, 1]]}, "cloud": {"gpus": [4, 0, 0, 0, 0]}},
        "people": {"researchers": {"hired": [1, 0, 0, 0, 0]}},
    }
    return replay(load_plan(PLAN), decisions)


def test_a_row_says_what_the_money_was_for(ledger: Ledger) -> None:
    by_place = {(row.month, row.category, row.item, row.line): row for row in ledger.rows()}
    rent = by_place["2026-11", "compute", "cloud", "rent"]
    # 4 GPUs x 2.49 x 730
    assert (rent.quantity, rent.unit, rent.money) == (4, "GPU", pytest.approx(-7_270.8))
    resale = by_place["2027-01", "compute", "own", "resale"]
    # the opening fleet aged three months
    assert (resale.quantity, resale.money) == (1, pytest.approx(31_000 * 0.6**0.25))
    grant = by_place["2026-12", "funding", "seed", "amount"]
    assert (grant.quantity, grant.unit, grant.money) == (None, "", 3e5)
    # 3 % of the grant
    assert by_place["2026-12", "funding", "seed", "fee"].money == pytest.approx(-9_000)


def test_lines_in_which_nothing_moves_are_not_printed(ledger: Ledger) -> None:
    assert ("2026-12", "rent") not in {(row.month, row.line) for row in ledger.rows()}
    assert ("2026-11", "seed") not in {(row.month, row.item) for row in ledger.rows()}


def test_holdings_list_gpus_persons_items_and_compute_of_each_month(ledger: Ledger) -> None:
    held = {(row.month, row.category, row.item, row.line): (row.quantity, row.unit) for row in ledger.holdings()}
    assert held["2026-11", "compute", "cloud", "gpus"] == (4, "GPU")
    # 8 on opening day, 2 delivered in month 2, 1 sold in month 3
    assert [held[label, "compute", "own", "gpus"][0] for label in ledger.labels[:3]] == [8, 10, 9]
    assert held["2026-12", "data", "text", "stock"] == (1e9, "token")
    assert held["2026-12", "people", "researchers", "arrivals"] == (1, "person")
    assert held["2026-11", "compute", "", "delivered"][1] == "FLOP"
