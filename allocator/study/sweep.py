"""One plan solved over many values of some of its fields."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allocator.errors import AllocatorError, ExitCode, PlanError, UsageError
from allocator.plan import Plan
from allocator.result.table import Table, table
from allocator.session import Session
from allocator.solve.options import Options
from allocator.study.engine import make_engine, walk_path
from allocator.study.interrupts import noticing_interrupts
from allocator.study.journal import Journal, sweep_key
from allocator.study.path import snake
from allocator.study.points import MODES, Mode, Range, grid, sample, side_by_side
from allocator.study.walk import MEASURED, Point, Question, Row, empty_row

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[int, int], None]
# Of an axis that cannot be walked in place.
_REBUILT = 10**9
_NO_TURN = "interrupted by the user before it had an answer"


@dataclass(frozen=True)
class Sweep:
    """The answers of a sweep.

    Attributes
    ----------
    plan : Plan
        The plan that was varied.
    vary : dict
        The values of each field.
    table : Table
        One row a point, in the order asked for. Columns: the varied fields; ``status``
        (``optimal``, ``gap``, ``time_limit``, ``infeasible``, ``refused``, ``stopped`` or
        ``failed``); ``objective`` (the program's; money or months where the goal is not quality) and
        ``gap`` of the program; ``models.NAME``, each model's
        metric; ``closing_cash`` and ``least_runway`` (months); ``max_violation`` and
        ``ledger_difference``, from the certificate; ``horizon_change``, the largest change
        of a metric with a year more (only with `horizon_audit`); ``in_place``, whether the
        solve went on from the last point's; ``seconds``; ``reason``, why there is no answer
        or why the program was built anew.
    seconds : float
        Wall time of the whole sweep.
    interrupted : bool
        Whether Ctrl-C ended it early. Points that had no turn are rows with the status ``stopped``.
    """

    plan: Plan
    vary: dict[str, tuple[Any, ...]]
    table: Table
    seconds: float
    interrupted: bool = False

    def __len__(self) -> int:
        return len(self.table.records)

    @property
    def exit_code(self) -> ExitCode:
        """What the command line answers: the gravest of what became of the points.

        A point that is infeasible or refused beside others that are solved is an answer to the question asked.
        """
        statuses = set(self.table.column("status"))
        if "failed" in statuses:
            return ExitCode.SOLVER_FAILED
        if self.interrupted or statuses - {"optimal", "infeasible", "refused"}:
            return ExitCode.STOPPED_EARLY
        return ExitCode.SOLVED if "optimal" in statuses else ExitCode.INFEASIBLE

    def frame(self) -> pd.DataFrame:
        """The table as a pandas DataFrame."""
        return self.table.frame()


def sweep(
    plan: Plan,
    vary: Mapping[str, Sequence[Any] | Range],
    *,
    mode: Mode = "grid",
    samples: int | None = None,
    seed: int = 0,
    options: Options | None = None,
    horizon_audit: bool = False,
    parallel: int = 1,
    cluster: str | None = None,
    progress: Progress | None = None,
    journal: Path | None = None,
    resume: bool = False,
) -> Sweep:
    """Solve `plan` for many values of some of its fields.

    Every point is verified like a single solve: bound, rows, curves, the independent ledger,
    the laws. Points are solved along a path of small steps, each from the last one's basis
    and tangents, and returned in the order asked for.

    Parameters
    ----------
    plan : Plan
    vary : mapping of str to sequence
        Field and its values: ``{"plan.cash": [60e6, 80e6], "compute.h100.price": [2.0, "2.5 USD/hour"]}``.
    mode : {"grid", "zip", "sample"}
        All combinations (the last field changes fastest in the table), the values side by side, or a Latin hypercube
        within a `Range` for each field.
    samples : int, optional
        How many points a Latin hypercube has.
    seed : int
        The same seed draws the same points.
    options : Options, optional
        Solver, gap, and time limit of each point.
    horizon_audit : bool
        Also solve each point with twelve months more; that takes several times as long.
    parallel : int
        Processes on this machine, the calling one included. It begins at once; the others join as they come
        up, and each walks a part of the path of its own.
    cluster : str, optional
        Walk on a cluster instead: ``dask://host:8786`` (a Dask scheduler) or ``ray://host:10001`` (a Ray
        server). Its workers need the same version of allocator.
    progress : callable, optional
        Called with the number of points done and of all points.
    journal : Path, optional
        A CSV file to which each point is added as it is finished. It stays when the sweep is over.
    resume : bool
        Go on with the points that the journal lacks.

    Returns
    -------
    Sweep
        Points without an answer are rows with their reason; so are, after Ctrl-C, those that had no turn.
        A point whose worker is lost is solved again by another; one that several workers were lost over has
        the status ``failed``.

    Raises
    ------
    UsageError
        When nothing is varied, values are missing, or lengths differ in mode ``zip``; when the journal is that of
        another sweep, or of this one and `resume` is not asked for; when a cluster's address is wrong, its package
        is not installed, or it cannot be reached.
    SweepError
        When a worker loses a point or delivers one twice.
    PlanError
        When every point is refused: what the first one says.
    """
    began = time.perf_counter()
    options = options or Options()
    points, path, fields = _points(plan, vary, mode, samples, seed)
    _refuse_hopeless(plan, points)
    question = Question(plan, options, horizon_audit)
    columns = _columns(plan, fields, horizon_audit)
    rows: list[Row | None] = [None] * len(points)
    stopped, known = False, 0
    with ExitStack() as stack:
        interrupted = stack.enter_context(noticing_interrupts())
        stack.enter_context(_settled_objects())
        book: Journal | None = None
        if journal is not None:
            book = stack.enter_context(Journal(journal, sweep_key(question, points), columns, points, resume=resume))
            for position, row in book.finished.items():
                rows[position] = row
            path, known = book.left(path), len(book.finished)
        if path:
            engine = make_engine(
                question, parallel=parallel, cluster=cluster, points=len(path), interrupted=interrupted
            )
            stack.enter_context(closing(engine))
            try:
                steps = walk_path(engine, question, points, path)
                for done, (position, row) in enumerate(steps, start=1 + known):
                    rows[position] = row
                    if book is not None:
                        book.write(position, row)
                    if progress is not None:
                        progress(done, len(points))
            except KeyboardInterrupt:
                stopped = True
    found = [
        empty_row(plan, point, "stopped", _NO_TURN) if row is None else row
        for point, row in zip(points, rows, strict=True)
    ]
    records = [tuple(row[name] for name in columns) for row in found]
    return Sweep(plan, fields, table("sweep", columns, records), time.perf_counter() - began, stopped)


@contextmanager
def _settled_objects() -> Iterator[None]:
    """Keep what exists already out of garbage collections: they took a twelfth of a sweep's time."""
    if gc.get_freeze_count():
        # Somebody has done so for a reason of their own.
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _points(
    plan: Plan, fields: Mapping[str, Any], mode: str, samples: int | None, seed: int
) -> tuple[list[Point], list[int], dict[str, tuple[Any, ...]]]:
    """The points in the order asked for, their positions in the order to solve them in, each field's values."""
    if not fields:
        raise UsageError('nothing is varied; name at least one field: {"plan.cash": [60e6, 80e6]}')
    if mode not in MODES:
        raise UsageError(f"mode is {mode!r}; choose {', '.join(map(repr, MODES))}")
    if (mode == "sample") != (samples is not None):
        raise UsageError('samples belong to mode "sample": give both, or neither')
    if mode == "sample" and samples is not None:
        fields = sample(fields, samples, seed)
    ranges = [key for key, values in fields.items() if isinstance(values, Range)]
    if ranges:
        raise UsageError(f"{ranges[0]} is a range to sample from; give its values, or the number of samples")
    values = {key: tuple(each) for key, each in fields.items()}
    for key, each in values.items():
        if not each:
            raise UsageError(f"{key} has no values; give at least one")
    if mode != "grid":
        points, path = side_by_side(values)
        return points, path, values
    points, places = grid(values)
    position = {place: number for number, place in enumerate(places)}
    walked = snake(list(values.values()), _outermost(plan, values))
    return points, [position[place] for place in walked], values


