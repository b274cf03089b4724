"""``[people.NAME]``: persons of one kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema

from allocator.plan.sections.base import Monthly, Section
from allocator.plan.units import Wanted
from allocator.plan.values import (
    DURATION,
    GPUS,
    ITEM_COUNTS,
    MONEY_A_MONTH,
    MONEY_A_PERSON,
    PERSONS,
    PLAIN,
    RATE,
    SALARY,
    SHARE,
    Reads,
    Whole,
    context_of,
    number,
)
from allocator.plan.wrong import WrongValueError, shown

KEEPS = Wanted("leavers kept per unit of money", ("person/money", "1/money"), "12 persons/M{code}")


class Hiring(Section):
    """What it takes to hire: money per hire, how many a month, how late they come, how long they ramp."""

    cost: Annotated[float, Reads(MONEY_A_PERSON, low=0)] = 0.0
    per_month: Annotated[float | None, Reads(PERSONS, low=0)] = None
    delay: Annotated[int, Whole(0, 60, "a number of months")] = 0
    ramp: Annotated[int, Whole(0, 60, "a number of months")] = 0


class Retention(Section):
    """Money that keeps people who would leave: how much a month, what it does, and whom it cannot keep."""

    max: Annotated[float, Reads(MONEY_A_MONTH, low=0)]
    keeps: Annotated[float, Reads(KEEPS, above=0)]
    least_attrition: Annotated[float, Reads(RATE, low=0, below=1)] = 0.0


@dataclass(frozen=True)
class Handles:
    """How much work one effective person does: so many items of one unit a month."""

    items: float
    unit: str


def _read_handles(value: object, info: ValidationInfo) -> object:
    """Read ``"2_000 labels/month"``: the only field whose unit says what it is about."""
    if value is None or isinstance(value, Handles):
        return value
    context = context_of(info)
    words = 'items of one unit a month, such as "2_000 labels/month" or "2 Mtoken/month"'
    if not isinstance(value, str):
        raise WrongValueError(
            f"{shown(value)} does not say what is handled",
            found=shown(value),
            allowed=words,
            remedy='write how many of what: "2_000 labels/month"',
        )
    for unit in ITEM_COUNTS:
        wanted = Wanted(f"a number of {unit}s a month", (f"{unit}/month",), f"2_000 {unit}s/month")
        try:
            return Handles(number(value, wanted, context, above=0), unit)
        except WrongValueError as wrong:
            refused = wrong
    raise WrongValueError(
        f"{shown(value)} is not work that a month brings",
        found=shown(value),
        allowed=words,
        remedy='write how many of what: "2_000 labels/month"',
    ) from refused


def _floor_of_heads(value: object, info: ValidationInfo) -> object:
    return info.data.get("now", 0.0) if value is None else value


def _ceiling_of_heads(value: object, info: ValidationInfo) -> object:
    if value is not None:
        return value
    now = info.data.get("now", 0.0)
    return [max(now, floor) for floor in info.data.get("min", (now,) * context_of(info).timeline.months)]


Floor = Annotated[Monthly, Reads(PERSONS, by_month=True, low=0), BeforeValidator(_floor_of_heads)]
Ceiling = Annotated[Monthly, Reads(PERSONS, by_month=True, low=0), BeforeValidator(_ceiling_of_heads)]


class Role(Section):
    """``[people.NAME]``: persons of one kind."""

    salary: Annotated[Monthly, Reads(SALARY, by_month=True, low=0)]
    overhead: Annotated[float, Reads(SHARE, low=0, high=10)] = 0.0
    now: Annotated[float, Reads(PERSONS, low=0)] = 0.0
    min: Floor = Field(None)  # type: ignore[arg-type]
    max: Ceiling = Field(None)  # type: ignore[arg-type]
    hiring: Hiring = Hiring.model_construct()
    attrition: Annotated[float, Reads(RATE, low=0, below=1)] = 0.0
    retention: Retention | None = None
    layoff: Annotated[float | None, Reads(DURATION, low=0, high=60)] = None
    contractor: bool = False
    research: Annotated[float, Reads(PLAIN, low=0)] = 0.0
    wants_gpus: Annotated[float, Reads(GPUS, low=0)] = 0.0
    runs_gpus: Annotated[float, Reads(GPUS, low=0)] = 0.0
    handles: Annotated[
        Handles | None,
        BeforeValidator(_read_handles),
        WithJsonSchema(
            {"type": "string", "description": "items of one unit that one effective person handles a month"}
        ),
    ] = None

    @property
    def severance(self) -> float | None:
        """Months of salary that who is laid off is paid; None where nobody can be laid off."""
        return 0.0 if self.contractor else self.layoff

    def replacement_cost(self, salary: float) -> float:
        """What replacing one leaver costs at a monthly salary: the hire, and pay for what it cannot yet do.

        A hire counts (k + 1)/(ramp + 1) in the k-th month, so that ramp/2 months of work are missing in all.
        """
        return self.hiring.cost + salary * (1.0 + self.overhead) * self.hiring.ramp / 2.0
