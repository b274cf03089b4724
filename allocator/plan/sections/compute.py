"""``[compute.NAME]``: GPUs to rent, reserve or buy."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo

from allocator.plan.chips import chips
from allocator.plan.sections.base import Monthly, Section
from allocator.plan.units import HOURS_PER_MONTH, Wanted
from allocator.plan.values import (
    FLOPS,
    GPU_UPKEEP,
    GPUS,
    POWER,
    PRICE_GPU,
    PRICE_GPU_HOUR,
    SHARE,
    Reads,
    Whole,
)
from allocator.plan.wrong import WrongValueError, did_you_mean, listed, shown


def _offer_price(fields: Any) -> Wanted | None:
    return {"rent": PRICE_GPU_HOUR, "reserve": PRICE_GPU_HOUR, "buy": PRICE_GPU}.get(fields.get("kind"))


def _read_chip(value: object) -> object:
    if not isinstance(value, str) or value in chips():
        return value
    raise WrongValueError(
        f"{shown(value)} is not a chip of the table",
        allowed=listed(chips()),
        remedy=f'{did_you_mean(value, chips(), "choose one,")} or leave chip out and give flops = "989 TFLOP/s"',
    )


def _read_flops(value: object, info: ValidationInfo) -> object:
    if "chip" not in info.data:
        return 1.0
    chip = info.data["chip"]
    if chip is None and value is None:
        raise WrongValueError(
            "neither `chip` nor `flops` says how much compute a GPU gives",
            found="nothing",
            allowed="chip, one of the table, or flops, its peak dense FLOP per second",
            remedy='add chip = "H100", or flops = "989 TFLOP/s"',
        )
    if chip is not None and value is not None:
        raise WrongValueError(
            "both `chip` and `flops` are given",
            allowed="one of the two",
            remedy="remove flops to take the chip's from the table, or remove chip to give your own",
        )
    return value if chip is None else chips()[chip].flops


def _read_power(value: object, info: ValidationInfo) -> object:
    chip = info.data.get("chip")
    return chips()[chip].power if value is None and chip is not None else value


Power = Annotated[float | None, Reads(POWER, above=0, high=1_000), BeforeValidator(_read_power)]
Flops = Annotated[float, Reads(FLOPS, above=0, high=1e20), BeforeValidator(_read_flops)]


class Offer(Section):
    """``[compute.NAME]``: GPUs to rent, reserve or buy."""

    kind: Literal["rent", "reserve", "buy"]
    chip: Annotated[str | None, BeforeValidator(_read_chip)] = None
    # Here and below, a default that is itself read: `validate_default` turns it into the field's type.
    flops: Flops = Field(None)  # type: ignore[assignment]
    power: Power = None
    price: Annotated[
        Monthly, Reads(_offer_price, words="a price per GPU-hour, or per GPU of an offer to buy", by_month=True, low=0)
    ]
    utilisation: Annotated[float, Reads(SHARE, above=0, high=1)] = 0.40
    delivered: Annotated[float, Reads(SHARE, above=0, high=1)] = 1.0
    site: str | None = None
    now: Annotated[float, Reads(GPUS, low=0)] = 0.0
    age: Annotated[int, Whole(0, 1200, "a number of months")] = 0
    min: Annotated[Monthly, Reads(GPUS, by_month=True, low=0)] = Field(0.0)  # type: ignore[arg-type]
    max: Annotated[Monthly | None, Reads(GPUS, by_month=True, low=0)] = None
    lot: Annotated[int, Whole(1, 1_000_000, "a number of GPUs")] = 1
    term: Annotated[int | None, Whole(1, 120, "a number of months")] = None
    upfront: Annotated[float, Reads(SHARE, low=0, high=1)] = 0.0
    exit_fee: Annotated[float | None, Reads(SHARE, low=0, high=1)] = None
    exit_months: Annotated[int | None, Whole(0, 120, "a number of months")] = None
    lead: Annotated[int, Whole(0, 120, "a number of months")] = 0
    life: Annotated[int, Whole(1, 1200, "a number of months")] = 48
    running: Annotated[float, Reads(GPU_UPKEEP, low=0)] = 0.0
    resale: Annotated[float, Reads(SHARE, low=0, high=1)] = 0.0

    @property
    def flop_per_month(self) -> float:
        """FLOP one GPU delivers in a month of 730 h at the offer's utilisation."""
        return self.flops * self.utilisation * self.delivered * HOURS_PER_MONTH * 3600.0

    @property
    def may_exit(self) -> bool:
        """Whether its contracts may be ended before their term is over."""
        return self.exit_fee is not None or self.exit_months is not None
