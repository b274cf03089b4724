"""The registry keeps its promises: names are unique, and the first solver of a specification is what `auto` takes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from registry import SPECS, Spec, register

from allocator.formulate.build import formulate
from allocator.plan import load_plan
from allocator.solve.choose import choose
from allocator.solve.scaling import scale


def test_a_second_specification_of_the_same_name_is_refused() -> None:
    with pytest.raises(ValueError, match="two specifications named 'lab, 36 months'"):
        register(replace(next(spec for spec in SPECS if spec.name == "lab, 36 months"), solvers=("cbc",)))


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_the_first_solver_is_the_one_that_auto_takes(spec: Spec) -> None:
    scaled = scale(formulate(load_plan(spec.document())).program)
    assert choose(scaled, "auto").name == spec.solvers[0]
    assert scaled.whole == spec.whole
