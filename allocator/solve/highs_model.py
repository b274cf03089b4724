"""One HiGHS model, filled from arrays and changed in place.

Everything goes through the array overloads of highspy (int32 indices); a change of bounds,
costs or rows keeps the basis.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from allocator.errors import SolverError
from allocator.formulate.curves import FloatArray, IntArray
from allocator.solve.adapter import Answer, AnswerStatus
from allocator.solve.choose import installed_version
from allocator.solve.cuts import CutRows, join_rows, no_rows
from allocator.solve.scaling import ScaledProgram

# The program comes scaled, and its presolve took longer than the simplex it spared: on 826 x 2057,
# 1690 x 6265 and 811 x 993 these took 0.5 to 0.65 of the time of HiGHS' own choices.
_SIMPLEX: dict[str, int | str] = {
    "simplex_scale_strategy": 0,
    "simplex_dual_edge_weight_strategy": 1,
    "presolve": "off",
}
# Above this many rows presolve is HiGHS' own choice.
_SMALL = 20_000

_STATUS = {
    highspy.HighsModelStatus.kOptimal: AnswerStatus.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: AnswerStatus.INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: AnswerStatus.UNBOUNDED,
    highspy.HighsModelStatus.kTimeLimit: AnswerStatus.STOPPED,
    highspy.HighsModelStatus.kIterationLimit: AnswerStatus.STOPPED,
    highspy.HighsModelStatus.kSolutionLimit: AnswerStatus.STOPPED,
    highspy.HighsModelStatus.kInterrupt: AnswerStatus.STOPPED,
}


class HighsModel:
    """A live HiGHS model: its arrays, its options, and what a run of it ended with.

    Parameters
    ----------
    threads : int
        Threads HiGHS may use.
    """

    def __init__(self, threads: int = 1) -> None:
        # highspy leaves its constructor untyped.
        self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self._option("output_flag", False)
        self._option("threads", threads)
        self._option("small_matrix_value", 1e-12)
        self._defaults = {name: self._highs.getOptionValue(name)[1] for name in _SIMPLEX}
        # HiGHS keeps one pool of threads for the process and refuses another size quietly.
        highspy.Highs.resetGlobalScheduler(True)
        self._n_cols = 0
        self._whole = False
        self._small = False
        self._integer: NDArray[np.bool_] = np.empty(0, dtype=bool)
        self._matrix = sparse.csc_matrix((0, 0))
        self._cuts = no_rows()
        self._cost = self._lower = self._upper = np.empty(0)
        self._row_lower = self._row_upper = np.empty(0)

    @property
    def version(self) -> str:
        return installed_version("highspy")

    def load(self, scaled: ScaledProgram, rows: CutRows) -> None:
        """Take the program (as a continuous one, until asked otherwise) and its first cuts."""
        self._n_cols = scaled.n_cols
        self._integer = scaled.integer
        self._small = scaled.n_rows <= _SMALL
        self._listen(not self._small)
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
        self._take(scaled)
        self._cost, self._cuts = scaled.cost, no_rows()
        self.add(rows)

    def add(self, rows: CutRows) -> None:
        """Add rows of two entries each."""
        count = len(rows)
        if count == 0:
            return
        starts = np.arange(0, 2 * count, 2, dtype=np.int32)
        columns = rows.columns.ravel().astype(np.int32)
        self._done(
            self._highs.addRows(count, rows.lower, rows.upper, 2 * count, starts, columns, rows.values.ravel()),
            "add rows",
        )
        self._cuts = join_rows(self._cuts, rows)

    def set_cost(self, cost: FloatArray) -> None:
        """Replace the maximised objective, shape (n_cols,)."""
        self._change_cost(np.flatnonzero(cost != self._cost), cost)
        self._cost = cost

    def set_bounds(self, lower: FloatArray, upper: FloatArray) -> None:
        """Replace all column bounds."""
        differ = np.flatnonzero((lower != self._lower) | (upper != self._upper))
        self._change_bounds(differ, lower[differ], upper[differ])
        self._lower, self._upper = lower, upper

    def set_row_bounds(self, lower: FloatArray, upper: FloatArray) -> None:
        """Replace the bounds of the program's rows, each shape (n_rows,)."""
        differ = np.flatnonzero((lower != self._row_lower) | (upper != self._row_upper))
        self._change_rows(differ, lower[differ], upper[differ])
        self._row_lower, self._row_upper = lower, upper

    def restart(self) -> None:
        """Forget the basis: the next solve starts from scratch."""
        self._highs.clearSolver()

    def _take(self, scaled: ScaledProgram) -> None:
        """Remember the arrays that are loaded."""
        self._matrix = scaled.matrix
        self._lower, self._upper = scaled.col_lower, scaled.col_upper
        self._row_lower, self._row_upper = scaled.row_lower, scaled.row_upper

    def _answer(self, status: AnswerStatus, whole: bool, seconds: float) -> Answer:
        info = self._highs.getInfo()
        message = self._highs.modelStatusToString(self._highs.getModelStatus())
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
        solution = self._highs.getSolution()
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
            # A basis can break down in numbers, an unscaled program too; what they stand for has not.
            self.restart()
            self._choose_simplex(ours=False)
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

    def _choose_simplex(self, *, ours: bool) -> None:
        for name, value in _SIMPLEX.items():
            self._option(name, value if ours else self._defaults[name])

    def _listen(self, listen: bool) -> None:
        """Whether Ctrl-C is looked for in every iteration, at the price of a call to Python in each."""
        if self._highs.HandleUserInterrupt != listen:
            self._highs.HandleUserInterrupt = listen

    def _limit(self, time_limit: float | None, whole: bool) -> None:
        # HiGHS counts the time of earlier runs against the limit of a simplex, but not of a branching.
        spent = 0.0 if whole else self._highs.getRunTime()
        self._option("time_limit", np.inf if time_limit is None else spent + max(time_limit, 0.0))

    def _change_cost(self, columns: IntArray, cost: FloatArray) -> None:
        # Only what differs: HiGHS sorts the places it is given.
        places = columns.astype(np.int32)
        if len(places):
            self._done(self._highs.changeColsCost(len(places), places, cost[columns]), "change the objective")

    def _change_bounds(self, columns: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        places = columns.astype(np.int32)
        if len(places):
            self._done(self._highs.changeColsBounds(len(places), places, lower, upper), "change bounds")

    def _change_rows(self, rows: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        places = rows.astype(np.int32)
        if len(places):
            self._done(self._highs.changeRowsBounds(len(places), places, lower, upper), "change rows")

    def _all_row_bounds(self) -> tuple[FloatArray, FloatArray]:
        """Bounds of the program's rows and of the cuts."""
        return (
            np.concatenate([self._row_lower, self._cuts.lower]),
            np.concatenate([self._row_upper, self._cuts.upper]),
        )

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
