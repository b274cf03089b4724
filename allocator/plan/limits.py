"""Limits as text: ``compute.spend <= 0.6 * total.spend``, read into a linear condition over named quantities."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationInfo, ValidatorFunctionWrapHandler, WithJsonSchema, WrapValidator

from allocator.plan.timeline import Timeline
from allocator.plan.values import context_of
from allocator.plan.wrong import WrongValueError, did_you_mean, listed, shown

MEASURES: dict[str, tuple[str, ...]] = {
    "total": ("spend",),
    "compute": ("spend", "gpus", "orders"),
    "data": ("spend", "items"),
    "people": ("spend", "headcount", "hires"),
    "costs": ("spend",),
    "marketing": ("spend",),
}
STOCKS = frozenset({"gpus", "headcount"})

_RULE = "LINEAR <= LINEAR, >= or =; LINEAR is a sum of numbers, quantities and number * quantity"
_EXAMPLE = 'write a rule such as "compute.spend <= 0.6 * total.spend" or "people.researchers.hires[2026-10] = 2"'
_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?)(?![\w.])"
    r"|(?P<name>[A-Za-z][\w-]*(?:\.[\w-]+)*)(?:\[(?P<months>[^\]]*)\])?"
    r"|(?P<mark>[-+*]))"
)


class Quantity(BaseModel):
    """A quantity of the plan that a limit speaks of.

    Attributes
    ----------
    section, item, measure : str
        ``people``, ``researchers``, ``hires``; item is None for a whole section.
    first, last : int or None
        Months it is read over, inclusive; None when the limit gives none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    section: Literal["total", "compute", "data", "people", "costs", "marketing"]
    item: str | None = None
    measure: str
    first: int | None = None
    last: int | None = None

    @property
    def is_stock(self) -> bool:
        """Whether it is a level of each month rather than a flow to be summed."""
        return self.measure in STOCKS

    def __str__(self) -> str:
        return ".".join(part for part in (self.section, self.item, self.measure) if part)


class Term(BaseModel):
    """A factor times a quantity."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    factor: float
    quantity: Quantity


class Limit(BaseModel):
    """A named rule: ``sum(factor * quantity) sense constant``.

    Flows are summed over their months (the whole plan without an index); stocks give one condition for each month.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    text: str
    terms: tuple[Term, ...]
    sense: Literal["<=", ">=", "="]
    constant: float


def parse_limit(name: str, value: object, timeline: Timeline) -> Limit:
    """Read one limit; raises `WrongValueError` with what is allowed."""
    if not isinstance(value, str):
        raise WrongValueError(
            f"{shown(value)} is not a rule", found=shown(value), allowed=f"text: {_RULE}", remedy=_EXAMPLE
        )
    if len(value) > 2000:
        raise WrongValueError(
            "the rule is too long",
            found=shown(value),
            allowed="2,000 characters",
            remedy="split it into several limits",
        )
    sides = re.split(r"(<=|>=|==|<|>|=)", value)
    senses = sides[1::2]
    if len(senses) != 1 or senses[0] in ("<", ">", "=="):
        found = " and ".join(f"`{sense}`" for sense in senses) or "none"
        remedies = {"<": "write <= instead of <", ">": "write >= instead of >", "==": "write = instead of =="}
        raise WrongValueError(
            f"a limit compares once, with <=, >= or =; found {found}",
            found=shown(value),
            allowed=_RULE,
            remedy=remedies.get(senses[0], "split it into two limits") if senses else _EXAMPLE,
        )
    left, right = _linear(sides[0], value, timeline), _linear(sides[2], value, timeline)
    factors: dict[Quantity, float] = {}
    for sign, (side, _) in ((1.0, left), (-1.0, right)):
        for factor, quantity in side:
            factors[quantity] = factors.get(quantity, 0.0) + sign * factor
    terms = tuple(Term(factor=factor, quantity=quantity) for quantity, factor in factors.items() if factor != 0.0)
    constant = right[1] - left[1]
    if not terms:
        raise WrongValueError("the rule names no quantity", found=shown(value), allowed=_RULE, remedy=_EXAMPLE)
    if not all(math.isfinite(number) for number in (constant, *(term.factor for term in terms))):
        raise WrongValueError(
            "the rule holds a number too large", found=shown(value), allowed=_RULE, remedy="write a smaller number"
        )
    _one_kind(terms, value, timeline)
    sense: Literal["<=", ">=", "="] = "<=" if senses[0] == "<=" else ">=" if senses[0] == ">=" else "="
    return Limit(name=name, text=value, terms=terms, sense=sense, constant=constant)


