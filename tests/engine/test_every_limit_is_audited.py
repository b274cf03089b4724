"""Limits on any measure, targets and whole units, in optima that the independent ledger then replays to the cent."""

from __future__ import annotations

import math

import pytest
from plans import Document, audited, ledger_of, merged, small_lab, solved

from allocator.result.ledger import Ledger

OFFERS: Document = {
    "compute": {
        "owned": {"kind": "buy", "chip": "H100", "price": 12e3, "lead": 1},
        "contract": {"kind": "reserve", "chip": "H100", "price": 1.4, "term": 4},
    },
    "people": {"researchers": {"max": 20, "attrition": 0.1}},
    "costs": {"office": {"amount": 10e3}},
}


def spent(ledger: Ledger, category: str) -> float:
    return math.fsum(ledger.spent(category))


LIMITS = {
    "total.spend <= 9_000_000": lambda ledger, _: (math.fsum(ledger.total_spend), 9e6),
    "total.spend[1..5] >= 1_200_000": lambda ledger, _: (math.fsum(ledger.total_spend[:5]), 1.2e6),
    "compute.spend <= 0.4 * total.spend": lambda ledger, _: (
        spent(ledger, "compute"),
        0.4 * math.fsum(ledger.total_spend),
    ),
    "compute.owned.spend >= 1_000_000": lambda ledger, _: (
        math.fsum(math.fsum(line) for line in ledger.spend["compute"]["owned"].values()),
        1e6,
    ),
    "compute.cloud.gpus >= 30": lambda ledger, _: (min(ledger.gpus["cloud"]), 30),
    "compute.owned.gpus[9] = 20": lambda ledger, _: (ledger.gpus["owned"][8], 20),
    "compute.owned.orders[2..4] = 24": lambda _, made: (math.fsum(made["compute"]["owned"]["ordered"][1:4]), 24),
    "compute.contract.orders[3] = 40": lambda _, made: (made["compute"]["contract"]["signed"][2], 40),
    "compute.contract.gpus[8..9] <= 500": lambda ledger, _: (max(ledger.gpus["contract"][7:9]), 500),
    "data.text.items[1..3] = 3e11": lambda _, made: (math.fsum(made["data"]["text"]["bought"][:3]), 3e11),
    "data.text.items <= 2e11": lambda _, made: (math.fsum(made["data"]["text"]["bought"]), 2e11),
    "data.spend <= 0.1 * compute.spend": lambda ledger, _: (spent(ledger, "data"), 0.1 * spent(ledger, "compute")),
    "people.researchers.headcount[4] = 13": lambda ledger, _: (ledger.heads["researchers"][3], 13),
    "people.researchers.hires[2] = 3": lambda _, made: (made["people"]["researchers"]["hired"][1], 3),
    "people.headcount[4] >= 14": lambda ledger, _: (ledger.heads["researchers"][3], 14),
    "people.arrivals[3..5] = 3": lambda ledger, _: (math.fsum(ledger.arrivals["researchers"][2:5]), 3),
    "people.leavers >= 1.2": lambda ledger, _: (math.fsum(ledger.leavers["researchers"]), 1.2),
    "people.research[1..6] >= 70": lambda ledger, _: (math.fsum(ledger.research[:6]), 70),
    "people.spend.salary >= 3_000_000": lambda ledger, _: (
        math.fsum(ledger.spend["people"]["researchers"]["salary"]),
        3e6,
    ),
    "compute.gpus[8] = 100": lambda ledger, _: (math.fsum(gpus[7] for gpus in ledger.gpus.values()), 100),
    "compute.cloud.rented = 500 +- 10": lambda ledger, _: (math.fsum(ledger.gpus["cloud"]), 490),
    "compute.cloud.gpus[8] = compute.owned.gpus[8] / 2 + 30": lambda ledger, _: (
        ledger.gpus["cloud"][7],
        ledger.gpus["owned"][7] / 2 + 30,
    ),
    "compute.idle[8..10] >= 1e23": lambda ledger, made: (
        math.fsum(ledger.delivered_flop[7:10]) - math.fsum(made["models"]["chat"]["compute"][7:10]),
        1e23,
    ),
    "models.chat.compute[8] = 2e22": lambda _, made: (made["models"]["chat"]["compute"][7], 2e22),
    "data.text.stock[7] <= 5e11": lambda ledger, _: (ledger.stock["text"][6], 5e11),
    "cash[6] <= 15_000_000": lambda ledger, _: (ledger.cash[5], 15e6),
    "cash[6] = 40 * people.spend[6]": lambda ledger, _: (ledger.cash[5], 40 * ledger.spent("people")[5]),
    "cash.burn[8..10] <= 4_000_000": lambda ledger, _: (math.fsum(ledger.burn[7:10]), 4e6),
    "people.spend >= 4_000_000": lambda ledger, _: (spent(ledger, "people"), 4e6),
    "costs.office.spend + data.spend <= 500_000": lambda ledger, _: (
        spent(ledger, "costs") + spent(ledger, "data"),
        5e5,
    ),
}


