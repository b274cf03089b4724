"""HiGHS as a racer: it branches in a thread of its own, and tells of plans and bounds as it finds them.

The thread is ours and not highspy's: that one is guarded by a lock that all models of the
process share, so that no two could branch at once.
"""

from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np

from allocator.errors import SolverError
from allocator.formulate.curves import FloatArray
from allocator.solve.adapter import Answer
from allocator.solve.cuts import CutRows
from allocator.solve.highs import HighsSolver
from allocator.solve.racer import Progress
from allocator.solve.scaling import ScaledProgram

# Ctrl-C is noticed between two waits.
_WAIT = 0.1


class HighsRacer(HighsSolver):
    """One HiGHS model that branches in its own thread.

    HiGHS looks whether it should stop between rounds of cuts and heuristics, not within
    them: it may go on for a second after it has been told.
    """

    def __init__(self, threads: int = 1) -> None:
        super().__init__(threads)
        self._thread: threading.Thread | None = None
        self._began = 0.0
        self._stopping = False
        self._failure: SolverError | None = None
        self._point: tuple[float, FloatArray] | None = None
        self._bound: float | None = None
        self._highs.cbMipImprovingSolution.subscribe(self._improved)
        self._highs.cbMipLogging.subscribe(self._looked)
        self._highs.cbMipInterrupt.subscribe(self._looked)

    def load(self, scaled: ScaledProgram, rows: CutRows) -> None:
        """Take another program, once nothing runs on the one before."""
        self.settle()
        super().load(scaled, rows)

    def add(self, rows: CutRows) -> None:
        """Add cuts, once nothing runs without them."""
        self.settle()
        super().add(rows)

    def set_bounds(self, lower: FloatArray, upper: FloatArray) -> None:
        """Replace all column bounds, once nothing runs with those before."""
        self.settle()
        super().set_bounds(lower, upper)

    def begin(self, *, gap: float, time_limit: float | None, start: FloatArray | None) -> None:
        """Start to branch in a new thread."""
        self.settle()
        self._began = time.perf_counter()
        self._prepare(whole=True, gap=gap, time_limit=time_limit, start=start)
        self._stopping, self._failure, self._point, self._bound = False, None, None, None
        self._thread = threading.Thread(target=self._branch, name="highs", daemon=True)
        self._thread.start()

    def progress(self) -> Progress:
        """The best point so far, and the bound."""
        point = self._point
        return Progress(self._bound, None, None) if point is None else Progress(self._bound, *point)

    @property
    def ended(self) -> bool:
        return self._thread is None or not self._thread.is_alive()

    def stop(self) -> None:
        """Ask it to end with its best point."""
        self._stopping = True

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
        """The answer of the search that has begun, or a solve like any other."""
        if not whole:
            return super().solve(whole=False, gap=gap, time_limit=time_limit, start=start)
        if self._thread is None:
            self.begin(gap=gap, time_limit=time_limit, start=start)
        assert self._thread is not None
        while self._thread.is_alive():
            self._thread.join(_WAIT)
        self._thread = None
        if self._failure is not None:
            raise self._failure
        return self._answer(self._status(), True, time.perf_counter() - self._began)

    def _branch(self) -> None:
        try:
            self._run(False)
        except SolverError as error:
            self._failure = error

    def _improved(self, event: Any) -> None:
        found = event.data_out
        self._point = (float(found.objective_function_value), np.array(found.mip_solution))

    def _looked(self, event: Any) -> None:
        bound = float(event.data_out.mip_dual_bound)
        if np.isfinite(bound):
            self._bound = bound
        # What was answered last stays, beyond the end of a run.
        event.interrupt(self._stopping)
