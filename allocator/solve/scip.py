"""SCIP through pyscipopt, where that is installed: a racer in a thread of its own."""

from __future__ import annotations

import tempfile
import threading
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pyscipopt

from allocator.errors import SolverError
from allocator.formulate.curves import FloatArray
from allocator.solve.adapter import Answer, AnswerStatus
from allocator.solve.cbc import CbcSolver
from allocator.solve.mps import write_mps
from allocator.solve.racer import Progress

# Its tolerances are absolute in part: the objective is enlarged as for CBC.
_ENLARGED = 1e4
_TOLERANCE = 1e-7
# Beyond this SCIP means infinite.
_INFINITE = 1e19
_WAIT = 0.1

_STATUS = {
    "optimal": AnswerStatus.OPTIMAL,
    "gaplimit": AnswerStatus.OPTIMAL,
    "infeasible": AnswerStatus.INFEASIBLE,
    "unbounded": AnswerStatus.UNBOUNDED,
    "timelimit": AnswerStatus.STOPPED,
    "userinterrupt": AnswerStatus.STOPPED,
}


class _Events(pyscipopt.Eventhdlr):  # type: ignore[misc]
    """Keeps what SCIP tells on its way; reads nothing of it from another thread."""

    _ON = (pyscipopt.SCIP_EVENTTYPE.BESTSOLFOUND, pyscipopt.SCIP_EVENTTYPE.NODESOLVED)

    def __init__(self, columns: list[Any]) -> None:
        self.columns = columns
        self.bound: float | None = None
        self.point: FloatArray | None = None

    def eventinit(self) -> None:
        for kind in self._ON:
            self.model.catchEvent(kind, self)

    def eventexit(self) -> None:
        for kind in self._ON:
            self.model.dropEvent(kind, self)

    def eventexec(self, event: Any) -> None:
        bound = -float(self.model.getDualbound())
        if abs(bound) < _INFINITE:
            self.bound = bound / _ENLARGED
        if event.getType() == pyscipopt.SCIP_EVENTTYPE.BESTSOLFOUND:
            best = self.model.getBestSol()
            self.point = np.array([self.model.getSolVal(best, column) for column in self.columns])


class ScipRacer(CbcSolver):
    """SCIP on the arrays that CBC is given, read from the same kind of file."""

    name = "scip"
    point_tolerance = 1e-6

    def __init__(self, threads: int = 1) -> None:
        super().__init__(threads)
        self._model: Any = None
        self._events: _Events | None = None
        self._thread: threading.Thread | None = None
        self._began = 0.0
        self._failure: Exception | None = None

    @property
    def version(self) -> str:
        return f"{pyscipopt.Model().version()} of PySCIPOpt {version('pyscipopt')}"

    def begin(self, *, gap: float, time_limit: float | None, start: FloatArray | None) -> None:
        """Read the program and start to branch in a new thread."""
        self.settle()
        self._began, self._failure = time.perf_counter(), None
        cost, *rest = self.arrays(whole=True)
        model = pyscipopt.Model()
        model.hideOutput()
        with tempfile.TemporaryDirectory(prefix="allocator-") as folder:
            file = Path(folder) / "program.mps"
            write_mps(file, cost, *rest)
            model.readProblem(str(file))
        model.setParam("misc/catchctrlc", False)
        model.setParam("numerics/feastol", _TOLERANCE)
        model.setParam("limits/gap", 0.0)
        model.setParam("limits/absgap", gap * _ENLARGED)
        if time_limit is not None:
            model.setParam("limits/time", max(time_limit, 0.01))
        columns = sorted(model.getVars(), key=lambda column: int(column.name[1:]))
        if start is not None:
            first = model.createSol()
            for column, value in zip(columns, start, strict=True):
                model.setSolVal(first, column, float(value))
            model.addSol(first)
        self._events = _Events(columns)
        model.includeEventhdlr(self._events, "progress", "best points and bounds as they come")
        self._model = model
        self._thread = threading.Thread(target=self._branch, name="scip", daemon=True)
        self._thread.start()

    def progress(self) -> Progress:
        """The best point so far, and the bound."""
        if self._events is None:
            return Progress()
        x, bound = self._events.point, self._events.bound
        return Progress(bound, None if x is None else self._worth(x), x)

    @property
    def ended(self) -> bool:
        return self._thread is None or not self._thread.is_alive()

    def stop(self) -> None:
        """Ask it to end with its best point."""
        if not self.ended:
            self._model.interruptSolve()

    def abandon(self) -> None:
        """Stop it; it may take a moment."""
        self.stop()

    def settle(self) -> None:
        """Wait until its thread has ended."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def solve(
        self, *, whole: bool = False, gap: float = 0.0, time_limit: float | None = None, start: FloatArray | None = None
    ) -> Answer:
        """The answer of the search that has begun, or of a new one; whole units only."""
        if not whole:
            raise SolverError("scip branches for whole units only; choose highs or cbc")
        if self._thread is None:
            self.begin(gap=gap, time_limit=time_limit, start=start)
        assert self._thread is not None
        while self._thread.is_alive():
            self._thread.join(_WAIT)
        self._thread = None
        if self._failure is not None:
            raise SolverError(f"SCIP failed: {self._failure}; try highs or cbc") from self._failure
        return self._answer()

    def _branch(self) -> None:
        try:
            self._model.optimizeNogil()
        except Exception as error:
            # In a thread of its own nobody would see it: it is raised where the answer is asked for.
            self._failure = error

    def _answer(self) -> Answer:
        assert self._events is not None
        model, said = self._model, str(self._model.getStatus())
        status = _STATUS.get(said, AnswerStatus.FAILED)
        x = None
        if model.getNSols() > 0 and status in (AnswerStatus.OPTIMAL, AnswerStatus.STOPPED):
            best = model.getBestSol()
            x = np.array([model.getSolVal(best, column) for column in self._events.columns])
            status = AnswerStatus.FEASIBLE if status is AnswerStatus.STOPPED else status
        bound = -float(model.getDualbound())
        return Answer(
            status,
            x=x,
            objective=None if x is None else self._worth(x),
            bound=bound / _ENLARGED if abs(bound) < _INFINITE else None,
            iterations=int(model.getNLPIterations()),
            nodes=int(model.getNTotalNodes()),
            seconds=time.perf_counter() - self._began,
            message=said,
        )

    def _worth(self, x: FloatArray) -> float:
        assert self._scaled is not None
        return float(self._scaled.cost @ x)