@pytest.mark.parametrize("rule", LIMITS)
def test_a_limit_on_any_measure_binds_where_it_says(rule: str) -> None:
    result, ledger = audited(**merged(OFFERS, {"limits": {"rule": rule}}))
    reached, asked = LIMITS[rule](ledger, result.decisions)
    assert reached == pytest.approx(asked, rel=1e-5)


@pytest.mark.parametrize("rule", LIMITS)
def test_without_its_limit_the_plan_would_do_something_else(rule: str) -> None:
    result, ledger = audited(**OFFERS)
    reached, asked = LIMITS[rule](ledger, result.decisions)
    assert reached != pytest.approx(asked, rel=1e-3)


def test_a_target_takes_compute_from_the_other_model() -> None:
    both = {"models": {"chat": {"weight": 1.0}, "code": {"law": "chinchilla-replication", "deadline": 11, "weight": 5}}}
    free = solved(small_lab(**both)).model("chat").value
    target = free - 0.01
    result, _ = audited(**merged(both, {"models": {"chat": {"target": target}}}))
    assert result.model("chat").value == pytest.approx(target, abs=1e-6)


WHOLE: Document = {
    "compute": {
        "cloud": {"lot": 8},
        "contract": {"kind": "reserve", "flops": "989 TFLOP/s", "price": 1.5, "term": 3, "lot": 8, "max": 301},
        "owned": {"kind": "buy", "flops": "989 TFLOP/s", "price": 15e3, "lot": 8, "resale": 0.5, "max": 101},
    },
    "people": {"researchers": {"now": 4, "max": 9, "attrition": 0.2, "hiring": {"per_month": 2, "delay": 1}}},
    "models": {"chat": {"research_effect": 0.5}},
}


@pytest.mark.parametrize("solver", ["highs", "cbc"])
@pytest.mark.parametrize("whole", [True, 5, "2027-04"])
def test_whole_plans_order_whole_lots_and_hire_whole_people(whole: object, solver: str) -> None:
    result = solved(small_lab(**merged(WHOLE, {"plan": {"whole": whole}})), solver=solver, time_limit=30)
    assert ledger_of(result).violations == []
    last = result.plan.plan.whole
    made = result.decisions
    lots = [
        *made["compute"]["cloud"]["gpus"][:last],
        *made["compute"]["contract"]["signed"][:last],
        *made["compute"]["owned"]["ordered"][:last],
        *(gpus for _, sale, gpus in made["compute"]["owned"]["sold"] if sale <= last),
    ]
    people = made["people"]["researchers"]["hired"][:last]
    assert sum(people) >= 1
    assert all(abs(gpus / 8 - round(gpus / 8)) < 1e-6 for gpus in lots)
    assert all(abs(count - round(count)) < 1e-6 for count in people)
    if last == 12:
        assert sum(lots) >= 8


@pytest.mark.parametrize("delay", [0, 1, 3])
@pytest.mark.parametrize("whole", [True, 4])
def test_a_team_of_fixed_size_is_kept_by_whole_hires_that_arrive_late(whole: object, delay: int) -> None:
    # Nine tenths of a person short is nobody to hire; the last whole order arrives after the last whole month.
    _, ledger = audited(plan={"whole": whole}, people={"researchers": {"attrition": 0.2, "hiring": {"delay": delay}}})
    heads = ledger.heads["researchers"]
    assert min(heads) >= 9 - 1e-6
    if whole == 4:
        assert min(heads[4 + delay :]) >= 10 - 1e-6
