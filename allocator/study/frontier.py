"""What does more runway, more capital or more time cost in quality? The curve of best plans, and its exchange rate."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from allocator.errors import ExitCode, InfeasibleError, StoppedError, UsageError
from allocator.plan import Plan
from allocator.result.table import Table, table
from allocator.solve.options import Options
from allocator.study.asked import TIME_UP, Answered, Asked, not_measured
from allocator.study.frontier_span import dimension, span_of, weighed

if TYPE_CHECKING:
    import pandas as pd

# A rate is measured over this share of the span, to either side.
_STEP = 1e-4
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
    missing : tuple of str
        What there was no time for, a sentence each.
    """

    plan: Plan
    against: str
    unit: str
    measure: str
    table: Table
    most: float
    solves: int
    rebuilds: int
    missing: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.table.records)

    @property
    def exit_code(self) -> ExitCode:
        """What the command line answers."""
        return ExitCode.STOPPED_EARLY if self.missing else ExitCode.SOLVED

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
        Solver, gap, and the time limit of all points together.
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
    StoppedError
        The time limit passed before any point had one.
    """
    options = (options or Options()).started()
    ask = dimension(plan, against)
    if points < _FEWEST:
        raise UsageError(f"points is {points}; a frontier needs at least {_FEWEST}")
    least, most, said = span_of(plan, against, low, high, options)
    if not least < most:
        raise UsageError(f"the span goes from {least:g} to {most:g}; its low end must be below its high end")
    tracer = _Tracer(Asked(plan, options), ask, against, (least, most), points, tolerance, progress)
    found = tracer.trace()
    return replace(found, missing=(said, *found.missing)) if said else found


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
        self._rates_asked, self._rates_left = 0, 0
        self._whole = bool(asked.session.formulation.program.integer.any())
        models = asked.plan.models
        self._one = next(iter(models)) if len(models) == 1 and against != "weight" else None

    def trace(self) -> Frontier:
        low, high = self._span
        if self._progress is not None:
            self._progress(0, self._most)
        if self._against == "time":
            low, high = float(round(low)), float(round(high))
        for x in (low, high, (low + high) / 2.0):
            self._add(x)
        cut = False
        while len(self._tried) < self._most:
            place, left = self._widest()
            if place is None or left <= self._tolerance:
                break
            cut = self._asked.options.over
            if cut:
                break
            self._add(place)
        if not any(point.answer for point in self._points):
            if any(point.reason == TIME_UP for point in self._points):
                seconds = self._asked.options.time_limit
                raise StoppedError(f"No plan was found within {seconds:g} s; give --time-limit more")
            raise InfeasibleError(f"No plan keeps all the rules anywhere from {low:g} to {high:g}", ())
        return self._finished(cut)

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

    def _finished(self, cut: bool) -> Frontier:
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
                rows.append((point.x, _ending(reason), *blank, reason))
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
            self._missing(cut),
        )

    def _missing(self, cut: bool) -> tuple[str, ...]:
        """What there was no time for; `cut` says whether more points would have been put."""
        done = [point for point in self._points if point.reason != TIME_UP]
        left = (self._most if cut else len(self._points)) - len(done)
        vague = sum(point.answer is not None and point.answer.stopped for point in done)
        said = (
            f"{left} of at most {self._most} points not measured: {TIME_UP}" if left else "",
            f"{vague} of {len(done)} points not proven best, their gap is in the table: {TIME_UP}" if vague else "",
            not_measured(self._rates_left, self._rates_asked, "rates"),
        )
        return tuple(sentence for sentence in said if sentence)

    def _value(self, answer: Answered) -> float:
        if self._against == "weight":
            return self._gains(answer)[1]
        return answer.value if self._one is None else answer.metrics[self._one]

    def _rates(self, point: _Point) -> tuple[float | None, float | None]:
        """Change of what is measured per unit of x, to the left and to the right, from a small step each way."""
        if self._against == "time" or self._whole:
            return self._steps(point)
        step = _STEP * (self._span[1] - self._span[0])
        found: list[float | None] = []
        for way in (-1.0, 1.0):
            x = point.x + way * step
            inside = self._span[0] <= x <= self._span[1]
            other = self._answer(x) if inside else None
            self._rates_asked += inside
            self._rates_left += inside and (self._asked.reason == TIME_UP or (other is not None and other.stopped))
            found.append(None if other is None or other.stopped else self._rate(point.answer, other, way * step))
        return found[0], found[1]

    def _rate(self, one: Answered, other: Answered, step: float) -> float | None:
        """Change of what is measured per unit of x; between two models, of the second's gain per gain of the first."""
        if self._against == "weight":
            step = self._gains(other)[0] - self._gains(one)[0]
            if abs(step) < _STILL:
                return None
        return (self._value(other) - self._value(one)) / step

    def _steps(self, point: _Point) -> tuple[float | None, float | None]:
        """The same between neighbours: between whole months there is nothing, and in whole units only a gap's noise."""
        known = self._known()
        place = next(number for number, other in enumerate(known) if other.x == point.x)

        def rate(one: _Point, other: _Point) -> float | None:
            return self._rate(one.answer, other.answer, other.x - one.x)

        below = rate(known[place - 1], point) if place > 0 else None
        above = rate(point, known[place + 1]) if place + 1 < len(known) else None
        return below, above


def _ending(reason: str) -> str:
    """The status of a point without an answer, in the words of a sweep."""
    if reason == TIME_UP:
        return "stopped"
    return "refused" if reason.startswith("refused") else "infeasible"


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
