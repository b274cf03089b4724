"""The worker's side of a sweep: one live session led from point to point, kept between stretches."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from allocator.errors import AllocatorError, InfeasibleError, LawError, PlanError, StoppedError
from allocator.plan import Plan
from allocator.session import Session
from allocator.solve.options import Options

Point = dict[str, Any]
Row = dict[str, Any]

MEASURED = ("objective", "gap", "closing_cash", "least_runway", "max_violation", "ledger_difference")
# Sessions that a process of a cluster keeps: that of the sweep at hand, and of one beside it.
_KEPT = 2


@dataclass(frozen=True)
class Question:
    """What a worker must know of a sweep.

    Attributes
    ----------
    plan : Plan
        The plan that is varied.
    options : Options
        Solver, gap, time limit of each point.
    horizon_audit : bool
        Whether each point is also solved with a year more.
    key : str
        Tells this sweep from every other that the same worker may serve.
    """

    plan: Plan
    options: Options
    horizon_audit: bool = False
    key: str = field(default_factory=lambda: uuid4().hex)


@dataclass(frozen=True)
class Stretch:
    """A few neighbouring points, handed to a worker together.

    Attributes
    ----------
    number : int
        Of all stretches of the sweep; a stretch that is done again has a new one.
    points : tuple of (int, dict)
        Position of each point in the table, and the values of its fields.
    """

    number: int
    points: tuple[tuple[int, Point], ...]

    @property
    def positions(self) -> tuple[int, ...]:
        """Positions of the points in the table."""
        return tuple(position for position, _ in self.points)


class Walker:
    """One live session that answers point after point of one sweep.

    Parameters
    ----------
    question : Question
    """

    def __init__(self, question: Question) -> None:
        self._question = question
        self._session: Session | None = None

    def walk(self, stretch: Stretch) -> Iterator[tuple[int, Row]]:
        """Yield the position and the row of each point as it is solved."""
        for position, point in stretch.points:
            yield position, self.answer(point)

    def answer(self, point: Point) -> Row:
        """Solve one point from the last one's basis and tangents; what fails is a row with its reason."""
        began = time.perf_counter()
        row = empty_row(self._question.plan, point)
        try:
            changed = self._question.plan.changed(point)
            if self._session is None:
                self._session = Session(changed, self._question.options, live=True, brief_reasons=True)
            else:
                report = self._session.update(changed)
                row.update(in_place=report.in_place, reason=report.sentence)
            row.update(_measure(self._session, self._question.horizon_audit))
        except AllocatorError as error:
            row.update(status=_ending(error), reason=str(error))
        except Exception as error:
            # One point must not take a thousand others with it; what it left behind is not trusted.
            self._session = None
            row.update(status="failed", reason=f"{type(error).__name__}: {error}")
        row["seconds"] = time.perf_counter() - began
        return row


def empty_row(plan: Plan, point: Point, status: str = "", reason: str = "") -> Row:
    """Return the row of a point that has no answer."""
    row: Row = {**point, **dict.fromkeys(MEASURED), "status": status, "in_place": False, "reason": reason}
    row.update({f"models.{name}": None for name in plan.models})
    row.update(horizon_change=None, seconds=0.0)
    return row


def walk_kept(question: Question, stretch: Stretch) -> list[tuple[int, Row]]:
    """Answer a stretch with the session that this process keeps for the sweep; for workers of a cluster.

    Threads of one process take turns: the solver's own pool of threads belongs to the whole process.
    """
    with _LOCK:
        walker = _WALKERS.pop(question.key, None) or Walker(question)
        _WALKERS[question.key] = walker
        while len(_WALKERS) > _KEPT:
            _WALKERS.popitem(last=False)
        return list(walker.walk(stretch))


_LOCK = threading.Lock()
_WALKERS: OrderedDict[str, Walker] = OrderedDict()


def _measure(session: Session, horizon_audit: bool) -> Row:
    brief = session.brief(horizon_audit=horizon_audit)
    changes = brief.horizon.quality_change.values() if brief.horizon else ()
    return {
        "status": brief.status,
        "objective": brief.value,
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
