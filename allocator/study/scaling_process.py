"""A measured run in a process of its own: its peak memory is that of the run, and a crash or hang is an answer."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

# Seconds that a run may take beyond its limit before it is killed: solvers look at the clock now and then.
GRACE = 10.0
# Seconds for starting Python, importing solvers and building the program, beside what a phase solves beforehand.
PREPARING = 120.0
_WORKER = "from allocator.study.scaling_worker import main; main()"


@dataclass(frozen=True)
class Task:
    """One row of a scaling study, still to be measured.

    Attributes
    ----------
    family : str
    size : int
    phase : str
    solver : str
        Empty where the phase does not depend on it.
    adapter : str
        ``module:factory`` of a solver of one's own; empty for the built-in ones.
    repeat : int
        Repetitions inside the process.
    time_limit : float or None
        Seconds for each repetition.
    """

    family: str
    size: int
    phase: str
    solver: str = ""
    adapter: str = ""
    repeat: int = 3
    time_limit: float | None = None


@dataclass
class Measured:
    """What a process said of its task before it ended.

    Attributes
    ----------
    status, reason : str
        The last repetition's status, or ``refused``, ``failed``, ``crashed``, ``killed`` with why.
    seconds, bare : list of float
        Of each repetition, and of the solver alone on the final arrays.
    gap : float or None
    version : str
    size : dict of str to int
        Rows, columns and entries of the program.
    peak_mb, before_mb : float or None
        Peak memory, and what it was before the first repetition.
    """

    status: str = ""
    reason: str = ""
    seconds: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    gap: float | None = None
    version: str = ""
    size: dict[str, int] = field(default_factory=dict)
    peak_mb: float | None = None
    before_mb: float | None = None

    def hear(self, message: dict[str, Any]) -> None:
        """Take one message of the process."""
        match message["event"]:
            case "ready":
                self.size = {name: message[name] for name in ("rows", "columns", "entries")}
            case "run":
                self.seconds.append(message["seconds"])
                self.status, self.reason = message["status"], message["reason"]
                self.gap, self.version = message["gap"], message["version"]
            case "memory":
                self.peak_mb, self.before_mb = message["peak_mb"], message["before_mb"]
            case "bare":
                self.bare.append(message["seconds"])
            case "error" if not self.seconds or self.peak_mb is None:
                self.status, self.reason = message["status"], message["reason"]


def measure(task: Task) -> Measured:
    """Run a task in a process of its own and wait for it.

    A process that is still at it `GRACE` seconds after a repetition's limit is killed with all it has started.
    """
    measured = Measured()
    with tempfile.TemporaryFile() as errors:
        process = _start(errors)
        try:
            _listen(process, task, measured)
            code = process.wait()
        finally:
            _kill(process)
        if not measured.status or (code != 0 and measured.peak_mb is None and measured.status != "killed"):
            measured.status, measured.reason = "crashed", _said(code, errors)
    return measured


def _start(errors: IO[bytes]) -> subprocess.Popen[bytes]:
    # The child finds what this process finds, and adapters in the current folder; -P keeps files of the
    # current folder from standing in for libraries.
    path = [*(entry for entry in sys.path if entry), str(Path.cwd())]
    return subprocess.Popen(
        [sys.executable, "-P", "-c", _WORKER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
        # A group of its own, so that solvers which it starts end with it.
        start_new_session=True,
    )


def _listen(process: subprocess.Popen[bytes], task: Task, measured: Measured) -> None:
    """Hear messages until the process has no more to say, or is killed for being late."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(asdict(task)).encode())
        process.stdin.close()
    except BrokenPipeError:
        return
    lines: queue.Queue[bytes] = queue.Queue()
    threading.Thread(target=_forward, args=(process.stdout, lines), daemon=True).start()
    limit = task.time_limit
    left = None if limit is None else PREPARING + limit + GRACE
    while True:
        began = time.monotonic()
        try:
            line = lines.get(timeout=left)
        except queue.Empty:
            if measured.peak_mb is None:
                waited = time.monotonic() - began
                doing = "was still running" if measured.size else "was not ready to run"
                measured.status, measured.reason = "killed", f"{doing} after {waited:.0f} s (limit {limit:g} s)"
            _kill(process)
            return
        if not line:
            return
        measured.hear(json.loads(line))
        left = None if limit is None else limit + GRACE


def _forward(output: IO[bytes], lines: queue.Queue[bytes]) -> None:
    """Hand lines on as they come, then an empty one; a pipe has no reading with a time limit of its own."""
    with output:
        for line in output:
            lines.put(line)
    lines.put(b"")


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and whatever it has started; nothing where it has ended already."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def _said(code: int, errors: IO[bytes]) -> str:
    """Why a process ended that did not say so itself."""
    ended = f"ended with exit status {code}" if code >= 0 else f"ended by {_signal(-code)}"
    errors.seek(0)
    lines = errors.read().decode("utf-8", errors="replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f"the process {ended}" + (f": {last}" if last else "")


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
