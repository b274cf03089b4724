"""Quality against what it costs: ends are single solves, concave where theory says so, points where it bends."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from allocator.errors import InfeasibleError, UsageError
from allocator.plan import load_plan
from allocator.resources import examples_dir
from allocator.session import Session
from allocator.study.frontier import Frontier, frontier

LAB = load_plan(examples_dir() / "series-b-lab.toml")
STARTUP = load_plan(examples_dir() / "image-startup.toml")


@pytest.fixture(scope="module")
def capital() -> Frontier:
    return frontier(LAB, "capital", low=40e6, high=160e6, points=9)


def rows(found: Frontier) -> list[dict[str, Any]]:
    return [row for row in found.table if row["gain"] is not None]


def single(field: str, value: float) -> float:
    return float(Session(LAB.changed({field: value})).solve(horizon_audit=False).objective["gain"])


def test_the_ends_equal_single_solves(capital: Frontier) -> None:
    first, *_, last = rows(capital)
    assert (first["x"], last["x"]) == (40e6, 160e6)
    assert first["gain"] == pytest.approx(single("plan.cash", 40e6), abs=2e-6)
    assert last["gain"] == pytest.approx(single("plan.cash", 160e6), abs=2e-6)


def test_the_gain_is_concave_and_rising_in_capital(capital: Frontier) -> None:
    found = rows(capital)
    slopes = [(b["gain"] - a["gain"]) / (b["x"] - a["x"]) for a, b in pairwise(found)]
    assert all(slope > 0 for slope in slopes)
    assert all(later <= earlier * (1 + 1e-4) for earlier, later in pairwise(slopes))


def test_points_lie_closest_where_the_curve_bends(capital: Frontier) -> None:
    xs = [row["x"] for row in rows(capital)]
    widths = [b - a for a, b in pairwise(xs)]
    assert widths[0] < widths[-1]
    assert len(xs) == 9


def test_each_rate_is_that_of_a_chord_on_its_side(capital: Frontier) -> None:
    found = rows(capital)
    for one, other in pairwise(found):
        chord = (other["value"] - one["value"]) / (other["x"] - one["x"])
        # Concave: the rate to the right of an interval's left end is above its chord, and so on.
        assert one["rate_above"] >= chord * (1 - 1e-3)
        assert other["rate_below"] <= chord * (1 + 1e-3)
    assert found[0]["rate_below"] is None
    assert found[-1]["rate_above"] is None


def test_a_concave_curve_stays_as_near_its_chords_as_is_said(capital: Frontier) -> None:
    found = rows(capital)
    least, most = found[0]["gain"], found[-1]["gain"]
    for one, other in pairwise(found):
        middle = (one["x"] + other["x"]) / 2
        chord = (one["gain"] + other["gain"]) / 2
        assert single("plan.cash", middle) - chord <= capital.most * (most - least) * 1.01 + 2e-6


def test_more_runway_never_gives_more_quality() -> None:
    found = frontier(STARTUP, "runway", points=6)
    errors = [row["models.classifier"] for row in rows(found)]
    assert errors == sorted(errors)
    assert found.measure == "error"


def test_nothing_is_built_anew_along_runway_and_capital(capital: Frontier) -> None:
    assert capital.rebuilds == 0
    assert capital.solves >= len(capital)


def test_two_models_are_traded_for_each_other() -> None:
    found = frontier(LAB, "weight", points=5)
    base = [row["models.base"] for row in rows(found)]
    flagship = [row["models.flagship"] for row in rows(found)]
    assert base == sorted(base, reverse=True)
    assert flagship == sorted(flagship)
    # At a weight w the plan gives w of the one for 1 - w of the other.
    for row in rows(found):
        for rate in (row["rate_below"], row["rate_above"]):
            if rate is not None:
                assert rate == pytest.approx(-row["x"] / (1 - row["x"]), rel=0.05)


def test_a_milestone_is_no_third_model_to_trade() -> None:
    early = {"law": "chinchilla-replication", "deadline": LAB.models["base"].deadline, "weight": 0.0, "target": 3.5}
    third = load_plan({**LAB.document, "models": {**LAB.document["models"], "demo": early}})
    found = frontier(third, "weight", points=3)
    assert found.table.columns[5:8] == ("models.base", "models.flagship", "models.demo")
    flagship = [row["models.flagship"] for row in rows(found)]
    assert flagship == sorted(flagship)
    assert all(row["models.demo"] <= 3.5 * (1 + 1e-6) for row in rows(found))


def test_deadlines_move_by_whole_months_and_those_outside_the_plan_are_refused_by_name() -> None:
    found = frontier(STARTUP, "time", low=-3, high=6)
    assert all(row["x"] == int(row["x"]) for row in found.table)
    errors = [row["models.classifier"] for row in rows(found)]
    assert errors == sorted(errors, reverse=True)
    refused = [row for row in found.table if row["status"] == "refused"]
    assert refused
    assert "deadline" in refused[0]["reason"]


def test_the_place_where_plans_end_is_closed_in_on() -> None:
    short = STARTUP.changed({"models.classifier.target": 0.1})
    found = frontier(short, "capital", low=1e6, high=6e6, points=12)
    statuses = [row["status"] for row in found.table]
    assert statuses[0] == "infeasible"
    first = next(row["x"] for row in found.table if row["status"] == "optimal")
    needed = Session(short.changed({"objective.goal": "capital"})).solve(horizon_audit=False).objective["value"]
    assert needed <= first <= needed + 5e6 / 20


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"against": "love"}, "is no dimension"),
        ({"against": "weight"}, "between two models, and the plan has 1"),
        ({"points": 2}, "needs at least 3"),
        ({"low": 5, "high": 2}, "low end must be below"),
    ],
)
def test_a_wrong_question_is_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        frontier(STARTUP, **settings)


def test_a_plan_without_a_runway_rule_or_with_another_goal_is_refused() -> None:
    with pytest.raises(UsageError, match="no runway rule"):
        frontier(load_plan({key: value for key, value in STARTUP.document.items() if key != "runway"}), "runway")
    with pytest.raises(UsageError, match="the plan's goal is profit"):
        frontier(STARTUP.changed({"objective.goal": "profit"}), "capital")


def test_a_span_without_any_plan_ends_as_infeasible() -> None:
    with pytest.raises(InfeasibleError, match="anywhere from 1 to 2"):
        frontier(STARTUP.changed({"plan.min_cash": 1e5}), "capital", low=1, high=2)


def test_in_whole_units_a_rate_is_that_between_neighbours() -> None:
    """A small step would be lost in the gap that whole units are solved to."""
    whole = STARTUP.changed({"plan.whole": True})
    found = frontier(whole, "capital", low=4e6, high=8e6, points=3)
    first, second, third = found.table
    chord = (second["value"] - first["value"]) / (second["x"] - first["x"])
    assert first["rate_above"] == second["rate_below"] == pytest.approx(chord)
    assert (first["rate_below"], third["rate_above"]) == (None, None)
    assert found.solves == 3
