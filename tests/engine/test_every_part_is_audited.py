"""Each feature of a plan, used by an optimum that the independent ledger then replays to the cent.

`audited` solves and audits: a plan whose program and ledger disagree raises CertificateError.
"""

from __future__ import annotations

from typing import Any

import pytest
from plans import Document, audited, merged


def buys(**offer: Any) -> Document:
    """Changes that make owned GPUs the only ones."""
    return {"compute": {"cloud": None, "owned": {"kind": "buy", "flops": "989 TFLOP/s", "price": 20e3, **offer}}}


def reserves(**offer: Any) -> Document:
    return {"compute": {"cloud": None, "contract": {"kind": "reserve", "flops": "989 TFLOP/s", "price": 1.5, **offer}}}


def hires(**role: Any) -> Document:
    """Changes that make research worth hiring for."""
    return {
        "people": {"researchers": {"now": 4, "max": 12, **role}},
        "models": {"chat": {"research_effect": 0.5}},
    }


# ---- Money ---------------------------------------------------------------------------------------------


def test_interest_is_earned_on_the_opening_balance() -> None:
    _, ledger = audited(plan={"cash_yield": 0.05})
    assert ledger.interest[0] == pytest.approx(20e6 * (1.05 ** (1 / 12) - 1))
    assert sum(ledger.interest) > 1e5


@pytest.mark.parametrize(("paid_after", "months_paid"), [(0, 12), (3, 9), (-2, 10)])
def test_revenue_is_paid_when_it_is_due(paid_after: int, months_paid: int) -> None:
    amount = {"start": 50e3, "monthly_change": 0.1}
    _, ledger = audited(revenue={"sales": {"amount": amount, "paid_after": paid_after}})
    received = ledger.revenue["sales"]
    assert sum(money > 0 for money in received) == months_paid
    if paid_after < 0:
        assert received[0] == pytest.approx(50e3 * 1.1**-paid_after)


def test_a_round_pays_its_fee_and_the_fee_is_no_burn() -> None:
    _, ledger = audited(
        plan={"cash": 5e6},
        runway={"months": 3},
        funding={"series-a": {"kind": "equity", "amount": 10e6, "month": 4, "fee": 0.03}},
    )
    assert ledger.funding["series-a"][3] == 10e6
    assert ledger.spend["funding"]["series-a"]["fee"][3] == pytest.approx(0.3e6)
    others = sum(ledger.spent(category)[3] for category in ("compute", "data", "people", "costs"))
    assert ledger.burn[3] == pytest.approx(others)


def test_costs_a_head_follow_the_heads_of_every_role() -> None:
    _, ledger = audited(
        costs={"desks": {"amount": 1000, "per_person": True}, "rent": {"amount": [5e3] * 6 + [7e3] * 6}},
        people={"researchers": {"attrition": 0.3, "min": 0}, "cooks": {"salary": 5e3, "now": 2}},
    )
    assert ledger.heads["researchers"][-1] < 10
    heads = ledger.heads["researchers"][5] + 2
    assert ledger.spend["costs"]["desks"]["amount"][5] == pytest.approx(1000 * heads)
    assert ledger.spend["costs"]["rent"]["amount"][6] == 7e3


# ---- Compute -------------------------------------------------------------------------------------------


def test_rented_gpus_keep_their_floor_and_cap_month_by_month() -> None:
    cap = {"2026-09": 50, "2027-03": 300}
    _, ledger = audited(compute={"cloud": {"min": 8, "max": cap}})
    assert ledger.gpus["cloud"][0] == pytest.approx(8)
    assert ledger.gpus["cloud"][9] == pytest.approx(300)


def test_a_contract_is_paid_in_advance_by_the_month_and_past_the_horizon() -> None:
    _, ledger = audited(**reserves(term=8, upfront=0.25))
    lines = ledger.spend["compute"]["contract"]
    assert sum(lines["upfront"]) > 0
    assert sum(lines["commitment"]) > 0
    # The run is in months 8 to 10: eight months from there go beyond month 12.
    assert lines["tail"][-1] > 0
    assert sum(lines["tail"][:-1]) == 0
    signed = sum(lines["upfront"]) / 0.25
    assert sum(lines["upfront"]) + sum(lines["commitment"]) + sum(lines["tail"]) == pytest.approx(signed)


