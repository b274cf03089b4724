"""One plan solved over many values of some of its fields."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from allocator.errors import (
    AllocatorError,
    InfeasibleError,
    LawError,
    PlanError,
    StoppedError,
    UsageError,
)
from allocator.plan import Plan
from allocator.result.table import Table, table
from allocator.session import Session
from allocator.solve.options import Options
from allocator.study.path import every, nearest, snake

if TYPE_CHECKING:
    import pandas as pd

Point = dict[str, Any]
Progress = Callable[[int, int], None]
# Of an axis that cannot be walked in place.
_REBUILT = 10**9
_MEASURED = ("objective", "gap", "closing_cash", "least_runway", "max_violation", "ledger_difference")


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
        ``failed``); ``objective`` and ``gap`` of the program; ``models.NAME``, each model's
        metric; ``closing_cash`` and ``least_runway`` (months); ``max_violation`` and
        ``ledger_difference``, from the certificate; ``horizon_change``, the largest change
        of a metric with a year more (only with `horizon_audit`); ``in_place``, whether the
        solve went on from the last point's; ``seconds``; ``reason``, why there is no answer
        or why the program was built anew.
    seconds : float
        Wall time of the whole sweep.
    """

    plan: Plan
    vary: dict[str, tuple[Any, ...]]
    table: Table
    seconds: float

    def __len__(self) -> int:
        return len(self.table.records)

    def frame(self) -> pd.DataFrame:
        """The table as a pandas DataFrame."""
        return self.table.frame()