def _one_kind(terms: tuple[Term, ...], value: str, timeline: Timeline) -> None:
    stocks = [term.quantity for term in terms if term.quantity.is_stock]
    if not stocks:
        return
    if len(stocks) < len(terms):
        flow = next(term.quantity for term in terms if not term.quantity.is_stock)
        raise WrongValueError(
            f"`{stocks[0]}` is a level of each month and `{flow}` is summed over months",
            found=shown(value),
            allowed=f"only levels ({listed(sorted(STOCKS))}) or only sums in one limit",
            remedy="split it into two limits",
        )
    lengths = {(stock.last or timeline.months) - (stock.first or 1) for stock in stocks}
    if len(lengths) > 1:
        raise WrongValueError(
            "levels of different numbers of months cannot be compared month by month",
            found=shown(value),
            allowed="the same number of months on every level of one limit",
            remedy="give each level the same range, such as [2026-09..2027-02]",
        )


def _linear(text: str, value: str, timeline: Timeline) -> tuple[list[tuple[float, Quantity]], float]:
    """Read one side: its terms and its constant."""
    terms: list[tuple[float, Quantity]] = []
    constant = 0.0
    tokens = _tokens(text, value)
    position = 0

    def bad(what: str) -> WrongValueError:
        return WrongValueError(what, found=shown(value), allowed=_RULE, remedy=_EXAMPLE)

    if not tokens:
        raise bad("one side of the rule is empty")
    while position < len(tokens):
        sign = 1.0
        if tokens[position][0] == "mark" and tokens[position][1] in "+-":
            sign = -1.0 if tokens[position][1] == "-" else 1.0
            position += 1
        elif position > 0:
            raise bad(f"`{tokens[position][1]}` follows `{tokens[position - 1][1]}` without + or -")
        product = []
        while True:
            if position >= len(tokens) or tokens[position][0] == "mark":
                raise bad("a number or a quantity is missing")
            product.append(tokens[position])
            position += 1
            if position >= len(tokens) or tokens[position][1] != "*" or tokens[position][0] != "mark":
                break
            position += 1
        numbers = [float(token[1].replace("_", "")) for token in product if token[0] == "number"]
        quantities = [token for token in product if token[0] == "name"]
        if len(quantities) > 1 or len(numbers) > 1:
            raise bad("a product is one number times one quantity")
        factor = sign * (numbers[0] if numbers else 1.0)
        if quantities:
            terms.append((factor, _quantity(quantities[0][1], quantities[0][2], value, timeline)))
        else:
            constant += factor
    return terms, constant


def _tokens(text: str, value: str) -> list[tuple[str, str, str | None]]:
    tokens: list[tuple[str, str, str | None]] = []
    position = 0
    text = text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            rest = text[position:].strip()
            raise WrongValueError(
                f"the rule cannot be read at {shown(rest)}", found=shown(value), allowed=_RULE, remedy=_EXAMPLE
            )
        kind = str(match.lastgroup if match.lastgroup != "months" else "name")
        tokens.append((kind, match[kind], match["months"]))
        position = match.end()
    return tokens


def _quantity(name: str, months: str | None, value: str, timeline: Timeline) -> Quantity:
    parts = name.split(".")
    section, measure = parts[0], parts[-1]
    if name == "funding.dilution" or section in ("funding", "revenue", "models", "plan", "runway"):
        raise WrongValueError(
            f"`{name}` is not a quantity that this version can limit",
            found=shown(value),
            allowed=f"quantities of {listed(MEASURES)}",
            remedy="remove the limit, or limit spending, GPUs, items, headcount or hires",
        )
    if section not in MEASURES:
        raise WrongValueError(
            f"`{section}` is not a section that a limit can speak of",
            found=shown(value),
            allowed=listed(MEASURES),
            remedy=did_you_mean(section, MEASURES, _EXAMPLE),
        )
    item = parts[1] if len(parts) == 3 else None
    measures = MEASURES[section] if item or section == "total" else ("spend",)
    if not 2 <= len(parts) <= (2 if section == "total" else 3) or measure not in measures:
        below = f"{section}.NAME.{{{', '.join(MEASURES[section])}}}"
        raise WrongValueError(
            f"`{name}` is not a quantity",
            found=shown(value),
            allowed="total.spend" if section == "total" else f"{section}.spend, {below}",
            remedy=did_you_mean(measure, measures, "name the item and what is measured of it"),
        )
    first, last = _range(months, value, timeline)
    return Quantity.model_validate({"section": section, "item": item, "measure": measure, "first": first, "last": last})


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


def _read_limits(value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    if isinstance(value, Mapping) and not all(isinstance(rule, Limit) for rule in value.values()):
        timeline = context_of(info).timeline
        value = {name: parse_limit(name, rule, timeline) for name, rule in value.items()}
    return handler(value)


LimitsByName = Annotated[
    dict[str, Limit],
    WrapValidator(_read_limits),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string", "description": _RULE}}),
]
