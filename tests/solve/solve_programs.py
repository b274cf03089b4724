"""Small programs with known answers, for the tests of the solve room."""

from __future__ import annotations

import numpy as np

from allocator.formulate.curves import CurveKind, FloatArray
from allocator.formulate.program import Program, ProgramBuilder


def months(count: int) -> list[str]:
    return [f"2026-{month:02d}" if month <= 12 else f"m{month}" for month in range(1, count + 1)]


def water_filling(weights: FloatArray, budget: float, *, scale: float = 1.0) -> Program:
    """Maximise sum w_i ln(1 + x_i) with sum x_i <= budget, x >= 0 (x in units of `scale`)."""
    size = len(weights)
    builder = ProgramBuilder()
    spend = builder.add_columns(
        "spend", months(size), unit="USD", sentence="Money spent a month.", scale=scale, upper=10 * budget * scale
    )
    gain = builder.add_columns(
        "gain", months(size), unit="1", sentence="Logarithm of spending.", lower=-50.0, upper=50.0
    )
    row = builder.add_rows(
        "Budget", [""], unit="USD", sentence="Spending stays within the budget.", upper=budget * scale, scale=scale
    )
    builder.put(row, spend, 1.0)
    builder.add_curves(CurveKind.LOG, spend, gain, names=[f"gain {month}" for month in months(size)], shift=1.0)
    builder.maximise(gain, weights)
    builder.spend(spend, 1.0)
    return builder.build()


def water_level(weights: FloatArray, budget: float) -> tuple[FloatArray, float]:
    """Closed form of `water_filling`: spending, shape of `weights`, and the budget's price."""
    order = np.sort(weights)[::-1]
    for count in range(len(weights), 0, -1):
        price = order[:count].sum() / (budget + count)
        if order[count - 1] >= price:
            break
    return np.maximum(weights / price - 1.0, 0.0), price


ALPHA, BETA, A, B = 0.34, 0.28, 406.4, 410.7


def chinchilla(size: int, budget: float, *, repaired: bool = True) -> Program:
    """One run paid over `size` months: maximise q = -ln(A N^-alpha + B D^-beta), 6 N D <= compute.

    Compute costs 1 a unit, tokens nothing up to a cap that does not bind. In scaled units
    N = N0 e^u, D = D0 e^v with N0, D0 the optimum at compute 1.
    """
    gamma = 1.0 / (ALPHA + BETA)
    reference_n = (ALPHA * A / (BETA * B)) ** gamma * (1e22 / 6.0) ** (BETA * gamma)
    reference_d = 1e22 / 6.0 / reference_n
    terms = np.array([A * reference_n**-ALPHA, B * reference_d**-BETA])
    share = np.log(terms / terms.sum())
    builder = ProgramBuilder()
    labels = months(size)
    bought = builder.add_columns("compute", labels, unit="FLOP", sentence="Compute bought.", scale=1e22 / size)
    total = builder.add_columns("total", [""], unit="FLOP", sentence="Compute of the run.", scale=1e22)
    logs = builder.add_columns("log compute", [""], unit="1", sentence="Its logarithm.", lower=-30, upper=30)
    sizes = builder.add_columns(
        "log inputs", ["N", "D"], unit="1", sentence="Logs of size and tokens.", lower=-30, upper=30
    )
    gain = builder.add_columns("gain", [""], unit="1", sentence="Minus log of reducible loss.", lower=-30, upper=30)
    argument = builder.add_columns("term log", ["N", "D"], unit="1", sentence="w + q.", lower=-60, upper=60)
    parts = builder.add_columns("term", ["N", "D"], unit="1", sentence="exp(w + q).", upper=1e6)
    cash = builder.add_rows(
        "Budget", [""], unit="FLOP", sentence="Compute within budget.", upper=budget * 1e22, scale=1e22
    )
    builder.put(cash, bought, 1.0)
    smooth = builder.add_rows(
        "Largest month",
        labels,
        unit="FLOP",
        sentence="No month takes more than its share.",
        upper=0.0,
        scale=1e22 / size,
    )
    builder.put(smooth, bought, 1.0)
    builder.put(smooth, total, -2.0 / size)
    balance = builder.add_rows(
        "Total", [""], unit="FLOP", sentence="Months add up.", lower=0.0, upper=0.0, scale=1e22, defines=total
    )
    builder.put(balance, total, 1.0)
    builder.put(balance, bought, -1.0)
    product = builder.add_rows("Run", [""], unit="1", sentence="N times D within compute.", upper=0.0)
    builder.put(product, sizes, 1.0)
    builder.put(product, logs, -1.0)
    define = builder.add_rows(
        "Terms", ["N", "D"], unit="1", sentence="Term logs.", lower=share, upper=share, defines=argument
    )
    builder.put(define, argument, 1.0)
    builder.put(define, gain, -1.0)
    builder.put(define, sizes, np.array([ALPHA, BETA]))
    unit = builder.add_rows("Loss", [""], unit="1", sentence="Terms add to at most one.", upper=1.0)
    builder.put(unit, parts, 1.0)
    builder.add_curves(CurveKind.LOG, total, logs, names=["log compute"])
    builder.add_curves(CurveKind.EXP, argument, parts, names=["term N", "term D"])
    builder.maximise(gain, 1.0)
    builder.spend(bought, np.linspace(2.0, 1.0, size))
    if repaired:

        def exact(x: FloatArray) -> None:
            log_compute = np.log(max(float(x[total[0]]) / 1e22, 1e-12))
            log_n = BETA / (ALPHA + BETA) * log_compute
            x[logs], x[sizes] = log_compute, [log_n, log_compute - log_n]
            weights = share - np.array([ALPHA, BETA]) * x[sizes]
            x[gain] = -np.log(np.exp(weights).sum())
            x[argument] = weights + x[gain]
            x[parts] = np.exp(x[argument])

        builder.repair(exact)
    return builder.build()


