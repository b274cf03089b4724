"""Every dollar from its source to its use, worked out by hand and added up exactly."""

from __future__ import annotations

import math
from collections import defaultdict
from fractions import Fraction
from typing import Any

import pytest

from allocator import load_plan, solve
from allocator.resources import examples_dir
from allocator.result.ledger import Ledger, replay
from allocator.result.trace import LEFT, OPENING, sources, trace

# Three months: 1,000 in hand, a round of 500 (fee 10) in the second, costs of 500 a month, revenue of 100 a month.
COMPANY: dict[str, Any] = {
    "plan": {"start": "2026-09", "months": 3, "cash": 1_000},
    "funding": {"angels": {"kind": "equity", "amount": 500, "month": "2026-10", "fee": 0.02}},
    "revenue": {"shop": {"amount": 100}},
    "costs": {"office": {"amount": 500}},
    # Something has to be planned; nothing of it is bought here.
    "compute": {"cloud": {"kind": "rent", "chip": "H100", "price": 2.5}},
    "data": {"text": {"unit": "token", "price": 1e-6}},
    "models": {"chat": {"law": "chinchilla-replication", "deadline": 3, "training_months": 1}},
}


def books(document: dict[str, Any]) -> Ledger:
    return replay(load_plan(document), {})


def test_first_in_first_out_by_hand() -> None:
    """500 a month: 1,000 last two months less the fee, then come September's 100 and the round."""
    found = [tuple(row.values()) for row in trace(books(COMPANY))]
    assert found == [
        ("2026-09", OPENING, "", "costs", "office", 500.0),
        ("2026-10", OPENING, "", "funding", "angels", 10.0),
        ("2026-10", OPENING, "", "costs", "office", 490.0),
        ("2026-10", "revenue.shop", "2026-09", "costs", "office", 10.0),
        ("2026-11", "revenue.shop", "2026-09", "costs", "office", 90.0),
        ("2026-11", "funding.angels", "2026-10", "costs", "office", 410.0),
        ("2026-11", "funding.angels", "2026-10", LEFT, "", 90.0),
        ("2026-11", "revenue.shop", "2026-10", LEFT, "", 100.0),
        ("2026-11", "revenue.shop", "2026-11", LEFT, "", 100.0),
    ]


def test_a_source_paid_for_what_its_lots_paid_for() -> None:
    found = {(row["source"], row["category"]): row["money"] for row in sources(trace(books(COMPANY)))}
    assert found == {
        (OPENING, "costs"): 990.0,
        (OPENING, "funding"): 10.0,
        ("revenue.shop", "costs"): 100.0,
        ("revenue.shop", LEFT): 200.0,
        ("funding.angels", "costs"): 410.0,
        ("funding.angels", LEFT): 90.0,
    }


def test_interest_is_a_source_and_stands_before_what_came_in_with_it() -> None:
    document = {**COMPANY, "plan": {**COMPANY["plan"], "cash_yield": 1.01**12 - 1}}
    lots = [row["source"] for row in trace(books(document)) if row["received"] == "2026-09"]
    assert list(dict.fromkeys(lots)) == ["interest", "revenue.shop"]


def test_money_that_was_not_there_is_said_to_be_missing() -> None:
    document = {**COMPANY, "funding": {}, "revenue": {}}
    (missing,) = [row for row in trace(books(document)) if row["source"] == "not covered"]
    assert (missing["month"], missing["money"]) == ("2026-11", 500.0)


@pytest.mark.parametrize("name", ["image-startup", "longest-runway", "series-b-lab"])
def test_every_use_and_every_source_adds_up_to_the_cent(name: str) -> None:
    result = solve(load_plan(examples_dir() / f"{name}.toml"), horizon_audit=False)
    ledger = replay(result.plan, result.decisions)
    uses: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    given: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in trace(ledger):
        assert row["money"] > 0.0
        uses[row["month"], row["category"], row["item"]].append(row["money"])
        given[row["source"], row["received"]].append(row["money"])
    paid: dict[tuple[str, str, str], Fraction] = defaultdict(Fraction)
    received: dict[str, Fraction] = defaultdict(Fraction)
    received[""] = Fraction(ledger.opening[0])
    for entry in ledger.entries:
        for month, money in zip(ledger.labels, entry.money, strict=True):
            if money < 0.0:
                paid[month, entry.category, entry.item] -= Fraction(money)
            elif money > 0.0:
                received[month] += Fraction(money)
    for key, money in paid.items():
        assert math.fsum(uses.pop(key)) == pytest.approx(float(money), abs=1e-6), key
    left = [money for (_, category, _), parts in uses.items() for money in parts if category == LEFT]
    assert {category for _, category, _ in uses} <= {LEFT}
    assert math.fsum(left) == pytest.approx(ledger.cash[-1], abs=1e-6)
    by_month: dict[str, list[float]] = defaultdict(list)
    for (_, month), parts in given.items():
        by_month[month] += parts
    assert set(by_month) <= set(received)
    for month, parts in by_month.items():
        assert math.fsum(parts) == pytest.approx(float(received[month]), abs=1e-6), month


def test_credits_pay_for_their_offer_and_for_nothing_else() -> None:
    """Credits of 300 used for the cloud, whose bill is 400: what is left of the bill comes from the oldest money."""
    document = {
        **COMPANY,
        "funding": {"start-up": {"kind": "credits", "amount": 1_000, "month": 1, "only_for": ["cloud"]}},
        "costs": {"office": {"amount": 200}},
    }
    plan = load_plan(document)
    gpus = 400 / (2.5 * 730)
    choices = {
        "compute": {"cloud": {"gpus": [gpus, 0, 0]}},
        "funding": {"start-up": {"used": {"cloud": [300, 0, 0]}}},
    }
    found = [tuple(row.values()) for row in trace(replay(plan, choices)) if row["month"] == "2026-09"]
    assert sorted(found) == [
        ("2026-09", "funding.start-up used", "2026-09", "compute", "cloud", pytest.approx(300.0)),
        ("2026-09", OPENING, "", "compute", "cloud", pytest.approx(100.0)),
        ("2026-09", OPENING, "", "costs", "office", 200.0),
    ]
