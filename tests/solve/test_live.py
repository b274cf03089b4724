"""A program kept live gives the answers of one solved from scratch, and says when it had to start anew."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from allocator import load_plan
from allocator.errors import CertificateError, SolverError
from allocator.formulate.build import formulate
from allocator.resources import examples_dir
from allocator.solve import live as live_module
from allocator.solve.adapter import Answer
from allocator.solve.certificate import violations
from allocator.solve.choose import Choice
from allocator.solve.diff import Difference, compare
from allocator.solve.engine import solve
from allocator.solve.live import LiveMaster, LiveProgram
from allocator.solve.live_highs import LiveHighs
from allocator.solve.options import Options
from allocator.solve.scaling import ScaledProgram, scale
from allocator.solve.solution import Status

PLAN = load_plan(examples_dir() / "image-startup.toml")
FIRST = formulate(PLAN)
CASH = PLAN.plan.cash
OFFER = next(iter(PLAN.compute))
PRICE = PLAN.compute[OFFER].price[0]


def changed(values: dict[str, Any]) -> ScaledProgram:
    return scale(formulate(PLAN.changed(values), reference=FIRST.program.reference).program)


def move(live: LiveProgram, scaled: ScaledProgram) -> None:
    difference = compare(live.scaled, scaled)
    assert isinstance(difference, Difference)
    live.change(scaled, difference)


def started(options: Options | None = None) -> LiveProgram:
    live = LiveProgram(scale(FIRST.program), options or Options())
    assert live.solve().status is Status.OPTIMAL
    return live


def test_sixty_random_changes_end_where_cold_solves_end() -> None:
    live, random = started(), np.random.default_rng(7)
    warm = 0
    for _ in range(60):
        scaled = changed(
            {
                "plan.cash": CASH * random.uniform(0.7, 2.0),
                f"compute.{OFFER}.price": PRICE * random.uniform(0.5, 1.5),
                "plan.cash_yield": random.uniform(0.0, 0.06),
            }
        )
        move(live, scaled)
        mine, cold = live.solve(), solve(scaled.program)
        assert mine.status is cold.status is Status.OPTIMAL
        assert mine.gap is not None
        assert mine.gap <= 1e-6
        assert mine.objective == pytest.approx(cold.objective, abs=1e-6)
        assert mine.bound is not None
        assert cold.objective is not None
        assert cold.objective <= mine.bound + 1e-9
        assert mine.x is not None
        assert violations(scaled.program, mine.x) == []
        assert float(scaled.program.objective @ mine.x) >= cold.objective - 1.5e-6
        warm += mine.solver.attempts[0].name == "highs, warm"
    assert warm == 60


def test_a_change_and_its_reverse_give_the_first_answer_again() -> None:
    live = LiveProgram(scale(FIRST.program), Options())
    before = live.solve()
    move(live, changed({"plan.cash": CASH * 3, f"compute.{OFFER}.price": PRICE * 2}))
    assert live.solve().objective != pytest.approx(before.objective, abs=1e-4)
    move(live, changed({}))
    assert live.solve().objective == pytest.approx(before.objective, abs=1e-6)


def test_an_infeasible_plan_in_between_is_said_and_does_no_harm() -> None:
    live = started()
    move(live, changed({"plan.min_cash": CASH * 50}))
    nothing = live.solve()
    assert nothing.status is Status.INFEASIBLE
    assert nothing.x is None
    move(live, changed({}))
    assert live.solve().objective == pytest.approx(solve(FIRST.program).objective, abs=1e-6)


def test_cuts_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "_MOST_CUTS", 1)
    live, random = started(), np.random.default_rng(3)
    sizes = []
    for _ in range(12):
        scaled = changed({"plan.cash": CASH * random.uniform(0.7, 2.0)})
        move(live, scaled)
        mine = live.solve()
        assert [step.name for step in mine.solver.attempts] == ["highs, warm", "highs, second pass"]
        assert mine.objective == pytest.approx(solve(scaled.program).objective, abs=1e-6)
        sizes.append(mine.solver.cuts)
    assert max(sizes) < 2 * live._most_cuts


class Lies(LiveMaster):
    """A master whose warm points are moved off the arrays."""

    def solve(self, **asked: Any) -> Answer:
        if self._solves > 30:
            raise CertificateError(["a point that does not hold"])
        return super().solve(**asked)


def test_a_warm_solve_that_is_refused_is_made_again_from_scratch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "LiveMaster", Lies)
    live = started()
    assert live._master is not None
    live._master._solves = 31
    scaled = changed({"plan.cash": CASH * 1.2})
    move(live, scaled)
    mine = live.solve()
    assert [(step.name, step.status) for step in mine.solver.attempts[:2]] == [
        ("highs, warm", "failed"),
        ("highs", "optimal"),
    ]
    assert "a point that does not hold" in mine.solver.attempts[0].message
    assert mine.objective == pytest.approx(solve(scaled.program).objective, abs=1e-6)


def test_a_second_pass_that_is_refused_is_made_again_from_scratch(monkeypatch: pytest.MonkeyPatch) -> None:
    live = started()
    refusals = iter([CertificateError(["a point that does not hold"])])
    least = LiveMaster.least

    def refused_once(master: LiveMaster, *given: Any, **asked: Any) -> Answer:
        for error in refusals:
            raise error
        return least(master, *given, **asked)

    monkeypatch.setattr(LiveMaster, "least", refused_once)
    move(live, changed({"plan.cash": CASH * 1.2}))
    mine, cold = live.solve(), solve(live.scaled.program)
    last = mine.solver.attempts[-1]
    assert last.name == "highs, second pass"
    assert "from scratch, after: a point that does not hold" in last.message
    assert mine.x is not None
    assert cold.x is not None
    outflow = live.scaled.program.outflow
    assert float(outflow @ mine.x) == pytest.approx(float(outflow @ cold.x), rel=1e-6)


def test_a_wrong_number_left_in_highs_is_found_and_repaired(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were a change lost on the way to HiGHS, its point would not hold on the arrays."""
    live = started()
    monkeypatch.setattr(LiveHighs, "change", lambda *_: None)
    scaled = changed({"plan.cash": CASH * 0.8})
    move(live, scaled)
    mine = live.solve()
    assert mine.solver.attempts[0].status == "failed"
    assert "Cash balance" in mine.solver.attempts[0].message
    assert mine.objective == pytest.approx(solve(scaled.program).objective, abs=1e-6)