def chinchilla_gain(budget: float) -> float:
    """Closed form of `chinchilla` at its optimum: both terms fall by budget^-gamma."""
    return ALPHA * BETA / (ALPHA + BETA) * float(np.log(budget))


def knapsack(items: int = 20, *, seed: int = 3, rows: int = 3, whole: bool = True) -> Program:
    """Whole items under `rows` capacities; the gain is a concave curve of their value."""
    draw = np.random.default_rng(seed)
    labels = [f"item {item}" for item in range(items)]
    builder = ProgramBuilder()
    taken = builder.add_columns("taken", labels, unit="item", sentence="Items taken.", upper=3.0, integer=whole)
    value = builder.add_columns("value", [""], unit="1", sentence="Value taken.")
    gain = builder.add_columns("gain", [""], unit="1", sentence="Log of value.", lower=-10.0, upper=30.0)
    worth = draw.uniform(0.5, 1.5, items) / items
    total = builder.add_rows("Value", [""], unit="1", sentence="Adds up.", lower=0.0, upper=0.0, defines=value)
    builder.put(total, value, 1.0)
    builder.put(total, taken, -worth)
    weights = worth * items * draw.uniform(0.8, 1.2, (rows, items))
    capacity = builder.add_rows(
        "Capacity",
        [f"{row}" for row in range(rows)],
        unit="kg",
        sentence="Fits.",
        upper=1.2 * weights.mean(axis=1) * items / 2,
    )
    builder.put(capacity[:, None], taken[None, :], weights)
    builder.add_curves(CurveKind.LOG, value, gain, names=["gain of value"], shift=0.1)
    builder.maximise(gain, 1.0)
    builder.spend(taken, np.linspace(1.0, 2.0, items))
    return builder.build()


def every_curve() -> Program:
    """Maximise log, power, saturation and hyperbola of shares of one budget, minus an exponential of all."""
    kinds = [CurveKind.LOG, CurveKind.POWER, CurveKind.SATURATION, CurveKind.HYPERBOLA]
    builder = ProgramBuilder()
    labels = [kind.name.lower() for kind in kinds]
    share = builder.add_columns("share", labels, unit="USD", sentence="Shares.", scale=1e3)
    gain = builder.add_columns("gain", labels, unit="1", sentence="Gains.", lower=-20.0, upper=20.0)
    total = builder.add_columns("total", [""], unit="USD", sentence="All shares.", scale=1e3)
    strain = builder.add_columns("strain", [""], unit="1", sentence="Exponential of the total.")
    row = builder.add_rows(
        "Total", [""], unit="USD", sentence="Adds up.", lower=0.0, upper=0.0, scale=1e3, defines=total
    )
    builder.put(row, total, 1.0)
    builder.put(row, share, -1.0)
    for kind, x, y in zip(kinds, share, gain, strict=True):
        builder.add_curves(kind, x, y, names=[kind.name.lower()], shift=0.05, exponent=0.4)
    builder.add_curves(CurveKind.EXP, total, strain, names=["strain"], shift=-1.0)
    builder.maximise(gain, 1.0)
    builder.maximise(strain, -1.0)
    builder.spend(share, 1.0)
    return builder.build()


