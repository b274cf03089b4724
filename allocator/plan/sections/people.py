"""``[people.NAME]``: persons of one kind."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationInfo

from allocator.plan.sections.base import Monthly, Section
from allocator.plan.values import (
    GPUS,
    MONEY_A_PERSON,
    PERSONS,
    PLAIN,
    RATE,
    SALARY,
    SHARE,
    Reads,
    Whole,
    context_of,
)


class Hiring(Section):
    """What it takes to hire: money per hire, how many a month, how late they come, how long they ramp."""

    cost: Annotated[float, Reads(MONEY_A_PERSON, low=0)] = 0.0
    per_month: Annotated[float | None, Reads(PERSONS, low=0)] = None
    delay: Annotated[int, Whole(0, 60, "a number of months")] = 0
    ramp: Annotated[int, Whole(0, 60, "a number of months")] = 0


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
    research: Annotated[float, Reads(PLAIN, low=0)] = 0.0
    wants_gpus: Annotated[float, Reads(GPUS, low=0)] = 0.0
    runs_gpus: Annotated[float, Reads(GPUS, low=0)] = 0.0
