"""Scenarios: fields of a plan that differ, laid over it by name, checked also where nobody chose them."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from working_plan import WORKING, write

from allocator.errors import PlanError
from allocator.plan import Plan, load_plan

SCENARIOS = """
[scenario.dear]
compute.cloud.price.yearly_change = 0
compute.cloud.price.start = 3.5

[scenario.late]
funding.seed.month = "2027-09"
people.researchers.hiring.per_month = 1

[scenario.worse]
extends = "dear"
compute.cloud.price.start = 4
plan.cash = "10 MUSD"

[scenario.poor]
plan.cash = 15e6

[scenario.hall]
compute.hall = {kind = "reserve", chip = "H100", price = 1.5, term = 12}
limits.hall-first = "compute.hall.gpus[2026-09] >= 8"
"""


def _plan(*names: str, text: str = SCENARIOS, folder: Path, overrides: tuple[str, ...] = ()) -> Plan:
    return load_plan(write(folder, f"{WORKING}{text}".encode()), scenarios=names, overrides=overrides)


def _refusal(*names: str, text: str = SCENARIOS, folder: Path, overrides: tuple[str, ...] = ()) -> PlanError:
    with pytest.raises(PlanError) as caught:
        _plan(*names, text=text, folder=folder, overrides=overrides)
    return caught.value


def test_a_scenario_that_is_not_chosen_changes_nothing(tmp_path: Path) -> None:
    alone = load_plan(write(tmp_path, WORKING.encode()))
    plan = _plan(folder=tmp_path)
    assert plan.resolved() == alone.resolved()
    assert plan.sha256() == alone.sha256()
    assert (plan.scenarios, plan.applied) == (("dear", "late", "worse", "poor", "hall"), ())
    assert (alone.scenarios, alone.applied) == ((), ())


def test_a_chosen_scenario_is_the_plan_with_its_fields_written_into_it(tmp_path: Path) -> None:
    text = WORKING.replace("{start = 2.49, yearly_change = -0.12}", "{start = 3.5, yearly_change = 0}")
    written = load_plan(write(tmp_path, text.encode()))
    plan = _plan("dear", folder=tmp_path)
    assert plan.sha256() == written.sha256()
    assert plan.applied == ("dear",)


def test_of_a_table_only_what_is_named_changes(tmp_path: Path) -> None:
    late = _plan("late", folder=tmp_path)
    hiring = late.people["researchers"].hiring
    assert (hiring.per_month, hiring.delay, hiring.ramp) == (1, 2, 3)
    flat = _plan(text="\n[scenario.flat]\ncompute.cloud.price.yearly_change = 0\n", folder=tmp_path)
    assert set(flat.with_scenarios("flat").compute["cloud"].price) == {2.49}


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("price = 3", 3.0, 3.0),
        ('price = {"2026-09" = 3, "2027-09" = 2}', 3.0, 2.0),
        ("price.monthly_change = -0.01", 2.49, 2.49 * 0.99**23),
        ("price = {start = 3, monthly_change = 0}", 3.0, 3.0),
    ],
)
def test_another_way_to_write_a_value_replaces_it(written: str, first: float, last: float, tmp_path: Path) -> None:
    price = _plan("x", text=f"\n[scenario.x]\ncompute.cloud.{written}\n", folder=tmp_path).compute["cloud"].price
    assert (price[0], price[-1]) == pytest.approx((first, last))


def test_of_a_table_of_months_only_the_months_named_change(tmp_path: Path) -> None:
    text = WORKING.replace("max = 512", 'max = {"2026-09" = 64, "2027-01" = 512}')
    path = write(tmp_path, f'{text}\n[scenario.x]\ncompute.cloud.max."2027-01" = 128\n'.encode())
    assert load_plan(path, scenarios=["x"]).compute["cloud"].max == (*[64.0] * 4, *[128.0] * 20)


def test_the_extending_scenario_wins_over_the_extended_one(tmp_path: Path) -> None:
    plan = _plan("worse", folder=tmp_path)
    assert set(plan.compute["cloud"].price) == {4.0}
    assert plan.plan.cash == pytest.approx(10e6)


def test_a_scenario_chosen_beside_one_that_extends_it_is_part_of_that_one(tmp_path: Path) -> None:
    together = {_plan(*names, folder=tmp_path).sha256() for names in [("worse",), ("dear", "worse"), ("worse", "dear")]}
    assert len(together) == 1


def test_scenarios_that_change_different_fields_are_combined(tmp_path: Path) -> None:
    plan = _plan("dear", "late", "hall", folder=tmp_path)
    assert plan.compute["cloud"].price[0] == pytest.approx(3.5)
    assert plan.funding["seed"].month == 13
    assert list(plan.compute) == ["cloud", "owned", "hall"]
    assert "hall-first" in plan.limits
    assert plan.applied == ("dear", "late", "hall")


def test_two_scenarios_that_change_one_field_are_refused_with_both_names_and_the_field(tmp_path: Path) -> None:
    said = str(_refusal("worse", "poor", folder=tmp_path))
    assert "scenarios `worse` and `poor` both change `plan.cash`" in said
    assert 'found:   "10 MUSD" and 15_000_000' in said


def test_two_scenarios_that_change_one_path_of_prices_are_refused(tmp_path: Path) -> None:
    text = "\n[scenario.a]\ncompute.cloud.price.start = 3\n[scenario.b]\ncompute.cloud.price.yearly_change = 0\n"
    assert "both change `compute.cloud.price`" in str(_refusal("a", "b", text=text, folder=tmp_path))


def test_two_that_inherit_a_field_from_the_same_scenario_are_combined(tmp_path: Path) -> None:
    text = f'{SCENARIOS}\n[scenario.other]\nextends = "dear"\nfunding.seed.amount = 1e6\n'
    assert _plan("other", "dear", folder=tmp_path, text=text).funding["seed"].amount == pytest.approx(1e6)
    text += '\n[scenario.third]\nextends = "dear"\nplan.min_cash = 1e6\n'
    assert _plan("other", "third", folder=tmp_path, text=text).plan.min_cash == pytest.approx(1e6)


def test_an_override_stands_above_every_scenario(tmp_path: Path) -> None:
    plan = _plan("worse", folder=tmp_path, overrides=("plan.cash=30e6", "compute.cloud.price=5"))
    assert plan.plan.cash == pytest.approx(30e6)
    assert set(plan.compute["cloud"].price) == {5.0}


def test_an_override_may_change_an_item_that_only_the_scenario_has(tmp_path: Path) -> None:
    plan = _plan("hall", folder=tmp_path, overrides=("compute.hall.price=1.2",))
    assert set(plan.compute["hall"].price) == {1.2}


def test_a_field_of_a_scenario_can_be_set_before_it_is_laid_over_the_plan(tmp_path: Path) -> None:
    plan = _plan("poor", folder=tmp_path, overrides=("scenario.poor.plan.cash=12e6",))
    assert plan.plan.cash == pytest.approx(12e6)
    assert "has no `scenario.por`" in str(_refusal(folder=tmp_path, overrides=("scenario.por.plan.cash=1",)))


def test_an_unknown_scenario_is_refused_with_a_suggestion(tmp_path: Path) -> None:
    (problem,) = _refusal("daer", folder=tmp_path).problems
    assert problem.message == "the plan has no scenario `daer`"
    assert problem.remedy == "did you mean `dear`?"
    (problem,) = _refusal("dear", text="", folder=tmp_path).problems
    assert problem.allowed == "none is defined"


def test_mistakes_of_the_plan_and_of_all_its_scenarios_are_reported_at_once(tmp_path: Path) -> None:
    text = """
