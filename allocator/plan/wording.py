"""Money, counts, FLOP and shares as people write them: $4.99M, 12.5k, 3.1e24 FLOP, 8 %."""

from __future__ import annotations

import math

from allocator.plan.units import Currency

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}
_STEPS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))
# How a pace ends: labels a month.
A_MONTH = " a month"


def money(value: float, currency: str = "USD") -> str:
    """Return an amount in the plan's currency unit as money: 4.99 in MUSD is ``$4.99M``."""
    read = Currency.parse(currency)
    amount = value * read.unit
    sign = "-" if amount < 0 else ""
    amount = abs(amount)
    if not math.isfinite(amount):
        text = "unlimited"
    elif amount >= 999.5:
        text = _stepped(amount)
    elif amount == 0 or amount >= 99.5:
        text = f"{amount:.0f}"
    elif amount >= 0.01:
        text = f"{amount:.2f}".removesuffix(".00")
    else:
        text = f"{amount:.3g}"
    symbol = _SYMBOLS.get(read.code)
    return f"{sign}{symbol}{text}" if symbol else f"{sign}{text} {read.code}"


def count(value: float) -> str:
    """Return a number of things: 20, 2.5, 1,024, 12.5k, 3.2M, 1.5T; what is next to none is <0.01."""
    if abs(value) >= 9_999.5:
        return ("-" if value < 0 else "") + _stepped(abs(value))
    if math.isclose(value, round(value), abs_tol=1e-9):
        return f"{round(value):,}"
    if 0 < value < 0.01:
        return "<0.01"
    return f"{value:.3g}" if abs(value) < 1_000 else f"{value:,.0f}"


def flop(value: float) -> str:
    """Return an amount of compute: ``3.1e24 FLOP``."""
    if value == 0:
        return "0 FLOP"
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)} FLOP"


def share(value: float) -> str:
    """Return a share of 1 as a percentage: ``8 %``, ``12.5 %``."""
    return f"{100 * value:.3g} %"


def plural(number: float, noun: str) -> str:
    """Return a count with its noun: ``1 month``, ``6 months``, ``20 labels a month``."""
    return f"{count(number)} {noun if number == 1 else plurals(noun)}"


def plurals(noun: str) -> str:
    """Return a noun or a pace in the plural: ``labels``, ``labels a month``."""
    what, pace, _ = noun.partition(A_MONTH)
    return f"{what}s{pace}"


def _stepped(amount: float) -> str:
    """Three digits and a letter; a step is left when rounding would reach the next (999.9k is 1M)."""
    for step, letter in _STEPS:
        if amount >= 0.9995 * step:
            scaled = amount / step
            if scaled >= 999.5:
                return f"{amount:.3g}".replace("e+", "e")
            digits = 2 if scaled < 9.995 else 1 if scaled < 99.95 else 0
            text = f"{scaled:.{digits}f}"
            return (text.rstrip("0").rstrip(".") if "." in text else text) + letter
    return f"{amount:.0f}"
