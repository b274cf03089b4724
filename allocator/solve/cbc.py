"""CBC as PuLP ships it: PuLP objects for small programs, MPS from arrays for large ones.

CBC's word is not taken: its status and bound are read from its log, its point (eight
printed digits) is checked on the arrays, and a bound is only claimed where the log states it.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
import time
import warnings
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from allocator.errors import SolverError
from allocator.formulate.curves import FloatArray
from allocator.solve.adapter import Answer, AnswerStatus
from allocator.solve.certificate import point_findings
from allocator.solve.cuts import CutRows, join_rows
from allocator.solve.mps import write_mps
from allocator.solve.pulp_model import build_pulp, to_pulp
from allocator.solve.scaling import ScaledProgram

__all__ = ["CbcSolver", "to_pulp"]

# PuLP's objects cost some 20 microseconds a coefficient; arrays to MPS a tenth of that.
_OBJECTS_UP_TO = 3_000
# CBC prints its bound with three decimals; the objective is enlarged so that they suffice.
ENLARGED = 1e4
PRINTED = 1e-3

_RESULTS = (
    ("Optimal solution found", AnswerStatus.OPTIMAL),
    ("Stopped on", AnswerStatus.FEASIBLE),
    ("User ctrl-c", AnswerStatus.FEASIBLE),
    ("Linear relaxation infeasible", AnswerStatus.INFEASIBLE),
    ("Problem proven infeasible", AnswerStatus.INFEASIBLE),
    ("Linear relaxation unbounded", AnswerStatus.UNBOUNDED),
)
# Said without a result when preprocessing settles it, where the relaxation is known to be bounded by then, or when
# the bounds of the rows alone do.
_REFUSED_EARLY = ("Pre-processing says infeasible or unbounded", "\nProblem is infeasible")
_FIRST_WORDS = {
    "Optimal": AnswerStatus.OPTIMAL,
    "PrimalInfeasible": AnswerStatus.INFEASIBLE,
    "Infeasible": AnswerStatus.INFEASIBLE,
    "DualInfeasible": AnswerStatus.UNBOUNDED,
    "Unbounded": AnswerStatus.UNBOUNDED,
    "Stopped": AnswerStatus.STOPPED,
}


class CbcSolver:
    """CBC, started anew for every solve from the arrays kept here.

    Parameters
    ----------
    threads : int
        Threads CBC may use.
    objects_up_to : int
        Coefficients up to which the program goes through PuLP's objects.
    """

    name = "cbc"
    # Its own presolve hands points back a few 1e-6 outside a bound; HiGHS has the last word on them.
    point_tolerance = 1e-5

    def __init__(self, threads: int = 1, *, objects_up_to: int = _OBJECTS_UP_TO) -> None:
        self._threads = threads
        self._objects_up_to = objects_up_to
        self._scaled: ScaledProgram | None = None
        self._rows: CutRows | None = None
        self._lower = self._upper = np.empty(0)

    @property
    def version(self) -> str:
        return f"2.10.3 of PuLP {version('pulp')}"

    def load(self, scaled: ScaledProgram, rows: CutRows) -> None:
        """Keep the program and its first cuts."""
        self._scaled, self._rows = scaled, rows
        self._lower, self._upper = scaled.col_lower, scaled.col_upper

    def add(self, rows: CutRows) -> None:
        """Keep more cuts."""
        assert self._rows is not None
        self._rows = join_rows(self._rows, rows)

    def set_bounds(self, lower: FloatArray, upper: FloatArray) -> None:
        """Replace all column bounds."""
        self._lower, self._upper = lower, upper

    def solve(
        self, *, whole: bool = False, gap: float = 0.0, time_limit: float | None = None, start: FloatArray | None = None
    ) -> Answer:
        """Solve what is kept; with `whole`, the integers hold to an absolute `gap`."""
        began = time.perf_counter()
        arrays = self.arrays(whole=whole)
        options = cbc_options(gap, time_limit, self._threads, whole=whole)
        through = _through_pulp if arrays[1].nnz <= self._objects_up_to else _through_mps

        def run(options: list[str]) -> Answer:
            with tempfile.TemporaryDirectory(prefix="allocator-") as folder:
                x, log = through(Path(folder), arrays, options, start if whole else None)
            return self.judge(x, log, whole=bool(arrays[-1].any()), gap=gap, seconds=time.perf_counter() - began)

        answer = run(options)
        if answer.status is AnswerStatus.OPTIMAL and not whole and self._off(answer.x):
            # What its presolve hands back from outside of bounds, it solves without: the arrays are scaled already.
            answer = run(["presolve off", "scaling off", *options])
        return answer

    def _off(self, x: FloatArray | None) -> bool:
        """Whether a continuous point is farther outside bounds and rows than is let pass."""
        assert self._scaled is not None
        assert self._rows is not None
        sides = {"lower": self._lower, "upper": self._upper}
        tolerance = self.point_tolerance
        return x is not None and bool(
            point_findings(self._scaled, self._rows, x, **sides, whole=False, tolerance=tolerance)
        )

    def arrays(self, *, whole: bool) -> tuple[Any, ...]:
        """What CBC is given: costs to minimise, matrix, sides of rows and columns, which columns are whole."""
        assert self._scaled is not None
        assert self._rows is not None
        scaled, rows = self._scaled, self._rows
        integer = scaled.integer & whole
        count = len(rows)
        cut_matrix = sparse.csr_matrix(
            (rows.values.ravel(), rows.columns.ravel(), np.arange(0, 2 * count + 1, 2)), shape=(count, scaled.n_cols)
        )
        return (
            -ENLARGED * scaled.cost,
            sparse.vstack([scaled.matrix, cut_matrix], format="csc"),
            np.concatenate([scaled.row_lower, rows.lower]),
            np.concatenate([scaled.row_upper, rows.upper]),
            self._lower,
            self._upper,
            integer,
        )

    def judge(self, x: FloatArray, log: str, *, whole: bool, gap: float, seconds: float) -> Answer:
        """What CBC's log and point, shape (n_cols,), amount to."""
        assert self._scaled is not None
        return _judge(self._scaled, x, log, whole=whole, gap=gap, seconds=seconds)


