"""Processes of this machine: the calling one begins at once, others join as they come up."""

from __future__ import annotations

import os
import signal
import sys
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import current_process, get_all_start_methods, get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Literal

from allocator.solve.options import Options
from allocator.solve.processes import may_fork, settle, try_out
from allocator.study.engine import Arrived, Ended, EngineGoneError, Event, Gone, Lost
from allocator.study.walk import Question, Row, Stretch, Walker

CALLER = "the calling process"
# A second stretch waits with each worker while it walks the first, so that it never waits for the calling process.
_AHEAD = 2
# A machine on which so many processes end is out of memory, or forbids them: the calling process goes on alone.
_MOST_DEATHS = 20
_PATIENCE = 0.1
_FAREWELL = 0.5
# Of a connection whose other end is gone, or went amid a message.
_BROKEN = (EOFError, OSError)

Start = Literal["fork", "loky"]


def start_method(options: Options) -> Start:
    """How processes are started here.

    A forked process is there after 10 ms instead of a second or two of imports. It is safe only where nothing else
    runs in the calling process: on Linux, without other threads of Python (notebooks have some), with HiGHS, whose
    own threads are ended first. Elsewhere joblib's loky starts them, which imports no script of the user again.
    """
    alone = sys.platform == "linux" and threading.active_count() == 1 and "fork" in get_all_start_methods()
    return "fork" if alone and may_fork(options) else "loky"


@dataclass
class _Worker:
    """A process, the calling end of its connection, and the stretches it has, first the one it walks."""

    name: str
    process: BaseProcess
    connection: Connection[Any, Any]
    stretches: deque[Stretch] = field(default_factory=deque)
    ready: bool = False


class LocalEngine:
    """The calling process and `processes` - 1 others, each with a live session.

    Parameters
    ----------
    question : Question
    processes : int
        One is the calling process itself; then nothing is started.
    interrupted : callable
        Whether the user has asked to stop.
    start : {"fork", "loky"}, optional
        How processes are started; by default what is quickest and safe here.
    """

    caller = CALLER

    def __init__(
        self,
        question: Question,
        processes: int,
        interrupted: Callable[[], bool] = lambda: False,
        start: Start | None = None,
    ) -> None:
        # A process that was itself started as a daemon may start none.
        self.size = 1 if current_process().daemon else processes
        self._question = question
        self._interrupted = interrupted
        self._start = start or start_method(question.options)
        self._walker = Walker(question)
        self._own: Stretch | None = None
        self._steps: Iterator[tuple[int, Row]] = iter(())
        self._workers: dict[str, _Worker] = {}
        self._started = self._deaths = 0
        self._last_death = "they could not be started"
        try:
            for _ in range(self.size - 1):
                self._add()
        except BaseException:
            self.close()
            raise

    def pids(self) -> list[int]:
        """Process ids of the workers, without the calling process."""
        return [worker.process.pid for worker in self._workers.values() if worker.process.pid is not None]

    @property
    def ready(self) -> int:
        """Processes that have come up, without the calling one."""
        return sum(worker.ready for worker in self._workers.values())

    def hungry(self) -> Iterator[str]:
        """Processes first: the calling one then works until it looks up again."""
        for worker in list(self._workers.values()):
            if worker.ready:
                yield from [worker.name] * (_AHEAD - len(worker.stretches))
        if self._own is None:
            yield CALLER

    def give(self, worker: str, stretch: Stretch) -> None:
        """Hand a stretch to a process; one that has ended meanwhile is noticed in `events`."""
        if worker == CALLER:
            self._own, self._steps = stretch, self._walker.walk(stretch)
            return
        self._workers[worker].stretches.append(stretch)
        with suppress(*_BROKEN):
            self._workers[worker].connection.send(stretch)

    def events(self) -> Sequence[Event]:
        """Solve one point, if there is one to solve, and collect what the other processes have sent."""
        if self._own is None and not self._workers:
            raise EngineGoneError(f"no process is left for points that ended others: {self._last_death}")
        own = list(self._step())
        found = list(self._collect(0.0 if own else _PATIENCE))
        if self._interrupted():
            # What a solver returned because it was interrupted is no answer to the point.
            raise KeyboardInterrupt
        return found + own

    def close(self) -> None:
        """End the processes; what they know has been sent."""
        workers, self._workers = list(self._workers.values()), {}
        for worker in workers:
            worker.connection.close()
            worker.process.terminate()
        for worker in workers:
            worker.process.join(_FAREWELL)
            if worker.process.exitcode is None:
                _kill(worker.process)
                worker.process.join()

    def _step(self) -> Iterator[Event]:
        if self._own is None:
            return
        step = next(self._steps, None)
        if step is not None:
            yield Arrived(*step)
        if step is None or step[0] == self._own.points[-1][0]:
            yield Ended(self._own.number)
            self._own = None

    def _collect(self, patience: float) -> Iterator[Event]:
        by_connection = {worker.connection: worker for worker in self._workers.values()}
        for connection in wait(list(by_connection), patience) if by_connection else ():
            worker = by_connection[connection]  # type: ignore[index]
            try:
                while worker.connection.poll():
                    yield from self._said(worker, worker.connection.recv())
            except _BROKEN:
                yield from self._died(worker)

    def _said(self, worker: _Worker, message: Any) -> Iterator[Event]:
        if message is None and not worker.ready:
            worker.ready = True
        elif message is None:
            yield Ended(worker.stretches.popleft().number)
        else:
            yield Arrived(*message)

    def _died(self, worker: _Worker) -> Iterator[Event]:
        del self._workers[worker.name]
        worker.connection.close()
        worker.process.join(_FAREWELL)
        reason = self._last_death = f"the process that solved it {_ended(worker.process.exitcode)}"
        for place, stretch in enumerate(worker.stretches):
            yield Lost(stretch.number, reason, None if place == 0 else ())
        yield Gone(worker.name)
        self._deaths += 1
        if worker.ready and self._deaths < _MOST_DEATHS:
            self._add()

    def _add(self) -> None:
        self._started += 1
        context = _context(self._start)
        ours, theirs = context.Pipe()
        # A forked process has copies of what is open here; a connection ends only when its last copy is closed.
        others = [ours, *(worker.connection for worker in self._workers.values())] if self._start == "fork" else []
        process = context.Process(target=serve, args=(theirs, self._question, others), daemon=True)
        settle()
        with warnings.catch_warnings(), _interrupts_held():
            # Python warns of forks beside the threads of linear algebra, which end and restart by themselves.
            warnings.simplefilter("ignore", DeprecationWarning)
            process.start()
        theirs.close()
        name = f"process {self._started}"
        self._workers[name] = _Worker(name, process, ours)


