"""The cheapest plan in whole units: no lot, order or hire that quality or a rule does not need.

An idle GPU costs no quality, so branch and bound for quality alone may leave whole numbers
that nothing needs. The thrifty program is the same program with the quality held by a row
and the outflow as its objective; it is searched like any other.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from allocator.formulate.curves import FloatArray
from allocator.formulate.program import Block, Program
from allocator.solve.adapter import LinearSolver
from allocator.solve.certificate import measure
from allocator.solve.cheapest import FLOOR_GIVE
from allocator.solve.clock import Clock
from allocator.solve.cuts import Cuts
from allocator.solve.incumbent import Incumbent
from allocator.solve.master import Effort, Master
from allocator.solve.outer import relax
from allocator.solve.scaling import ScaledProgram, scale

# The search among whole numbers ends within this share of the least outflow, after this time,
# or once no cheaper plan has come for a while: where it is not over within a second, fifteen
# have not found one either, on any plan that was measured.
OUTFLOW_GAP = 0.002
# Among curves it is a continuous program, and ends within this share of all that is spent and earned.
CURVES_GAP = 1e-6
SECONDS = 3.0
PATIENCE = 1.0
# Outflow below this share of the typical one is nothing to save on.
_NOTHING = 1e-12


def thrifty_program(program: Program, floor: float, unit: float) -> Program:
    """`program` with its objective held at `floor` by a row, and minus outflow over `unit` as objective."""
    row = sparse.csr_matrix(program.objective[np.newaxis, :])
    quality = Block(
        "Quality of the first pass", ("",), "gain", "as good as the best plan found", program.n_rows, "first pass"
    )
    return replace(
        program,
        matrix=sparse.vstack([program.matrix, row], format="csc"),
        row_lower=np.append(program.row_lower, floor),
        row_upper=np.append(program.row_upper, np.inf),
        row_scale=np.append(program.row_scale, 1.0),
        rows=(*program.rows, quality),
        objective=-program.outflow / unit,
        outflow=np.zeros(program.n_cols),
    )


def cheapest_relaxed(
    scaled: ScaledProgram,
    continuous: LinearSolver,
    cuts: Cuts,
    floor: float,
    *,
    lower: FloatArray,
    upper: FloatArray,
    clock: Clock,
    effort: Effort,
) -> FloatArray | None:
    """Scaled point of least outflow whose quality, without whole units, keeps `floor`; None where none was found.

    It keeps to the scaled column bounds `lower` and `upper`.
    """
    program = scaled.program
    unit = float(np.max(np.abs(program.outflow * program.col_scale), initial=0.0))
    if unit == 0.0:
        return None
    thrifty = scale(thrifty_program(program, floor, unit))
    master = Master(thrifty, continuous, cuts, effort)
    master.set_bounds(lower, upper)
    return relax(master, gap=1e-6, clock=clock).x


def rival(scaled: ScaledProgram, first: Incumbent, fixed: Incumbent) -> tuple[ScaledProgram, Incumbent] | None:
    """The thrifty program at the first pass's quality, and `fixed` as a plan of it; None where nothing is spent.

    `fixed` is the cheapest plan with the first pass's whole numbers.
    """
    program = scaled.program
    # Of all that moves: what is earned may be more than what is spent.
    unit = float(np.abs(program.outflow) @ np.abs(fixed.x))
    if unit <= _NOTHING * float(np.max(np.abs(program.outflow * program.col_scale), initial=0.0)):
        return None
    floor = min(first.objective - FLOOR_GIVE, fixed.objective)
    thrifty = scale(thrifty_program(program, floor, unit))
    found = measure(thrifty, thrifty.scaled(fixed.x))
    return thrifty, Incumbent(fixed.x, float(thrifty.program.objective @ fixed.x), found)


def as_plan_of(scaled: ScaledProgram, plan: Incumbent) -> Incumbent:
    """A plan of the thrifty program as a plan of the program itself."""
    return Incumbent(plan.x, float(scaled.program.objective @ plan.x), measure(scaled, scaled.scaled(plan.x)))
