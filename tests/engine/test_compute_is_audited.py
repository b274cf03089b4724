"""Exits, ages, spot and price paths, used by optima that the ledger replays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from edits import optimum, raised, untaken
from fleets import GPU, HALL, OWN
from plans import audited, gain, in_money, ledger_of, merged, small_lab, solved

from allocator.formulate.build import formulate
from allocator.plan import load_plan
from allocator.result.ledger import Ledger

# ---- Contracts left early ------------------------------------------------------------------------------


def test_a_contract_is_left_when_its_run_is_over() -> None:
    plan = {
        "compute": {"cloud": None, "hall": {**HALL, "term": 24, "exit_fee": 0.1}},
        "models": {"chat": {"deadline": 8}},
    }
    result, ledger = audited(**plan)
    kept, _ = audited(**merged(plan, {"compute": {"hall": {"exit_fee": None}}}))
    assert gain(result) > gain(kept) + 0.01
    ended = result.decisions["compute"]["hall"]["ended"]
    # Trained with in months 6 to 8, left in month 9 at once: what remains only shrinks the fee by what is paid for it.
    assert {when for _, when, _ in ended} == {9}
    assert ledger.gpus["hall"][8:] == pytest.approx([0.0] * 4, abs=1e-6)
    signed = {month: gpus for month, gpus in enumerate(result.decisions["compute"]["hall"]["signed"], 1) if gpus > 1e-6}
    fee = sum(0.1 * 1.5 * 730 * (month + 24 - 9) * gpus for month, gpus in signed.items())
    assert ledger.spend["compute"]["hall"]["exit"][8] == pytest.approx(fee)
    assert sum(ledger.spend["compute"]["hall"]["tail"]) == pytest.approx(0.0, abs=1e-6)
    # It burns in its month.
    assert ledger.burn[8] == pytest.approx(ledger.total_spend[8])


def test_a_fee_of_all_that_remains_is_never_paid_for_nothing() -> None:
    plan = {"compute": {"cloud": None, "hall": {**HALL, "term": 8, "exit_fee": 1.0}}}
    result, ledger = audited(**plan)
    kept, _ = audited(**merged(plan, {"compute": {"hall": {"exit_fee": None}}}))
    assert gain(result) == pytest.approx(gain(kept), abs=1e-6)
    assert sum(ledger.spend["compute"]["hall"]["exit"]) == pytest.approx(0.0, abs=1.0)


def test_contracts_of_opening_day_are_left_for_cheaper_ones() -> None:
    result, ledger = audited(
        compute={"hall": {**HALL, "price": 4.0, "term": 12, "now": 100, "age": 2, "exit_months": 1}},
        models={"chat": {"deadline": 12}},
    )
    assert [[signed, when] for signed, when, _ in result.decisions["compute"]["hall"]["ended"]] == [[0, 1]]
    # A month of 100 GPUs at month 1's price.
    assert ledger.spend["compute"]["hall"]["exit"][0] == pytest.approx(100 * 4.0 * 730)


def test_whole_contracts_are_left_in_whole_lots() -> None:
    result, _ = audited(
        plan={"whole": True},
        compute={"cloud": None, "hall": {**HALL, "term": 24, "exit_fee": 0.1, "lot": 8}},
        models={"chat": {"deadline": 8}},
    )
    ended = [gpus for _, _, gpus in result.decisions["compute"]["hall"]["ended"]]
    assert sum(ended) > 8
    assert [gpus / 8 for gpus in ended] == pytest.approx([round(gpus / 8) for gpus in ended], abs=1e-6)


def test_leaving_and_signing_again_does_not_dodge_the_tail() -> None:
    """Each signature owes a tail of its own, so a contract left for a new one at the same price is only dearer."""
    plan = small_lab(
        compute={"cloud": None, "hall": {**HALL, "term": 12, "exit_fee": 0.3}}, models={"chat": {"deadline": 12}}
    )
    result = solved(plan)
    ledger = ledger_of(result)
    hall = ledger.spend["compute"]["hall"]
    # What is paid is what the contracts say, to the dollar: no cohort pays less than its months served and its fee.
    paid = sum(sum(hall[line]) for line in ("commitment", "tail", "exit"))
    rate = 1.5 * 730
    served: dict[int, float] = {}
    for month, gpus in enumerate(result.decisions["compute"]["hall"]["signed"], 1):
        served[month] = gpus * 12 * rate
    for signed, when, gpus in result.decisions["compute"]["hall"]["ended"]:
        served[int(signed)] -= gpus * (signed + 12 - when) * rate * (1 - 0.3)
    assert paid == pytest.approx(sum(served.values()), abs=1.0)
    # Nobody signs in a month in which others leave.
    left_in = {when for _, when, gpus in result.decisions["compute"]["hall"]["ended"] if gpus > 1e-3}
    signed_in = {month for month, gpus in enumerate(result.decisions["compute"]["hall"]["signed"], 1) if gpus > 1e-3}
    assert not left_in & signed_in


def test_a_program_that_leaves_what_it_never_signed_is_caught() -> None:
    # A contract is worth leaving twice: the tail comes back each time.
    formulation = formulate(
        load_plan(
            small_lab(
                compute={"cloud": None, "hall": {**HALL, "term": 24, "exit_fee": 0.1}}, models={"chat": {"deadline": 8}}
            )
        )
    )
    honest, books = optimum(formulation)
    assert books.violations == []
    # Without the rule at all cash has no end: each contract left that never was brings its tail.
    cheating, ledger = optimum(
        formulation, lambda program: raised(untaken(program, "within_what_came"), "Exits of hall", 50.0)
    )
    assert cheating > honest + 1e-3
    assert any("of them are left early" in sentence for sentence in ledger.violations)


# ---- Ages on opening day -------------------------------------------------------------------------------


@pytest.mark.parametrize("age", [0, 3, 7])
def test_an_opening_fleet_of_an_age_serves_what_is_left_of_its_life(age: int) -> None:
    _, ledger = audited(compute={"owned": {**OWN, "price": 1e6, "now": 64, "life": 8, "age": age}})
    assert [gpus > 63 for gpus in ledger.gpus["owned"]] == [month < 8 - age for month in range(1, 13)]


def test_an_old_fleet_is_sold_for_what_its_age_leaves_of_its_price() -> None:
    result, ledger = audited(
        compute={"owned": {**OWN, "flops": "1 TFLOP/s", "price": 25e3, "now": 64, "age": 24, "resale": 0.5}}
    )
    [[order, sale, gpus]] = result.decisions["compute"]["owned"]["sold"]
    assert (order, gpus) == (0, pytest.approx(64))
    assert ledger.resale["owned"][sale - 1] == pytest.approx(64 * 25e3 * 0.5 ** ((24 + sale) / 12))


def test_contracts_of_an_age_run_out_earlier_and_owe_less_after_the_plan() -> None:
    _, ledger = audited(compute={"hall": {**HALL, "term": 9, "now": 40, "age": 4, "max": 40}})
    assert [gpus > 39 for gpus in ledger.gpus["hall"][:6]] == [True] * 5 + [False]
    _, long = audited(compute={"hall": {**HALL, "term": 20, "now": 40, "age": 4, "max": 40}})
    assert long.spend["compute"]["hall"]["tail"][-1] == pytest.approx(40 * 1.5 * 730 * 4)


# ---- Spot, idle compute, price paths ---------------------------------------------------------------------


def test_spot_is_paid_by_the_hour_and_delivers_a_share_up_to_what_there_is() -> None:
    falling = {"start": 1.0, "monthly_change": -0.02}
    _, ledger = audited(
        compute={"cloud": {"max": 300}, "spot": {"kind": "rent", "price": falling, "delivered": 0.7, "max": 120, **GPU}}
    )
    gpus = ledger.gpus["spot"]
    # A delivered hour costs 1 / 0.7 = 1.43 and falling, against 2.50: all there is, in every month of the run.
    assert gpus[7:10] == pytest.approx([120.0] * 3)
    # All 730 hours are paid, the interrupted ones too.
    assert ledger.spend["compute"]["spot"]["rent"][7] == pytest.approx(120 * 0.98**7 * 730)
    flop = 989e12 * 0.4 * 730 * 3600
    assert ledger.delivered_flop[7] == pytest.approx((0.7 * 120 + ledger.gpus["cloud"][7]) * flop)


def test_spot_is_left_alone_where_a_delivered_hour_is_dearer() -> None:
    spot = {"kind": "rent", "delivered": 0.5, **GPU}
    # 1.30 / 0.5 = 2.60 against 2.50; 1.20 / 0.5 = 2.40
    _, dear = audited(compute={"spot": {**spot, "price": 1.30}})
    assert max(dear.gpus["spot"]) == pytest.approx(0.0, abs=1e-6)
    _, cheap = audited(compute={"spot": {**spot, "price": 1.20}})
    assert max(cheap.gpus["cloud"]) == pytest.approx(0.0, abs=1e-6)


def run(price: Any) -> Ledger:
    """The books of a lab whose run takes six months, at a path of prices."""
    return audited(compute={"cloud": {"price": price}}, models={"chat": {"training_months": 6}})[1]


def test_a_run_waits_where_prices_fall_and_hurries_where_they_rise() -> None:
    falling, rising = run({"start": 2.5, "monthly_change": -0.05}), run({"start": 2.5, "monthly_change": 0.05})
    early, late = slice(4, 7), slice(7, 10)
    # At most a third of a run of six months in one: the cheap months are full, the dear ones empty.
    assert sum(falling.used_flop[late]) > 0.99 * sum(falling.used_flop)
    assert sum(rising.used_flop[early]) > 0.99 * sum(rising.used_flop)


def test_contracts_are_signed_early_where_prices_rise_and_late_where_they_fall() -> None:
    def signed(change: float) -> list[float]:
        price = {"start": 1.5, "monthly_change": change}
        result, _ = audited(compute={"cloud": None, "hall": {**HALL, "price": price, "term": 6}})
        return result.decisions["compute"]["hall"]["signed"]

    def mean_month(gpus: list[float]) -> float:
        return float(np.average(range(1, 13), weights=gpus))

    # The run is in months 8 to 10: a contract of six months can begin in month 5 and hold all three.
    assert mean_month(signed(0.1)) < mean_month(signed(0.0)) + 0.5
    assert mean_month(signed(0.1)) < mean_month(signed(-0.1)) - 1.0


def test_gpus_are_bought_late_where_their_price_falls() -> None:
    def ordered(change: float) -> float:
        price = {"start": 20e3, "monthly_change": change}
        _, ledger = audited(compute={"cloud": None, "owned": {**OWN, "price": price, "lead": 2}})
        return float(np.average(range(1, 13), weights=ledger.spend["compute"]["owned"]["purchase"]))

    assert ordered(-0.03) > 5.5
    assert ordered(0.03) < 2.0


def test_gpus_that_nothing_uses_are_said_with_what_they_cost() -> None:
    idle, _ = audited(compute={"cloud": {"min": 200}})
    (said,) = [warning for warning in idle.warnings if "that nothing uses" in warning]
    rows = [row for row in idle.tables["use"] if row["item"] == "idle"]
    assert sum(row["money"] for row in rows) == pytest.approx(9 * 200 * 2.5 * 730)
    assert "$3.29M, pays for GPUs that nothing uses, most of it in" in said
    busy, _ = audited()
    assert not any("that nothing uses" in warning for warning in busy.warnings)


def test_dollars_thousands_and_millions_give_the_same_plan_with_sites_and_exits() -> None:
    document = small_lab(
        compute={
            "cloud": {"max": 200},
            "owned": {**OWN, "power": 1.2, "site": "hall"},
            "contract": {**HALL, "term": 24, "exit_fee": 0.1},
        },
        data={"text": {"price": 2e-6}},
        sites={"hall": {"power": 200, "power_price": 0.1, "cost_per_kw": 150, "cost": 20e3}},
        people={"researchers": {"wants_gpus": 4}},
        models={"chat": {"research_effect": 0.4}},
    )
    gains = [
        gain(solved(in_money(document, factor, unit))) for factor, unit in ((1, "USD"), (1e-3, "kUSD"), (1e-6, "MUSD"))
    ]
    assert gains == pytest.approx([gains[0]] * 3, abs=1e-6)
