"""What does more runway, more capital or more time cost in quality? The curve of best plans, and its exchange rate."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allocator.errors import InfeasibleError, UsageError
from allocator.goals import MOST_MONTHS
from allocator.plan import Plan
from allocator.result.table import Table, table
from allocator.session import Session
from allocator.solve.options import Options
from allocator.study.asked import Answered, Asked

if TYPE_CHECKING:
    import pandas as pd

AGAINST = ("capital", "runway", "time", "weight")
# A rate is measured over this share of the span, to either side.
_STEP = 1e-4
# Spans taken where none is given: shares of the plan's cash, months of every deadline, shares of the weight.
_CASH, _MONTHS, _WEIGHTS = (0.5, 2.0), (-6.0, 6.0), (0.05, 0.95)
_USUAL_MONTHS = 24.0
_FEWEST = 3
# A gain that moves by less does not move: weights within a range give the same plan.
_STILL = 1e-7


@dataclass(frozen=True)
class Frontier:
    """Best plans along one dimension.

    Attributes
    ----------
    plan : Plan
    against : str
        ``capital``, ``runway``, ``time`` or ``weight``.
    unit : str
        Of the dimension.
    measure : str
        What the rates are of: the one model's metric, or the mean gain of several.
    table : Table
        One row a point, in rising order: ``x``, ``status``, ``value`` (of `measure`; against weight the second
        model's gain), ``rate_below`` and ``rate_above`` (change of `measure` per unit of x, to either side; against
        weight of the second model's gain per gain of the first), ``models.NAME``, ``gain`` (the program's own
        objective, concave where theory says so), ``gap``, ``closing_cash``, ``least_runway``, ``reason``.
    most : float
        Largest distance that the curve between two points can still have from the straight line between them, as a
        share of its range; where the curve is concave.
    solves, rebuilds : int
    """

    plan: Plan
    against: str
    unit: str
    measure: str
    table: Table
    most: float
    solves: int
    rebuilds: int

    def __len__(self) -> int:
        return len(self.table.records)

    def frame(self) -> pd.DataFrame:
        """The table as a pandas DataFrame."""
        return self.table.frame()


@dataclass(frozen=True, order=True)
class _Point:
    """A place on the dimension, and its answer; None, and why, where there is no plan."""

    x: float
    answer: Any = None
    reason: str = ""


def frontier(
    plan: Plan,
    against: str = "runway",
    *,
    low: float | None = None,
    high: float | None = None,
    points: int = 13,
    tolerance: float = 0.002,
    options: Options | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Frontier:
    """Trace quality against runway, capital, time or the weight between two models.

    Points are put where the curve bends: the interval is halved whose ends' slopes leave it the most room, until no
    interval has more than `tolerance` of the range left, or there are `points`.

    Parameters
    ----------
    plan : Plan
        Its goal is quality.
    against : {"runway", "capital", "time", "weight"}
        Months of runway; opening cash; months by which every deadline moves; the first model's share of the weight.
    low, high : float, optional
        The span. By default from none to the longest runway there is, but no more than two years or twice the asked;
        half to twice the cash; six months either way; 0.05 to 0.95.
    points : int
        At most so many.
    tolerance : float
        Share of the range.
    options : Options, optional
    progress : callable, optional
        Called with the number of points done and the most there may be.

    Returns
    -------
    Frontier

    Raises
    ------
    UsageError
        An unknown dimension, a goal other than quality, no runway rule or not two models where they are needed.
    InfeasibleError
        No point of the span has a plan.
    """
    ask = _dimension(plan, against)
    if points < _FEWEST:
        raise UsageError(f"points is {points}; a frontier needs at least {_FEWEST}")
    least, most = _span(plan, against, low, high, options)
    if not least < most:
        raise UsageError(f"the span goes from {least:g} to {most:g}; its low end must be below its high end")
    tracer = _Tracer(Asked(plan, options), ask, against, (least, most), points, tolerance, progress)
    return tracer.trace()


def _dimension(plan: Plan, against: str) -> Callable[[float], dict[str, Any]]:
    """The fields that a place on the dimension stands for."""
    if against not in AGAINST:
        raise UsageError(f"{against!r} is no dimension; choose {', '.join(AGAINST)}")
    if plan.objective.goal != "quality":
        raise UsageError(f"a frontier is of quality, and the plan's goal is {plan.objective.goal}; set objective.goal")
    if against == "capital":
        return lambda x: {"plan.cash": x}
    if against == "runway":
        if plan.runway is None:
            raise UsageError("the plan has no runway rule; add [runway] with months, basis and window")
        return lambda x: {"runway.months": x}
    if against == "time":
        deadlines = {name: model.deadline for name, model in plan.models.items()}
        return lambda x: {f"models.{name}.deadline": deadline + round(x) for name, deadline in deadlines.items()}
    names = weighed(plan)
    if len(names) != 2:
        raise UsageError(
            f"a frontier against weight is between two models, and the plan has {len(names)} of a weight above 0"
        )
    return lambda x: {f"models.{names[0]}.weight": x, f"models.{names[1]}.weight": 1.0 - x}


def weighed(plan: Plan) -> list[str]:
    """The models a weight is shared between: all where there are two, else those that count; milestones are rules."""
    return [name for name, model in plan.models.items() if len(plan.models) == 2 or model.weight > 0.0]


def _span(
    plan: Plan, against: str, low: float | None, high: float | None, options: Options | None
) -> tuple[float, float]:
    if against == "capital":
        default = (_CASH[0] * plan.plan.cash, _CASH[1] * plan.plan.cash)
    elif against == "runway":
        assert plan.runway is not None  # the dimension needs one
        usual = max(_USUAL_MONTHS, 2.0 * max(plan.runway.months))
        default = (0.0, min(_longest(plan, options), usual) if high is None else MOST_MONTHS)
    else:
        default = _MONTHS if against == "time" else _WEIGHTS
    return default[0] if low is None else low, default[1] if high is None else high


def _longest(plan: Plan, options: Options | None) -> float:
    """The longest runway that the plan's other rules and targets leave, short of its last millionths."""
    assert plan.runway is not None
    months = max(plan.runway.months)
    found = Session(plan.changed({"objective.goal": "runway", "runway.months": months}), options).brief()
    return found.value * (1.0 - 1e-5)


