"""Every risk of a diagnosis is seen to warn and not to warn, and says its threshold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from allocator import diagnose, load_accounts
from allocator.study.diagnose_company import Company
from allocator.study.diagnose_risks import RISKS, Risk, with_risks

HEALTHY = {
    "index": 0.2,
    "runway": 18.0,
    "raised": 0.1,
    "idle": 0.05,
    "committed": 0.3,
    "unused": 0.0,
    "effective": 0.97,
    "leaving": 0.08,
    "largest": 0.5,
    "source": 0.4,
}
THRESHOLDS = {
    "costs above income": 0.0,
    "short runway": 6.0,
    "dependence on rounds": 0.5,
    "idle compute": 0.2,
    "bound to prices": 0.6,
    "data nobody uses": 0.1,
    "people not yet effective": 0.9,
    "people leaving": 0.15,
    "one kind of cost": 0.75,
    "one source of income": 0.8,
}


def company(**figures: float | None) -> Company:
    base = diagnose(load_accounts({"accounts": {"income": 10e6, "compute": 4e6}})).company
    notes = {"largest": "compute", "source": "subscriptions", "runway": "2027-05"}
    sums = {"idle_cost": 1.2e6, "unused_cost": 3e5, "replacement": 9e5}
    return with_risks(replace(base, figures={**base.figures, **sums, **HEALTHY, **figures}, notes=notes))


def verdict(risk: Risk, found: Company) -> bool | None:
    return next(row["warns"] for row in found.tables["risks"] if row["risk"] == risk.name)


def test_a_healthy_company_has_no_warning():
    found = company()
    assert found.warnings == ()
    assert {row["warns"] for row in found.tables["risks"]} == {False}


def test_the_thresholds_are_those_of_the_page():
    assert {risk.name: risk.threshold for risk in RISKS} == THRESHOLDS
    assert {risk.figure for risk in RISKS} == set(HEALTHY)


@pytest.mark.parametrize("risk", RISKS, ids=lambda risk: risk.name)
def test_each_risk_warns_beyond_its_threshold_alone(risk):
    worse = 0.01 if risk.rule == "above" else -0.01
    beyond = company(**{risk.figure: risk.threshold + worse})
    assert verdict(risk, beyond) is True
    (warning,) = beyond.warnings
    assert warning.endswith(risk.bound)
    for value in (risk.threshold, risk.threshold - worse):
        held = company(**{risk.figure: value})
        assert verdict(risk, held) is False
        assert held.warnings == ()


@pytest.mark.parametrize("risk", RISKS, ids=lambda risk: risk.name)
def test_a_figure_on_the_threshold_but_for_a_solvers_last_digits_does_not_warn(risk):
    hair = 1e-9 if risk.rule == "above" else -1e-9
    assert verdict(risk, company(**{risk.figure: risk.threshold + hair})) is False


@pytest.mark.parametrize("risk", RISKS, ids=lambda risk: risk.name)
def test_what_is_not_known_is_neither_warned_of_nor_passed(risk):
    found = company(**{risk.figure: None})
    assert verdict(risk, found) is None
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("figure", "value", "sentence"),
    [
        ("index", -0.5, "F is -0.5: costs of $4M against an income of $10M, less than 0"),
        ("runway", 2.1, "the runway falls to 2.1 months in 2027-05, less than 6.0 months"),
        ("raised", 0.7, "rounds pay 70 % of expenditure, more than 50 %"),
        ("idle", 0.38, "idle 38 % of compute, worth $1.2M, more than 20 %"),
        ("committed", 0.9, "90 % of the money for compute is bought or under contract, more than 60 %"),
        ("unused", 0.3, "30 % of the money for data, $300k, buys items that no model trains on, more than 10 %"),
        ("effective", 0.8, "80 % of the people employed are effective, less than 90 %"),
        ("leaving", 0.25, "25 % of people leave in a year, at $900k to replace them, more than 15 %"),
        ("largest", 0.81, "compute is 81 % of all costs, more than 75 %"),
        ("source", 1.0, "one source, subscriptions, brings 100 % of revenue, more than 80 %"),
    ],
)
def test_each_warning_says_what_was_found_and_its_threshold(figure, value, sentence):
    assert company(**{figure: value}).warnings == (sentence,)


def test_every_risk_says_what_answers_it():
    assert all(len(risk.answer) > 20 for risk in RISKS)


def test_the_table_of_risks_states_the_threshold_also_where_nothing_warns():
    row = next(row for row in company().tables["risks"] if row["risk"] == "idle compute")
    assert (row["value"], row["rule"], row["threshold"]) == (0.05, "above", 0.2)
    assert row["sentence"] == "idle 5 % of compute, worth $1.2M (warns at more than 20 %)"
