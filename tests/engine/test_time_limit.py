"""A search that is cut short still returns a plan that holds, and says how far from the best it may be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from plans import Document, ledger_of, small_lab, solved

from allocator.formulate.build import formulate
from allocator.plan import load_plan
from allocator.solve.engine import solve as solve_program
from allocator.solve.options import Options

# Lots of 64, contracts and hires over two years: branch and bound cannot prove 1e-7 in a second or two.
HARD: Document = small_lab(
    plan={"months": 24, "whole": True, "cash": 12e6},
    runway={"months": 4},
    compute={
        "cloud": {"lot": 64, "price": {"start": 2.5, "yearly_change": -0.2}},
        "contract": {"kind": "reserve", "flops": "989 TFLOP/s", "price": 1.9, "term": 5, "lot": 48, "upfront": 0.3},
        "owned": {
            "kind": "buy",
            "flops": "989 TFLOP/s",
            "price": 24e3,
            "lot": 40,
            "lead": 2,
            "resale": 0.5,
            "running": 200,
        },
    },
    people={
        "researchers": {"now": 5, "max": 15, "attrition": 0.2, "hiring": {"delay": 1, "ramp": 3, "cost": 40e3}},
        "engineers": {"salary": 15e3, "now": 5, "max": 15, "attrition": 0.3, "research": 0.5, "hiring": {"ramp": 2}},
    },
    models={
        "chat": {"deadline": 13, "research_effect": 0.4},
        "next": {"law": "chinchilla-replication", "deadline": 22, "training_months": 5, "research_effect": 0.3},
    },
)


@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_a_search_stopped_by_its_time_limit_returns_a_plan_and_its_gap(solver: str) -> None:
    result = solved(HARD, solver=solver, gap=1e-7, time_limit=1.5)
    assert result.status == "time_limit"
    assert ledger_of(result).violations == []
    assert 1e-7 < result.objective["gap"] < 0.5
    assert result.objective["gain_bound"] == pytest.approx(result.objective["gain"] + result.objective["gap"])


def test_a_plan_of_whole_units_is_no_better_than_the_same_program_with_parts_of_units() -> None:
    formulation = formulate(load_plan(HARD))
    whole = solve_program(formulation.program, Options(solver="highs", time_limit=6.0))
    parts = replace(formulation.program, integer=np.zeros_like(formulation.program.integer))
    relaxed = solve_program(parts, Options(solver="highs"))
    assert whole.objective is not None
    assert relaxed.objective is not None
    assert whole.objective <= relaxed.objective + 1e-6
    assert whole.objective >= relaxed.objective - 0.05
