"""A solver alone on the last program of a solve: what remains when everything around it is free."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import highspy
import numpy as np
from scipy import sparse

from allocator.errors import SolverError
from allocator.formulate.program import Program
from allocator.solve.adapter import AnswerStatus, SolverFactory
from allocator.solve.cbc import CbcSolver
from allocator.solve.clarabel import ClarabelSolver
from allocator.solve.cuts import CutRows, as_rows
from allocator.solve.cvx import CvxpySolver
from allocator.solve.options import CONTINUOUS_GAP
from allocator.solve.outer import refined_cuts
from allocator.solve.scaling import ScaledProgram, scale

# Runs the solver once, cold, and returns its seconds.
Run = Callable[[], float]


def final_arrays(program: Program) -> tuple[ScaledProgram, CutRows]:
    """Return a continuous program, scaled, with the tangents of its last round as rows."""
    scaled = scale(program)
    return scaled, as_rows(scaled.curves, refined_cuts(program))


def highs_program(scaled: ScaledProgram, cuts: CutRows) -> highspy.HighsLp:
    """Return a program and its tangents as HiGHS takes a linear program."""
    rows = np.repeat(np.arange(len(cuts)), 2)
    below = sparse.csc_matrix((cuts.values.ravel(), (rows, cuts.columns.ravel())), shape=(len(cuts), scaled.n_cols))
    matrix = sparse.vstack([scaled.matrix, below], format="csc")
    program = highspy.HighsLp()
    program.sense_ = highspy.ObjSense.kMaximize
    program.num_col_, program.num_row_ = scaled.n_cols, matrix.shape[0]
    program.col_cost_ = scaled.cost
    program.col_lower_, program.col_upper_ = scaled.col_lower, scaled.col_upper
    program.row_lower_ = np.concatenate([scaled.row_lower, cuts.lower])
    program.row_upper_ = np.concatenate([scaled.row_upper, cuts.upper])
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = matrix.indptr
    program.a_matrix_.index_ = matrix.indices
    program.a_matrix_.value_ = matrix.data
    return program


def run_highs(program: highspy.HighsLp) -> float:
    """Solve a program cold, with default options; return the seconds it took.

    Raises
    ------
    SolverError
        When HiGHS does not call it optimal.
    """
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    began = time.perf_counter()
    solver.passModel(program)
    solver.run()
    seconds = time.perf_counter() - began
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise SolverError(f"HiGHS alone ended {solver.modelStatusToString(solver.getModelStatus())}")
    return seconds


def bare_run(program: Program, solver: str, adapters: Mapping[str, SolverFactory] | None = None) -> Run | None:
    """Prepare a solver alone on the final arrays of `program`.

    Linear solvers get the tangents of the last round: HiGHS with its default options, others through their
    adapter. Cone solvers get the curves themselves, as they always do.

    Parameters
    ----------
    program : Program
    solver : str
        A name that `Options` takes, but ``auto``.
    adapters : mapping of str to callable, optional
        Makers of linear solvers that stand in for the built-in ones.

    Returns
    -------
    callable or None
        None with whole units: branch and bound on the final tangents is another problem, not a part of this one.
    """
    if scale(program).whole:
        return None
    makers: dict[str, SolverFactory] = {"cbc": CbcSolver, **(adapters or {})}
    if solver == "highs" and "highs" not in makers:
        arrays = highs_program(*final_arrays(program))
        return lambda: run_highs(arrays)
    if solver in makers:
        scaled, cuts = final_arrays(program)
        return lambda: _run_linear(makers[solver], scaled, cuts)
    alone = scale(program)
    return lambda: _run_cones(solver, alone)


def _run_linear(maker: SolverFactory, scaled: ScaledProgram, cuts: CutRows) -> float:
    adapter = maker(1)
    began = time.perf_counter()
    adapter.load(scaled, cuts)
    answer = adapter.solve(whole=False, gap=CONTINUOUS_GAP, time_limit=None, start=None)
    seconds = time.perf_counter() - began
    if answer.status is not AnswerStatus.OPTIMAL:
        raise SolverError(f"{adapter.name} alone ended {answer.status}")
    return seconds


def _run_cones(name: str, scaled: ScaledProgram) -> float:
    solver = ClarabelSolver() if name == "clarabel" else CvxpySolver(name)
    began = time.perf_counter()
    answer = solver.solve(scaled)
    seconds = time.perf_counter() - began
    if answer.x is None:
        raise SolverError(f"{name} alone ended {answer.status}")
    return seconds
