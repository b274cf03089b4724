"""What a change does, and why nothing moves where nothing moves."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from allocator import Explanation, explain, load_plan
from allocator.errors import InfeasibleError, PlanError
from allocator.study.explain_change import MOVED, SAME_VALUE, UNMOVED, Change

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "engine"))

from plans import small_lab

ROOT = Path(__file__).resolve().parents[2]
DEARER = {"kind": "rent", "flops": "989 TFLOP/s", "price": 4.0, "utilisation": 0.4}


def change(document: dict[str, Any], **changes: Any) -> Change:
    named = {key.replace("__", "."): value for key, value in changes.items()}
    found: Explanation = explain(load_plan(document), named, ranged=0)
    assert found.change is not None
    return found.change


def test_the_price_of_what_is_not_used_changes_nothing() -> None:
    found = change(small_lab(compute={"dearer": DEARER}), compute__dearer__price=3.9)
    assert found.verdict == UNMOVED
    assert found.in_place
    (reason,) = found.reasons
    assert reason.startswith("compute.dearer is not used")


def test_a_cap_that_is_not_reached_is_said_to_have_room() -> None:
    found = change(small_lab(compute={"cloud": {"max": 40_000}}), compute__cloud__max=50_000)
    assert found.verdict == UNMOVED
    (reason,) = found.reasons
    assert reason.startswith("compute.cloud.max does not bind: ")
    assert "GPUs are left in 2027-0" in reason


def test_more_cash_where_cash_lies_idle_changes_nothing_and_says_how_much_does() -> None:
    document = small_lab(plan={"cash": 60e6}, compute={"cloud": {"max": 100}}, data={"text": {"max": 1e10}})
    found = change(document, plan__cash=61e6)
    assert found.verdict == UNMOVED
    assert any(reason.startswith("cash does not bind: $") for reason in found.reasons)


def test_a_value_that_no_decision_depends_on_is_said_to_be_one() -> None:
    assert change(small_lab(), plan__name="another").reasons == (
        "the plan holds this value nowhere that a decision depends on",
    )


def test_a_change_that_moves_is_set_beside_what_the_prices_promised() -> None:
    found = change(small_lab(), plan__cash=20.02e6)
    assert found.verdict == MOVED
    assert found.reasons == ()
    assert found.predicted == pytest.approx(found.happened, rel=1e-2)
    # The value is concave: prices never promise too little of what is eased.
    assert found.predicted <= found.happened < 0.0
    assert "lowers the loss" in found.sentences[0]
    rows = {row["what"]: row for row in found.table}
    assert rows["models.chat"]["change"] == pytest.approx(found.happened, rel=1e-3)
    assert any(what.startswith("spend compute.cloud") for what in rows)


def test_another_plan_of_the_same_worth_is_called_that() -> None:
    """Costs that idle money pays: nothing becomes better or worse, and the money goes elsewhere."""
    document = small_lab(plan={"cash": 60e6}, compute={"cloud": {"max": 100}}, data={"text": {"max": 1e10}})
    document["costs"] = {"office": {"amount": 100e3}}
    found = change(document, costs__office__amount=200e3)
    assert found.verdict == SAME_VALUE
    assert found.sentences[0].endswith("as good as before, with another plan: spending differs by $1.2M")
    assert any(reason.startswith("cash does not bind") for reason in found.reasons)


def test_a_change_of_the_plans_shape_is_compared_by_its_answers_alone() -> None:
    found = change(small_lab(), plan__months=13)
    assert not found.in_place
    assert found.predicted is None


def test_what_a_change_makes_infeasible_is_an_error_that_says_so() -> None:
    with pytest.raises(InfeasibleError, match="No plan keeps all the rules"):
        change(small_lab(), plan__min_cash=30e6)


def test_a_wrong_change_is_refused_before_anything_is_solved() -> None:
    with pytest.raises(PlanError, match="not a number"):
        change(small_lab(), plan__cash="plenty")


@pytest.mark.parametrize(
    ("goal", "says"),
    [("capital", "raises the capital needed by $"), ("profit", "lowers the profit by $"), ("runway", "months shorter")],
)
def test_each_goal_has_its_own_words(goal: str, says: str) -> None:
    plan = load_plan(ROOT / "examples" / "longest-runway.toml").changed({"objective.goal": goal})
    found = explain(plan, {"people.engineers.salary": 12_000}, ranged=0).change
    assert found is not None
    assert says in found.sentences[0]
    if goal != "runway":
        assert found.predicted == pytest.approx(found.happened, rel=1e-2)


def test_opening_cash_is_no_profit() -> None:
    plan = load_plan(ROOT / "examples" / "longest-runway.toml").changed({"objective.goal": "profit"})
    found = explain(plan, ["plan.cash=1.7e6"], ranged=0).change
    assert found is not None
    assert found.verdict != MOVED
    assert any("opening cash and rounds are no profit" in reason for reason in found.reasons)