def serve(connection: Connection[Any, Any], question: Question, others: Sequence[Connection[Any, Any]]) -> None:
    """Walk stretches as they come and send each row as it is done; ends when the calling process is gone.

    Parameters
    ----------
    connection : Connection
        Receives `Stretch`; sends None when the process can solve, ``(position, row)`` for each point and
        None at the end of each stretch.
    question : Question
    others : sequence of Connection
        Copies that a fork brought along, to be closed.
    """
    # The calling process decides what becomes of Ctrl-C, also where it could not be held back from the start.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A fork brings handlers of the calling process along; they are not meant for this one.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for other in others:
        other.close()
    # A process in which HiGHS hangs never says that it is ready, and so never holds a point.
    try_out(question.options.threads)
    walker = Walker(question)
    with suppress(*_BROKEN):
        connection.send(None)
        while True:
            for step in walker.walk(connection.recv()):
                connection.send(step)
            connection.send(None)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back, for good in a process that is started meanwhile.

    It goes to all processes of a terminal, and one that has only begun to import would show a traceback.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _context(start: Start) -> Any:
    if start == "fork":
        return get_context("fork")
    from joblib.externals.loky.backend import get_context as loky_context

    if sys.platform != "win32":
        # Python's own helper lets Ctrl-C through again when it starts, and loky would start it in between.
        from multiprocessing import resource_tracker

        resource_tracker.ensure_running()
    return loky_context("loky")


def _kill(process: BaseProcess) -> None:
    """End a process that does not listen; the `kill` of a process that loky started is missing on some systems."""
    if process.pid is not None and sys.platform != "win32":
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
    else:
        process.terminate()


def _ended(code: int | None) -> str:
    if code is None:
        return "stopped answering"
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
