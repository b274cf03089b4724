"""Rules are tightened for the last word on one plan; the next question finds them as they are."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from plans import merged

from allocator.errors import CertificateError
from allocator.formulate.build import formulate
from allocator.formulate.curves import FloatArray
from allocator.plan import Plan, load_plan
from allocator.resources import examples_dir
from allocator.session import Session
from allocator.solve.adapter import Answer
from allocator.solve.clock import Clock
from allocator.solve.cuts import initial_cuts
from allocator.solve.diff import Difference
from allocator.solve.highs import HighsSolver
from allocator.solve.live import LiveMaster
from allocator.solve.master import Effort, Master
from allocator.solve.outer import Refined, refine, relax
from allocator.solve.rounding import release, solve_fixed
from allocator.solve.scaling import ScaledProgram, scale
from allocator.solve.strict import tighten

# Marketing's curve feeds cash: plans miss rules by what its tangents promise too much.
DOCUMENT: dict[str, Any] = tomllib.loads((examples_dir() / "app-company.toml").read_text(encoding="utf-8"))


def continuous() -> Plan:
    revenue = {name: stream for name, stream in DOCUMENT["revenue"].items() if name != "api"}
    return load_plan({key: value for key, value in DOCUMENT.items() if key != "partners"} | {"revenue": revenue})


def test_a_session_takes_a_change_of_bounds_from_the_plan_as_it_is() -> None:
    plan = continuous()
    session = Session(plan, live=True)
    for changes in [
        {},
        {"compute.h100-cloud.max": 60.0},
        {"compute.h100-cloud.max": 150.0},
        {"compute.h100-cloud.max": 300.0},
        {"data.open-web.max": 1e11},
        {"people.engineers.now": 13},
    ]:
        changed = plan.changed(changes) if changes else plan
        assert session.update(changed).in_place
        assert session.brief().objective == pytest.approx(Session(changed).brief().objective, abs=2e-6), changes


def test_bounds_that_are_not_the_plans_prove_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As bounds from before a change once stayed: what is proven of them holds for another plan."""
    plan = continuous()
    session = Session(plan, live=True)
    session.update(plan.changed({"compute.h100-cloud.max": 60.0}))
    fewer = session.brief().objective
    unchanged = LiveMaster.change

    def stale(master: LiveMaster, scaled: ScaledProgram, difference: Difference) -> None:
        lower, upper = scaled.col_lower.copy(), master.upper.copy()
        unchanged(master, scaled, difference)
        master.set_bounds(lower, upper)

    monkeypatch.setattr(LiveMaster, "change", stale)
    assert session.update(plan.changed({"compute.h100-cloud.max": 150.0})).in_place
    # From scratch it is the plan's own question again.
    found = session.reached().solution
    assert found.objective is not None
    assert found.objective > fewer + 1e-2
    assert any("bounds of the program solved" in attempt.message for attempt in found.solver.attempts)


def test_a_program_with_other_bounds_than_the_plans_is_refused() -> None:
    scaled = scale(formulate(continuous()).program)
    master = Master(scaled, HighsSolver(), initial_cuts(scaled.curves), Effort())
    master.refuse_other_bounds()
    master.set_bounds(master.lower, np.minimum(master.upper, 0.1))
    with pytest.raises(CertificateError, match="are not those of the plan's"):
        master.refuse_other_bounds()


def whole() -> Master:
    """A program with whole hires and lots, in HiGHS."""
    document = merged(DOCUMENT, {"plan": {"whole": True}, "compute": {"h100-cloud": {"lot": 8}}})
    scaled = scale(formulate(load_plan(document)).program)
    return Master(scaled, HighsSolver(), initial_cuts(scaled.curves), Effort())


def numbers(master: Master, gpus: float) -> FloatArray:
    """Whole numbers that can be: nothing but a few lots of GPUs while the model trains."""
    found = refine(master, gap=1e-3, clock=Clock(None))
    assert found.x is not None
    return np.floor(found.x * gpus)


def test_whole_numbers_fixed_after_others_are_those_asked_for() -> None:
    few, many = numbers(whole(), 0.2), numbers(whole(), 0.5)
    master = whole()
    first = solve_fixed(master, few, gap=1e-6, clock=Clock(None)).incumbent
    assert first is not None
    # As the last word on a plan that misses a rule leaves it.
    tighten(master, first)
    second = solve_fixed(master, many, gap=1e-6, clock=Clock(None)).incumbent
    alone = solve_fixed(whole(), many, gap=1e-6, clock=Clock(None)).incumbent
    assert second is not None
    assert alone is not None
    assert second.objective == pytest.approx(alone.objective, abs=2e-6)
    assert second.objective > first.objective + 1e-2


def test_released_whole_numbers_have_their_own_bounds_again() -> None:
    master = whole()
    free = refine(master, gap=1e-6, clock=Clock(None)).bound
    fixed = solve_fixed(master, numbers(whole(), 0.2), gap=1e-6, clock=Clock(None)).incumbent
    assert fixed is not None
    tighten(master, fixed)
    release(master)
    assert refine(master, gap=1e-6, clock=Clock(None)).bound == pytest.approx(free, abs=2e-6)


def refusing(monkeypatch: pytest.MonkeyPatch, times: int) -> list[int]:
    """Let so many of HiGHS's bounds be refused."""
    asked: list[int] = []
    proven = Master.proven_bound

    def bound(master: Master, answer: Answer) -> tuple[float, FloatArray]:
        asked.append(1)
        if len(asked) <= times:
            raise CertificateError(["highs claims that no plan is better than 1, but its multipliers prove only inf"])
        return proven(master, answer)

    monkeypatch.setattr(Master, "proven_bound", bound)
    return asked


@pytest.mark.parametrize("rounds", [refine, relax])
def test_multipliers_that_prove_nothing_are_asked_for_again_from_scratch(
    monkeypatch: pytest.MonkeyPatch, rounds: Callable[..., Refined]
) -> None:
    expected = rounds(whole(), gap=1e-6, clock=Clock(None)).bound
    refusing(monkeypatch, 1)
    assert rounds(whole(), gap=1e-6, clock=Clock(None)).bound == pytest.approx(expected, abs=2e-6)


def test_what_is_refused_from_scratch_too_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = refusing(monkeypatch, 10**6)
    with pytest.raises(CertificateError, match="prove only inf"):
        refine(whole(), gap=1e-6, clock=Clock(None))
    assert len(asked) == 2