def every_curve_optimum() -> float:
    """Optimum of `every_curve`: at price p each share has slope p, and p is the exponential's slope."""
    from scipy.optimize import brentq

    def shares(price: float) -> FloatArray:
        operands = [1.0 / price, (price / 0.4) ** (1 / -0.6), -np.log(price), price**-0.5 - 1.0]
        return np.maximum(np.array(operands) - 0.05, 0.0)

    price = brentq(lambda p: p - np.exp(shares(p).sum() - 1.0), 0.05, 50.0, xtol=1e-14)
    log, power, saturation, hyperbola = shares(price) + 0.05
    gains = np.log(log) + power**0.4 - np.expm1(-saturation) + hyperbola / (1.0 + hyperbola)
    return float(gains - np.exp(shares(price).sum() - 1.0))


def many_passes(decay: float = 15.0) -> Program:
    """Maximise what a log of passes is worth, minus an exponential of it."""
    builder = ProgramBuilder()
    passes = builder.add_columns("passes", [""], unit="1", sentence="Log of passes.", lower=-20.0, upper=20.0)
    worth = builder.add_columns("worth", [""], unit="1", sentence="Log of their worth.", lower=-20.0, upper=20.0)
    strain = builder.add_columns("strain", [""], unit="1", sentence="Exponential of the passes.")
    row = builder.add_rows("Most", [""], unit="1", sentence="So many passes at most.", upper=15.0)
    builder.put(row, passes, 1.0)
    builder.add_curves(CurveKind.REPEATS, passes, worth, names=["worth"], exponent=decay)
    builder.add_curves(CurveKind.EXP, passes, strain, names=["strain"], shift=-4.0)
    builder.maximise(worth, 1.0)
    builder.maximise(strain, -1.0)
    builder.spend(passes, 1.0)
    return builder.build()


def many_passes_optimum(decay: float = 15.0) -> float:
    """Optimum of `many_passes`, where the slope of the worth is the strain."""
    from scipy.optimize import minimize_scalar

    def gain(passes: float) -> float:
        over = (np.exp(passes) - 1.0) / decay
        return float(np.log(1.0 + decay * (1.0 - np.exp(-over))) - np.exp(passes - 4.0))

    found = minimize_scalar(lambda passes: -gain(passes), bounds=(0.0, 6.0), method="bounded", options={"xatol": 1e-12})
    return float(-found.fun)


def short_of_cash(cash: float, heads: float) -> Program:
    """People cost 1 a month each; `heads` are asked for and `cash` pays; a cap on rent does not matter."""
    builder = ProgramBuilder()
    people = builder.add_columns("people", months(3), unit="person", sentence="People employed.")
    rent = builder.add_columns("rent", months(3), unit="USD", sentence="Rent.", upper=5e3, scale=1e3)
    paid = builder.add_rows(
        "Cash", months(3), unit="USD", sentence="Cash pays for people.", upper=cash, scale=1e3, group="cash"
    )
    builder.put(paid, people, 1e3)
    builder.put(paid, rent, 1.0)
    staff = builder.add_rows(
        "Staff", months(3), unit="person", sentence="So many people stay.", lower=heads, group="people.staff.min"
    )
    builder.put(staff, people, 1.0)
    builder.group_bounds("rent.max", "Rent has a cap.", rent, upper=np.inf)
    gain = builder.add_columns("gain", [""], unit="1", sentence="Log of rent.", lower=-20.0, upper=20.0)
    builder.add_curves(CurveKind.LOG, rent[:1], gain, names=["gain"], shift=1.0)
    builder.maximise(gain, 1.0)
    builder.spend(people, 1.0)
    return builder.build()
