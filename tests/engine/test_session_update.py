"""A session follows a changed plan: in place where only numbers change, anew with a reason where more does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from allocator import Options, Plan, PlanError, Session, load_plan
from allocator.errors import CertificateError, InfeasibleError, RebuildError
from allocator.resources import examples_dir
from allocator.solve.diff import RebuildReason

LAB = load_plan(examples_dir() / "series-b-lab.toml")
PLAN = load_plan(examples_dir() / "image-startup.toml")
CASH = PLAN.plan.cash


def objective(plan: Plan) -> float:
    return Session(plan).brief().objective


def test_a_changed_plan_is_solved_in_place_and_equals_one_solved_anew() -> None:
    session = Session(PLAN)
    session.solve(horizon_audit=False)
    for cash in (1.2 * CASH, 0.9 * CASH, CASH):
        report = session.update({"plan.cash": cash})
        assert report.in_place
        assert report.reason is None
        assert report.changed["row bounds"] > 0
        assert session.plan.plan.cash == pytest.approx(cash)
        result = session.solve(horizon_audit=False)
        assert result.plan.plan.cash == pytest.approx(cash)
        assert result.objective["gain"] == pytest.approx(objective(session.plan), abs=1e-6)
    assert result.solver["attempts"][0]["name"] == "highs, warm"


def test_random_changes_of_a_large_plan_end_where_cold_solves_end() -> None:
    session, random = Session(LAB, live=True), np.random.default_rng(11)
    session.brief()
    for _ in range(8):
        values = {
            "plan.cash": random.uniform(60e6, 120e6),
            "compute.h100-cloud.price.start": random.uniform(1.5, 4.0),
            "compute.b200-owned.resale": random.uniform(0.3, 0.6),
            "people.researchers.salary": random.uniform(14e3, 22e3),
            "runway.months": int(random.integers(4, 9)),
            "models.base.weight": random.uniform(0.5, 2.0),
        }
        session.update(values, allow_rebuild=False)
        mine, cold = session.brief(), Session(session.plan).brief()
        assert mine.gap <= 1e-6
        assert mine.objective == pytest.approx(cold.objective, abs=1e-6)
        assert mine.certificate.ledger_difference <= mine.certificate.ledger_tolerance


def test_overrides_and_a_plan_say_the_same() -> None:
    by_text, by_plan = Session(PLAN), Session(PLAN)
    by_text.update([f"plan.cash={1.3 * CASH}"])
    by_plan.update(PLAN.changed({"plan.cash": 1.3 * CASH}))
    assert by_text.plan.resolved() == by_plan.plan.resolved()
    assert by_text.brief().objective == pytest.approx(by_plan.brief().objective, abs=1e-9)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"plan.months": PLAN.plan.months + 3}, RebuildReason.COLUMNS),
        ({"plan.whole": True}, RebuildReason.WHOLE),
        ({"plan.cash": 40 * CASH}, RebuildReason.REFERENCE),
    ],
)
def test_what_does_not_fit_is_built_anew_with_its_reason_or_refused(
    values: dict[str, Any], reason: RebuildReason
) -> None:
    session = Session(PLAN, live=True)
    before = session.brief().objective
    with pytest.raises(RebuildError, match=f"cannot be solved in place \\({reason}\\).*allow_rebuild=True") as refused:
        session.update(values, allow_rebuild=False)
    assert refused.value.reason == reason
    assert session.plan is PLAN
    assert session.brief().objective == pytest.approx(before, abs=1e-6)
    report = session.update(values)
    assert (report.in_place, report.reason, report.changed) == (False, reason, {})
    assert report.sentence
    assert session.plan.document["plan"] != PLAN.document["plan"]


def test_after_a_far_change_the_scales_are_the_new_plans_own() -> None:
    session = Session(PLAN, live=True)
    session.update({"plan.cash": 40 * CASH})
    assert session.formulation.farthest()[1] == 1.0
    assert session.brief().objective == pytest.approx(objective(PLAN.changed({"plan.cash": 40 * CASH})), abs=1e-6)


def test_whole_plans_and_other_solvers_are_solved_anew_each_time() -> None:
    session = Session(PLAN, Options(solver="clarabel"))
    report = session.update({"plan.cash": 1.1 * CASH})
    assert not report.in_place
    assert "only continuous plans" in report.sentence
    assert session.brief().objective == pytest.approx(objective(session.plan), abs=1e-5)


def test_a_mistake_leaves_the_session_as_it_was() -> None:
    session = Session(PLAN, live=True)
    with pytest.raises(PlanError, match="is not at least 0"):
        session.update({"plan.cash": -1})
    assert session.plan is PLAN
    assert session.brief().status == "optimal"


def test_an_infeasible_change_is_explained_and_can_be_taken_back() -> None:
    session = Session(PLAN, live=True)
    before = session.brief().objective
    session.update({"plan.min_cash": 5 * CASH})
    with pytest.raises(InfeasibleError, match="min_cash"):
        session.brief()
    assert session.update({"plan.min_cash": 0}).in_place
    assert session.brief().objective == pytest.approx(before, abs=1e-6)


def test_a_live_answer_is_held_to_the_books_of_the_changed_plan() -> None:
    """A program that forgot the new cash is told apart by the ledger."""
    session = Session(PLAN, live=True)
    session.brief()
    session.update({"plan.cash": 1.1 * CASH})
    session.formulation = replace(session.formulation, plan=PLAN.changed({"plan.cash": 1.2 * CASH}))
    with pytest.raises(CertificateError, match="closing cash"):
        session.brief()
