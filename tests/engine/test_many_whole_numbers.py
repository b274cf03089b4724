"""Plans with many whole numbers: switches tried both ways, branching near the relaxation, exact relaxations."""

from __future__ import annotations

import numpy as np
import pytest
from plans import merged, small_lab, solved
from random_plans import draw

from allocator.formulate.build import formulate
from allocator.formulate.relaxed import relaxed, undecided
from allocator.plan import load_plan
from allocator.solve import engine, nearby
from allocator.solve.clock import Clock
from allocator.solve.cuts import initial_cuts
from allocator.solve.engine import solve
from allocator.solve.highs import HighsSolver
from allocator.solve.master import Effort, Master
from allocator.solve.options import WHOLE_GAP, Options
from allocator.solve.outer import relax
from allocator.solve.scaling import scale
from allocator.solve.switches import split

OPTIONAL = {"models": {"side": {"law": "chinchilla-replication", "deadline": 8, "training_months": 2, "weight": 0.3,
                                "optional": True, "otherwise": 2.6}}}  # fmt: skip
TIERS = {"data": {"deal": {"unit": "token", "tiers": [[2e11, 4e-6], [2e12, 5e-7]]}}}


def with_switches() -> dict[str, object]:
    return merged(merged(small_lab(), OPTIONAL), TIERS)


def test_half_a_yes_is_kept_in_a_relaxation_and_its_point_holds() -> None:
    program = relaxed(formulate(load_plan(with_switches())).program)
    solution = solve(program, Options(solver="highs"))
    assert str(solution.status) == "optimal"
    assert solution.x is not None
    switches = [
        solution.x[program.column(name).index]
        for name in ("models.side.funded", "data.deal.tier-1.used-up")
    ]  # fmt: skip
    assert any(undecided(values) for values in switches)
    assert solution.gap is not None
    assert solution.gap <= 1e-6


def test_switches_tried_both_ways_lower_the_bound_and_cut_no_plan_off() -> None:
    program = formulate(load_plan(with_switches())).program
    best = solve(program, Options(solver="highs", gap=1e-5)).objective
    scaled = scale(program)
    master = Master(scaled, HighsSolver(), initial_cuts(scaled.curves), Effort())
    first = relax(master, gap=1e-5, clock=Clock(None))
    found = split(master, first, gap=1e-4, clock=Clock(None))
    assert found.tried >= 1
    assert best is not None
    assert best - 1e-7 <= found.best.bound < first.bound - 1e-4
    assert np.array_equal(master.lower, scaled.col_lower)
    assert np.array_equal(master.upper, scaled.col_upper)


def test_without_switches_nothing_is_tried() -> None:
    scaled = scale(formulate(load_plan(small_lab(plan={"whole": True}))).program)
    master = Master(scaled, HighsSolver(), initial_cuts(scaled.curves), Effort())
    first = relax(master, gap=1e-5, clock=Clock(None))
    found = split(master, first, gap=1e-4, clock=Clock(None))
    assert (found.tried, found.closed) == (0, 0)
    assert found.best.bound == first.bound


@pytest.mark.parametrize("seed", range(6))
def test_branching_near_the_relaxation_takes_its_bound_for_no_other_plans(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = draw(seed, whole=True)
    usual = solved(document, solver="highs", time_limit=20.0)
    for room in (engine, nearby):
        monkeypatch.setattr(room, "MANY", 1)
    near = solved(document, solver="highs", time_limit=20.0)
    assert usual.objective["gain"] <= near.objective["gain_bound"] + 1e-7
    assert near.objective["gain"] <= usual.objective["gain_bound"] + 1e-7
    assert abs(usual.objective["gain"] - near.objective["gain"]) <= WHOLE_GAP