def sweep(
    plan: Plan,
    vary: Mapping[str, Sequence[Any]],
    *,
    mode: Literal["grid", "zip"] = "grid",
    options: Options | None = None,
    horizon_audit: bool = False,
    parallel: int = 1,
    progress: Progress | None = None,
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
    mode : {"grid", "zip"}
        All combinations (the last field changes fastest in the table), or the values side by side.
    options : Options, optional
        Solver, gap, and time limit of each point.
    horizon_audit : bool
        Also solve each point with twelve months more; that takes several times as long.
    parallel : int
        Processes; each solves one stretch of the path.
    progress : callable, optional
        Called with the number of points done and of all points.

    Returns
    -------
    Sweep
        Points without an answer are rows with their reason.

    Raises
    ------
    UsageError
        When nothing is varied, values are missing, or lengths differ in mode ``zip``.
    PlanError
        When every point is refused: what the first one says.
    """
    began = time.perf_counter()
    options = options or Options()
    fields = {key: tuple(values) for key, values in vary.items()}
    points, path = _points(plan, fields, mode)
    if parallel < 1:
        raise UsageError(f"parallel is {parallel}; it must be at least 1")
    rows: list[Point | None] = [None] * len(points)
    stretches = [part.tolist() for part in np.array_split(np.array(path), min(parallel, len(path)))]
    for done, (number, row) in enumerate(_walk_all(plan, options, horizon_audit, points, stretches), start=1):
        rows[number] = row
        if progress is not None:
            progress(done, len(points))
    found = [row for row in rows if row is not None]
    if all(row["status"] == "refused" for row in found):
        plan.changed(points[0])
    columns = _columns(plan, fields, horizon_audit)
    records = [tuple(row[name] for name in columns) for row in found]
    return Sweep(plan, fields, table("sweep", columns, records), time.perf_counter() - began)


def _points(plan: Plan, fields: Mapping[str, tuple[Any, ...]], mode: str) -> tuple[list[Point], list[int]]:
    """The points in the order asked for, and their positions in the order to solve them in."""
    if not fields:
        raise UsageError('nothing is varied; name at least one field: {"plan.cash": [60e6, 80e6]}')
    for key, values in fields.items():
        if not values:
            raise UsageError(f"{key} has no values; give at least one")
    axes = list(fields.values())
    if mode == "zip":
        if len({len(values) for values in axes}) > 1:
            lengths = ", ".join(f"{key} has {len(values)}" for key, values in fields.items())
            raise UsageError(f"values side by side must be as many for each field; {lengths}")
        side_by_side = list(zip(*axes, strict=True))
        return [dict(zip(fields, values, strict=True)) for values in side_by_side], nearest(side_by_side)
    if mode != "grid":
        raise UsageError(f'mode is {mode!r}; choose "grid" or "zip"')
    places = every(axes)
    points = [{key: values[at] for (key, values), at in zip(fields.items(), place, strict=True)} for place in places]
    position = {place: number for number, place in enumerate(places)}
    return points, [position[place] for place in snake(axes, _outermost(plan, fields))]


def _outermost(plan: Plan, fields: Mapping[str, tuple[Any, ...]]) -> list[int]:
    """Axes by how much a step changes in the program, dearest first: those should be taken least often."""
    weights = []
    session = Session(plan)
    for key, values in fields.items():
        weight = 0
        if len(values) > 1 and len(fields) > 1:
            try:
                session.update({key: values[0]})
                report = session.update({key: values[1]})
                weight = 1 + report.changed.get("coefficients", 0) if report.reason is None else _REBUILT
            except AllocatorError:
                weight = _REBUILT
        weights.append(weight)
    return sorted(range(len(weights)), key=lambda axis: -weights[axis])


def _walk_all(
    plan: Plan, options: Options, horizon_audit: bool, points: Sequence[Point], stretches: Sequence[Sequence[int]]
) -> Iterator[tuple[int, Point]]:
    """Rows with their positions as they are done; several stretches go to a process each."""
    if len(stretches) == 1:
        yield from _walk(plan, options, horizon_audit, points, stretches[0])
        return
    from joblib import Parallel, delayed

    tasks = (delayed(_whole_stretch)(plan, options, horizon_audit, points, stretch) for stretch in stretches)
    for rows in Parallel(n_jobs=len(stretches), return_as="generator_unordered")(tasks):
        yield from rows


def _whole_stretch(
    plan: Plan, options: Options, horizon_audit: bool, points: Sequence[Point], stretch: Sequence[int]
) -> list[tuple[int, Point]]:
    return list(_walk(plan, options, horizon_audit, points, stretch))


def _walk(
    plan: Plan, options: Options, horizon_audit: bool, points: Sequence[Point], stretch: Sequence[int]
) -> Iterator[tuple[int, Point]]:
    """Solve one stretch of the path with one live session."""
    session: Session | None = None
    for number in stretch:
        began = time.perf_counter()
        row: Point = {**points[number], **dict.fromkeys(_MEASURED), "in_place": False, "reason": ""}
        row.update({f"models.{name}": None for name in plan.models})
        row["horizon_change"] = None
        try:
            changed = plan.changed(points[number])
            if session is None:
                session = Session(changed, options, live=True)
            else:
                report = session.update(changed)
                row.update(in_place=report.in_place, reason=report.sentence)
            row.update(_answer(session, horizon_audit))
        except AllocatorError as error:
            row.update(status=_ending(error), reason=str(error))
        row["seconds"] = time.perf_counter() - began
        yield number, row


def _answer(session: Session, horizon_audit: bool) -> Point:
    brief = session.brief(horizon_audit=horizon_audit)
    changes = brief.horizon.quality_change.values() if brief.horizon else ()
    return {
        "status": brief.status,
        "objective": brief.objective,
        "gap": brief.gap,
        "closing_cash": brief.closing_cash,
        "least_runway": brief.least_runway,
        "max_violation": brief.certificate.max_violation,
        "ledger_difference": brief.certificate.ledger_difference,
        "horizon_change": max(map(abs, changes), default=None),
        **{f"models.{name}": value for name, value in brief.metrics.items()},
    }


def _ending(error: AllocatorError) -> str:
    if isinstance(error, PlanError | LawError):
        return "refused"
    if isinstance(error, InfeasibleError):
        return "infeasible"
    return "stopped" if isinstance(error, StoppedError) else "failed"


def _columns(plan: Plan, fields: Mapping[str, Any], horizon_audit: bool) -> list[str]:
    audited = ["horizon_change"] if horizon_audit else []
    models = [f"models.{name}" for name in plan.models]
    first, rest = _MEASURED[:2], _MEASURED[2:]
    return [*fields, "status", *first, *models, *rest, *audited, "in_place", "seconds", "reason"]
