"""The registry keeps its promises: names are unique, and the first solver of a specification is what `auto` takes."""

from __future__ import annotations

import phases  # noqa: F401  (registers)
import pytest
from registry import PHASES, SPECS, Spec, cells, register, register_phase

from allocator.formulate.build import formulate
from allocator.plan import load_plan
from allocator.solve.choose import choose
from allocator.solve.scaling import scale
from allocator.study.scaling_phases import PHASES as WAY


def test_a_second_specification_or_phase_of_the_same_name_is_refused() -> None:
    with pytest.raises(ValueError, match="two specifications named 'lab, 36 months'"):
        register("lab", 36, ("cbc",))
    with pytest.raises(ValueError, match="two phases named 'load'"):
        register_phase(PHASES["load"])


def test_every_family_x_phase_x_solver_x_size_is_one_cell() -> None:
    names = [str(cell) for cell in cells()]
    assert len(names) == len(set(names))
    solvers = sum(len(spec.solvers) for spec in SPECS)
    of_solver = sum(phase.solver for phase in PHASES.values())
    assert len(names) == solvers * of_solver + len(SPECS) * (len(PHASES) - of_solver)
    assert {"load", "formulate", "first-pass", *WAY} == set(PHASES)


def test_finer_phases_are_not_offered_by_the_command() -> None:
    assert set(WAY) == {"build", "solve", "certify", "whole-way"}


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_the_first_solver_is_the_one_that_auto_takes(spec: Spec) -> None:
    scaled = scale(formulate(load_plan(spec.family.document(spec.size))).program)
    choice = choose(scaled, "auto")
    assert spec.solvers[0] in (choice.name, *choice.racers)
    assert scaled.whole == spec.family.whole
