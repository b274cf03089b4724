"""HiGHS alone on the last program of a solve: what remains when everything around the solver is free."""

from __future__ import annotations

import time
from typing import Any

import highspy
import numpy as np
from scipy import sparse

from allocator.plan import load_plan
from allocator.session import Session
from allocator.solve.cuts import as_rows, initial_cuts
from allocator.solve.highs import HighsSolver
from allocator.solve.master import Clock, Effort, Master
from allocator.solve.outer import refine
from allocator.solve.scaling import scale

GAP = 1e-6


def final_program(document: dict[str, Any]) -> highspy.HighsLp:
    """Return the linear program of the last round of cuts, as HiGHS takes it.

    Parameters
    ----------
    document : dict
        A plan without whole units.
    """
    scaled = scale(Session(load_plan(document)).formulation.program)
    master = Master(scaled, HighsSolver(), initial_cuts(scaled.curves), Effort())
    refine(master, gap=GAP, clock=Clock(None))
    cuts = as_rows(scaled.curves, master.cuts)
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


def run_bare(program: highspy.HighsLp) -> float:
    """Solve a program cold, with default options; return the seconds it took.

    Raises
    ------
    RuntimeError
        When HiGHS does not call it optimal.
    """
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    began = time.perf_counter()
    solver.passModel(program)
    solver.run()
    seconds = time.perf_counter() - began
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"bare HiGHS ended {solver.modelStatusToString(solver.getModelStatus())}")
    return seconds
