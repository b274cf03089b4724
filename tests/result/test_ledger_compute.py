"""Exits, ages, a site, experiments and staff over three months worked out by hand, and each rule broken alone."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from allocator.plan import load_plan
from allocator.result.ledger import Ledger, replay

TEN_PERCENT_A_MONTH = 0.717570463519

PLAN: dict[str, Any] = {
    "plan": {"start": "2026-01", "months": 3, "cash": 100_000},
    "compute": {
        "hall": {
            "kind": "reserve",
            "price": [1, 2, 3],
            "term": 3,
            "upfront": 0.25,
            "now": 2,
            "age": 1,
            "exit_fee": 0.5,
            "flops": "1 TFLOP/s",
            "utilisation": 0.5,
            "delivered": 0.8,
        },
        "own": {
            "kind": "buy",
            "price": 1_000,
            "life": 5,
            "now": 4,
            "age": 2,
            "resale": 1 - TEN_PERCENT_A_MONTH,
            "running": 10,
            "power": 1.5,
            "site": "cellar",
            "flops": "1 TFLOP/s",
            "utilisation": 0.5,
        },
    },
    "sites": {
        "cellar": {"max": 8, "power": "6 kW", "cost": [100, 200, 300], "cost_per_kw": 2, "power_price": "0.1 USD/kWh"}
    },
    "data": {"text": {"unit": "token", "price": 0, "now": 1e9, "max": 1e12}},
    "people": {
        "researchers": {"salary": 1_000, "now": 2, "research": 0.5, "wants_gpus": 2},
        "engineers": {"salary": 1_000, "now": 2, "runs_gpus": 5},
    },
    "models": {"chat": {"law": "chinchilla-replication", "deadline": 3, "training_months": 1}},
}
DECISIONS: dict[str, Any] = {
    "compute": {
        "hall": {"signed": [4, 0, 2], "ended": [[1, 3, 1], [0, 2, 2]], "experiments": [5, 0, 0]},
        "own": {"ordered": [0, 0, 0], "sold": [[0, 2, 1]], "experiments": [0, 3, 0]},
    },
    "people": {"researchers": {"counted": [2, 1.5, 0]}},
    "models": {"chat": {"compute": [0, 0, 5e18], "inputs": {"parameters": 1e8, "tokens": 1e9}}},
}


def near(values: object) -> object:
    return pytest.approx(values, rel=1e-12, abs=1e-9)


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return replay(load_plan(PLAN), DECISIONS)


def test_contracts_of_an_age_and_contracts_left_early_end_when_they_do(ledger: Ledger) -> None:
    # opening: one of three months is over, so months 1 and 2, but left in month 2; 4 of month 1 run months 1 to 3,
    # one of them left in month 3; 2 of month 3
    assert ledger.gpus["hall"] == [2 + 4, 4, 3 + 2]


def test_leaving_a_contract_ends_what_is_due_and_costs_its_share_of_what_remains(ledger: Ledger) -> None:
    lines = ledger.spend["compute"]["hall"]
    # a quarter of three months: 0.25 x 3 x 730 x 4; 0.25 x 3 x 2,190 x 2
    assert lines["upfront"] == near([2_190, 0, 3_285])
    # 0.75 x 730 = 547.5 for each of 6, then 4, then 3; and 0.75 x 2,190 = 1,642.5 for each of 2
    assert lines["commitment"] == near([3_285, 2_190, 1_642.5 + 3_285])
    # months 4 and 5 of the two signed in month 3
    assert lines["tail"] == near([0, 0, 6_570])
    # half of the one month left of 2 opening contracts; half of the one month left of one of month 1
    assert lines["exit"] == near([0, 547.5, 273.75])


def test_a_contract_left_early_owes_no_tail() -> None:
    document, decisions = copy.deepcopy(PLAN), copy.deepcopy(DECISIONS)
    document["compute"]["hall"]["term"] = 6
    decisions["compute"]["hall"]["ended"] = [[1, 2, 4]]
    lines = replay(load_plan(document), decisions).spend["compute"]["hall"]
    # 4 of month 1, left in month 2, would have owed 5 months of 547.5: half of it is paid, and no tail of theirs.
    assert lines["exit"] == near([0, 0.5 * 5 * 547.5 * 4, 0])
    # the 2 of month 3 owe months 4 to 8, the 2 of opening day, a month old, months 4 and 5
    assert lines["tail"] == near([0, 0, 5 * 1_642.5 * 2 + 2 * 547.5 * 2])


def test_a_fee_in_months_is_never_more_than_what_remains() -> None:
    document, decisions = copy.deepcopy(PLAN), copy.deepcopy(DECISIONS)
    del document["compute"]["hall"]["exit_fee"]
    document["compute"]["hall"] |= {"exit_months": 2, "term": 4}
    decisions["compute"]["hall"]["ended"] = [[1, 2, 1], [1, 4 - 1, 1], [0, 3, 2]]
    # month 1's run to month 4: left in month 2 three remain, two are paid; left in month 3 two; of opening day's one
    lines = replay(load_plan(document), decisions).spend["compute"]["hall"]
    assert lines["exit"] == near([0, 2 * 547.5, 2 * 547.5 + 2 * 1 * 547.5])


def test_a_fleet_of_an_age_wears_out_earlier_and_is_sold_at_its_age(ledger: Ledger) -> None:
    # delivered two months before the plan with a life of 5: months 1 and 2; one is sold in month 2
    assert ledger.gpus["own"] == [4, 3, 0]
    # four months old: 1,000 x 0.9^4
    assert ledger.resale["own"] == near([0, 656.1, 0])


def test_a_site_charges_for_room_for_kilowatts_and_for_energy(ledger: Ledger) -> None:
    lines = ledger.spend["compute"]["own"]
    assert lines["running"] == near([40, 30, 0])
    # 4 and 3 GPUs of 1.5 kW at 2 a kW
    assert lines["hosting"] == near([12, 9, 0])
    # 6 kW x 730 h x 0.1; 4.5 kW x 730 h x 0.1
    assert lines["electricity"] == near([438, 328.5, 0])
    assert ledger.spend["compute"]["cellar"]["site"] == [100, 200, 300]


def test_people_count_for_research_with_gpus_for_their_experiments(ledger: Ledger) -> None:
    # 0.5 each of 2 and 1.5
    assert ledger.research == near([1.0, 0.75, 0])
    assert ledger.models["chat"]["research"] == near(1.75)
    # 5 GPUs of 1e12 x 0.5 x 0.8 x 730 x 3,600; 3 of 1e12 x 0.5 x 730 x 3,600
    assert ledger.experiments_flop == near([5 * 1.0512e18, 3 * 1.314e18, 0])


def test_cash_closes_each_month_as_worked_out(ledger: Ledger) -> None:
    # 2,190 + 3,285 + 40 + 12 + 438 + 100 + 4,000; 2,190 + 547.50 + 30 + 9 + 328.50 + 200 + 4,000;
    # 3,285 + 4,927.50 + 6,570 + 273.75 + 300 + 4,000
    assert ledger.total_spend == near([10_065, 7_305, 19_356.25])
    # 100,000 - 10,065; - 7,305 + 656.10; - 19,356.25
    assert ledger.cash == near([89_935, 83_286.1, 63_929.85])
    # exits burn, sales do not lower it
    assert ledger.burn == near([10_065, 7_305, 19_356.25])


def test_the_hand_worked_plan_breaks_no_rule(ledger: Ledger) -> None:
    assert ledger.violations == []


def test_what_is_held_lists_experiments_and_who_counts(ledger: Ledger) -> None:
    held = {(row.month, row.item, row.line): (row.quantity, row.unit) for row in ledger.holdings()}
    assert held["2026-01", "hall", "experiments"] == (5, "GPU")
    assert held["2026-02", "researchers", "counted"] == (1.5, "person")


BROKEN: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "more contracts left than were signed": (
        {},
        {"compute.hall.ended": [[1, 3, 5], [0, 2, 2]]},
        "compute.hall GPUs under contract since 2026-01 are 4, and 5 of them are left early, 1 more than there are",
    ),
    "a contract left in the month it was signed": (
        {},
        {"compute.hall.ended": [[1, 1, 1]]},
        "compute.hall contracts signed in 2026-01 are left in 2026-01, cannot be left then",
    ),
    "a contract left after its term": (
        {"compute.hall.now": 4},
        {"compute.hall.ended": [[0, 3, 1]]},
        "compute.hall contracts signed in the opening are left in 2026-03, cannot be left then",
    ),
    "a contract left that cannot be": (
        {"compute.hall.exit_fee": None, "people.engineers.runs_gpus": 9},
        {"compute.hall.ended": [[1, 2, 1]]},
        "compute.hall contracts signed in 2026-01 are left in 2026-02, but the offer has no exit",
    ),
    "fewer than no contracts left": (
        {},
        {"compute.hall.ended": [[1, 2, -1]]},
        "compute.hall contracts signed in 2026-01 and left in 2026-02 are -1, below 0",
    ),
    "part of a lot left": (
        {"plan.whole": True, "compute.hall.lot": 2, "compute.hall.now": 0},
        {"compute.hall.ended": [[1, 3, 1]]},
        "compute.hall contracts left in 2026-03 are 1, not whole lots of 2",
    ),
    "more GPUs than a site has room for": (
        {"sites.cellar.max": 3},
        {},
        "sites.cellar GPUs on 2026-01 is 4, 1 above the room of 3",
    ),
    "more power than a site has": (
        {"sites.cellar.power": [6, 4, 4]},
        {},
        "sites.cellar power in kW on 2026-02 is 4.5, 0.5 above the power of 4",
    ),
    "fewer GPUs given to experiments than those who count want": (
        {},
        {"people.researchers.counted": [2, 1.75, 0]},
        "GPUs that counted research wants on 2026-02 is 3.5, 0.5 above the number given, of 3",
    ),
    "people who count and are not effective": (
        {"people.researchers.wants_gpus": 1},
        {"people.researchers.counted": [3, 1.5, 0]},
        "people.researchers counted for research on 2026-01 is 3, 1 above the effective of 2",
    ),
    "more GPUs for experiments than serve": (
        {},
        {"compute.own.experiments": [0, 4, 0]},
        "compute.own GPUs for experiments on 2026-02 is 4, 1 above the GPUs that serve, of 3",
    ),
    "one GPU for an experiment and for a model": (
        {},
        {"compute.hall.experiments": [5, 0, 1]},
        "compute used on 2026-03 is 6.0512e+18 FLOP, 7.952e+17 FLOP above the delivered of 5.256e+18 FLOP",
    ),
    "more GPUs than the staff can run": (
        {"people.engineers.runs_gpus": 4.5},
        {},
        "GPUs serving on 2026-01 is 10, 1 above the number that the staff can run, of 9",
    ),
}


def _changed(document: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    result = copy.deepcopy(document)
    for path, value in changes.items():
        *names, key = path.split(".")
        table = result
        for name in names:
            table = table.setdefault(name, {})
        if value is None:
            del table[key]
        else:
            table[key] = value
    return result


@pytest.mark.parametrize(("plan", "decisions", "sentence"), BROKEN.values(), ids=BROKEN)
def test_a_broken_rule_is_said_once(plan: dict[str, Any], decisions: dict[str, Any], sentence: str) -> None:
    found = replay(load_plan(_changed(PLAN, plan)), _changed(DECISIONS, decisions)).violations
    # What an edit breaks besides, such as GPUs that experiments no longer have, is another rule's sentence.
    assert [text for text in found if text == sentence] == [sentence], found


def test_staff_that_was_hired_and_is_not_there_runs_nothing() -> None:
    changes = {
        "people.engineers": {"salary": 1_000, "now": 1, "max": 4, "runs_gpus": 10, "hiring": {"delay": 1, "ramp": 1}},
    }
    decisions = _changed(DECISIONS, {"people.engineers.hired": [2, 0, 0], "compute.hall.signed": [4, 12, 2]})
    found = replay(load_plan(_changed(PLAN, changes)), decisions).violations
    # month 2: one and two that have just come, each a half: 20 GPUs may serve, and 4 + 12 + 3 do
    assert found == []
    more = _changed(decisions, {"compute.hall.signed": [4, 14, 2]})
    assert replay(load_plan(_changed(PLAN, changes)), more).violations == [
        "GPUs serving on 2026-02 is 21, 1 above the number that the staff can run, of 20"
    ]
    # ordered in month 2, they are there in month 3 only
    late = _changed(decisions, {"people.engineers.hired": [0, 2, 0]})
    assert replay(load_plan(_changed(PLAN, changes)), late).violations == [
        "GPUs serving on 2026-02 is 19, 9 above the number that the staff can run, of 10"
    ]


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("compute.hall.ended", [[1, 2.5, 1]], "an exit is [month signed, first month without, GPUs]"),
        ("compute.hall.ended", [[1, 2]], "an exit is [month signed, first month without, GPUs]"),
        ("compute.own.ended", [], "compute.own.ended is not of this plan"),
        ("compute.own.experiments", [1], "compute.own.experiments has 1 months and the plan has 3"),
    ],
)
def test_decisions_that_cannot_be_are_refused(path: str, value: object, message: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011  (what it says is asserted below)
        replay(load_plan(PLAN), _changed(DECISIONS, {path: value}))
    assert message in str(refusal.value)