class _Tracer:
    """Points so far, and where the next one goes."""

    def __init__(
        self,
        asked: Asked,
        ask: Callable[[float], Mapping[str, Any]],
        against: str,
        span: tuple[float, float],
        points: int,
        tolerance: float,
        progress: Callable[[int, int], None] | None,
    ) -> None:
        self._asked, self._ask, self._against, self._span = asked, ask, against, span
        self._most, self._tolerance, self._progress = points, tolerance, progress
        self._points: list[_Point] = []
        self._tried: set[float] = set()
        models = asked.plan.models
        self._one = next(iter(models)) if len(models) == 1 and against != "weight" else None

    def trace(self) -> Frontier:
        low, high = self._span
        if self._against == "time":
            low, high = float(round(low)), float(round(high))
        for x in (low, high, (low + high) / 2.0):
            self._add(x)
        while len(self._tried) < self._most:
            place, left = self._widest()
            if place is None or left <= self._tolerance:
                break
            self._add(place)
        if not any(point.answer for point in self._points):
            raise InfeasibleError(f"No plan keeps all the rules anywhere from {low:g} to {high:g}", ())
        return self._finished()

    def _add(self, x: float) -> None:
        if self._against == "time":
            x = float(round(x))
        if x in self._tried:
            return
        self._tried.add(x)
        answer = self._answer(x)
        insort(self._points, _Point(x, answer, self._asked.reason), key=lambda point: point.x)
        if self._progress is not None:
            self._progress(len(self._points), self._most)

    def _answer(self, x: float) -> Answered | None:
        return self._asked.ask(self._ask(x))

    def _height(self, point: _Point) -> float:
        """What the curve is drawn of: the gain, and for weights the first model's own gain against the second's."""
        return float(point.answer.value)

    def _known(self) -> list[_Point]:
        return [point for point in self._points if point.answer is not None]

    def _place(self) -> list[tuple[float, float]]:
        """Points in the plane, each axis over its range."""
        known = self._known()
        if self._against == "weight":
            raw = [self._gains(point.answer) for point in known]
        else:
            raw = [(point.x, self._height(point)) for point in known]
        spans = [max(values) - min(values) or 1.0 for values in zip(*raw, strict=True)]
        lows = [min(values) for values in zip(*raw, strict=True)]
        return [((x - lows[0]) / spans[0], (y - lows[1]) / spans[1]) for x, y in raw]

    def _gains(self, answer: Answered) -> tuple[float, float]:
        """The two models' own gains."""
        first, second = (
            float(self._asked.session.formulation.models[name].law.gain_of_metric(answer.metrics[name]))
            for name in weighed(self._asked.plan)
        )
        return first, second

    def _widest(self) -> tuple[float | None, float]:
        """Middle of the interval with the most room between its chord and its neighbours' chords, and that room."""
        known = self._known()
        # Where plans end: between the last one that holds and the first that does not.
        edge = self._edge()
        if len(known) < 2:
            return (edge, 1.0) if edge is not None else (None, 0.0)
        plane = self._place()
        best, room = None, 0.0
        for number in range(len(known) - 1):
            middle = (known[number].x + known[number + 1].x) / 2.0
            if (round(middle) if self._against == "time" else middle) in self._tried:
                continue
            left = _room(plane, number)
            if left > room:
                best, room = middle, left
        return (edge, 1.0) if edge is not None else (best, room)

    def _edge(self) -> float | None:
        """Middle of the interval in which plans end, while it is wider than a twentieth of the span."""
        width = (self._span[1] - self._span[0]) / 20.0
        for one, other in zip(self._points, self._points[1:], strict=False):
            if (one.answer is None) != (other.answer is None) and other.x - one.x > max(width, 0.0):
                middle = (one.x + other.x) / 2.0
                if (round(middle) if self._against == "time" else middle) not in self._tried:
                    return middle
        return None

    def _finished(self) -> Frontier:
        plan = self._asked.plan
        laws = self._asked.session.formulation.models
        if self._against == "weight":
            measure = "gain of {1} per gain of {0}".format(*weighed(plan))
        else:
            measure = "mean gain" if self._one is None else laws[self._one].law.metric
        units = {"capital": plan.plan.currency, "runway": "months", "time": "months", "weight": "share"}
        blank = [None] * (len(plan.models) + 7)
        rows: list[tuple[Any, ...]] = []
        for point in self._points:
            answer, reason = point.answer, point.reason
            if answer is None:
                status = "refused" if reason.startswith("refused") else "infeasible"
                rows.append((point.x, status, *blank, reason))
                continue
            brief, metrics = answer.brief, [answer.metrics[name] for name in plan.models]
            figures = (answer.value, brief.gap, brief.closing_cash, brief.least_runway, "")
            rows.append((point.x, brief.status, self._value(answer), *self._rates(point), *metrics, *figures))
        columns = ["x", "status", "value", "rate_below", "rate_above", *(f"models.{name}" for name in plan.models)]
        columns += ["gain", "gap", "closing_cash", "least_runway", "reason"]
        plane = self._place()
        most = max((_room(plane, number) for number in range(len(plane) - 1)), default=0.0)
        return Frontier(
            plan,
            self._against,
            units[self._against],
            measure,
            table("frontier", columns, rows),
            most,
            self._asked.solves,
            self._asked.rebuilds,
        )

    def _value(self, answer: Answered) -> float:
        if self._against == "weight":
            return self._gains(answer)[1]
        return answer.value if self._one is None else answer.metrics[self._one]

    def _rates(self, point: _Point) -> tuple[float | None, float | None]:
        """Change of what is measured per unit of x, to the left and to the right, from a small step each way."""
        if self._against == "time":
            return self._steps(point)
        step = _STEP * (self._span[1] - self._span[0])
        found: list[float | None] = []
        for way in (-1.0, 1.0):
            x = point.x + way * step
            inside = self._span[0] <= x <= self._span[1]
            other = self._answer(x) if inside else None
            found.append(None if other is None else self._rate(point.answer, other, way * step))
        return found[0], found[1]

    def _rate(self, one: Answered, other: Answered, step: float) -> float | None:
        """Change of what is measured per unit of x; between two models, of the second's gain per gain of the first."""
        if self._against == "weight":
            step = self._gains(other)[0] - self._gains(one)[0]
            if abs(step) < _STILL:
                return None
        return (self._value(other) - self._value(one)) / step

    def _steps(self, point: _Point) -> tuple[float | None, float | None]:
        """The same between neighbours, where there is nothing between whole months."""
        known = self._known()
        place = next(number for number, other in enumerate(known) if other.x == point.x)

        def rate(one: _Point, other: _Point) -> float:
            return (self._value(other.answer) - self._value(one.answer)) / (other.x - one.x)

        below = rate(known[place - 1], point) if place > 0 else None
        above = rate(point, known[place + 1]) if place + 1 < len(known) else None
        return below, above


def _room(plane: list[tuple[float, float]], number: int) -> float:
    """Largest distance in height between the chord of an interval and a concave curve through all points.

    Such a curve lies above the chord and below the lengthened chords of the neighbouring intervals, which meet
    above it (or, at the end of the curve, below the one neighbour's).
    """
    (x0, y0), (x1, y1) = plane[number], plane[number + 1]
    width = x1 - x0
    if width == 0.0:
        return 0.0
    slope = (y1 - y0) / width
    before = _slope(plane[number - 1], plane[number]) if number > 0 else None
    after = _slope(plane[number + 1], plane[number + 2]) if number + 2 < len(plane) else None
    bends = [abs(each - slope) for each in (before, after) if each is not None]
    if len(bends) == 2:
        left, right = bends
        return abs(width) * left * right / (left + right) if left + right > 0.0 else 0.0
    return abs(width) * max(bends, default=1.0)


def _slope(one: tuple[float, float], other: tuple[float, float]) -> float:
    width = other[0] - one[0]
    return (other[1] - one[1]) / width if width else 0.0
