"""``[models.NAME]``: an AI model, its quality law and its deadline."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationInfo
from pydantic import WithJsonSchema as FileSchema

from allocator.plan.sections.base import MAX_MONTHS, Monthly, Section
from allocator.plan.values import (
    METRIC,
    PLAIN,
    SERVED,
    SHARE,
    InPlan,
    Reads,
    Whole,
)
from allocator.plan.wrong import WrongValueError, shown


def _read_points(value: object, info: ValidationInfo) -> object:
    if not isinstance(value, list | tuple):
        raise WrongValueError(
            f"{shown(value)} is not a list of points",
            allowed="[[x, y], …]",
            remedy="write points = [[1, 0.2], [2, 0.3]]",
        )
    points = []
    for position, point in enumerate(value, start=1):
        if not isinstance(point, list | tuple) or len(point) != 2:
            raise WrongValueError(
                f"{shown(point)} is not a point",
                found=shown(point),
                allowed="two numbers, [x, y]",
                remedy="write each point as [x, y]",
                where=f"[{position}]",
            )
        points.append(tuple(Reads(PLAIN).read(entry, info) for entry in point))
    return tuple(points)


def _read_weights(value: object) -> object:
    """Refuse a list of sources, or one alone, by the table it stands for."""
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        return value
    weights = ", ".join(f"{name} = 1.0" for name in names) or "NAME = 1.0"
    raise WrongValueError(
        f"{shown(value)} does not say how much an item of each source counts",
        allowed="a table of sources with their weights",
        remedy=f"write data = {{{weights}}}",
    )


def _read_offers(value: object) -> object:
    """A list of offers, each once."""
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not names or not all(isinstance(name, str) for name in names):
        raise WrongValueError(
            f"{shown(value)} does not name the offers that a model may use",
            allowed='a list of offers of [compute], such as ["h100-cloud"]',
            remedy='write compute = ["NAME"], or leave it out: every offer then serves every model',
        )
    return tuple(dict.fromkeys(names))


Offers = Annotated[
    tuple[str, ...],
    BeforeValidator(_read_offers),
    FileSchema({"type": "array", "items": {"type": "string"}, "minItems": 1}),
]
Points = Annotated[
    tuple[tuple[float, float], ...],
    BeforeValidator(_read_points),
    FileSchema(
        {"type": "array", "items": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}}
    ),
]
_LAW = (
    "a law such as chinchilla-replication, images-and-size, labels or table (`allocator laws` lists all), "
    "or the path of your own card"
)


class Model(Section):
    """``[models.NAME]``: an AI model, its quality law and its deadline."""

    law: str = Field(min_length=1, max_length=500, description=_LAW)
    deadline: Annotated[int, InPlan()]
    training_months: Annotated[int, Whole(1, MAX_MONTHS, "a number of months")] = 3
    data: Annotated[dict[str, Annotated[float, Reads(PLAIN, low=0)]] | None, BeforeValidator(_read_weights)] = None
    parameters: dict[str, Annotated[float, Reads(PLAIN)]] = Field(default_factory=dict)
    inputs: dict[str, str] = Field(default_factory=dict)
    points: Points = ()
    measured: dict[str, Annotated[float, Reads(PLAIN)]] = Field(default_factory=dict)
    research_effect: Annotated[float, Reads(PLAIN, low=0, high=10)] = 0.0
    research_scale: Annotated[float, Reads(PLAIN, above=0)] = 12.0
    weight: Annotated[float, Reads(PLAIN, low=0)] = 1.0
    target: Annotated[float | None, Reads(METRIC)] = None
    optional: bool = False
    otherwise: Annotated[float | None, Reads(METRIC)] = None
    compute: Offers | None = None
    serving: Annotated[Monthly, Reads(SERVED, by_month=True, low=0)] = Field(0.0)  # type: ignore[arg-type]
    serving_utilisation: Annotated[float, Reads(SHARE, above=0, high=1)] = 0.3

    @property
    def ready(self) -> int:
        """Month at whose close data and research are counted; 0 is the opening."""
        return self.deadline - self.training_months

    @property
    def training(self) -> range:
        """Months in which the model's compute counts."""
        return range(self.ready + 1, self.deadline + 1)

    @property
    def served(self) -> tuple[float, ...]:
        """Items that it serves in each month, shape (T,): what is asked, from the month after the deadline."""
        return (*[0.0] * self.deadline, *self.serving[self.deadline :])

    @property
    def serves(self) -> bool:
        """Whether it serves anything inside the plan."""
        return any(self.served)