def test_prices_of_a_contract_are_those_of_the_month_it_was_signed_in() -> None:
    _, ledger = audited(**reserves(term=3, price={"start": 1.5, "monthly_change": -0.05}))
    gpus, lines = ledger.gpus["contract"], ledger.spend["compute"]["contract"]
    month = max(range(12), key=lambda index: gpus[index])
    assert lines["commitment"][month] > gpus[month] * 1.5 * 0.95**month * 730 * 0.999


def test_contracts_of_opening_day_run_out_at_their_term() -> None:
    _, ledger = audited(**merged(reserves(term=9, now=40, upfront=0.5), {"compute": {"contract": {"max": 40}}}))
    assert ledger.gpus["contract"][0] == pytest.approx(40)
    assert ledger.spend["compute"]["contract"]["commitment"][0] == pytest.approx(40 * 0.5 * 1.5 * 730)


def test_opening_contracts_longer_than_the_plan_leave_a_tail() -> None:
    _, ledger = audited(**reserves(term=20, now=40))
    assert ledger.spend["compute"]["contract"]["tail"][-1] >= 40 * 1.5 * 730 * 8 * 0.999
    assert ledger.gpus["contract"][-1] >= 40


def test_bought_gpus_arrive_after_their_lead_and_cost_to_run() -> None:
    _, ledger = audited(**buys(lead=3, running=300))
    lines = ledger.spend["compute"]["owned"]
    ordered = next(month for month, paid in enumerate(lines["purchase"]) if paid > 1.0)
    assert ledger.gpus["owned"][ordered + 2] == pytest.approx(0.0, abs=1e-6)
    assert ledger.gpus["owned"][ordered + 3] > 1
    assert lines["running"][ordered + 3] == pytest.approx(300 * ledger.gpus["owned"][ordered + 3])


def test_a_short_life_ends_inside_the_plan() -> None:
    _, ledger = audited(**buys(life=3, price=8e3))
    gpus = ledger.gpus["owned"]
    assert max(gpus) > 100
    assert gpus[-1] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("life", [1, 2, 6, 9, 12, 30])
def test_an_opening_fleet_serves_to_the_end_of_its_life(life: int) -> None:
    _, ledger = audited(compute={"owned": {"kind": "buy", "chip": "H100", "price": 1e6, "now": 64, "life": life}})
    served = [month for month in range(1, 13) if ledger.gpus["owned"][month - 1] > 63]
    assert served == list(range(1, min(life, 13)))


@pytest.mark.parametrize("life", [4, 48])
@pytest.mark.parametrize("lead", [0, 2])
def test_gpus_are_bought_and_sold_again_after_the_run(lead: int, life: int) -> None:
    _, ledger = audited(
        **merged(
            buys(resale=0.8, lead=lead, life=life, price=25e3),
            {
                "models": {
                    "chat": {"deadline": 8},
                    "second": {"law": "chinchilla-replication", "deadline": 12, "training_months": 3},
                },
            },
        )
    )
    assert sum(ledger.resale["owned"]) > 1e5


def test_the_opening_fleet_can_be_sold_at_month_ones_price() -> None:
    result, ledger = audited(
        compute={"owned": {"kind": "buy", "flops": "1 TFLOP/s", "price": 25e3, "now": 64, "resale": 0.5}}
    )
    [[order, sale, gpus]] = result.decisions["compute"]["owned"]["sold"]
    assert (order, gpus) == (0, pytest.approx(64))
    assert ledger.resale["owned"][sale - 1] == pytest.approx(64 * 25e3 * 0.5 ** (sale / 12))


def test_a_worn_out_fleet_is_sold_when_its_last_month_of_service_is_over() -> None:
    result, ledger = audited(
        compute={
            "owned": {
                "kind": "buy",
                "flops": "989 TFLOP/s",
                "price": 1e3,
                "lead": 12,
                "now": 400,
                "life": 6,
                "resale": 0.9,
                "max": 400,
            }
        },
        models={
            "first": {"law": "chinchilla-replication", "deadline": 5, "training_months": 2, "weight": 20},
            "chat": {"deadline": 12},
        },
    )
    # Nothing new would be delivered in time, so the fleet is kept while it trains.
    [[order, sale, gpus]] = result.decisions["compute"]["owned"]["sold"]
    assert (order, sale, gpus) == (0, 6, pytest.approx(400))
    assert ledger.gpus["owned"][4] == pytest.approx(400)