def _judge(scaled: ScaledProgram, x: FloatArray, log: str, *, whole: bool, gap: float, seconds: float) -> Answer:
    """What CBC's log and point amount to."""
    status = _status(log)
    printed = _number(log, "Lower bound")
    # Three printed decimals may have been rounded the wrong way.
    bound = None if printed is None else (-printed + PRINTED) / ENLARGED
    if status is AnswerStatus.FEASIBLE and _number(log, "Objective value") is None:
        status = AnswerStatus.STOPPED
    empty = Answer(
        status,
        bound=bound,
        iterations=_count(log, "Total iterations"),
        nodes=_count(log, "Enumerated nodes"),
        seconds=seconds,
        message=_said(log),
    )
    if status not in (AnswerStatus.OPTIMAL, AnswerStatus.FEASIBLE):
        return empty
    objective = float(scaled.cost @ x)
    if status is AnswerStatus.OPTIMAL and bound is None:
        # Nodes within the allowed gap of the best plan are given up without a word.
        bound = objective + (gap if whole else 0.0)
    return replace(empty, x=x, objective=objective, bound=bound)


def _through_pulp(
    folder: Path, arrays: tuple[Any, ...], options: list[str], start: FloatArray | None
) -> tuple[FloatArray, str]:
    import pulp

    cost, matrix, *rest = arrays
    n_rows, n_cols = matrix.shape
    problem = build_pulp(
        "program",
        cost,
        matrix.tocsr(),
        *rest,
        column_names=[f"c{column}" for column in range(n_cols)],
        row_names=[f"r{row}" for row in range(n_rows)],
    )
    columns = {int(variable.name[1:]): variable for variable in problem.variables()}
    if start is not None:
        for column, variable in columns.items():
            variable.setInitialValue(float(start[column]), check=False)
    log = folder / "cbc.log"
    solver = _pulp_solver(pulp, options=options, warmStart=start is not None, logPath=str(log), msg=False)
    solver.tmpDir = str(folder)
    try:
        problem.solve(solver)
    except pulp.PulpSolverError as error:
        raise SolverError(f"CBC failed: {error}; try highs") from error
    x = np.zeros(n_cols)
    for column, variable in columns.items():
        x[column] = variable.varValue or 0.0
    return x, log.read_text(encoding="utf-8", errors="replace")


