"""Items used more than once, and sizes beyond what the items support: both count for less and less.

Muennighoff et al. 2023 (arXiv:2305.16264): D items processed from U unique ones are worth
``D' = U (1 + R (1 - exp(-(D / U - 1) / R)))`` of them, and likewise the part of a size above the best
for U. In logs with ``r = x / base`` this is ``ln x' = ln base + h(ln r)``. h is concave, for its slope
``r e^(-s) / g``, ``s = (r - 1) / R``, ``g = 1 + R (1 - e^(-s))``, changes at the rate
``1 - r / R - r e^(-s) / g``, which is negative as ``r (1 + R) > R g``; and it is at most 1, so that ln x'
rises with the base as well. With ln base affine in ln U the law is concave in the logs of all inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, expm1, isinf, log, log1p

import numpy as np
from numpy.typing import ArrayLike

from allocator.quality.forms import FloatArray, Posynomial

_SECTION_STEPS = 200
# Beyond e^50 times its base an amount has been worth 1 + R bases for long.
_FARTHEST = 50.0


def log_worth(excess: float, decay: float) -> float:
    """h: log of what an amount is worth over its base, `excess` being the log of the amount over its base."""
    if excess <= 0.0:
        return excess
    return log1p(-decay * expm1(-expm1(min(excess, _FARTHEST)) / decay))


def log_worth_slope(excess: float, decay: float) -> float:
    """dh / d excess: 1 up to the base, then falling to 0."""
    if excess <= 0.0:
        return 1.0
    excess = min(excess, _FARTHEST)
    over = expm1(excess) / decay
    return exp(excess - over) / (1.0 - decay * expm1(-over))


@dataclass(frozen=True)
class Wear:
    """One input counts for less above ``base = coefficient * unique ** exponent``.

    Attributes
    ----------
    input : int
        Position of the input.
    decay : float
        R, positive: nothing is ever worth more than 1 + R bases.
    coefficient, exponent : float
        Of the base; positive, and at least 0.
    """

    input: int
    decay: float
    coefficient: float = 1.0
    exponent: float = 1.0

    def log_base(self, log_unique: FloatArray) -> FloatArray:
        """Log of the base at the log of unique items in use."""
        return np.asarray(log(self.coefficient) + self.exponent * log_unique)


@dataclass(frozen=True, eq=False)
class Repeated(Posynomial):
    """A posynomial of what inputs are worth, where items are used again and again.

    The unique items in use are ``min(x[unique], x[processed])``: below one pass each is used at most once.

    Attributes
    ----------
    unique, processed : int
        Positions of the items at hand and of the items of all passes together.
    wears : tuple of Wear
        That of the processed items first.
    """

    unique: int
    processed: int
    wears: tuple[Wear, ...]

    def terms(self, x: ArrayLike) -> FloatArray:
        """The k terms at inputs `x`, shape (..., n) -> (..., k)."""
        worth, _, _ = self._worths(np.log(np.asarray(x, dtype=float)))
        return np.asarray(self.coefficients * np.exp(worth @ -self.exponents.T))

    def reducible_gradient(self, x: ArrayLike) -> FloatArray:
        """d reducible / d x, shape (..., n) -> (..., n); at exactly one pass the slope beyond it."""
        inputs = np.asarray(x, dtype=float)
        logs = np.log(inputs)
        worth, slopes, _ = self._worths(logs)
        by_worth = -(self.coefficients * np.exp(worth @ -self.exponents.T)) @ self.exponents
        gradient = by_worth.copy()
        by_unique = np.zeros(inputs.shape[:-1])
        for wear, slope in zip(self.wears, slopes, strict=True):
            gradient[..., wear.input] = by_worth[..., wear.input] * slope
            by_unique = by_unique + by_worth[..., wear.input] * wear.exponent * (1.0 - slope)
        fewer = logs[..., self.processed] < logs[..., self.unique]
        gradient[..., self.unique] += np.where(fewer, 0.0, by_unique)
        gradient[..., self.processed] += np.where(fewer, by_unique, 0.0)
        return np.asarray(gradient / inputs)

    def excesses(self, x: ArrayLike) -> list[tuple[float, float]]:
        """(log over base, log worth over base) of each wear at inputs `x`, shape (n,)."""
        _, _, pairs = self._worths(np.log(np.asarray(x, dtype=float)))
        return pairs

    def _worths(self, logs: FloatArray) -> tuple[FloatArray, list[FloatArray], list[tuple[float, float]]]:
        """Logs of what the inputs are worth, the slope of each wear, and, of one point, its excesses."""
        worth, slopes, pairs = logs.copy(), [], []
        in_use = np.minimum(logs[..., self.unique], logs[..., self.processed])
        for wear in self.wears:
            base = wear.log_base(in_use)
            excess = logs[..., wear.input] - base
            value = _elementwise(log_worth, excess, wear.decay)
            worth[..., wear.input] = base + value
            slopes.append(_elementwise(log_worth_slope, excess, wear.decay))
            if logs.ndim == 1:
                pairs.append((float(excess), float(value)))
        return worth, slopes, pairs


def _elementwise(function: Callable[[float, float], float], excess: FloatArray, decay: float) -> FloatArray:
    return np.asarray(np.vectorize(function, otypes=[float])(excess, decay))


def best_repeated(
    form: Repeated, cost: Sequence[float], budget: float, lower: Sequence[float], upper: Sequence[float]
) -> list[float]:
    """Log inputs with the smallest reducible part.

    Parameters
    ----------
    form : Repeated
    cost : sequence of float, shape (n,)
        Exponents of the FLOP of a run: of the processed items above 0, of the unique ones 0, and of at
        most one input more above 0.
    budget : float
        Log of effective compute over the constant of the FLOP of a run.
    lower, upper : sequence of float, shape (n,)
        Logs of the floors (finite) and of what is available (infinite where free).

    Returns
    -------
    list of float, shape (n,)

    Raises
    ------
    ValueError
        As `allocator.quality.best.best_logs`.
    """
    passes, unique = form.processed, form.unique
    others = [j for j, price in enumerate(cost) if price > 0.0 and j != passes]
    if isinf(budget) or any(isinf(upper[j]) for j in range(len(upper)) if j not in (passes, unique, *others)):
        raise ValueError("nothing limits the inputs: give the compute, or how much of each input is available")
    other = others[0] if others else None
    if sum(cost[j] * lower[j] for j in (passes, *others)) > budget:
        raise ValueError("the compute is less than a run with every input at its floor takes")
    low, high = lower[passes], (budget - (cost[other] * lower[other] if other is not None else 0.0)) / cost[passes]
    if other is None:
        low = high
    elif not isinf(upper[other]):
        low = max(low, (budget - cost[other] * upper[other]) / cost[passes])

    def point(processed: float) -> list[float]:
        logs = list(upper)
        logs[passes], logs[unique] = processed, min(upper[unique], processed)
        if other is not None:
            logs[other] = min(upper[other], (budget - cost[passes] * processed) / cost[other])
        return logs

    slope = _Slope(form, -cost[passes] / cost[other] if other is not None else 0.0, other)
    full = upper[unique]
    if low < full < high:
        # The pass is where new items run out, and the slope jumps there.
        if slope(point(full), fresh=True) > 0.0:
            return point(_root(lambda at: slope(point(at), fresh=True), low, full))
        if slope(point(full), fresh=False) >= 0.0:
            return point(full)
        low = full
    return point(_root(lambda at: slope(point(at), fresh=at < full), low, high))


class _Slope:
    """Derivative of ln(reducible) along a spent budget, by the log of processed items; rises with it."""

    def __init__(self, form: Repeated, rate: float, other: int | None) -> None:
        self._levels = [log(value) for value in form.coefficients]
        self._rows = [[float(power) for power in row] for row in form.exponents]
        self._form, self._rate, self._other = form, rate, other

    def __call__(self, logs: list[float], *, fresh: bool) -> float:
        """At `logs`; `fresh` where one item more is a new one."""
        form = self._form
        worth, moves = list(logs), [0.0] * len(logs)
        moves[form.processed] = 1.0
        if self._other is not None:
            moves[self._other] = self._rate
        in_use = min(logs[form.unique], logs[form.processed])
        for wear in form.wears:
            base = log(wear.coefficient) + wear.exponent * in_use
            excess = logs[wear.input] - base
            slope = log_worth_slope(excess, wear.decay)
            worth[wear.input] = base + log_worth(excess, wear.decay)
            moves[wear.input] = slope * moves[wear.input] + (wear.exponent * (1.0 - slope) if fresh else 0.0)
        heights = [
            level - sum(power * value for power, value in zip(row, worth, strict=True))
            for level, row in zip(self._levels, self._rows, strict=True)
        ]
        top = max(heights)
        return -sum(
            exp(height - top) * sum(power * move for power, move in zip(row, moves, strict=True))
            for height, row in zip(heights, self._rows, strict=True)
        )


def _root(slope: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising slope passes through 0, held within [low, high]: bisection to the last bit."""
    if high <= low or slope(low) >= 0.0:
        return low
    if slope(high) <= 0.0:
        return high
    for _ in range(_SECTION_STEPS):
        middle = 0.5 * (low + high)
        if not low < middle < high:
            break
        if slope(middle) < 0.0:
            low = middle
        else:
            high = middle
    return low
