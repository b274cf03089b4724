"""Ledgers of three months with revenue that is decided, partners and money lent, worked out by hand.

Yearly rates are chosen so that the month is easy: 1.01^12 - 1 = 0.126825030131969720661201 is 1 % a month,
1 - 0.9^12 = 0.717570463519 is 10 % a month.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest

from allocator.plan import load_plan
from allocator.result.ledger import Ledger, replay

ONE_PERCENT_A_MONTH = 0.126825030131969720661201
TEN_PERCENT_A_MONTH = 0.717570463519
TEXT = {"unit": "token", "price": 0, "now": 1e9, "max": 1e12}
CHAT = {"law": "chinchilla-replication", "deadline": 1, "training_months": 1}

SELLING: dict[str, Any] = {
    "plan": {"start": "2026-01", "months": 3, "cash": 10_000},
    "runway": {"months": 1, "window": 1},
    "revenue": {
        "subscriptions": {
            "amount": 1_000,
            "paid_after": 1,
            "marketing": {"max": 500, "adds": 400, "half": 100, "churn": TEN_PERCENT_A_MONTH},
        },
        "api": {"amount": [100, 200, 300], "model": {"name": "chat", "nothing_at": 3, "all_at": 2}},
        "old": {"amount": 500, "churn": TEN_PERCENT_A_MONTH},
    },
    "costs": {"office": {"amount": 2_000}},
    "compute": {"cloud": {"kind": "rent", "price": 1, "flops": "1 TFLOP/s"}},
    "data": {"text": TEXT},
    "models": {"chat": CHAT},
}
SELLING_DECISIONS: dict[str, Any] = {
    "revenue": {"subscriptions": {"marketing": [100, 300, 50]}},
    "models": {"chat": {"value": 2.4}},
}

SHARING: dict[str, Any] = {
    "plan": {"start": "2026-01", "months": 3, "cash": 10_000, "min_cash": 1_000},
    "runway": {"months": 1, "window": 1},
    "revenue": {"subscriptions": {"amount": [300, 600, 900]}},
    "costs": {"office": {"amount": 1_000}},
    "compute": {
        "hall": {"kind": "reserve", "price": 1, "term": 2, "max": 16, "flops": "1 TFLOP/s"},
        "own": {"kind": "buy", "price": 100, "running": 10, "flops": "1 TFLOP/s"},
    },
    "data": {"text": TEXT},
    "partners": {
        "acme": {
            "pays": {"compute.hall": 0.5, "compute": {"own": 0.25}, "costs.office": 0.1},
            "takes": {"subscriptions": 0.2},
        }
    },
    "treasury": {"bills": {"earns": ONE_PERCENT_A_MONTH, "months": 2, "min": 100, "max": 400, "now": {"2026-02": 50}}},
    "models": {"chat": {**CHAT, "deadline": 3}},
}
SHARING_DECISIONS: dict[str, Any] = {
    "compute": {"hall": {"signed": [0, 0, 1]}, "own": {"ordered": [4, 0, 0]}},
    "treasury": {"bills": {"placed": [200, 0, 0]}},
    "models": {"chat": {"value": 3.0}},
}


def near(values: object) -> object:
    return pytest.approx(values, rel=1e-12, abs=1e-9)


def changed(document: dict[str, Any], *path: str, value: Any) -> dict[str, Any]:
    """A copy with one value replaced."""
    result = copy.deepcopy(document)
    table = result
    for key in path[:-1]:
        table = table[key]
    table[path[-1]] = value
    return result


@pytest.fixture(scope="module")
def selling() -> Ledger:
    return replay(load_plan(SELLING), SELLING_DECISIONS)


@pytest.fixture(scope="module")
def sharing() -> Ledger:
    return replay(load_plan(SHARING), SHARING_DECISIONS)


def lines(ledger: Ledger, category: str, item: str) -> dict[str, list[float]]:
    """Money of an item by line; what burns and what does not together."""
    found: dict[str, list[float]] = {}
    for entry in ledger.entries:
        if (entry.category, entry.item) == (category, item):
            before = found.get(entry.line, [0.0] * len(entry.money))
            found[entry.line] = [one + other for one, other in zip(before, entry.money, strict=True)]
    return found


def test_marketing_adds_from_the_next_month_on_churns_and_is_paid_as_late_as_the_rest(selling: Ledger) -> None:
    # 400 x 100/200 = 200 in February; 0.9 x 200 + 400 x 300/400 = 480 in March; each paid a month later
    assert lines(selling, "revenue", "subscriptions")["marketing"] == near([0, 0, 200])
    assert lines(selling, "revenue", "subscriptions")["amount"] == near([0, 1_000, 1_000])
    assert selling.spend["marketing"]["subscriptions"]["spending"] == near([100, 300, 50])


def test_what_is_added_churns_like_the_rest_unless_the_plan_says_otherwise() -> None:
    plan = changed(SELLING, "revenue", "subscriptions", "churn", value=TEN_PERCENT_A_MONTH)
    del plan["revenue"]["subscriptions"]["marketing"]["churn"]
    ledger = replay(load_plan(changed(plan, "revenue", "subscriptions", "paid_after", value=0)), SELLING_DECISIONS)
    assert lines(ledger, "revenue", "subscriptions")["marketing"] == near([0, 200, 480])
    assert lines(ledger, "revenue", "subscriptions")["amount"] == near([1_000, 900, 810])


def test_those_who_leave_leave_from_the_second_month_on(selling: Ledger) -> None:
    assert selling.revenue["old"] == near([500, 450, 405])


def test_a_model_earns_after_its_deadline_in_proportion_to_its_quality(selling: Ledger) -> None:
    # 2.4 is 0.6 of the way from 3 to 2; ready in January
    assert selling.scores == near({"api": 0.6})
    assert selling.revenue["api"] == near([0, 120, 180])


@pytest.mark.parametrize(("value", "share"), [(3.5, 0.0), (3.0, 0.0), (2.0, 1.0), (1.5, 1.0), (None, 0.0)])
def test_a_score_is_never_below_nothing_nor_above_all(value: float | None, share: float) -> None:
    ledger = replay(load_plan(SELLING), {"models": {"chat": {"value": value}}})
    assert ledger.revenue["api"] == near([0, 200 * share, 300 * share])


def test_nobody_pays_in_advance_for_what_is_not_there_yet() -> None:
    plan = changed(SELLING, "revenue", "api", "paid_after", value=-1)
    ledger = replay(load_plan(changed(plan, "revenue", "subscriptions", "paid_after", value=-2)), SELLING_DECISIONS)
    assert ledger.revenue["api"] == near([0, 120, 180])
    assert lines(ledger, "revenue", "subscriptions")["marketing"] == near([0, 200, 480])


def test_marketing_burns_and_what_it_adds_lowers_burn(selling: Ledger) -> None:
    # 2,000 + 100 - 500; 2,000 + 300 - 1,000 - 120 - 450; 2,000 + 50 - 1,000 - 200 - 180 - 405
    assert selling.burn == near([1_600, 730, 265])
    assert selling.cash == near([8_400, 7_670, 7_405])
    assert selling.violations == []


def test_a_partner_pays_its_share_in_the_month_of_the_cost(sharing: Ledger) -> None:
    # bought GPUs 4 x 100 and 4 x 10 a month, a quarter of it; a tenth of the office's 1,000; half of March's 730
    # and of the 730 after the plan; a fifth of 300, 600, 900
    assert lines(sharing, "partners", "acme") == {
        "pays": near([100 + 10 + 100, 10 + 100, 10 + 100 + 365]),
        "tail": near([0, 0, 365]),
        "takes": near([-60, -120, -180]),
    }
    assert sharing.partners["acme"] == near([100 + 10 + 100 - 60, 10 + 100 - 120, 10 + 100 + 365 + 365 - 180])


def test_a_partners_share_of_burn_lowers_burn_and_its_share_of_bought_gpus_does_not(sharing: Ledger) -> None:
    # 1,000 + 40 - 110 - 300 + 60; 1,000 + 40 - 110 - 600 + 120; 1,000 + 40 + 1,460 - 110 - 730 - 900 + 180
    assert sharing.burn == near([690, 450, 940])


def test_a_partners_share_of_a_tail_does_not_go_on_after_the_plan(sharing: Ledger) -> None:
    # 940 less the company's own 365 of the tail, against a mean of (690 + 450 + 575) / 3
    assert sharing.closing_burn == near(575)


def test_money_lent_is_no_cash_until_it_is_back_with_its_interest(sharing: Ledger) -> None:
    # 1.01 x 1.01 - 1 of 200, in March; 50 of before the plan in February
    assert lines(sharing, "treasury", "bills") == {
        "placed": near([-200, 0, 0]),
        "returned": near([0, 50, 200]),
        "interest": near([0, 0, 4.02]),
    }
    assert sharing.locked["bills"] == near([250, 200, 0])
    # 10,000 + 300 - 1,000 - 440 + 150 - 200; + 600 - 1,040 - 10 + 50; + 900 - 1,040 - 1,460 + 660 + 204.02
    assert sharing.cash == near([8_810, 8_410, 7_674.02])
    assert sharing.violations == []


def test_lending_is_neither_spending_nor_revenue(sharing: Ledger) -> None:
    alone = replay(load_plan(SHARING), {**SHARING_DECISIONS, "treasury": {}})
    assert alone.burn == sharing.burn
    assert alone.total_spend == sharing.total_spend
    assert alone.total_revenue == sharing.total_revenue


def test_the_books_add_up_with_partners_and_money_lent(sharing: Ledger) -> None:
    for row in sharing.cash_table():
        inflows = ("opening", "interest", "revenue", "funding", "resale", "partners", "treasury")
        assert sum(float(row[name]) for name in inflows) - float(row["spend"]) == near(row["closing"])


@pytest.mark.parametrize(
    ("decisions", "said"),
    [
        ({"treasury": {"bills": {"placed": [0, 100, 0]}}}, "would come back on 2026-04, after the plan's end"),
        ({"treasury": {"bills": {"placed": [360, 0, 0]}}}, "treasury.bills lent on 2026-01 is $410, $10 above"),
        ({"treasury": {"bills": {"placed": [60, 0, 0]}}}, "is $60, $40 below the smallest of $100"),
        ({"treasury": {"bills": {"placed": [-60, 0, 0]}}}, "is -$60, $60 below the floor of $0"),
    ],
)
def test_lending_that_breaks_a_rule_is_noticed(decisions: dict[str, Any], said: str) -> None:
    ledger = replay(load_plan(SHARING), decisions)
    assert any(said in sentence for sentence in ledger.violations), ledger.violations


@pytest.mark.parametrize(
    ("spent", "said"),
    [([600, 0, 0], "is $600, $100 above the cap of $500"), ([0, -50, 0], "is -$50, $50 below the floor of $0")],
)
def test_marketing_outside_its_bounds_is_noticed(spent: list[float], said: str) -> None:
    ledger = replay(load_plan(SELLING), {"revenue": {"subscriptions": {"marketing": spent}}})
    assert any(said in sentence for sentence in ledger.violations), ledger.violations


def test_marketing_for_a_revenue_without_any_is_refused() -> None:
    with pytest.raises(ValueError, match=r"revenue.old is not of this plan"):
        replay(load_plan(SELLING), {"revenue": {"old": {"marketing": [1, 1, 1]}}})
