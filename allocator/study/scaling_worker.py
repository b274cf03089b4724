"""One measured run in a process of its own; started by `allocator.study.scaling_process`.

It reads a task as JSON from standard input and writes one JSON object a line to standard output: ``ready``
with the size of the program, ``run`` for each repetition, ``memory``, ``bare``, and ``error`` where it ended
early. Whatever a solver prints goes to standard error instead.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

from allocator.errors import AllocatorError, CertificateError, InfeasibleError, StoppedError
from allocator.solve.adapter import SolverFactory
from allocator.solve.options import Options
from allocator.study.scaling_bare import bare_run
from allocator.study.scaling_families import family_named
from allocator.study.scaling_phases import Case, phase_named

# A solver of one's own rides in the place of CBC: cuts, and HiGHS has the last word on its answer.
OWN_SOLVER_AS = "cbc"
# Once a limit is met, further repetitions would only measure the limit.
_NOT_AGAIN = ("time_limit", "failed", "infeasible")

Write = Callable[[dict[str, Any]], None]


def main() -> None:
    """Do the task on standard input."""
    own = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    task = json.loads(sys.stdin.read())
    try:
        _measure(task, lambda message: _write(own, message))
    except AllocatorError as error:
        _write(own, {"event": "error", "status": _ending(error), "reason": str(error)})
    except Exception as error:
        # A solver, or its adapter, may raise anything; here that is a finding, not a crash.
        _write(own, {"event": "error", "status": "failed", "reason": f"{type(error).__name__}: {error}"})


def _write(own: TextIO, message: dict[str, Any]) -> None:
    own.write(json.dumps(message) + "\n")
    own.flush()


def _ending(error: AllocatorError) -> str:
    if isinstance(error, CertificateError):
        return "refused"
    if isinstance(error, StoppedError):
        return "time_limit"
    return "infeasible" if isinstance(error, InfeasibleError) else "failed"


def _measure(task: Mapping[str, Any], write: Write) -> None:
    family, phase = family_named(task["family"]), phase_named(task["phase"])
    adapters = _adapters(task["adapter"])
    name = OWN_SOLVER_AS if adapters else task["solver"] or "auto"
    case = Case(family, task["size"], Options(solver=name, time_limit=task["time_limit"]), adapters)
    _warm_up("highs" if adapters else name)
    program = case.written(case.document()).program
    size = {"rows": program.n_rows, "columns": program.n_cols, "entries": int(program.matrix.nnz)}
    run = phase.driver(case)
    before = peak_memory()
    write({"event": "ready", **size})
    for _ in range(task["repeat"]):
        gc.collect()
        began = time.perf_counter()
        outcome = run()
        write({"event": "run", "seconds": time.perf_counter() - began, **asdict(outcome)})
        if outcome.status in _NOT_AGAIN:
            break
    write({"event": "memory", "peak_mb": peak_memory(), "before_mb": before})
    if phase.beside_bare and outcome.status not in _NOT_AGAIN:
        alone = bare_run(program, name, adapters)
        for _ in range(task["repeat"] if alone else 0):
            assert alone is not None
            write({"event": "bare", "seconds": alone()})


def _adapters(source: str) -> dict[str, SolverFactory]:
    """The maker that ``module:name`` names, in the place where an own solver rides."""
    if not source:
        return {}
    module, _, name = source.partition(":")
    return {OWN_SOLVER_AS: getattr(import_module(module), name)}


def _warm_up(solver: str) -> None:
    """Solve a small plan once, so that no repetition pays for what is loaded at first use."""
    small = Case(family_named("startup"), 15, Options(solver=solver))
    phase_named("whole-way").driver(small)()


def peak_memory() -> float | None:
    """Peak resident memory in MB (1e6 bytes) of this process, or of a solver it started where that is larger.

    None on systems that do not say. On Linux the process's own peak is read from ``/proc``: what
    ``getrusage`` says there includes the peak of whoever started the process.
    """
    try:
        import resource
    except ImportError:
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
        own = next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), own)
    return max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit) / 1e6


if __name__ == "__main__":
    main()