def _refuse_hopeless(plan: Plan, points: Sequence[Point]) -> None:
    """Raise what the first point is refused for when every other one is refused as well."""
    first: PlanError | None = None
    for point in points:
        try:
            plan.changed(point)
        except PlanError as error:
            first = first or error
        else:
            return
    if first is not None:
        raise first


def _outermost(plan: Plan, fields: Mapping[str, tuple[Any, ...]]) -> list[int]:
    """Axes by how much a step changes in the program, dearest first: those should be taken least often."""
    if len(fields) == 1:
        return [0]
    session = Session(plan)
    weights = [_weight(session, key, values) for key, values in fields.items()]
    return sorted(range(len(weights)), key=lambda axis: -weights[axis])


def _weight(session: Session, key: str, values: tuple[Any, ...]) -> int:
    if len(values) == 1:
        return 0
    # The last value, or the first where the plan has the last already.
    for value in (values[-1], values[0]):
        try:
            report = session.update({key: value})
        except AllocatorError:
            return _REBUILT
        if report.reason is not None:
            return _REBUILT
        if any(report.changed.values()):
            break
    return 1 + report.changed.get("coefficients", 0)


def _columns(plan: Plan, fields: Mapping[str, Any], horizon_audit: bool) -> list[str]:
    audited = ["horizon_change"] if horizon_audit else []
    models = [f"models.{name}" for name in plan.models]
    first, rest = MEASURED[:2], MEASURED[2:]
    return [*fields, "status", *first, *models, *rest, *audited, "in_place", "seconds", "reason"]
