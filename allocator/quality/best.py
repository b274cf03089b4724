"""The best inputs of a posynomial law under one FLOP budget, exactly.

In logarithms u = log x: minimise ``sum_i exp(c_i - a_i . u)`` subject to ``cost . u <= budget`` and
``lower <= u <= upper``. The function falls in every u, so either every input stands at its upper
limit or the budget is spent; along a spent budget two inputs leave a convex problem in one number,
whose stationarity is one monotone equation (linear, so closed form, for two terms).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, inf, isinf, log

_NEWTON_STEPS = 60
_SECTION_STEPS = 90
_GOLDEN = (5.0**0.5 - 1.0) / 2.0


def log_sum_exp(values: Sequence[float]) -> float:
    """ln(sum(exp(values))), without overflow."""
    top = max(values)
    return top + log(sum(exp(value - top) for value in values))


def best_logs(
    levels: Sequence[float],
    exponents: Sequence[Sequence[float]],
    cost: Sequence[float],
    budget: float,
    lower: Sequence[float],
    upper: Sequence[float],
) -> list[float]:
    """Log inputs with the smallest ``sum_i exp(levels[i] - exponents[i] . u)``.

    Parameters
    ----------
    levels : sequence of float, shape (k,)
        Logs of the coefficients.
    exponents : sequence, shape (k, n)
        At least 0.
    cost : sequence of float, shape (n,)
        Exponents of the FLOP of a run, at least 0.
    budget : float
        Log of effective compute over the constant of the FLOP of a run; infinite without a limit.
    lower, upper : sequence of float, shape (n,)
        Logs of the floors (finite) and of what is available (infinite where free).

    Returns
    -------
    list of float, shape (n,)

    Raises
    ------
    ValueError
        Nothing limits some input, or the floors alone cost more than the budget.
    """
    result = list(upper)
    costly = [j for j, price in enumerate(cost) if price > 0.0]
    if any(isinf(upper[j]) for j in range(len(upper)) if j not in costly or budget == inf):
        raise ValueError("nothing limits the inputs: give the compute, or how much of each input is available")
    if sum(cost[j] * upper[j] for j in costly) <= budget:
        return result
    if sum(cost[j] * lower[j] for j in costly) > budget:
        raise ValueError("the compute is less than a run with every input at its floor takes")
    fixed = [
        level - sum(row[j] * upper[j] for j in range(len(upper)) if j not in costly)
        for level, row in zip(levels, exponents, strict=True)
    ]
    rows = [[row[j] for j in costly] for row in exponents]
    chosen = _spend(
        fixed, rows, [cost[j] for j in costly], budget, [lower[j] for j in costly], [upper[j] for j in costly]
    )
    for j, value in zip(costly, chosen, strict=True):
        result[j] = value
    return result


def _spend(
    levels: list[float],
    exponents: list[list[float]],
    cost: list[float],
    budget: float,
    lower: list[float],
    upper: list[float],
) -> list[float]:
    """The best split when the whole budget is spent and every input costs something."""
    if len(cost) == 1:
        return [min(upper[0], budget / cost[0])]
    if len(cost) == 2:
        return _split(levels, exponents, cost, budget, lower, upper)
    # Three or more: the optimal value is convex in the last input, so search it by golden
    # section. The flat bottom costs digits of the input, none of the gain.
    others = [cost[:-1], lower[:-1], upper[:-1]]
    least = sum(price * bottom for price, bottom in zip(cost[:-1], lower[:-1], strict=True))
    most = sum(price * top for price, top in zip(cost[:-1], upper[:-1], strict=True))
    low = max(lower[-1], (budget - most) / cost[-1])
    high = min(upper[-1], (budget - least) / cost[-1])

    def solve(last: float) -> tuple[float, list[float]]:
        rest_levels = [level - row[-1] * last for level, row in zip(levels, exponents, strict=True)]
        rest_rows = [row[:-1] for row in exponents]
        rest = _spend(rest_levels, rest_rows, others[0], budget - cost[-1] * last, others[1], others[2])
        return _height(rest_levels, rest_rows, rest), [*rest, last]

    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = solve(left), solve(right)
    for _ in range(_SECTION_STEPS):
        if at_left[0] <= at_right[0]:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = solve(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = solve(right)
    candidates = (at_left, at_right, solve(low), solve(high))
    return min(candidates, key=lambda candidate: candidate[0])[1]


def _height(levels: list[float], exponents: list[list[float]], logs: list[float]) -> float:
    return log_sum_exp(
        [
            level - sum(power * value for power, value in zip(row, logs, strict=True))
            for level, row in zip(levels, exponents, strict=True)
        ]
    )


def _split(
    levels: list[float],
    exponents: list[list[float]],
    cost: list[float],
    budget: float,
    lower: list[float],
    upper: list[float],
) -> list[float]:
    """Two inputs on the line ``cost . u = budget``, written in the first of them."""
    rate = cost[0] / cost[1]
    first_when_second_is_full = (budget - cost[1] * upper[1]) / cost[0]
    low = max(lower[0], first_when_second_is_full)
    high = min(upper[0], (budget - cost[1] * lower[1]) / cost[0])
    falling: list[tuple[float, float]] = []
    rising: list[tuple[float, float]] = []
    for level, (first, second) in zip(levels, exponents, strict=True):
        slope = first - second * rate
        height = level - second * budget / cost[1]
        if slope > 0.0:
            falling.append((height + log(slope), slope))
        elif slope < 0.0:
            rising.append((height + log(-slope), slope))
    if not rising:
        point = high
    elif not falling:
        point = low
    else:
        point = _balance(falling, rising, low, high)
    # At its limit an input is its limit to the last bit, not a sum that rounds above it.
    return [point, upper[1] if point == first_when_second_is_full else (budget - cost[0] * point) / cost[1]]


def _balance(falling: list[tuple[float, float]], rising: list[tuple[float, float]], low: float, high: float) -> float:
    """Where the falling terms' slope equals the rising ones', held within [low, high].

    The difference of the two logs falls strictly and is nearly linear: Newton's method, kept
    inside a bracket.
    """

    def excess(point: float) -> tuple[float, float]:
        top, top_slope = _tilt(falling, point)
        bottom, bottom_slope = _tilt(rising, point)
        return top - bottom, top_slope - bottom_slope

    if excess(low)[0] <= 0.0:
        return low
    if excess(high)[0] >= 0.0:
        return high
    point = 0.5 * (low + high)
    for _ in range(_NEWTON_STEPS):
        value, slope = excess(point)
        if value > 0.0:
            low = point
        else:
            high = point
        step = point - value / slope
        if not low <= step <= high:
            step = 0.5 * (low + high)
        if abs(step - point) <= 1e-15 * abs(step):
            return step
        point = step
    return point


def _tilt(terms: list[tuple[float, float]], point: float) -> tuple[float, float]:
    """Log of the sum of ``exp(height - slope * point)`` and its derivative."""
    if len(terms) == 1:
        height, slope = terms[0]
        return height - slope * point, -slope
    values = [height - slope * point for height, slope in terms]
    top = max(values)
    weights = [exp(value - top) for value in values]
    total = sum(weights)
    mean = sum(weight * slope for weight, (_, slope) in zip(weights, terms, strict=True)) / total
    return top + log(total), -mean
