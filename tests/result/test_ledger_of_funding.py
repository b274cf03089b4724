"""Three months of money raised, worked out on paper, and each rule it must keep, broken once."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from allocator.plan import load_plan
from allocator.result.ledger import Ledger, replay

PLAN: dict[str, Any] = {
    "plan": {"start": "2026-09", "months": 3, "cash": 100_000},
    "runway": {"months": 1, "window": 1},
    "funding": {
        "angel": {"kind": "equity", "until": 2, "min": 20_000, "max": 50_000, "post_money": 500_000, "fee": 0.02},
        "bank": {
            "kind": "loan",
            "max": 12_000,
            "min": 1_000,
            "rate": 0.12,
            "interest_only": 1,
            "term": 2,
            "fee": 0.01,
        },
        "line": {"kind": "credit-line", "max": 5_000, "rate": 0.06},
        "start-up": {"kind": "credits", "amount": 5_000, "month": 2, "until": 2, "only_for": ["cloud"]},
    },
    "costs": {"office": {"amount": 10_000}},
    "compute": {"cloud": {"kind": "rent", "flops": 1e12, "price": 1}},
    "data": {"notes": {"unit": "hour", "price": 1, "now": 1}},
    "models": {
        "some": {"law": "table", "inputs": {"x": "data.notes.items"}, "points": [[0, 0], [1, 1]], "deadline": 2,
                 "training_months": 1}
    },
}  # fmt: skip
DECISIONS: dict[str, Any] = {
    "compute": {"cloud": {"gpus": [0, 10, 0]}},
    "funding": {
        "angel": {"drawn": [0, 30_000, 0]},
        "bank": {"drawn": [12_000, 0, 0]},
        "line": {"drawn": [4_000, 0, 0], "repaid": [0, 1_000, 0]},
        "start-up": {"used": {"cloud": [0, 5_000, 0]}},
    },
}


def booked(terms: dict[str, Any] | None = None, decided: dict[str, Any] | None = None) -> Ledger:
    """The books with some terms and decisions of funding replaced."""
    plan, decisions = copy.deepcopy(PLAN), copy.deepcopy(DECISIONS)
    for name, changes in (terms or {}).items():
        plan["funding"][name] |= changes
    for name, changes in (decided or {}).items():
        decisions["funding"][name] |= changes
    return replay(load_plan(plan), decisions)


def lines(ledger: Ledger, item: str) -> dict[str, list[float]]:
    return {entry.line: entry.money for entry in ledger.entries if (entry.category, entry.item) == ("funding", item)}


def test_three_months_of_money_raised_are_booked_as_on_paper() -> None:
    ledger = booked()
    # 30,000 of 500,000, a fee of 2 %
    assert lines(ledger, "angel") == {"amount": [0, 30_000, 0], "fee": [0, -600, 0]}
    assert ledger.dilution["angel"] == [0, pytest.approx(0.06), 0]
    # drawn in September; October pays 1 % alone, November 1 %, the first half, and the rest because the plan ends
    bank = lines(ledger, "bank")
    assert bank["drawn"] == [12_000, 0, 0]
    assert bank["fee"] == [-120, 0, 0]
    assert bank["interest"] == pytest.approx([0, -120, -120])
    assert bank["repayment"] == [0, 0, -6_000]
    assert bank["settled"] == [0, 0, -6_000]
    assert ledger.owed["bank"] == [12_000, 12_000, 0]
    # half a per cent of 4,000, then of 3,000
    line = lines(ledger, "line")
    assert line["interest"] == pytest.approx([0, -20, -15])
    assert line["repayment"] == [0, -1_000, 0]
    assert line["settled"] == [0, 0, -3_000]
    assert ledger.owed["line"] == [4_000, 3_000, 0]
    # ten GPUs cost 7,300 in the books, whoever pays
    assert lines(ledger, "start-up")["used"] == [0, 5_000, 0]
    assert ledger.spend["compute"]["cloud"]["rent"] == [0, 7_300, 0]
    # 100,000 + 12,000 + 4,000 - 120 - 10,000; + 30,000 - 600 + 5,000 - 1,000 - 10,000 - 7,300 - 140; - 25,135
    assert ledger.cash == pytest.approx([105_880, 121_840, 96_705])
    assert ledger.violations == []


def test_interest_burns_and_principal_fees_draws_and_credits_do_not() -> None:
    assert booked().burn == pytest.approx([10_000, 17_440, 10_135])


def test_a_month_of_the_books_adds_up_with_debt_in_it() -> None:
    ledger = booked()
    for record in ledger.cash_table():
        came = record["interest"] + record["revenue"] + record["funding"] + record["resale"]
        assert record["opening"] + came - record["spend"] == pytest.approx(record["closing"])


def test_a_credit_line_is_settled_in_the_month_after_its_last() -> None:
    ledger = booked({"line": {"until": 1}}, {"line": {"repaid": [0, 0, 0]}})
    assert lines(ledger, "line")["repayment"] == [0, -4_000, 0]
    assert ledger.owed["line"] == [4_000, 0, 0]


def test_a_signed_loan_needs_no_decision() -> None:
    plan, decisions = copy.deepcopy(PLAN), copy.deepcopy(DECISIONS)
    plan["funding"]["bank"] = {"kind": "loan", "amount": 9_000, "month": 1, "rate": 0.12, "term": 3}
    del decisions["funding"]["bank"]
    ledger = replay(load_plan(plan), decisions)
    assert lines(ledger, "bank")["drawn"] == [9_000, 0, 0]
    assert lines(ledger, "bank")["repayment"] == pytest.approx([0, -3_000, -3_000])
    assert lines(ledger, "bank")["settled"] == pytest.approx([0, 0, -3_000])
    assert ledger.violations == []


@pytest.mark.parametrize(
    ("terms", "decided", "said"),
    [
        ({}, {"angel": {"drawn": [25_000, 25_000, 0]}}, "funding.angel is raised in 2 months, 2026-09, 2026-10"),
        ({}, {"angel": {"drawn": [0, 10_000, 0]}}, "below its least of $20,000"),
        ({}, {"angel": {"drawn": [0, 60_000, 0]}}, "above its most of $50,000"),
        ({}, {"angel": {"drawn": [0, 0, 30_000]}}, "outside 2026-09 to 2026-10"),
        ({}, {"angel": {"drawn": [0, -30_000, 0]}}, "below the floor of $0"),
        ({}, {"bank": {"drawn": [6_000, 6_000, 0]}}, "funding.bank is raised in 2 months"),
        ({}, {"bank": {"drawn": [500, 0, 0]}}, "below its least of $1,000"),
        ({}, {"line": {"drawn": [6_000, 0, 0]}}, "above the cap of $5,000"),
        ({}, {"line": {"repaid": [0, 4_500, 0]}}, "funding.line owed on 2026-10 is -$500"),
        ({"line": {"until": 1}}, {"line": {"drawn": [0, 1_000, 0]}}, "outside 2026-09 to 2026-09"),
        ({"line": {"covenant": 200_000}}, {}, "below the covenant of funding.line"),
        ({}, {"start-up": {"used": {"cloud": [0, 7_000, 0]}}}, "$2,000 above the $5,000 granted"),
        ({"start-up": {"amount": 9_000}}, {"start-up": {"used": {"cloud": [0, 8_000, 0]}}}, "above the month's bill"),
        ({}, {"start-up": {"used": {"cloud": [0, 4_000, 1_000]}}}, "outside 2026-10 to 2026-10"),
        ({"angel": {"needs": "models.some.value >= 0.5", "until": 3}}, {}, "before its condition can be met"),
        ({"line": {"needs": "models.some.value >= 0.5"}}, {}, "before its condition can be met"),
    ],
    ids=lambda value: str(value)[:60],
)  # fmt: skip
def test_a_broken_rule_of_money_is_said(terms: dict[str, Any], decided: dict[str, Any], said: str) -> None:
    assert any(said in violation for violation in booked(terms, decided).violations), booked(terms, decided).violations


def test_a_covenant_holds_in_the_month_of_the_last_repayment_too() -> None:
    broken = booked({"line": {"covenant": 97_000}}).violations
    # November opens with 3,000 owed and closes at 96,705.
    assert broken == ["cash on 2026-11 is $96,705, $295 below the covenant of funding.line of $97,000"]


def test_limits_on_money_are_checked_on_the_books() -> None:
    plan = copy.deepcopy(PLAN)
    plan["limits"] = {
        "shares": "funding.dilution <= 0.05",
        "raised": "funding.angel.amount <= 20_000",
        "debt": "funding.bank.owed <= 11_000",
        "fees": "funding.spend <= 900",
    }
    broken = replay(load_plan(plan), DECISIONS).violations
    assert [sentence.split(",")[0] for sentence in broken] == [
        "limits.shares", "limits.raised", "limits.debt", "limits.debt", "limits.fees",
    ]  # fmt: skip
    assert "is missed by 0.01" in broken[0]
    # 600 + 120 of fees and 275 of interest
    assert "is missed by $95" in broken[4]
