"""Rules from Python: ``quantity("compute.spend") <= 0.6 * quantity("total.spend")`` is the text of a limit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real


@dataclass(frozen=True)
class Rule:
    """A limit as text, which `Plan.with_limits` takes.

    Attributes
    ----------
    text : str
        As it stands in ``[limits]``.
    """

    text: str

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        raise TypeError(
            f"the rule {self.text!r} is neither true nor false before a plan is solved; "
            "compare once, and give the plan each rule by its name: plan.with_limits(name=rule)"
        )

    def within(self, give: float) -> Rule:
        """Return an equation that holds to within `give`."""
        if " = " not in self.text or "+-" in self.text:
            raise ValueError(f"only an equation may be off by some amount, not {self.text!r}")
        return Rule(f"{self.text} +- {_number(give)}")


@dataclass(frozen=True, eq=False)
class Expression:
    """A sum of factors times quantities, and a number; made by `quantity`, `+`, `-`, `*` and `/`."""

    factors: Mapping[str, float]
    constant: float = 0.0

    # Comparing makes a rule, so there is nothing to hash by.
    __hash__ = None  # type: ignore[assignment]

    def __getitem__(self, months: str | int | slice) -> Expression:
        """Return the quantity in some months: ``q["2026-10"]``, ``q["2026-10":"2027-03"]``, the last included."""
        names = list(self.factors)
        if len(names) != 1 or self.factors[names[0]] != 1.0 or self.constant or "[" in names[0]:
            raise TypeError(f"months belong to one quantity, not to {self}; write quantity(NAME)[months]")
        if isinstance(months, slice):
            if months.start is None or months.stop is None or months.step is not None:
                raise TypeError('a range of months has a first and a last: ["2026-10":"2027-03"]')
            return Expression({f"{names[0]}[{months.start}..{months.stop}]": 1.0})
        return Expression({f"{names[0]}[{months}]": 1.0})

    def __add__(self, other: object) -> Expression:
        added = _expression(other)
        if added is None:
            return NotImplemented
        factors = dict(self.factors)
        for name, factor in added.factors.items():
            factors[name] = factors.get(name, 0.0) + factor
        return Expression(factors, self.constant + added.constant)

    __radd__ = __add__

    def __neg__(self) -> Expression:
        return self * -1.0

    def __sub__(self, other: object) -> Expression:
        taken = _expression(other)
        return NotImplemented if taken is None else self + -taken

    def __rsub__(self, other: object) -> Expression:
        return -self + other

    def __mul__(self, number: object) -> Expression:
        if isinstance(number, Expression):
            raise TypeError("a rule is linear: a quantity is multiplied by numbers only")
        if not _is_number(number):
            return NotImplemented
        factor = float(number)  # type: ignore[arg-type]
        return Expression({name: factor * own for name, own in self.factors.items()}, factor * self.constant)

    __rmul__ = __mul__

    def __truediv__(self, number: object) -> Expression:
        if isinstance(number, Expression):
            raise TypeError("a rule is linear: a quantity is divided by numbers only")
        return self * (1.0 / float(number)) if _is_number(number) else NotImplemented  # type: ignore[arg-type]

    def __rtruediv__(self, _: object) -> Expression:
        raise TypeError("a rule is linear: nothing is divided by a quantity")

    def __le__(self, other: object) -> Rule:
        return self._compared("<=", other)

    def __ge__(self, other: object) -> Rule:
        return self._compared(">=", other)

    def __eq__(self, other: object) -> Rule:  # type: ignore[override]
        return self._compared("=", other)

    def __lt__(self, _: object) -> Rule:
        raise TypeError("write <= instead of <: a rule includes its bound")

    def __gt__(self, _: object) -> Rule:
        raise TypeError("write >= instead of >: a rule includes its bound")

    def __ne__(self, _: object) -> Rule:  # type: ignore[override]
        raise TypeError("a rule compares with <=, >= or ==")

    def _compared(self, sense: str, other: object) -> Rule:
        right = _expression(other)
        if right is None:
            raise TypeError(f"a rule compares quantities and numbers, not {other!r}")
        return Rule(f"{self} {sense} {right}")

    def __str__(self) -> str:
        parts = [
            (factor, name if abs(factor) == 1.0 else f"{_number(abs(factor))} * {name}")
            for name, factor in self.factors.items()
        ]
        if self.constant or not parts:
            parts.append((self.constant, _number(abs(self.constant))))
        first, *rest = parts
        text = f"-{first[1]}" if first[0] < 0 else first[1]
        return text + "".join(f" {'-' if factor < 0 else '+'} {part}" for factor, part in rest)


def quantity(name: str) -> Expression:
    """Return a quantity of a plan, to write rules with.

    Parameters
    ----------
    name : str
        As in ``[limits]``: ``"total.spend"``, ``"people.researchers.headcount"``. Months follow in brackets:
        ``quantity("cash")["2027-01":"2027-06"]``.

    Examples
    --------
    >>> str(quantity("compute.spend") <= 0.6 * quantity("total.spend"))
    'compute.spend <= 0.6 * total.spend'
    """
    return Expression({name: 1.0})


def _is_number(value: object) -> bool:
    return not isinstance(value, bool) and isinstance(value, Real) and math.isfinite(value)


def _expression(value: object) -> Expression | None:
    if isinstance(value, Expression):
        return value
    return Expression({}, float(value)) if _is_number(value) else None  # type: ignore[arg-type]


def _number(value: float) -> str:
    """A number as text, with every digit."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
