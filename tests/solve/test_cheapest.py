"""The second pass spends as little as it can, gives nothing of the quality away, and leaves the basis where it was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from allocator import load_plan
from allocator.formulate.build import formulate
from allocator.resources import examples_dir
from allocator.solve import highs as highs_module
from allocator.solve.cheapest import FLOOR_GIVE, cheapest
from allocator.solve.choose import MANY_CURVES, choose
from allocator.solve.clock import Clock
from allocator.solve.cuts import initial_cuts
from allocator.solve.face import Face, find_face
from allocator.solve.highs import HighsSolver
from allocator.solve.incumbent import Incumbent, restored
from allocator.solve.master import Effort, Master
from allocator.solve.outer import refine, relax
from allocator.solve.scaling import ScaledProgram, scale
from allocator.solve.thrift import thrifty_program

EXAMPLES = ("image-startup", "series-b-lab")


def first_pass(name: str, *overrides: str) -> tuple[Master, Incumbent]:
    scaled = scale(formulate(load_plan(examples_dir() / f"{name}.toml", overrides=overrides)).program)
    master = Master(scaled, HighsSolver(), initial_cuts(scaled.curves), Effort())
    found = refine(master, gap=1e-6, clock=Clock(None)).incumbent
    assert found is not None
    return master, found


def spent(scaled: ScaledProgram, plan: Incumbent) -> float:
    return float(scaled.program.outflow @ plan.x)


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_spends_what_a_program_with_the_quality_held_by_a_row_spends(name: str) -> None:
    master, first = first_pass(name)
    plan, _ = cheapest(master, first, Clock(None))
    assert plan is not None
    assert plan.objective >= first.objective - FLOOR_GIVE
    unit = spent(master.scaled, plan)
    held = scale(thrifty_program(master.scaled.program, first.objective - FLOOR_GIVE, unit))
    least = relax(Master(held, HighsSolver(), master.cuts, Effort()), gap=1e-7, clock=Clock(None))
    # What 2e-7 of the quality is worth, and no more.
    assert -least.bound <= 1.0 + 1e-9
    assert -least.bound >= 1.0 - 1e-3


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_basis_of_the_first_pass_is_still_there(name: str) -> None:
    master, first = first_pass(name)
    before = master.solve()
    cheapest(master, first, Clock(None))
    after = master.solve()
    assert after.iterations == 0
    assert after.objective == pytest.approx(before.objective, abs=1e-9)


def test_money_that_was_wasted_on_purpose_is_saved() -> None:
    # So much cash that idle GPUs could be rented in every month.
    master, first = first_pass("series-b-lab", "plan.cash=2000M")
    scaled = master.scaled
    calm, _ = cheapest(master, first, Clock(None))
    assert calm is not None
    answer = master.least(replace(first, point=None), -scaled.outflow)
    assert answer.x is not None
    wasteful = restored(scaled, answer.x)
    assert wasteful is not None
    assert wasteful.objective == pytest.approx(first.objective, abs=FLOOR_GIVE)
    assert spent(scaled, wasteful) > spent(scaled, calm) * 1.01
    again, _ = cheapest(master, wasteful, Clock(None))
    assert again is not None
    assert spent(scaled, again) == pytest.approx(spent(scaled, calm), rel=1e-6)


def test_a_face_that_holds_nothing_costs_quality_and_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*given: Any, **asked: Any) -> Face:
        none = np.empty(0, dtype=np.int64)
        return replace(find_face(*given, **asked), columns=none, rows=none, bound=np.empty(0))

    master, first = first_pass("series-b-lab")
    master.solve()
    assert master.answer is not None
    monkeypatch.setattr(highs_module, "find_face", nothing)
    monkeypatch.setattr(Face, "can_spare", lambda *_: True)
    plan, said = cheapest(master, replace(first, point=master.answer.x), Clock(None))
    assert plan is None
    assert "once restored" in said


def test_a_worn_out_basis_is_factored_anew_and_keeps_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    master, _ = first_pass("image-startup")
    before = master.solve()
    verdicts = iter([True])
    monkeypatch.setattr(HighsSolver, "_stale", lambda *_: next(verdicts, False))
    after = master.solve()
    assert next(verdicts, None) is None
    assert after.iterations == 0
    assert after.objective == pytest.approx(before.objective, abs=1e-9)


def test_programs_of_little_but_curves_go_to_cones() -> None:
    scaled = scale(formulate(load_plan(examples_dir() / "image-startup.toml")).program)
    assert choose(scaled, "auto").name == "highs"
    places = np.arange(MANY_CURVES * 3) % len(scaled.curves)
    curves = scaled.curves
    names = ("x", "y", "kind", "shift", "exponent")
    many = replace(
        curves, **{name: getattr(curves, name)[places] for name in names}, names=tuple(curves.names[p] for p in places)
    )
    found = choose(replace(scaled, curves=many), "auto")
    assert (found.name, found.reason.split(" (")[0]) == ("clarabel", "continuous, little but curves")
