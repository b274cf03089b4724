"""How long a command takes from the start of its process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from statistics import median

from allocator.resources import examples_dir
from ratios import Measured, Ratio, register

RUNS = 7


def command_seconds(*words: str) -> Measured:
    """Run a command `RUNS` times after a first that fills the disk's cache; return the median.

    Bytecode is kept, as it is for a user: compiling the source at every start is no start-up of ours.
    """
    command = [sys.executable, "-m", "allocator", *words]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    seconds = []
    for _ in range(RUNS + 1):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, env=environment)
        seconds.append(time.perf_counter() - began)
    taken = seconds[1:]
    return Measured(median(taken), {f"{RUNS} runs": f"{min(taken):.3f} to {max(taken):.3f} s"})


def _help() -> Measured:
    return command_seconds("--help")


def _solve() -> Measured:
    return command_seconds("solve", str(examples_dir() / "image-startup.toml"))


register(Ratio("start-help", "`allocator --help` from the start of its process", 0.2, _help, unit="s"))
register(Ratio("start-solve", "`allocator solve examples/image-startup.toml`, audit included", 0.8, _solve, unit="s"))
