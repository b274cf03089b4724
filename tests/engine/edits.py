"""Programs with one rule taken out or changed, to show what the rule is worth and who notices."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from allocator.formulate.build import Formulation
from allocator.formulate.frame import Flow
from allocator.formulate.program import Program
from allocator.result.decisions import read_decisions
from allocator.result.ledger import Ledger, replay
from allocator.solve.engine import solve as solve_program
from allocator.solve.options import Options


def relaxed(program: Program, rows: Iterable[int]) -> Program:
    """`program` without what `rows` ask."""
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    for row in rows:
        lower[row], upper[row] = -np.inf, np.inf
    return replace(program, row_lower=lower, row_upper=upper)


def without_rows(program: Program, name: str, entries: Iterable[int] | None = None) -> Program:
    """`program` without the row family `name`, or without some entries of it."""
    index = program.row(name).index
    return relaxed(program, index if entries is None else index[list(entries)])


def lowered(program: Program, name: str, amounts: np.ndarray) -> Program:
    """`program` with the lower bounds of a row family lowered by `amounts`."""
    lower = program.row_lower.copy()
    lower[program.row(name).index] -= amounts
    return replace(program, row_lower=lower)


def raised(program: Program, name: str, amount: float) -> Program:
    """`program` with the upper bounds of a row family raised by `amount`."""
    upper = program.row_upper.copy()
    upper[program.row(name).index] += amount
    return replace(program, row_upper=upper)


def untaken(program: Program, name: str) -> Program:
    """`program` that no longer takes back choices by the function `name`."""
    kept = tuple(adjust for adjust in program.adjustments if name not in adjust.__qualname__)
    assert len(kept) < len(program.adjustments)
    return replace(program, adjustments=kept)


def with_flows(program: Program, name: str, flows: Iterable[Flow], sign: float) -> Program:
    """`program` with money flows added to the month's row of a family, times `sign`."""
    matrix = program.matrix.tolil(copy=True)
    index = program.row(name).index
    for flow in flows:
        for month, column, amount in zip(flow.months, flow.columns, flow.coefficients, strict=True):
            matrix[index[month], column] += sign * amount
    return replace(program, matrix=matrix.tocsc())


def without_burn_from_the_books(program: Program) -> Program:
    """Burn as the program's own rows have it, not recomputed from what is spent."""
    kept = tuple(repair for repair in program.repairs if "burn" not in repair.__qualname__)
    assert len(kept) < len(program.repairs)
    return replace(program, repairs=kept)


def optimum(formulation: Formulation, edit: Callable[[Program], Program] | None = None) -> tuple[float, Ledger]:
    """Objective of the (edited) program and the ledger of its decisions under the plan's true rules."""
    program = formulation.program if edit is None else edit(formulation.program)
    solution = solve_program(program, Options(solver="highs", second_pass=False))
    assert solution.x is not None
    assert solution.objective is not None
    edited = replace(formulation, program=program)
    return solution.objective, replay(formulation.plan, read_decisions(edited, solution.x))
