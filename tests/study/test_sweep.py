"""A sweep answers every point, in the order asked for, each verified like a single solve."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest

from allocator import Options, PlanError, Session, load_plan, sweep
from allocator.errors import UsageError
from allocator.resources import examples_dir
from allocator.study.path import every, nearest, snake

PLAN = load_plan(examples_dir() / "image-startup.toml")
CASH = PLAN.plan.cash
OFFER = next(iter(PLAN.compute))
VARY: dict[str, list[Any]] = {
    "plan.cash": [1.5 * CASH, 0.9 * CASH, 1.2 * CASH],
    f"compute.{OFFER}.utilisation": [0.3, 0.4],
}


def test_a_grid_has_a_row_for_each_combination_in_the_order_asked_for() -> None:
    found = sweep(PLAN, VARY)
    assert [(row["plan.cash"], row[f"compute.{OFFER}.utilisation"]) for row in found.table] == [
        (cash, share) for cash in VARY["plan.cash"] for share in (0.3, 0.4)
    ]
    assert set(found.table.column("status")) == {"optimal"}
    assert len(found) == 6


def test_each_point_is_the_answer_of_a_solve_of_its_own_with_its_certificate() -> None:
    for row in sweep(PLAN, VARY).table:
        plan = PLAN.changed({key: row[key] for key in VARY})
        alone = Session(plan).brief()
        assert row["objective"] == pytest.approx(alone.objective, abs=1e-6)
        for name, metric in alone.metrics.items():
            assert row[f"models.{name}"] == pytest.approx(metric, rel=1e-2)
        assert row["gap"] <= 1e-6
        assert row["max_violation"] <= 1e-7
        assert row["ledger_difference"] <= alone.certificate.ledger_tolerance
        assert row["closing_cash"] >= PLAN.plan.min_cash
        assert row["least_runway"] > 0


def test_all_points_but_the_first_are_solved_in_place() -> None:
    in_place = sweep(PLAN, VARY).table.column("in_place")
    assert sum(in_place) == len(in_place) - 1


def test_values_side_by_side_are_points_of_their_own() -> None:
    found = sweep(
        PLAN, {"plan.cash": [CASH, 2 * CASH, 1.1 * CASH], f"compute.{OFFER}.utilisation": [0.4, 0.3, 0.35]}, mode="zip"
    )
    assert found.table.column("plan.cash") == [CASH, 2 * CASH, 1.1 * CASH]
    assert found.table.column(f"compute.{OFFER}.utilisation") == [0.4, 0.3, 0.35]


def test_points_without_an_answer_are_rows_with_their_reason() -> None:
    found = sweep(PLAN, {"plan.min_cash": [0, 50 * CASH, -1]})
    assert found.table.column("status") == ["optimal", "infeasible", "refused"]
    assert "plan.min_cash" in found.table.column("reason")[1]
    assert "-1 is not at least 0" in found.table.column("reason")[2]
    assert found.table.column("objective")[1:] == [None, None]


def test_a_misspelt_field_is_refused_as_by_load_plan() -> None:
    with pytest.raises(PlanError, match="did you mean `cash`"):
        sweep(PLAN, {"plan.cahs": [1e6, 2e6]})


def test_values_may_be_text_lists_and_tables() -> None:
    found = sweep(PLAN, {"plan.cash": [f"{CASH:.0f} {PLAN.plan.currency}", CASH]})
    assert found.table.column("objective")[0] == pytest.approx(found.table.column("objective")[1], abs=1e-6)
    amount, first = f"costs.{next(iter(PLAN.costs))}.amount", str(PLAN.plan.start)
    found = sweep(
        PLAN, {amount: [1_000, [1_000] * PLAN.plan.months, {first: 1_000}, {"start": 1_000, "yearly_change": 0}]}
    )
    for objective in found.table.column("objective")[1:]:
        assert objective == pytest.approx(found.table.column("objective")[0], abs=1e-6)


def test_two_processes_give_the_same_answers_in_the_same_order() -> None:
    alone, shared = sweep(PLAN, VARY), sweep(PLAN, VARY, parallel=2)
    assert shared.table.column("plan.cash") == alone.table.column("plan.cash")
    for mine, other in zip(shared.table.column("objective"), alone.table.column("objective"), strict=True):
        assert mine == pytest.approx(other, abs=1e-6)


def test_progress_counts_the_points() -> None:
    seen: list[tuple[int, int]] = []
    sweep(PLAN, {"plan.cash": [CASH, 1.1 * CASH]}, progress=lambda done, points: seen.append((done, points)))
    assert seen == [(1, 2), (2, 2)]


def test_whole_plans_can_be_swept_and_say_that_they_are_solved_anew() -> None:
    found = sweep(PLAN.changed({"plan.months": 15, "plan.whole": True}), {"plan.cash": [CASH, 1.1 * CASH]})
    assert not any(found.table.column("in_place"))
    assert "only continuous plans" in found.table.column("reason")[1]


def test_the_horizon_audit_is_a_column_when_asked_for() -> None:
    found = sweep(PLAN, {"plan.cash": [CASH]}, horizon_audit=True)
    assert found.table.column("horizon_change")[0] >= 0.0
    assert "horizon_change" not in sweep(PLAN, {"plan.cash": [CASH]}).table.columns


@pytest.mark.parametrize(
    ("vary", "more", "words"),
    [
        ({}, {}, "nothing is varied"),
        ({"plan.cash": []}, {}, "plan.cash has no values"),
        ({"plan.cash": [1e6, 2e6], "plan.min_cash": [0]}, {"mode": "zip"}, "plan.cash has 2, plan.min_cash has 1"),
        ({"plan.cash": [1e6]}, {"mode": "diagonal"}, "'diagonal'"),
        ({"plan.cash": [1e6]}, {"parallel": 0}, "at least 1"),
    ],
)
def test_what_cannot_be_swept_is_said(vary: dict[str, list[Any]], more: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        sweep(PLAN, vary, **more)


def test_a_sweep_becomes_a_frame() -> None:
    frame = sweep(PLAN, {"plan.cash": [CASH, 2 * CASH]}, options=Options(gap=1e-5)).frame()
    assert list(frame["plan.cash"]) == [CASH, 2 * CASH]
    assert frame["gap"].max() <= 1e-5


def test_a_snake_visits_every_point_in_single_steps() -> None:
    axes = [[3.0, 1.0, 2.0], ["a", "b"], [10, 20, 30]]
    path = snake(axes, [2, 0, 1])
    assert sorted(path) == every(axes)
    ranks = [[sorted(axes[0]).index(axes[0][one]), two, three] for one, two, three in path]
    steps = [sum(abs(a - b) for a, b in zip(*pair, strict=True)) for pair in pairwise(ranks)]
    assert set(steps) == {1}


def test_points_side_by_side_are_walked_to_the_nearest() -> None:
    points = [(0.0, 0), (10.0, 10), (1.0, 1), (9.0, 9), (2.0, 2)]
    assert nearest(points) == [0, 2, 4, 3, 1]
    assert nearest([]) == []
    assert not math.isnan(sum(nearest([(1.0,), (1.0,)])))