def test_a_change_that_highs_refuses_leads_to_a_fresh_start(monkeypatch: pytest.MonkeyPatch) -> None:
    live = started()

    def refuse(*_: object) -> None:
        raise SolverError("HiGHS could not change rows")

    with monkeypatch.context() as patched:
        patched.setattr(LiveHighs, "change", refuse)
        with pytest.raises(SolverError, match="could not change rows"):
            move(live, changed({"plan.cash": CASH * 1.1}))
    assert live.solve().solver.attempts[0].name == "highs"


def test_whole_units_and_other_solvers_do_not_ride() -> None:
    scaled = scale(FIRST.program)
    assert LiveProgram.rides(scaled, Options())
    assert not LiveProgram.rides(scaled, Options(solver="clarabel"))
    assert not LiveProgram.rides(scale(formulate(PLAN.changed({"plan.whole": True})).program), Options())


def test_a_program_that_cones_would_solve_first_is_kept_live_for_re_solves(monkeypatch: pytest.MonkeyPatch) -> None:
    scaled = scale(FIRST.program)
    monkeypatch.setattr(live_module, "choose", lambda *_: Choice("clarabel", "continuous, of middle size"))
    assert LiveProgram.rides(scaled, Options())
    solution = LiveProgram(scaled, Options()).solve()
    assert (solution.solver.name, solution.solver.reason.split(",")[0]) == ("highs", "kept live for re-solves")
    monkeypatch.setattr(live_module, "is_large", lambda _: True)
    assert not LiveProgram.rides(scaled, Options())
