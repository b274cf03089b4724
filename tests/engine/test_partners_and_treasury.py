"""Partners who share costs and revenue, and idle cash that is lent, in certified plans."""

from __future__ import annotations

import numpy as np
import pytest
from plans import audited, ledger_of, small_lab, solved
from selling_plans import LENT, holds, shop

# ---- Partners ------------------------------------------------------------------------------------------


def test_what_a_partner_pays_buys_a_better_model_and_what_it_takes_a_worse_one() -> None:
    alone, paying, taking = (
        solved(shop(runway={"months": 6}, **({} if terms is None else {"partners": {"friend": terms}})))
        for terms in (None, {"pays": {"compute": {"cloud": 0.3}}}, {"takes": {"app": 0.3}})
    )
    holds(paying)
    holds(taking)
    gains = [float(result.objective["gain"]) for result in (taking, alone, paying)]
    assert gains == sorted(gains)
    ledger = ledger_of(paying)
    assert ledger.partners["friend"] == pytest.approx([0.3 * amount for amount in ledger.spent("compute")])
    paid = [spend - revenue - friend for spend, revenue, friend in zip(
        ledger.total_spend, ledger.total_revenue, ledger.partners["friend"], strict=True
    )]  # fmt: skip
    assert ledger.burn == pytest.approx([max(amount, 0.0) for amount in paid], abs=1e-3)


def test_a_partner_of_a_contract_leaves_no_tail_behind_that_it_paid() -> None:
    _, ledger = audited(
        runway={"months": 3},
        compute={
            "cloud": None,
            "hall": {"kind": "reserve", "flops": "989 TFLOP/s", "price": 1.5, "term": 8, "upfront": 0.25},
        },
        partners={"friend": {"pays": {"compute": {"hall": 0.5}}}},
    )
    tail = ledger.spend["compute"]["hall"]["tail"][-1]
    assert tail > 0
    assert ledger.partners["friend"] == pytest.approx([0.5 * amount for amount in ledger.spent("compute")])
    goes_on = max(ledger.burn[-1] - 0.5 * tail, 0.0)
    assert ledger.closing_burn == pytest.approx(max(goes_on, np.mean([*ledger.burn[-12:-1], goes_on])))


@pytest.mark.parametrize("purchases", [False, True])
def test_a_partners_share_of_bought_gpus_lowers_burn_only_where_purchases_burn(purchases: bool) -> None:
    _, ledger = audited(
        runway={"months": 3, "purchases": purchases},
        compute={"cloud": None, "owned": {"kind": "buy", "flops": "989 TFLOP/s", "price": 20e3, "running": 200}},
        partners={"friend": {"pays": {"compute": {"owned": 0.5}}}},
    )
    bought = ledger.spend["compute"]["owned"]["purchase"]
    month = max(range(12), key=bought.__getitem__)
    assert ledger.partners["friend"][month] >= 0.5 * bought[month] > 1e6
    burnt = ledger.total_spend[month] - ledger.partners["friend"][month]
    assert ledger.burn[month] == pytest.approx(burnt if purchases else burnt - 0.5 * bought[month])


# ---- Treasury ------------------------------------------------------------------------------------------


def test_idle_cash_is_lent_and_is_back_before_it_is_needed() -> None:
    result, ledger = audited(treasury=LENT)
    placed = result.decisions["treasury"]["bills"]["placed"]
    assert placed[0] > 1e6
    assert placed[-3:] == [0.0, 0.0, 0.0]
    assert ledger.locked["bills"][-1] == pytest.approx(0.0, abs=1e-3)
    assert float(result.objective["gain"]) > float(solved(small_lab()).objective["gain"])


def test_money_that_is_lent_counts_for_no_floor_and_no_runway() -> None:
    """All cash may be lent but what the rules ask: the rules bind as they would without lending."""
    _, ledger = audited(plan={"min_cash": 2e6}, runway={"months": 6}, treasury={"bills": {"earns": 0.9, "months": 1}})
    assert max(ledger.locked["bills"]) > 1e6
    asked = [max(required, 2e6) for required in ledger.required]
    assert min(cash - floor for cash, floor in zip(ledger.cash, asked, strict=True)) == pytest.approx(0.0, abs=5.0)


def test_interest_on_money_lent_lowers_no_burn() -> None:
    lending = {"bills": {"earns": 0.9, "months": 1, "max": 5e6}}
    _, with_it = audited(runway={"months": 6}, treasury=lending)
    interest = [row for row in with_it.rows() if (row.category, row.line) == ("treasury", "interest")]
    assert sum(row.money or 0.0 for row in interest) > 1e5
    assert with_it.total_revenue == [0.0] * 12
    assert with_it.burn == pytest.approx(with_it.total_spend)


def test_a_ladder_of_before_the_plan_comes_back_in_its_months() -> None:
    _, ledger = audited(treasury={"bills": {"earns": 0.0, "months": 3, "max": 1e6, "now": {"2026-10": 4e5, "3": 6e5}}})
    assert ledger.locked["bills"][:2] == pytest.approx([1e6, 6e5])
    assert ledger.treasury["bills"][1:3] == pytest.approx([4e5, 6e5])


def test_a_placement_is_nothing_or_at_least_its_smallest() -> None:
    result = solved(shop(treasury={"bills": {"earns": 0.2, "months": 2, "min": 1e5, "max": 4e5}}))
    placed = result.decisions["treasury"]["bills"]["placed"]
    assert max(placed) >= 1e5 - 1
    assert all(amount < 1e-3 or amount >= 1e5 - 1 for amount in placed)
    assert ledger_of(result).violations == []


def test_lending_for_less_than_cash_earns_is_never_chosen() -> None:
    result, _ = audited(plan={"cash_yield": 0.05}, treasury={"bills": {"earns": 0.04, "months": 3}})
    assert max(result.decisions["treasury"]["bills"]["placed"]) == pytest.approx(0.0, abs=1e-3)
