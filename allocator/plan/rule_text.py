"""One side of a rule as text: sums of numbers, quantities and their products, read from left to right."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from allocator.plan.quantities import ALIASES, BY_NAME, LINES, SECTIONS, Measure, forms_of, suggestion
from allocator.plan.timeline import Timeline
from allocator.plan.wrong import WrongValueError, did_you_mean, listed, shown

RULE = (
    "LINEAR <= LINEAR, >= or =; LINEAR is a sum of numbers, quantities and number * quantity, with / by a number and "
    "parentheses; after = a number may be followed by +- and how far off it may be"
)
EXAMPLE = 'write a rule such as "compute.spend <= 0.6 * total.spend" or "people.researchers.hires[2026-10] = 2"'
_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)(?![\w.])"
    r"|(?P<name>[A-Za-z][\w-]*(?:\.[\w-]+)*)(?:\[(?P<months>[^\]]*)\])?"
    r"|(?P<mark>[-+*/()]))"
)
_DEEPEST = 40


class Quantity(BaseModel):
    """A quantity of the plan that a limit speaks of.

    Attributes
    ----------
    section, item, measure : str
        ``people``, ``researchers``, ``hires``; item is None for a whole section.
    detail : str or None
        A line of spending, or the month in which what is sold was ordered.
    first, last : int or None
        Months it is read over, inclusive; None when the limit gives none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    section: str
    item: str | None = None
    measure: str
    detail: str | None = None
    first: int | None = None
    last: int | None = None

    @property
    def of(self) -> Measure:
        """Its line in the table of quantities."""
        return BY_NAME[self.section, self.measure]

    @property
    def is_stock(self) -> bool:
        """Whether it is a level of each month rather than a flow to be summed."""
        return self.of.over == "month"

    def __str__(self) -> str:
        return ".".join(part for part in (self.section, self.item, self.measure, self.detail) if part)


@dataclass(frozen=True)
class Linear:
    """A sum of factors times quantities, and a number."""

    factors: dict[Quantity, float]
    constant: float = 0.0

    def plus(self, other: Linear, sign: float = 1.0) -> Linear:
        factors = dict(self.factors)
        for quantity, factor in other.factors.items():
            factors[quantity] = factors.get(quantity, 0.0) + sign * factor
        return Linear(factors, self.constant + sign * other.constant)

    def times(self, number: float) -> Linear:
        return Linear({quantity: number * factor for quantity, factor in self.factors.items()}, number * self.constant)


class Side:
    """One side of a rule, read from left to right: sums of products of numbers, quantities and parentheses."""

    def __init__(self, text: str, value: str, timeline: Timeline) -> None:
        self._value, self._timeline = value, timeline
        self._tokens = _tokens(text, value)
        self._next = 0
        self._depth = 0

    def read(self) -> Linear:
        if not self._tokens:
            raise self._bad("one side of the rule is empty")
        found = self._sum()
        if self._next < len(self._tokens):
            here, before = self._tokens[self._next][1], self._tokens[self._next - 1][1]
            raise self._bad("a parenthesis is closed that was never opened" if here == ")" else
                            f"`{here}` follows `{before}` without + or -")  # fmt: skip
        return found

    def _sum(self) -> Linear:
        found = self._product()
        while (mark := self._mark("+-")) is not None:
            found = found.plus(self._product(), 1.0 if mark == "+" else -1.0)
        return found

    def _product(self) -> Linear:
        found = self._signed()
        while (mark := self._mark("*/")) is not None:
            other = self._signed()
            if mark == "*" and found.factors and other.factors:
                raise self._bad("a product is one number times one quantity")
            if mark == "/" and other.factors:
                raise self._bad("a quantity is divided by numbers only")
            if mark == "/" and other.constant == 0.0:
                raise self._bad("nothing can be divided by 0")
            if mark == "/":
                found = (
                    found.times(1.0 / other.constant) if found.factors else Linear({}, found.constant / other.constant)
                )
            else:
                found = other.times(found.constant) if other.factors else found.times(other.constant)
        return found

    def _signed(self) -> Linear:
        mark = self._mark("+-")
        found = self._one()
        return found.times(-1.0) if mark == "-" else found

    def _one(self) -> Linear:
        if self._mark("(") is not None:
            self._depth += 1
            if self._depth > _DEEPEST:
                raise self._bad("parentheses are nested too deeply")
            found = self._sum()
            if self._mark(")") is None:
                raise self._bad("a parenthesis is not closed")
            self._depth -= 1
            return found
        if self._next >= len(self._tokens) or self._tokens[self._next][0] == "mark":
            raise self._bad("a number or a quantity is missing")
        kind, text, months = self._tokens[self._next]
        self._next += 1
        if kind == "number":
            return Linear({}, float(text.replace("_", "")))
        return Linear({_quantity(text, months, self._value, self._timeline): 1.0})

    def _mark(self, marks: str) -> str | None:
        """Take the next token if it is one of some marks."""
        if self._next < len(self._tokens):
            kind, text, _ = self._tokens[self._next]
            if kind == "mark" and text in marks:
                self._next += 1
                return text
        return None

    def _bad(self, what: str) -> WrongValueError:
        return WrongValueError(what, found=shown(self._value), allowed=RULE, remedy=EXAMPLE)


