"""What a model's quality earns: a share of a full revenue, concave in the law's gain."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from allocator.errors import LawError, Problem
from allocator.quality.forms import Posynomial, Separable
from allocator.quality.law import Law


@dataclass(frozen=True)
class Earning:
    """The share of full revenue at a gain q: 0 up to `start`, then rising, never above 1.

    ``exponential``: ``steep * (1 - exp(start - q))``, linear in a loss or error E + exp(-q) and in an accuracy;
    ``linear``: ``steep * (q - start)``, for laws that are maximised in their own metric.

    Attributes
    ----------
    kind : str
    start : float
        The gain at which nothing is earned yet.
    steep : float
        Slope of the share at `start`, per unit of gain; above 0.
    least : float
        The gain of a model that is given nothing: no plan has less.
    """

    kind: Literal["exponential", "linear"]
    start: float
    steep: float
    least: float

    def before_cap(self, gain: float) -> float:
        """The share at a gain as if it could be below 0 or above 1."""
        above = gain - self.start
        return self.steep * (-math.expm1(-above) if self.kind == "exponential" else above)

    def share(self, gain: float) -> float:
        """The share of full revenue, 0 to 1."""
        return min(max(self.before_cap(gain), 0.0), 1.0)


def earning(law: Law, nothing_at: float, all_at: float) -> Earning:
    """How a revenue grows from nothing at one value of the law's metric to all of it at another.

    Raises
    ------
    LawError
        When the share is not concave in the gain, the two values are the wrong way round, or the
        law never gets beyond the first.
    """
    form = law.form
    exponential = isinstance(form, Posynomial) and law.transform in ("loss", "accuracy")
    linear = not isinstance(form, Posynomial) and not (isinstance(form, Separable) and form.outer == "log")
    if not exponential and not linear:
        message = f"the {law.metric} of law {law.name} grows ever faster with what is maximised, its logarithm"
        remedy = "use a law with a loss, an error or an accuracy, a table, or one of saturating, hyperbola and leontief"
        raise LawError([Problem("name", message, law.name, "a law whose metric is concave in its gain", remedy)])
    problems = _misplaced(law, nothing_at, all_at)
    if problems:
        raise LawError(problems)
    start = float(law.gain_of_metric(nothing_at))
    if not math.isfinite(start):
        message = f"no amount of money takes law {law.name} to {law.metric} {nothing_at:g}, so nothing is ever earned"
        raise LawError([Problem("nothing_at", message, f"{nothing_at:g}", f"a reachable {law.metric}", "move it")])
    if exponential:
        # Shares of the reducible part at `nothing_at`: linear in the metric, and exp(start - q) of it is left.
        steep = math.exp(-start) / abs(nothing_at - all_at)
    else:
        range_of = form.range if isinstance(form, Separable) else 1.0
        steep = range_of / abs(all_at - nothing_at)
    return Earning("exponential" if exponential else "linear", start, steep, _least(law))


def _misplaced(law: Law, nothing_at: float, all_at: float) -> list[Problem]:
    """What is wrong with the two values themselves."""
    if law.unit == "share":
        outside = [
            (key, value) for key, value in (("nothing_at", nothing_at), ("all_at", all_at)) if not 0 <= value <= 1
        ]
        if outside:
            message = f"the {law.metric} of law {law.name} is a share"
            allowed, remedy = f"the {law.metric} as a share, from 0 to 1", "write 0.05 for 5 %"
            return [Problem(key, message, f"{value:g}", allowed, remedy) for key, value in outside]
    less_is_better = law.metric in ("loss", "error")
    if all_at == nothing_at or (all_at > nothing_at) == less_is_better:
        better = "below" if less_is_better else "above"
        message = f"all of it must be earned at a better {law.metric} than nothing of it"
        remedy = f"choose all_at {better} nothing_at, {nothing_at:g}"
        return [Problem("all_at", message, f"{all_at:g}", f"a {law.metric} {better} {nothing_at:g}", remedy)]
    return []


def _least(law: Law) -> float:
    """The gain with nothing but the law's floors."""
    nothing = {entry.name: 0.0 for entry in law.inputs if entry.role != "free"}
    return float(law.gain(law.array(law.best(None if law.flop is None else 0.0, nothing))))
