"""Money raised in the plan file: read, said back, and warned of."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from allocator.plan import Plan, load_plan, plausibility, readback
from allocator.resources import examples_dir
from allocator.study.numbers import numbers_of

SEED: dict[str, Any] = {"kind": "equity", "max": 5e6, "post_money": 50e6, "from": 2, "until": "2027-02"}


def plan(**funding: Any) -> Plan:
    document: dict[str, Any] = {
        "plan": {"start": "2026-09", "months": 12, "cash": 10e6},
        "compute": {"cloud": {"kind": "rent", "chip": "H100", "price": 2.5}},
        "data": {"text": {"unit": "token", "price": 1e-6, "now": 1e9}},
        "models": {"chat": {"law": "chinchilla-replication", "deadline": 6}},
        "funding": funding,
    }
    for section in ("limits", "objective"):
        if section in funding:
            document[section] = document["funding"].pop(section)
    return load_plan(document)


def test_every_key_of_money_is_read_into_base_units() -> None:
    read = plan(
        seed={**SEED, "needs": "models.chat.value <= 2.5", "until": "2027-08"},
        bank={"kind": "loan", "max": "1 MUSD", "rate": "12 %", "term": "1 year", "interest_only": 3, "covenant": 2e5},
        start_up={"kind": "credits", "amount": "100 kUSD", "month": 1, "only_for": ["cloud"]},
    ).funding
    assert (read["seed"].first, read["seed"].until, read["seed"].most) == (2, 12, 5e6)
    assert str(read["seed"].needs) == "models.chat.value <= 2.5"
    assert (read["bank"].rate, read["bank"].term, read["bank"].window(12)) == (0.12, 12, (1, 12))
    assert read["start_up"].only_for == ("cloud",)


def test_the_resolved_plan_writes_from_as_the_file_does() -> None:
    assert plan(seed=SEED).resolved()["funding"]["seed"]["from"] == 2


def test_a_changed_plan_reads_money_again() -> None:
    assert plan(seed=SEED).changed({"funding.seed.from": "2026-11"}).funding["seed"].first == 3


def test_a_longer_plan_keeps_the_window_of_its_money() -> None:
    longer = plan(seed=SEED, state={"kind": "grant", "max": 1e5}).extended(12)
    assert longer.funding["seed"].window(24) == (2, 6)
    assert longer.funding["state"].window(24) == (1, 24)


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        (
            {**SEED, "min": 1e6, "fee": 0.02},
            "x (equity): the plan may raise nothing, or $1M to $5M, once, from 2026-10 to 2027-02, less a fee of 2 %; "
            "up to 10 % of the company at $50M after it.",
        ),
        (
            {"kind": "loan", "max": 1e6, "rate": 0.12, "interest_only": 3, "term": 6, "fee": 0.01},
            "x (loan): the plan may draw up to $1M, once, from 2026-09 to 2027-08, with a fee of 1 %; at 12 % a year, "
            "$10k a month at first, interest alone for 3 months, then 6 equal parts, and what is owed when the plan "
            "ends is repaid in its last month.",
        ),
        (
            {"kind": "credit-line", "max": 1e6, "rate": 0.12, "until": 5},
            "x (credit line): the plan may owe up to $1M from 2026-09 to 2027-01; at 12 % a year that costs $10k a "
            "month, and what is owed is repaid in the month after, or when the plan ends.",
        ),
        (
            {"kind": "credits", "amount": 1e5, "month": 2, "until": 5, "only_for": ["cloud"]},
            "x (credits): $100k that pay for cloud from 2026-10 to 2027-01, then lapse.",
        ),
        (
            {**SEED, "until": 12, "needs": "models.chat.value <= 2.5"},
            "x comes only if models.chat.value <= 2.5 at the close of 2027-02, and after it.",
        ),
        (
            {"kind": "credit-line", "max": 1e6, "rate": 0.12, "covenant": 2e5},
            "x: cash stays at $200k or more in every month in which something is owed.",
        ),
    ],
    ids=["equity", "loan", "credit line", "credits", "condition", "covenant"],
)
def test_money_is_said_back(terms: dict[str, Any], sentence: str) -> None:
    assert sentence in readback(plan(x=terms))


def test_equity_that_nothing_bounds_or_prices_is_warned_of() -> None:
    free = [warning for warning in plausibility(plan(seed=SEED)) if warning.startswith("funding.seed.max")]
    assert len(free) == 1
    assert "all of the $5M is taken" in free[0]
    for bound in (
        {"limits": {"dilution": "funding.dilution <= 0.05"}},
        {"limits": {"most": "funding.seed.amount <= 1e6"}},
        {"objective": {"dilution_price": 0.5}},
    ):
        assert not [
            text for text in plausibility(plan(seed=SEED, **copy.deepcopy(bound))) if "funding.seed.max" in text
        ]


def test_equity_that_profit_would_raise_only_to_lend_it_is_warned_of() -> None:
    profit = {"objective": {"goal": "profit"}, "limits": {"dilution": "funding.dilution <= 0.05"}}
    earning = plan(seed=SEED, **copy.deepcopy(profit)).changed({"plan.cash_yield": 0.03})
    (warned,) = [text for text in plausibility(earning) if text.startswith("funding.seed")]
    assert "may be raised only to be lent" in warned
    for silent in (plan(seed=SEED, **copy.deepcopy(profit)), earning.changed({"objective.goal": "quality"})):
        assert not [text for text in plausibility(silent) if "to be lent" in text]


def test_equity_without_bounds_is_told_of_a_price_only_where_there_is_one() -> None:
    profit = plan(seed=SEED, objective={"goal": "profit"})
    (warned,) = [text for text in plausibility(profit) if text.startswith("funding.seed.max")]
    assert "dilution_price" not in warned


def test_signed_equity_without_a_valuation_is_missing_from_a_limit_and_that_is_said() -> None:
    angel = {"kind": "equity", "amount": 1e6, "month": 1}
    warned = plausibility(plan(angel=angel, limits={"dilution": "funding.dilution <= 0.1"}))
    assert "funding.angel.post_money: without it angel does not count in limits.dilution" in warned
    assert not [text for text in plausibility(plan(angel=angel)) if "post_money" in text]


def test_a_loan_that_outlives_the_plan_is_warned_of() -> None:
    loan = {"kind": "loan", "max": 1e6, "rate": 0.1, "term": 24}
    assert any(text.startswith("funding.bank.term: repaid by month 25") for text in plausibility(plan(bank=loan)))


def test_credits_and_late_money_are_no_opening_cash() -> None:
    poor = {"kind": "credits", "amount": 1e9, "month": 1, "only_for": ["cloud"]}
    document = plan(start_up=poor).changed({"plan.min_cash": 11e6})
    assert any(text.startswith("plan.min_cash") for text in plausibility(document))


def test_names_and_conditions_of_money_are_no_numbers_to_move() -> None:
    paths = {number.path for number in numbers_of(load_plan(examples_dir() / "raise.toml"))}
    assert "funding.seed.max" in paths
    assert not {"funding.credits.only_for", "funding.seed.needs", "funding.seed.from"} & paths


def test_the_example_explains_every_way_of_raising() -> None:
    example = load_plan(examples_dir() / "raise.toml")
    kinds = {terms.kind for terms in example.funding.values()}
    assert kinds == {"equity", "loan", "credit-line", "grant", "crowdfunding", "credits"}
    assert [text for text in plausibility(example) if text.startswith("funding")] == []
