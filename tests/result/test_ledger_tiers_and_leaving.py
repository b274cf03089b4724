"""Tiers, machines, people kept and laid off: three months worked out by hand, and each rule broken once."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from allocator.plan import load_plan
from allocator.result.ledger import Ledger, replay

TEN_PERCENT_A_MONTH = 1 - 0.9**12
FIVE_PERCENT_A_MONTH = 1 - 0.95**12

COMPANY: dict[str, Any] = {
    "plan": {"start": "2026-01", "months": 3, "cash": 100_000, "wind_down": True, "whole": 3},
    "compute": {"cloud": {"kind": "rent", "price": 2, "flops": "1 TFLOP/s"}},
    "data": {
        "photos": {"unit": "image", "tiers": [[100, 3], [200, 2], [400, 1]]},
        "labels": {
            "unit": "label",
            "price": [0.5, 0.4, 0.3],
            "processing": 0.1,
            "automation": {"cost": 2, "price": 0.05, "lead": 1, "max": 650},
        },
        "text": {"unit": "token", "price": 0, "now": 1e9, "max": 1e12},
    },
    "people": {
        "crew": {
            "salary": [1_000, 1_000, 2_000],
            "now": 10,
            "min": 0,
            "max": 20,
            "hiring": {"cost": 500, "delay": 1, "ramp": 1},
            "attrition": TEN_PERCENT_A_MONTH,
            "retention": {"max": 800, "keeps": 0.001, "least_attrition": FIVE_PERCENT_A_MONTH},
            "layoff": 3,
            "handles": "100 labels/month",
        },
        "temps": {"salary": 3_000, "now": 0, "max": 3, "contractor": True},
    },
    "models": {
        "chat": {"law": "chinchilla-replication", "deadline": 3, "training_months": 1, "data": {"text": 1}},
    },
}
DECISIONS: dict[str, Any] = {
    "data": {
        "photos": {"bought": [150, 100, 200]},
        "labels": {"bought": [700, 1_000, 500], "automation": [600, 0, 0], "automated": [0, 600, 500]},
    },
    "people": {
        "crew": {"hired": [1, 0, 0], "kept": [0.4, 0.3, 0], "laid_off": [2, 0, 1]},
        "temps": {"hired": [2, 0, 0], "laid_off": [0, 2, 0]},
    },
}


def near(values: object) -> object:
    return pytest.approx(values, rel=1e-12, abs=1e-9)


@pytest.fixture(scope="module")
def books() -> Ledger:
    return replay(load_plan(COMPANY), DECISIONS)


def test_the_first_items_bought_are_those_of_the_first_tier(books: Ledger) -> None:
    # 100 at 3 and 50 at 2; 100 at 2; the last 50 at 2 and 150 at 1
    assert books.spend["data"]["photos"]["acquisition"] == near([400, 200, 250])


def test_machines_are_paid_once_come_after_their_lead_and_cost_less_by_the_item(books: Ledger) -> None:
    lines = books.spend["data"]["labels"]
    # 600 x 2
    assert lines["automation"] == near([1_200, 0, 0])
    # 600 and 500 at 0.05
    assert lines["automated"] == near([0, 30, 25])
    # 700 at 0.5, the other 400 at 0.4, none
    assert lines["acquisition"] == near([350, 160, 0])
    # all of them at 0.1
    assert lines["processing"] == near([70, 100, 50])
    assert books.stock["labels"] == near([700, 1_700, 2_200])


def test_leavers_are_kept_and_people_laid_off_before_the_months_pay(books: Ledger) -> None:
    # 10 % of 10 less 0.4; of 7.4 less 0.3; of 7.96
    assert books.leavers["crew"] == near([0.6, 0.44, 0.796])
    # 10 - 0.6 - 2; 7.4 - 0.44 + 1; 7.96 - 0.796 - 1
    assert books.heads["crew"] == near([7.4, 7.96, 6.164])
    # the hire of February counts half in it
    assert books.effective["crew"] == near([7.4, 7.46, 6.164])


def test_who_is_kept_costs_what_keeping_costs_and_who_goes_three_months_of_salary(books: Ledger) -> None:
    lines = books.spend["people"]["crew"]
    # 0.4 / 0.001; 0.3 / 0.001
    assert lines["retention"] == near([400, 300, 0])
    # 2 x 3 x 1,000; 1 x 3 x 2,000
    assert lines["severance"] == near([6_000, 0, 6_000])
    assert lines["salary"] == near([7_400, 7_960, 12_328])


def test_contractors_come_work_and_go_for_nothing(books: Ledger) -> None:
    assert books.heads["temps"] == [2, 0, 0]
    assert books.effective["temps"] == [2, 0, 0]
    assert books.spend["people"]["temps"]["salary"] == [6_000, 0, 0]
    assert sum(books.spend["people"]["temps"]["severance"]) == 0


def test_cash_closes_each_month_as_worked_out(books: Ledger) -> None:
    # 400 + 1,200 + 350 + 70 and 7,400 + 400 + 6,000 and 6,000; 200 + 30 + 160 + 100 and 7,960 + 500 + 300;
    # 250 + 25 + 50 and 12,328 + 6,000
    assert books.total_spend == near([21_820, 9_250, 18_653])
    assert books.cash == near([78_180, 68_930, 50_277])


def test_what_was_worked_out_breaks_no_rule(books: Ledger) -> None:
    assert books.violations == []


BROKEN: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "more tiers than there are": (
        {},
        {"data.photos.bought": [700, 0, 1]},
        "data.photos images bought over the plan are 701, 1 above the 700 on sale",
    ),
    "machines before they are there": (
        {},
        {"data.labels.automated": [1, 600, 500]},
        "automated on 2026-01 is 1, 1 above the capacity of 0",
    ),
    "machines for more than was bought": (
        {},
        {"data.labels.automated": [0, 600, 501]},
        "automated on 2026-03 is 501, 1 above the purchases of 500",
    ),
    "machines beyond their most": (
        {},
        {"data.labels.automation": [600, 51, 0]},
        "capacity on 2026-03 is 651, 1 above the cap of 650",
    ),
    "more labels than hands": (
        {},
        {"data.labels.bought": [750, 1_000, 500]},
        "labels that arrive to be handled on 2026-01 is 750, 10 above the hands of 740",
    ),
    "keeping more than leave": (
        {},
        {"people.crew.kept": [0.6, 0.3, 0]},
        "people.crew leavers kept on 2026-01 is 0.6, 0.1 above the leavers who can be kept of 0.5",
    ),
    "keeping for more than may be spent": (
        {"people.crew.retention.max": 350},
        {},
        "people.crew retention spending on 2026-01 is $400, $50 above the cap of $350",
    ),
    "keeping without retention": (
        {"people.crew.retention": None},
        {},
        "people.crew leavers kept on 2026-01 is 0.4, 0.4 above the cap of 0",
    ),
    "laying off where nobody can be": (
        {"people.crew.layoff": None},
        {},
        "people.crew laid off on 2026-01 is 2, 2 above the cap of 0",
    ),
    "laying off half a person": (
        {},
        {"people.crew.laid_off": [1.5, 0, 1]},
        "people.crew laid off on 2026-01 is 1.5, not whole",
    ),
    "laying off who still ramps up": (
        {},
        {"people.crew.laid_off": [8, 2, 0]},
        "people.crew heads on 2026-02 is 0.56, 0.44 below the arrivals that still ramp up of 1",
    ),
    "laying off once the last training begins": (
        {"plan.wind_down": False},
        {},
        "people.crew laid off on 2026-03 is 1, 1 above the number once the last training begins, of 0",
    ),
    "laying off just before the last training begins": (
        # training begins after February: 7.164 + 1 are left in March of 6.96; the one who went in February
        # worked in one of the two months
        {"plan.wind_down": False, "plan.whole": False},
        {"people.crew.laid_off": [2, 1, 0]},
        "people.crew heads on 2026-03 are 6.264, 1.196 below the 7.46 to be kept from 2026-02 on",
    ),
}


def put(document: dict[str, Any], path: str, value: object) -> None:
    *tables, key = path.split(".")
    for table in tables:
        document = document[table]
    if value is None:
        document.pop(key)
    else:
        document[key] = value


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_rule_is_said_with_its_month_and_by_how_much(what: str) -> None:
    in_plan, in_decisions, said = BROKEN[what]
    document, decisions = copy.deepcopy(COMPANY), copy.deepcopy(DECISIONS)
    for path, value in in_plan.items():
        put(document, path, value)
    for path, value in in_decisions.items():
        put(decisions, path, value)
    violations = replay(load_plan(document), decisions).violations
    assert any(said in violation for violation in violations), violations


def test_who_is_laid_off_was_trained_whoever_came_last() -> None:
    document, decisions = copy.deepcopy(COMPANY), copy.deepcopy(DECISIONS)
    document["people"]["crew"] |= {"attrition": 0.0}
    document["people"]["crew"].pop("retention")
    decisions["people"]["crew"] = {"hired": [2, 0, 0], "laid_off": [0, 2, 0]}
    effective = replay(load_plan(document), decisions).effective["crew"]
    # ten trained people; two come as two go: eight trained ones and two halves
    assert effective == near([10, 9, 10])
