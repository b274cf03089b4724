"""Limits as text: ``compute.spend <= 0.6 * total.spend``, read into a linear condition over named quantities."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationInfo, ValidatorFunctionWrapHandler, WithJsonSchema, WrapValidator

from allocator.plan.rule_text import EXAMPLE, RULE, Quantity, Side
from allocator.plan.timeline import Timeline
from allocator.plan.values import context_of
from allocator.plan.wrong import WrongValueError, shown

# Limits whose name begins so fix what an earlier result decided.
LOCK = "lock-"
_GIVE = re.compile(r"\+-|±")


class Term(BaseModel):
    """A factor times a quantity."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    factor: float
    quantity: Quantity


class Limit(BaseModel):
    """A named rule: ``sum(factor * quantity) sense constant``.

    Flows are summed over their months (the whole plan without an index); levels give one condition for each month,
    and a level of a single month is a number like a sum. An equation holds to within `give`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    text: str
    terms: tuple[Term, ...]
    sense: Literal["<=", ">=", "="]
    constant: float
    give: float = 0.0

    @property
    def by_month(self) -> bool:
        """Whether it is one condition for each month of its levels."""
        return all(term.quantity.is_stock for term in self.terms)


def parse_limit(name: str, value: object, timeline: Timeline) -> Limit:
    """Read one limit; raises `WrongValueError` with what is allowed."""
    if not isinstance(value, str):
        raise WrongValueError(
            f"{shown(value)} is not a rule", found=shown(value), allowed=f"text: {RULE}", remedy=EXAMPLE
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
            allowed=RULE,
            remedy=remedies.get(senses[0], "split it into two limits") if senses else EXAMPLE,
        )
    sense: Literal["<=", ">=", "="] = "<=" if senses[0] == "<=" else ">=" if senses[0] == ">=" else "="
    right_side, give = _give(sides[2], sense, value)
    left, right = Side(sides[0], value, timeline).read(), Side(right_side, value, timeline).read()
    difference = left.plus(right, -1.0)
    terms = tuple(
        Term(factor=factor, quantity=quantity) for quantity, factor in difference.factors.items() if factor != 0.0
    )
    constant = 0.0 - difference.constant
    if not terms:
        raise WrongValueError("the rule names no quantity", found=shown(value), allowed=RULE, remedy=EXAMPLE)
    if not all(math.isfinite(number) for number in (constant, give, *(term.factor for term in terms))):
        raise WrongValueError(
            "the rule holds a number too large", found=shown(value), allowed=RULE, remedy="write a smaller number"
        )
    _one_kind(terms, value, timeline)
    _bounded(terms, sense, value)
    return Limit(name=name, text=value, terms=terms, sense=sense, constant=constant, give=give)


def _give(text: str, sense: str, value: str) -> tuple[str, float]:
    """The right side without ``+- NUMBER``, and that number."""
    parts = _GIVE.split(text)
    if len(parts) == 1:
        return text, 0.0
    number = re.fullmatch(r"\s*(\d[\d_]*\.?[\d_]*(?:[eE][+-]?\d+)?)\s*", parts[1])
    if sense != "=" or len(parts) > 2 or number is None:
        raise WrongValueError(
            "`+-` says how far off an equation may be",
            found=shown(value),
            allowed="QUANTITY = NUMBER +- NUMBER",
            remedy="write it once, at the end of a rule with =, with a number at least 0",
        )
    return parts[0], float(number[1].replace("_", ""))


def _bounded(terms: tuple[Term, ...], sense: str, value: str) -> None:
    """What the program only knows from below cannot be asked to be large."""
    for term in terms:
        above = (sense == "<=" and term.factor > 0) or (sense == ">=" and term.factor < 0)
        if term.quantity.of.only_above and not above:
            raise WrongValueError(
                f"`{term.quantity}` can only be bounded from above",
                found=shown(value),
                allowed=f"{term.quantity} <= …",
                remedy="bound spending from below instead, such as total.spend >= 1e6",
            )


def _one_kind(terms: tuple[Term, ...], value: str, timeline: Timeline) -> None:
    levels = [term.quantity for term in terms if term.quantity.is_stock]
    lengths = {(level.last or timeline.months) - (level.first or 1) for level in levels}
    if levels and len(levels) < len(terms) and lengths != {0}:
        flow = next(term.quantity for term in terms if not term.quantity.is_stock)
        long = next(level for level in levels if (level.last or timeline.months) > (level.first or 1))
        # Where the plan's start cannot be read, nobody knows its months.
        example = f", such as {long}[{timeline.label(1)}]" if timeline.sure else ""
        raise WrongValueError(
            f"`{long}` is a level of each month and `{flow}` is summed over months",
            found=shown(value),
            allowed="only levels or only sums in one limit, or levels of a single month",
            remedy=f"give the level one month{example}, or split the limit",
        )
    if timeline.sure and len(lengths) > 1:
        raise WrongValueError(
            "levels of different numbers of months cannot be compared month by month",
            found=shown(value),
            allowed="the same number of months on every level of one limit",
            remedy="give each level the same range, such as [2026-09..2027-02]",
        )


def _read_limits(value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    if isinstance(value, Mapping) and not all(isinstance(rule, Limit) for rule in value.values()):
        timeline = context_of(info).timeline
        value = {name: parse_limit(name, rule, timeline) for name, rule in value.items()}
    return handler(value)


LimitsByName = Annotated[
    dict[str, Limit],
    WrapValidator(_read_limits),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string", "description": RULE}}),
]