# ---- Data ----------------------------------------------------------------------------------------------


def test_data_are_processed_stored_and_late() -> None:
    _, ledger = audited(
        data={"text": {"price": 1e-6, "processing": 2e-7, "storage": 1e-8, "lead": 2, "per_month": 5e11, "max": 8e11}}
    )
    lines = ledger.spend["data"]["text"]
    assert sum(lines["processing"]) == pytest.approx(0.2 * sum(lines["acquisition"]))
    assert sum(lines["storage"]) > 0
    assert ledger.stock["text"][-1] == pytest.approx(8.1e11)
    # Training starts in month 8: orders of month 5 are the last that help.
    assert sum(lines["acquisition"][5:]) == pytest.approx(0.0, abs=0.01)


def test_a_model_reads_its_own_sources_by_weight() -> None:
    _, ledger = audited(
        data={"code": {"unit": "token", "price": 0.5e-6, "max": 4e11}},
        models={"chat": {"data": {"code": 0.5, "text": 1.0}}},
    )
    assert ledger.models["chat"]["available_data"]["code"] == pytest.approx(2e11)


def test_a_model_trained_from_the_first_month_has_only_its_opening_stock() -> None:
    result, ledger = audited(models={"chat": {"deadline": 3}})
    assert ledger.models["chat"]["available_data"]["text"] == 1e10
    assert sum(ledger.spent("data")) == 0
    assert result.model("chat").inputs["tokens"] <= 1e10 * (1 + 1e-9)


# ---- People --------------------------------------------------------------------------------------------


def test_hires_come_late_ramp_up_cost_money_and_leave() -> None:
    _, ledger = audited(
        **hires(attrition=0.2, hiring={"cost": 25e3, "per_month": 2, "delay": 2, "ramp": 3}, overhead=0.3)
    )
    lines = ledger.spend["people"]["researchers"]
    assert ledger.arrivals["researchers"][:2] == [0.0, 0.0]
    assert ledger.arrivals["researchers"][2] == pytest.approx(2.0)
    assert lines["hiring"][2] == pytest.approx(50e3)
    assert lines["overhead"][5] == pytest.approx(0.3 * lines["salary"][5])
    assert ledger.effective["researchers"][2] < ledger.heads["researchers"][2] - 1
    assert ledger.leavers["researchers"][0] == pytest.approx(4 * (1 - 0.8 ** (1 / 12)))


@pytest.mark.parametrize("delay", [0, 1, 4])
def test_leavers_are_replaced_as_soon_as_anyone_can_arrive(delay: int) -> None:
    _, ledger = audited(people={"researchers": {"attrition": 0.3, "hiring": {"delay": delay}}})
    heads = ledger.heads["researchers"]
    assert min(heads[delay:]) == pytest.approx(10.0)
    if delay:
        assert heads[0] < 10


def test_research_before_the_training_makes_compute_count_for_more() -> None:
    result, ledger = audited(models={"chat": {"research_effect": 0.4, "research_scale": 20}})
    chat = result.model("chat")
    effort = ledger.models["chat"]["research"]
    assert effort == pytest.approx(70.0)
    assert chat.effective_flop == pytest.approx(chat.compute_flop * (1 + effort / 20) ** 0.4, rel=1e-9)


def test_staff_stay_once_the_last_training_begins_unless_the_company_winds_down() -> None:
    plan = {"people": {"researchers": {"attrition": 0.5, "min": 0}}, "models": {"chat": {"deadline": 6}}}
    _, kept = audited(**merged(plan, {"people": {"researchers": {"max": 10}}}))
    assert min(kept.heads["researchers"][3:]) >= kept.heads["researchers"][2] - 1e-6
    _, drained = audited(**merged(plan, {"plan": {"wind_down": True}}))
    assert drained.heads["researchers"][-1] < drained.heads["researchers"][5] - 1


# ---- Runway --------------------------------------------------------------------------------------------


