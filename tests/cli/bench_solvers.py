"""Solvers that misbehave, each in one way, for `allocator bench --solver NAME=bench_solvers:FACTORY`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from allocator.solve.adapter import Answer
from allocator.solve.highs import HighsSolver


class Honest(HighsSolver):
    """HiGHS under another name."""

    name = "honest"

    def solve(self, **asked) -> Answer:
        self.before()
        return super().solve(**asked)

    def before(self) -> None:
        """What it does before it solves."""


class Chatty(Honest):
    """Prints where results go, through Python and past it."""

    def before(self) -> None:
        print('{"event": "run", "seconds": 0}', flush=True)
        os.write(1, b"not JSON\n")


class Leaves(Honest):
    """Ends the process."""

    def before(self) -> None:
        print("out of licences", file=sys.stderr, flush=True)
        os._exit(7)


class Killed(Honest):
    """Is ended by the system."""

    def before(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


class Stuck(Honest):
    """Never answers, and neither does the process that it has started; says so in a file."""

    def before(self) -> None:
        sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        Path(os.environ["STUCK_FILE"]).write_text(str(sleeper.pid))
        time.sleep(600)


class Raises(Honest):
    """Has a mistake in it."""

    def before(self) -> None:
        raise ZeroDivisionError("no rows to divide by")


class Greedy(Honest):
    """Takes 400 MB."""

    def before(self) -> None:
        np.ones(50_000_000)


class Liar(Honest):
    """Says optimal and hands over a point that breaks its own bounds."""

    name = "liar"

    def solve(self, **asked) -> Answer:
        answer = super().solve(**asked)
        return replace(answer, x=None if answer.x is None else answer.x - 1.0)
