"""The scaling study: families x sizes x solvers x phases, a row each, and a fitted growth exponent."""

from __future__ import annotations

import platform
import re
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from allocator.errors import ExitCode, UsageError
from allocator.result.table import Table, table
from allocator.solve.choose import available_solvers
from allocator.solve.options import CVXPY_PREFIX, Options
from allocator.study.scaling_families import Family, family_named
from allocator.study.scaling_growth import fit_growth
from allocator.study.scaling_phases import BUILT, phase_named
from allocator.study.scaling_process import Measured, Task, measure

COLUMNS = (
    "family",
    "size",
    "unit",
    "rows",
    "columns",
    "entries",
    "solver",
    "version",
    "phase",
    "status",
    "gap",
    "seconds",
    "seconds_min",
    "seconds_max",
    "runs",
    "peak_mb",
    "before_mb",
    "times_bare",
    "reason",
)
GROWTH_COLUMNS = (
    "family",
    "solver",
    "phase",
    "unit",
    "exponent",
    "standard_error",
    "r_squared",
    "seconds_at_one",
    "sizes",
)
FINISHED = (BUILT, "optimal")
STOPPED = ("gap", "time_limit", "killed")
NOT_INSTALLED = "not installed"

Progress = Callable[[int, int, str], None]
_RANGE = re.compile(r"(\d+):(\d+):(\d+)")


@dataclass(frozen=True)
class Study:
    """What was measured.

    Attributes
    ----------
    rows : Table
        One row a run; columns as in `COLUMNS`. ``seconds`` is the median of ``runs`` repetitions, ``times_bare``
        its ratio to the median of the same solver alone on the final arrays. ``peak_mb`` includes Python and its
        libraries, ``before_mb`` is the peak before the first repetition.
    growth : Table
        ``seconds = seconds_at_one * size^exponent`` for each family, solver and phase with three finished sizes.
    planned : int
        Rows there would be without an interrupt.
    machine : dict
        What the numbers belong to.
    """

    rows: Table
    growth: Table
    planned: int
    machine: dict[str, Any]

    @property
    def interrupted(self) -> bool:
        """Whether it was stopped before the last row."""
        return len(self.rows) < self.planned

    @property
    def exit_code(self) -> ExitCode:
        """5 where a solver is not installed or failed, 4 where one was stopped, 0 otherwise."""
        statuses = set(self.rows.column("status"))
        if statuses - {*FINISHED, *STOPPED}:
            return ExitCode.SOLVER_FAILED
        stopped = self.interrupted or bool(statuses & set(STOPPED))
        return ExitCode.STOPPED_EARLY if stopped else ExitCode.SOLVED


def plan_tasks(
    *,
    families: Sequence[str],
    sizes: Sequence[str] = (),
    solvers: Sequence[str] = (),
    phases: Sequence[str],
    repeat: int = 3,
    time_limit: float | None = None,
) -> list[Task]:
    """Return the runs of a study, smaller sizes first.

    Parameters
    ----------
    families, phases : sequence of str
    sizes : sequence of str
        ``24``, or ``12:96:8`` for eight sizes equally spaced; those of the family by default.
    solvers : sequence of str
        Names that `Options` takes, or ``NAME=MODULE:FACTORY`` for an adapter of one's own. By default those
        installed that can do the family.
    repeat : int
    time_limit : float, optional
        Seconds for each repetition.

    Raises
    ------
    UsageError
        For an unknown name, a size that a family does not have, or nothing to repeat.
    """
    if repeat < 1:
        raise UsageError(f"--repeat {repeat}: it must be at least 1")
    Options(time_limit=time_limit)
    asked = [_read_solver(text) for text in solvers]
    chosen = [phase_named(name) for name in dict.fromkeys(phases)]
    tasks = []
    for family in [family_named(name) for name in dict.fromkeys(families)]:
        usual = [(name, "") for name in _installed(family)]
        for size in _sizes(family, sizes):
            for phase in chosen:
                who = (asked or usual) if phase.solver else [("", "")]
                tasks += [
                    Task(family.name, size, phase.name, name, adapter, repeat, time_limit) for name, adapter in who
                ]
    return tasks


