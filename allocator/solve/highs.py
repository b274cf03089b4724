"""HiGHS, straight from arrays and changed in place.

Everything goes through the array overloads of highspy (int32 indices); a change of bounds,
costs or rows keeps the basis, so each solve after the first starts warm.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from allocator.errors import SolverError
from allocator.formulate.curves import FloatArray
from allocator.solve.adapter import Answer, AnswerStatus
from allocator.solve.cuts import CutRows
from allocator.solve.scaling import ScaledProgram

# Cutting planes stall near 1e-7 with anything looser.
_LP_TOLERANCE = 1e-10
_MIP_TOLERANCE = 1e-8
# Row values that drift from the point they belong to say that a warm basis has gone stale.
_LARGEST_DRIFT = 1e-8

_STATUS = {
    highspy.HighsModelStatus.kOptimal: AnswerStatus.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: AnswerStatus.INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: AnswerStatus.UNBOUNDED,
    highspy.HighsModelStatus.kTimeLimit: AnswerStatus.STOPPED,
    highspy.HighsModelStatus.kIterationLimit: AnswerStatus.STOPPED,
    highspy.HighsModelStatus.kSolutionLimit: AnswerStatus.STOPPED,
    highspy.HighsModelStatus.kInterrupt: AnswerStatus.STOPPED,
}


@cache
def _version() -> str:
    from importlib.metadata import version

    return version("highspy")


class HighsSolver:
    """One live HiGHS model.

    Parameters
    ----------
    threads : int
        Threads HiGHS may use.
    """

    name = "highs"
    point_tolerance = 1e-6

    def __init__(self, threads: int = 1) -> None:
        # highspy leaves its constructor untyped.
        self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self._option("output_flag", False)
        self._option("threads", threads)
        self._option("small_matrix_value", 1e-12)
        self._highs.HandleUserInterrupt = True
        # HiGHS keeps one pool of threads for the process and refuses another size quietly.
        highspy.Highs.resetGlobalScheduler(True)
        self._n_cols = 0
        self._whole = False
        self._integer: NDArray[np.bool_] = np.empty(0, dtype=bool)
        self._rows: list[Any] = []

    @property
    def version(self) -> str:
        return _version()

    def load(self, scaled: ScaledProgram, rows: CutRows) -> None:
        """Take the program (as a continuous one, until asked otherwise) and its first cuts."""
        self._n_cols = scaled.n_cols
        self._integer = scaled.integer
        matrix = scaled.matrix
        self._done(
            self._highs.passModel(
                scaled.n_cols,
                scaled.n_rows,
                matrix.nnz,
                int(highspy.MatrixFormat.kColwise),
                int(highspy.ObjSense.kMaximize),
                0.0,
                scaled.cost,
                scaled.col_lower,
                scaled.col_upper,
                scaled.row_lower,
                scaled.row_upper,
                matrix.indptr,
                matrix.indices,
                matrix.data,
                np.zeros(scaled.n_cols, dtype=np.int32),
            ),
            "take the program",
        )
        self._rows = [matrix]
        self.add(rows)

    def add(self, rows: CutRows) -> None:
        """Add rows of two entries each."""
        count = len(rows)
        if count:
            starts = np.arange(0, 2 * count, 2, dtype=np.int32)
            self._add(rows.lower, rows.upper, starts, rows.columns.ravel(), rows.values.ravel())

    def add_row(self, coefficients: FloatArray, lower: float, upper: float) -> None:
        """Add one row, ``lower <= coefficients @ x <= upper``; coefficients shape (n_cols,)."""
        columns = np.flatnonzero(coefficients)
        self._add(np.array([lower]), np.array([upper]), np.zeros(1, np.int32), columns, coefficients[columns])

    def set_cost(self, cost: FloatArray) -> None:
        """Replace the maximised objective, shape (n_cols,)."""
        self._done(self._highs.changeColsCost(self._n_cols, self._columns(), cost), "change the objective")

    def set_bounds(self, lower: FloatArray, upper: FloatArray) -> None:
        """Replace all column bounds."""
        self._done(self._highs.changeColsBounds(self._n_cols, self._columns(), lower, upper), "change bounds")

    def set_row_bounds(self, lower: FloatArray, upper: FloatArray) -> None:
        """Replace the bounds of the first rows, as many as given."""
        rows = np.arange(len(lower), dtype=np.int32)
        self._done(self._highs.changeRowsBounds(len(lower), rows, lower, upper), "change rows")

    def solve(
        self, *, whole: bool = False, gap: float = 0.0, time_limit: float | None = None, start: FloatArray | None = None
    ) -> Answer:
        """Solve what is loaded; with `whole`, the integers hold to an absolute `gap`."""
        began = time.perf_counter()
        self._prepare(whole=whole, gap=gap, time_limit=time_limit, start=start)
        self._run(whole)
        status = self._status()
        if status is AnswerStatus.OPTIMAL and not whole and self._drift() > _LARGEST_DRIFT:
            self._highs.clearSolver()
            self._run(whole)
            status = self._status()
        if status in (AnswerStatus.INFEASIBLE, AnswerStatus.FAILED) and not whole:
            # A refusal at 1e-10 is asked again from scratch before it is believed. Where HiGHS
            # then ends without a word ("Unknown"), interior points have the last one.
            self._highs.clearSolver()
            self._option("presolve", "off")
            self._run(whole)
            self._option("presolve", "choose")
            status = self._status()
            if status is AnswerStatus.FAILED:
                self._highs.clearSolver()
                self._option("solver", "ipm")
                self._run(whole)
                self._option("solver", "choose")
                status = self._status()
        return self._answer(status, whole, time.perf_counter() - began)

    def _prepare(self, *, whole: bool, gap: float, time_limit: float | None, start: FloatArray | None) -> None:
        """Set what the next run is asked for."""
        self._set_whole(whole)
        # HiGHS counts the time of earlier runs against the limit of a simplex, but not of a branching.
        spent = 0.0 if whole else self._highs.getRunTime()
        self._option("time_limit", np.inf if time_limit is None else spent + max(time_limit, 0.0))
        tolerance = _MIP_TOLERANCE if whole else _LP_TOLERANCE
        self._option("primal_feasibility_tolerance", tolerance)
        self._option("dual_feasibility_tolerance", tolerance)
        if whole:
            self._option("mip_feasibility_tolerance", _MIP_TOLERANCE)
            self._option("mip_rel_gap", 0.0)
            self._option("mip_abs_gap", gap)
            if start is not None:
                self._done(self._highs.setSolution(self._n_cols, self._columns(), start), "take a starting point")

    def _answer(self, status: AnswerStatus, whole: bool, seconds: float) -> Answer:
        info = self._highs.getInfo()
        message = self._highs.modelStatusToString(self._highs.getModelStatus())
        solution = self._highs.getSolution()
        # At a limit only the primal status says whether there is a point.
        has_point = info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
        if status is AnswerStatus.STOPPED and has_point and whole:
            status = AnswerStatus.FEASIBLE
        empty = Answer(
            status,
            bound=float(info.mip_dual_bound) if whole else None,
            iterations=max(int(info.simplex_iteration_count), 0) + max(int(info.ipm_iteration_count), 0),
            nodes=max(int(info.mip_node_count), 0) if whole else 0,
            seconds=seconds,
            message=message,
        )
        if status not in (AnswerStatus.OPTIMAL, AnswerStatus.FEASIBLE):
            return empty
        objective = float(info.objective_function_value)
        return replace(
            empty,
            x=np.array(solution.col_value),
            row_dual=None if whole else np.array(solution.row_dual),
            objective=objective,
            bound=empty.bound if whole else objective,
        )

    def _status(self) -> AnswerStatus:
        model_status = self._highs.getModelStatus()
        if model_status == highspy.HighsModelStatus.kUnboundedOrInfeasible:
            # Presolve alone cannot tell the two apart.
            self._option("presolve", "off")
            self._run(self._whole)
            self._option("presolve", "choose")
            model_status = self._highs.getModelStatus()
        return _STATUS.get(model_status, AnswerStatus.FAILED)

    def _run(self, interruptible: bool) -> None:
        status = self._run_in_thread() if interruptible else self._highs.run()
        if status == highspy.HighsStatus.kError:
            # A basis can break down in numbers; what it stood for has not: begin again without it.
            self._highs.clearSolver()
            status = self._run_in_thread() if interruptible else self._highs.run()
        if status == highspy.HighsStatus.kError:
            raise SolverError("HiGHS stopped with an error; try another solver, for instance `clarabel` or `cbc`")

    def _run_in_thread(self) -> Any:
        """Run so that Ctrl-C stops branch and bound and leaves its best point to be read."""
        self._highs.startSolve()
        while True:
            try:
                finished, status = self._highs.wait(0.1)
            except KeyboardInterrupt:
                self._highs.cancelSolve()
                continue
            if finished:
                return status

    def _set_whole(self, whole: bool) -> None:
        if whole == self._whole:
            return
        kinds = (self._integer & whole).astype(np.uint8)
        self._done(self._highs.changeColsIntegrality(self._n_cols, self._columns(), kinds), "change whole units")
        self._whole = whole

    def _add(self, lower: FloatArray, upper: FloatArray, starts: Any, columns: Any, values: FloatArray) -> None:
        self._done(
            self._highs.addRows(len(lower), lower, upper, len(values), starts, columns.astype(np.int32), values),
            "add rows",
        )
        shape = (len(lower), self._n_cols)
        self._rows.append(sparse.csr_matrix((values, columns, np.append(starts, len(values))), shape=shape))

    def _drift(self) -> float:
        """Largest difference between what HiGHS holds its rows to be worth and their value at its point."""
        solution = self._highs.getSolution()
        point = np.array(solution.col_value)
        worth = np.concatenate([rows @ point for rows in self._rows])
        return float(np.max(np.abs(worth - np.array(solution.row_value)), initial=0.0))

    def _columns(self) -> NDArray[np.int32]:
        return np.arange(self._n_cols, dtype=np.int32)

    def _option(self, name: str, value: bool | int | float | str) -> None:
        self._done(self._highs.setOptionValue(name, value), f"set {name} to {value}")

    @staticmethod
    def _done(status: Any, action: str) -> None:
        # kWarning says that coefficients below 1e-12 were dropped; every point is checked on
        # the full arrays, so what that changes would show.
        if status == highspy.HighsStatus.kError:
            raise SolverError(f"HiGHS could not {action}")
