"""A changed plan is the plan that a file with the change would give, mistakes included."""

from __future__ import annotations

from typing import Any

import pytest

from allocator.errors import PlanError
from allocator.plan import load_plan
from allocator.plan.overrides import as_override
from allocator.resources import examples_dir

FILE = examples_dir() / "series-b-lab.toml"
PLAN = load_plan(FILE)

CHANGES: list[dict[str, Any]] = [
    {"plan.cash": 90e6, "compute.h100-cloud.price.start": 2.2},
    {"plan.months": 40},
    {"compute.h100-cloud.price": "2.4 USD/hour", "compute.h100-cloud.min": [0] * 36},
    {"people.researchers.min": {"2026-09": 16, "2028-01": 20}},
    {"runway.months": 9, "limits.most-on-chips": "compute.spend <= 0.5 * total.spend"},
    {"models.base.research_effect": 0.3, "plan.whole": True},
]


@pytest.mark.parametrize("values", CHANGES, ids=lambda values: ", ".join(values))
def test_a_change_reads_as_the_same_overrides_of_the_file(values: dict[str, Any]) -> None:
    overrides = [as_override(key, value) for key, value in values.items()]
    expected = load_plan(FILE, overrides=overrides)
    for changed in (PLAN.changed(values), PLAN.changed(overrides)):
        assert changed.resolved() == expected.resolved()
        assert changed.document == expected.document
        assert (changed.file, changed.folder) == (expected.file, expected.folder)


@pytest.mark.parametrize(
    ("override", "mistaken"),
    [("plan.currency=EUR", "people.researchers.salary"), ("plan.start=2026-08", "people.researchers.min")],
)
def test_another_currency_or_start_has_every_section_read_again(override: str, mistaken: str) -> None:
    with pytest.raises(PlanError) as expected:
        load_plan(FILE, overrides=[override])
    with pytest.raises(PlanError) as refused:
        PLAN.changed([override])
    keys = {problem.key for problem in refused.value.problems}
    assert keys == {problem.key for problem in expected.value.problems}
    assert mistaken in keys


def test_changes_add_up_and_can_be_taken_back() -> None:
    there = PLAN.changed({"plan.cash": 90e6}).changed({"compute.h100-cloud.max": 64})
    assert there.plan.cash == pytest.approx(90e6)
    assert max(there.compute["h100-cloud"].max or ()) == pytest.approx(64)
    assert there.changed({"plan.cash": 80e6, "compute.h100-cloud.max": 1024}).resolved() == PLAN.resolved()
    assert PLAN.plan.cash == pytest.approx(80e6)


def test_what_parts_say_of_each_other_is_checked_again() -> None:
    with pytest.raises(PlanError, match="deadline"):
        PLAN.changed({"plan.months": 6})
    with pytest.raises(PlanError, match="min"):
        PLAN.changed({"people.researchers.max": 10})


MISTAKES: list[dict[str, Any]] = [
    {"plan.cash": -1, "compute.h100-cloud.max": -5},
    {"plan.cash.start": 3},
    {"plan.whole": 2.5},
    {"compute.h100-cloud.prise": 2},
    {"compute.clout.price": 2},
    {"compute.h100-cloud.kind": "reserve"},
    {"costs.office-and-tools.per_person": 1},
    {"models.base.law": "chinchila", "plan.cash": 9e6},
    {"models.base.target": 0.1},
    {"models.base.weight": 0, "models.flagship.weight": 0},
    {"limits.most-on-chips": "compute.spnd <= 3"},
    {"limits.chips": "compute.h100-clout.gpus <= 3"},
    {"limits.a rule": "compute.spend <= 3"},
    {"runwy.months": 3},
    {"plan.cash=1": 2},
]


@pytest.mark.parametrize("values", MISTAKES, ids=str)
def test_a_mistaken_change_is_refused_in_the_words_of_the_file(values: dict[str, Any]) -> None:
    overrides = [as_override(key, value) for key, value in values.items()]
    with pytest.raises(PlanError) as expected:
        load_plan(PLAN.document, overrides=overrides, file=PLAN.file)
    for change in (values, overrides):
        with pytest.raises(PlanError) as refused:
            PLAN.changed(change)
        assert refused.value.problems == expected.value.problems


def test_a_rule_can_be_added_and_the_tables_of_the_first_plan_stay_as_they_are() -> None:
    before = load_plan(FILE)
    changed = before.changed({"limits.few": "compute.h100-cloud.gpus <= 64", "plan.cash": 9e7, "runway.window": 3})
    assert list(changed.limits) == ["most-on-chips", "few"]
    assert changed.resolved() == load_plan(changed.document).resolved()
    assert before.document == PLAN.document
    assert before.resolved() == PLAN.resolved()


def test_what_was_not_touched_is_not_read_again() -> None:
    changed = PLAN.changed({"plan.cash": 9e7, "compute.h100-cloud.price.start": 2.2})
    assert changed.people is PLAN.people
    assert changed.compute["h100-owned"] is PLAN.compute["h100-owned"]
    assert changed.limits is PLAN.limits