def test_a_forward_runway_may_ask_for_parts_of_months() -> None:
    _, ledger = audited(runway={"months": 2.5, "basis": "forward"})
    burn = ledger.burn
    expected = [burn[month + 1] + burn[month + 2] + 0.5 * burn[month + 3] for month in range(9)]
    assert ledger.required[:9] == pytest.approx(expected)
    # Two months of the plan and half a month beyond it, then one and one and a half.
    assert ledger.required[9] == pytest.approx(burn[10] + burn[11] + 0.5 * ledger.closing_burn)
    assert ledger.cash[-1] == pytest.approx(ledger.required[-1], rel=1e-4)


def test_months_before_the_plan_burn_what_was_burnt_then() -> None:
    _, ledger = audited(runway={"months": 4, "window": 6, "opening_burn": 1e6})
    assert ledger.required[0] == pytest.approx(4 * (5 * 1e6 + ledger.burn[0]) / 6)


def test_months_before_the_plan_burn_what_month_one_does_when_nothing_is_said() -> None:
    _, ledger = audited(runway={"months": 4, "window": 6})
    assert ledger.required[1] == pytest.approx(4 * (5 * ledger.burn[0] + ledger.burn[1]) / 6)


def test_cash_never_falls_below_its_floor_but_to_it() -> None:
    _, ledger = audited(plan={"min_cash": 3e6})
    assert min(ledger.cash) == pytest.approx(3e6, rel=1e-4)


# A round after the run leaves the months before it as the tight ones.
ROUND_LATER: Document = {
    "plan": {"cash": 6e6, "months": 18},
    "funding": {"series-b": {"kind": "equity", "amount": 30e6, "month": 11}},
    "models": {"chat": {"deadline": 9}},
}
RUNWAYS = {
    "trailing and rising": ({"months": {"2026-09": 1, "2027-04": 5}}, 9, 11),
    "trailing and falling": ({"months": {"2026-09": 6, "2027-04": 2}, "window": 4}, 9, 11),
    "trailing over one month": ({"months": 3.5, "window": 1}, 9, 11),
    "forward with parts of months": ({"months": 3.6, "basis": "forward"}, 9, 11),
    "forward and rising": ({"months": {"2026-09": 1, "2027-04": 4.5}, "basis": "forward"}, 9, 11),
    "before the plan as in month one": ({"months": 4, "window": 6}, 3, 4),
    "before the plan as it was": ({"months": 4, "window": 6, "opening_burn": 0.4e6}, 3, 4),
}


@pytest.mark.parametrize("what", RUNWAYS)
def test_a_runway_of_any_kind_is_kept_to_the_cent_before_the_next_round(what: str) -> None:
    runway, deadline, month = RUNWAYS[what]
    changes = {
        "runway": runway,
        "models": {"chat": {"deadline": deadline}},
        "funding": {"series-b": {"month": month}},
    }
    _, ledger = audited(**merged(ROUND_LATER, changes))
    # The second pass may leave a millionth of the quality, and what that costs, in the bank.
    tight = [index for index in range(18) if ledger.cash[index] <= ledger.required[index] * (1 + 1e-3)]
    assert tight
    assert max(tight) < month - 1


@pytest.mark.parametrize("basis", ["trailing", "forward"])
def test_the_runway_of_the_last_month_is_asked_at_the_end(basis: str) -> None:
    _, ledger = audited(
        runway={"months": {"2026-09": 1, "2027-08": 5}, "basis": basis}, models={"chat": {"deadline": 12}}
    )
    assert ledger.cash[-1] == pytest.approx(5 * ledger.closing_burn, rel=1e-3)


@pytest.mark.parametrize("purchases", [False, True])
def test_bought_gpus_burn_only_where_the_runway_counts_them(purchases: bool) -> None:
    _, ledger = audited(**merged(buys(), {"runway": {"months": 2, "purchases": purchases}}))
    bought = ledger.spend["compute"]["owned"]["purchase"]
    month = max(range(12), key=lambda index: bought[index])
    assert bought[month] > 1e6
    others = ledger.total_spend[month] - bought[month]
    assert ledger.burn[month] == pytest.approx(others + (bought[month] if purchases else 0.0))


def test_the_runway_may_change_by_the_month() -> None:
    _, ledger = audited(runway={"months": {"2026-09": 1, "2027-05": 6}, "window": 1})
    assert ledger.required[7] == pytest.approx(1 * ledger.burn[7])
    assert ledger.required[8] == pytest.approx(6 * ledger.burn[8])
