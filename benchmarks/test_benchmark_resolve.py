"""The routes of `bench_resolve.py` answer alike, and what is kept between points pays."""

from __future__ import annotations

import pytest
from bench_resolve import cold_in_place, from_scratch, grid, lab, phases, rate, rebuilt_pulp, shuffled, warm


def test_all_routes_find_the_same_optima() -> None:
    plan, points = lab(), grid(20)[:3]
    expected = from_scratch(plan, points)
    assert cold_in_place(plan, points) == pytest.approx(expected, abs=1e-6)
    assert warm(plan, points) == pytest.approx(expected, abs=1e-6)
    # CBC prints eight digits and keeps rows to 1e-7.
    assert rebuilt_pulp(plan, points[:1]) == pytest.approx(expected[:1], abs=5e-6)


def test_neighbours_one_after_the_other_are_several_times_quicker_than_solves_from_scratch() -> None:
    """In CPU time of one run; the margin is wide: three to four times was measured."""
    plan, points = lab(), grid(30)[:30]
    assert rate(warm, plan, points) > 1.5 * rate(from_scratch, plan, points[::6])


def test_a_random_order_visits_the_same_points_and_every_phase_is_measured() -> None:
    points = grid(3)
    assert sorted(map(str, shuffled(points))) == sorted(map(str, points))
    assert shuffled(points) != points
    assert min(phases(lab(), points[:2]).values()) > 0.0
