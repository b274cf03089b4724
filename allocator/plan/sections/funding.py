"""``[funding.NAME]``: money raised, signed or for the program to choose."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo
from pydantic import WithJsonSchema as FileSchema

from allocator.plan.sections.base import Section
from allocator.plan.values import (
    METRIC,
    MONEY,
    RATE,
    SHARE,
    InPlan,
    Reads,
    Whole,
)
from allocator.plan.wrong import WrongValueError, shown

_NEEDS = re.compile(r"\s*models\.(?P<model>[A-Za-z0-9][\w-]*)\.value\s*(?P<sense><=|>=)\s*(?P<value>[^<>=]+?)\s*")
_EXAMPLE = 'needs = "models.chat.value <= 2.10"'


class Condition(BaseModel):
    """What must be reached before money comes: a model's metric on the good side of a value.

    Attributes
    ----------
    model : str
    sense : str
        ``<=`` for a loss or an error, ``>=`` for a score or an accuracy.
    value : float
        Of the model's metric.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    sense: Literal["<=", ">="]
    value: float

    def __str__(self) -> str:
        return f"models.{self.model}.value {self.sense} {self.value:g}"


def _read_needs(value: object, info: ValidationInfo) -> object:
    if value is None or isinstance(value, Condition):
        return value
    found = _NEEDS.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise WrongValueError(
            f"{shown(value)} is not a condition",
            allowed=f'"models.NAME.value <= NUMBER", or >= where more is better: {_EXAMPLE}',
            remedy=f"write it like {_EXAMPLE}",
        )
    text = found["value"]
    number = float(text) if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text) else text
    read = Reads(METRIC).read(number, info)
    return Condition.model_validate({"model": found["model"], "sense": found["sense"], "value": read})


def _read_names(value: object) -> object:
    """A list of names as a tuple; one name alone is taken for a list of it."""
    names = [value] if isinstance(value, str) else value
    if names is None or isinstance(names, tuple):
        return names
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise WrongValueError(
            f"{shown(value)} is not a list of offers",
            allowed='names of [compute.NAME], ["h100-cloud"]',
            remedy='write only_for = ["NAME"]',
        )
    return tuple(dict.fromkeys(names))


Needs = Annotated[
    Condition | None,
    BeforeValidator(_read_needs),
    FileSchema({"type": "string", "description": "a condition, models.NAME.value <= NUMBER"}),
]
Names = Annotated[
    tuple[str, ...] | None,
    BeforeValidator(_read_names),
    FileSchema({"type": "array", "items": {"type": "string"}, "description": "names of offers of GPUs"}),
]

Kind = Literal["equity", "grant", "crowdfunding", "credits", "loan", "credit-line"]
# Money for good; and what is owed, and repaid.
ROUNDS = ("equity", "grant", "crowdfunding")
DEBT = ("loan", "credit-line")


class Round(Section):
    """``[funding.NAME]``: `amount` and `month` are signed, `max` the program may raise between `from` and `until`."""

    kind: Kind
    amount: Annotated[float | None, Reads(MONEY, low=0)] = None
    month: Annotated[int | None, InPlan()] = None
    first: Annotated[int | None, InPlan()] = Field(None, alias="from")
    until: Annotated[int | None, InPlan()] = None
    min: Annotated[float, Reads(MONEY, low=0)] = 0.0
    max: Annotated[float | None, Reads(MONEY, low=0)] = None
    post_money: Annotated[float | None, Reads(MONEY, above=0)] = None
    fee: Annotated[float, Reads(SHARE, low=0, high=1)] = 0.0
    rate: Annotated[float | None, Reads(RATE, low=0, high=1)] = None
    interest_only: Annotated[int, Whole(0, 120, "a number of months")] = 0
    term: Annotated[int | None, Whole(1, 120, "a number of months")] = None
    covenant: Annotated[float | None, Reads(MONEY, low=0)] = None
    only_for: Names = None
    needs: Needs = None

    @property
    def is_signed(self) -> bool:
        """Whether it is money for good whose amount and month are certain."""
        return self.amount is not None and self.needs is None and self.kind in ROUNDS

    @property
    def signed(self) -> bool:
        """Whether amount and month are certain, or certain once a condition is met."""
        return self.amount is not None

    @property
    def owed(self) -> bool:
        """Whether the money is repaid."""
        return self.kind in DEBT

    @property
    def most(self) -> float:
        """The most money it brings, or that is owed at once, in the plan's currency."""
        return (self.amount if self.amount is not None else self.max) or 0.0

    def window(self, months: int) -> tuple[int, int]:
        """First and last month of a plan of `months` in which the money may come."""
        if self.kind != "credits" and self.month is not None:
            return self.month, self.month
        first = self.month if self.kind == "credits" else self.first
        return first or 1, self.until or months