def _tokens(text: str, value: str) -> list[tuple[str, str, str | None]]:
    tokens: list[tuple[str, str, str | None]] = []
    position = 0
    text = text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            rest = text[position:].strip()
            raise WrongValueError(
                f"the rule cannot be read at {shown(rest)}", found=shown(value), allowed=RULE, remedy=EXAMPLE
            )
        kind = str(match.lastgroup if match.lastgroup != "months" else "name")
        tokens.append((kind, match[kind], match["months"]))
        position = match.end()
    return tokens


def _quantity(name: str, months: str | None, value: str, timeline: Timeline) -> Quantity:
    section, *parts = ALIASES.get(name, name).split(".")
    if section not in SECTIONS:
        raise WrongValueError(
            f"`{section}` is not a section that a limit can speak of",
            found=shown(value),
            allowed=listed(SECTIONS),
            remedy=suggestion(name, EXAMPLE),
        )
    item, measure, detail = _parts_of(section, parts)
    if measure is None:
        otherwise = "name the item and what is measured of it"
        raise WrongValueError(
            f"`{name}` is not a quantity",
            found=shown(value),
            allowed=forms_of(section),
            remedy=suggestion(name, otherwise),
        )
    if detail is not None:
        detail = _detail(measure, detail, name, value, timeline)
    first, last = _range(months, value, timeline)
    if measure.over == "once" and first is not None:
        raise WrongValueError(
            f"`{name}` is one number for the whole plan, and takes no months",
            found=shown(value),
            allowed=name,
            remedy=f"remove [{months}]",
        )
    return Quantity(section=section, item=item, measure=measure.name, detail=detail, first=first, last=last)


def _parts_of(section: str, parts: list[str]) -> tuple[str | None, Measure | None, str | None]:
    """Item, measure and detail of ``SECTION[.NAME].MEASURE[.DETAIL]``; the measure is None where there is none."""
    found = [BY_NAME.get((section, part)) for part in parts]
    if len(parts) == 1:
        return None, found[0], None
    if len(parts) == 2 and (measure := found[1]) is not None and measure.items:
        return parts[0], measure, None
    if len(parts) == 2 and (measure := found[0]) is not None and measure.detail in ("line", "cohort"):
        return None, measure, parts[1]
    if len(parts) == 3 and (measure := found[1]) is not None and measure.items and measure.detail:
        return parts[0], measure, parts[2]
    return None, None, None


def _detail(measure: Measure, detail: str, name: str, value: str, timeline: Timeline) -> str:
    """What follows a quantity: a line of spending, or the month of an order."""
    if measure.detail == "line":
        lines = LINES.get(measure.section, ())
        if detail not in lines:
            raise WrongValueError(
                f"`{name}`: there is no line `{detail}` of {measure.section}",
                found=shown(value),
                allowed=listed(lines) or "no lines",
                remedy=did_you_mean(detail, lines, "name one of them, or none for all"),
            )
        return detail
    if detail == "opening" or measure.detail == "offer":
        return detail
    try:
        index = timeline.index(detail)
    except WrongValueError as wrong:
        raise WrongValueError(
            f"`{name}`: {wrong.message}",
            found=shown(value),
            allowed=f"the month of the order, {wrong.allowed}, or opening for what was there before",
            remedy="write it like compute.owned.sold.2026-10[2027-04]",
        ) from None
    return timeline.label(index) if timeline.sure else detail


def _range(months: str | None, value: str, timeline: Timeline) -> tuple[int | None, int | None]:
    if months is None:
        return None, None
    first, *rest = (part.strip() for part in months.split(".."))
    try:
        ends = [timeline.index(part) for part in (first, *rest)]
    except WrongValueError as wrong:
        raise WrongValueError(wrong.message, found=shown(value), allowed=wrong.allowed, remedy=wrong.remedy) from None
    if len(ends) > 2 or ends[0] > ends[-1]:
        raise WrongValueError(
            f"[{months}] is not a range of months",
            found=shown(value),
            allowed="[2026-10] or [2026-10..2027-03]",
            remedy="write the first month, two dots, the last month",
        )
    return ends[0], ends[-1]