def _through_mps(
    folder: Path, arrays: tuple[Any, ...], options: list[str], start: FloatArray | None
) -> tuple[FloatArray, str]:
    command, answer = cbc_command(folder, arrays, options, start)
    run = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if run.returncode != 0 or not answer.exists():
        raise SolverError(f"CBC failed with exit status {run.returncode}; try highs")
    return read_point(answer, arrays[1].shape[1]), run.stdout


def cbc_command(
    folder: Path, arrays: tuple[Any, ...], options: list[str], start: FloatArray | None
) -> tuple[list[str], Path]:
    """Write the program into `folder`; the command that solves it, and the file its point will be in."""
    import pulp

    model, answer, begin = folder / "program.mps", folder / "program.sol", folder / "start.mst"
    write_mps(model, *arrays)
    command = [_pulp_solver(pulp).path, str(model)]
    if start is not None:
        lines = ["Stopped on time - objective value 0"]
        lines += [f"{column:>7} c{column} {float(value)!r} 0" for column, value in enumerate(start)]
        begin.write_text("\n".join(lines) + "\n", encoding="ascii")
        command += ["-mips", str(begin)]
    command += [part for option in options for part in f"-{option}".split()]
    command += ["-solve", "-printingOptions", "all", "-solution", str(answer)]
    return command, answer


def read_point(answer: Path, n_cols: int) -> FloatArray:
    """The point, shape (n_cols,), that CBC wrote."""
    x = np.zeros(n_cols)
    for line in answer.read_text(encoding="utf-8").splitlines()[1:]:
        parts = line.replace("**", " ").split()
        if parts[1].startswith("c"):
            x[int(parts[1][1:])] = float(parts[2])
    return x


def _pulp_solver(pulp: Any, **settings: Any) -> Any:
    with warnings.catch_warnings():
        # PuLP 4 will drop the CBC it ships; the dependency stays below 4.
        warnings.filterwarnings("ignore", message="PULP_CBC_CMD is deprecated", category=DeprecationWarning)
        solver = pulp.PULP_CBC_CMD(**settings)
        if not solver.available():
            raise SolverError("the CBC that PuLP ships cannot run on this machine; choose highs")
        return solver


def cbc_options(gap: float, time_limit: float | None, threads: int, *, whole: bool) -> list[str]:
    options = ["timeMode elapsed"]
    if time_limit is not None:
        options.append(f"sec {max(time_limit, 0.01):.3f}")
    if whole:
        options += [f"allow {gap * ENLARGED:.9g}", "ratio 0"]
    if threads > 1:
        options.append(f"threads {threads}")
    return options


def _status(log: str) -> AnswerStatus:
    result = re.search(r"^Result - (.*)$", log, re.MULTILINE)
    if result:
        for beginning, status in _RESULTS:
            if result[1].startswith(beginning):
                return status
        return AnswerStatus.FAILED
    if any(words in log for words in _REFUSED_EARLY):
        return AnswerStatus.INFEASIBLE
    found = AnswerStatus.FAILED
    for line in log.splitlines():
        words = line.split()
        if len(words) > 2 and "objective" in words[1:3]:
            found = _FIRST_WORDS.get(words[0], found)
    return found


def _said(log: str) -> str:
    result = re.search(r"^Result - (.*)$", log, re.MULTILINE)
    return result[1] if result else ""


def _number(log: str, name: str) -> float | None:
    found = re.search(rf"^{name}:\s+(\S+)$", log, re.MULTILINE)
    return float(found[1]) if found else None


def _count(log: str, name: str) -> int:
    return int(_number(log, name) or 0)
