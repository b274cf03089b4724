"""CBC as a racer: a process of its own, whose log tells of plans and bounds as they come.

An interrupt makes CBC end at its next node and write its best point, but only once it
branches: before, it takes no notice and has to be ended without one. The log gives a plan's
worth, not the plan: that is written at the end.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from allocator.errors import SolverError
from allocator.formulate.curves import FloatArray
from allocator.solve.adapter import Answer, AnswerStatus
from allocator.solve.cbc import ENLARGED, PRINTED, CbcSolver, cbc_command, cbc_options, read_point
from allocator.solve.racer import Progress
from allocator.solve.watched import Watched

_FOUND = re.compile(r"^Cbc\d+I Integer solution of (\S+) found", re.MULTILINE)
_POSSIBLE = re.compile(r"^Cbc\d+I .*best possible (-?[\d.e+-]*\d)", re.MULTILINE)
# Numbers in the log have eight digits.
_DIGITS = 1e-7
# How long it may take to stop, and how often it is asked.
_PATIENCE = 2.0
_WAIT = 0.1


class CbcRacer(CbcSolver):
    """CBC, begun and watched."""

    def __init__(self, threads: int = 1) -> None:
        super().__init__(threads)
        self._process: Watched | None = None
        self._folder = self._written = Path()
        self._arrays: tuple[Any, ...] = ()
        self._gap = 0.0
        self._began = 0.0
        self._stopping = False

    def begin(self, *, gap: float, time_limit: float | None, start: FloatArray | None) -> None:
        """Write the program and start CBC on it."""
        self._began = time.perf_counter()
        self._gap, self._stopping = gap, False
        self._arrays = self.arrays(whole=True)
        self._folder = Path(tempfile.mkdtemp(prefix="allocator-"))
        try:
            options = cbc_options(gap, time_limit, self._threads, whole=True)
            command, self._written = cbc_command(self._folder, self._arrays, options, start)
            self._process = Watched(command)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    def progress(self) -> Progress:
        """The worth of its best plan, and its bound, as its log has them."""
        if self._process is None:
            return Progress()
        log = self._process.text
        # Half a line may end in half a number.
        log = log[: log.rfind("\n") + 1]
        found = [-float(printed) for printed in _FOUND.findall(log)]
        value = max(found) / ENLARGED if found else None
        possible = _POSSIBLE.findall(log)
        if value is None or not possible:
            return Progress(None, value)
        printed = float(possible[-1])
        bound = (-printed + max(PRINTED, _DIGITS * abs(printed))) / ENLARGED
        # Nodes within the allowed gap of the best plan may have been given up without a word.
        return Progress(max(bound, value + self._gap), value)

    @property
    def ended(self) -> bool:
        return self._process is None or self._process.ended

    def stop(self) -> None:
        """Ask it to end with its best point."""
        self._stopping = True
        if self._process is not None:
            self._process.interrupt()

    def abandon(self) -> None:
        """End its process."""
        if self._process is not None:
            self._process.kill()
            self._process = None
            shutil.rmtree(self._folder, ignore_errors=True)

    def settle(self) -> None:
        """Nothing to do: a process ends when it is told to."""

    def solve(
        self, *, whole: bool = False, gap: float = 0.0, time_limit: float | None = None, start: FloatArray | None = None
    ) -> Answer:
        """The answer of the search that has begun, or a solve like any other."""
        if not whole:
            return super().solve(whole=False, gap=gap, time_limit=time_limit, start=start)
        if self._process is None:
            self.begin(gap=gap, time_limit=time_limit, start=start)
        try:
            return self._answer_of(self._ended_process())
        finally:
            self.abandon()

    def _ended_process(self) -> Watched:
        """Wait for the end; one that was asked to stop and does not is ended."""
        assert self._process is not None
        asked = time.perf_counter()
        while not self._process.wait(_WAIT):
            if not self._stopping:
                asked = time.perf_counter()
            elif time.perf_counter() - asked > _PATIENCE:
                self._process.kill()
            else:
                self._process.interrupt()
        return self._process

    def _answer_of(self, process: Watched) -> Answer:
        seconds = time.perf_counter() - self._began
        if process.exit_status == 0 and self._written.exists():
            x = read_point(self._written, self._arrays[1].shape[1])
            whole = bool(self._arrays[-1].any())
            return self.judge(x, process.text, whole=whole, gap=self._gap, seconds=seconds)
        if self._stopping:
            bound = self.progress().bound
            return Answer(AnswerStatus.STOPPED, bound=bound, seconds=seconds, message="ended before it wrote a point")
        raise SolverError(f"CBC failed with exit status {process.exit_status}; try highs")