[scenario.a]
plan.cash = -1
compute.cloud.prise = 3
[scenario.b]
extends = "a"
people.researchrs.now = 1
"""
    broken = WORKING.replace("amount = 1_500", "amount = -1")
    with pytest.raises(PlanError) as caught:
        load_plan(write(tmp_path, f"{broken}{text}".encode()), scenarios=["a"], overrides=["runway.months=-3"])
    assert sorted(problem.key for problem in caught.value.problems) == [
        "costs.office.amount",
        "runway.months",
        "scenario.a.compute.cloud.prise",
        "scenario.a.plan.cash",
        "scenario.b.people.researchrs",
    ]


def test_a_scenario_of_a_plan_with_lists_of_months_goes_on_in_a_longer_plan(tmp_path: Path) -> None:
    text = f"\n[scenario.x]\ncompute.cloud.max = {[*[8] * 23, 16]}\n"
    plan = _plan(text=text, folder=tmp_path).extended(3)
    assert plan.with_scenarios("x").compute["cloud"].max == (*[8.0] * 23, *[16.0] * 4)
    assert _plan("x", text=text, folder=tmp_path).extended(3).applied == ("x",)


def test_python_lays_scenarios_over_a_plan_it_has(tmp_path: Path) -> None:
    plan = _plan(folder=tmp_path)
    both = plan.with_scenarios("dear").with_scenarios("late")
    assert both.sha256() == _plan("dear", "late", folder=tmp_path).sha256()
    assert both.applied == ("dear", "late")
    with pytest.raises(PlanError, match=r"both change `plan\.cash`"):
        plan.with_scenarios("poor").with_scenarios("worse")
    with pytest.raises(PlanError, match="no scenario `daer`"):
        plan.with_scenarios("daer")


def test_what_was_set_on_a_plan_with_a_scenario_stays_set_when_another_is_laid_over_it(tmp_path: Path) -> None:
    plan = _plan("dear", folder=tmp_path).changed({"compute.cloud.price.start": 9}).with_scenarios("late")
    assert plan.compute["cloud"].price[0] == pytest.approx(9)


def test_a_changed_plan_keeps_its_scenarios_and_reads_no_more_than_before(tmp_path: Path) -> None:
    plan = _plan("dear", folder=tmp_path)
    changed = plan.changed({"plan.cash": 9e6})
    assert (changed.applied, changed.scenarios) == (plan.applied, plan.scenarios)
    assert changed.people is plan.people
    again = changed.changed(["scenario.poor.plan.cash=1e6"]).with_scenarios("poor")
    assert again.plan.cash == pytest.approx(1e6)
    with pytest.raises(PlanError, match="the plan has this scenario applied already"):
        changed.changed({"scenario.dear.plan.cash": 1e6})
    with pytest.raises(PlanError, match="not at least 0"):
        changed.changed({"scenario.poor.plan.cash": -1})


def test_the_document_of_a_plan_is_not_changed_by_a_scenario(tmp_path: Path) -> None:
    plan = _plan(folder=tmp_path)
    before: dict[str, Any] = copy.deepcopy(plan.document)
    plan.with_scenarios("dear", "late", "hall")
    assert plan.document == before