def run_study(
    tasks: Sequence[Task], progress: Progress | None = None, run: Callable[[Task], Measured] | None = None
) -> Study:
    """Measure every task, one after the other.

    Parameters
    ----------
    tasks : sequence of Task
    progress : callable, optional
        Called before each task with the number done, the number of all, and what comes next.
    run : callable, optional
        Measures one task; in a process of its own by default.

    Returns
    -------
    Study
        After Ctrl-C with the rows finished by then.

    Raises
    ------
    KeyboardInterrupt
        When it came before the first row.
    """
    records: list[dict[str, Any]] = []
    try:
        for done, task in enumerate(tasks):
            if progress is not None:
                unit = family_named(task.family).unit
                progress(done, len(tasks), " ".join((task.family, str(task.size), unit, task.solver, task.phase)))
            records.append(_row(task, _absent(task) or (run or measure)(task)))
    except KeyboardInterrupt:
        if not records:
            raise
    rows = table("bench", COLUMNS, [[record[name] for name in COLUMNS] for record in records])
    return Study(rows, growth_table(rows), len(tasks), machine())


def growth_table(rows: Table) -> Table:
    """Fit a growth exponent for each family, solver and phase over its finished rows; see `fit_growth`."""
    groups: dict[tuple[str, str, str, str], list[tuple[int, float]]] = {}
    for row in rows:
        if row["status"] in FINISHED and row["seconds"]:
            key = (row["family"], row["solver"], row["phase"], row["unit"])
            groups.setdefault(key, []).append((row["size"], row["seconds"]))
    records = []
    for key, points in groups.items():
        found = fit_growth([size for size, _ in points], [seconds for _, seconds in points])
        if found is not None:
            numbers = (found.exponent, found.standard_error, found.r_squared, found.factor, found.sizes)
            records.append((*key, *numbers))
    return table("growth", GROWTH_COLUMNS, records)


def machine() -> dict[str, Any]:
    """What seconds belong to: system, processor, cores, Python and this package's version."""
    import os

    from allocator import __version__

    return {
        "system": platform.system(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "allocator": __version__,
    }


def _row(task: Task, measured: Measured) -> dict[str, Any]:
    seconds, bare = measured.seconds, measured.bare
    middle = statistics.median(seconds) if seconds else None
    return {
        **dict.fromkeys(("rows", "columns", "entries")),
        **measured.size,
        "family": task.family,
        "size": task.size,
        "unit": family_named(task.family).unit,
        "solver": task.solver,
        "version": measured.version,
        "phase": task.phase,
        "status": measured.status,
        "gap": measured.gap,
        "seconds": middle,
        "seconds_min": min(seconds, default=None),
        "seconds_max": max(seconds, default=None),
        "runs": len(seconds),
        "peak_mb": measured.peak_mb,
        "before_mb": measured.before_mb,
        "times_bare": middle / statistics.median(bare) if middle and bare else None,
        "reason": measured.reason,
    }


def _absent(task: Task) -> Measured | None:
    """The answer of a solver that is not installed."""
    name = "cvxpy:NAME" if task.solver.startswith(CVXPY_PREFIX) else task.solver
    for info in available_solvers() if not task.adapter else ():
        if info.name == name and not info.installed:
            return Measured(NOT_INSTALLED, f"run `pip install {info.package}`")
    return None


def _installed(family: Family) -> list[str]:
    installed = {info.name for info in available_solvers() if info.installed}
    return [name for name in family.solvers if name in installed]


def _read_solver(text: str) -> tuple[str, str]:
    """Name and adapter of ``NAME`` or ``NAME=MODULE:FACTORY``."""
    name, own, adapter = text.partition("=")
    if not own:
        if text == "auto":
            raise UsageError("--solver auto: name the solver to measure; without --solver every installed one is")
        Options(solver=text)
        return text, ""
    module, colon, factory = adapter.partition(":")
    if not (name and module and colon and factory):
        raise UsageError(f"--solver {text}: write NAME, or NAME=MODULE:FACTORY for an adapter of your own")
    if not _importable(module):
        raise UsageError(
            f"--solver {text}: there is no module {module} here; name one that is installed, or in this folder"
        )
    return name, adapter


def _importable(module: str) -> bool:
    import sys
    from pathlib import Path

    here = str(Path.cwd())
    sys.path.append(here)
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):
        return False
    finally:
        sys.path.remove(here)


def _sizes(family: Family, asked: Sequence[str]) -> list[int]:
    sizes = sorted({size for text in asked for size in _read_sizes(text)}) if asked else list(family.sizes)
    for size in sizes:
        family.check_size(size)
    return sizes


def _read_sizes(text: str) -> Iterable[int]:
    if text.isdecimal():
        return [int(text)]
    found = _RANGE.fullmatch(text)
    if found is None:
        raise UsageError(f"--size {text}: write a whole number, or START:STOP:COUNT, as 12:96:8")
    start, stop, count = map(int, found.groups())
    if count < 2 or stop <= start:
        raise UsageError(f"--size {text}: the range must rise, and COUNT be at least 2")
    return [round(start + (stop - start) * place / (count - 1)) for place in range(count)]
