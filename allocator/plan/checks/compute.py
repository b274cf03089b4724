"""What an offer of GPUs must agree with itself in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from allocator.errors import Problem

if TYPE_CHECKING:
    pass
from allocator.plan.checks.parts import Parts, above, crossed, needs_limit


def offer_bounds(parts: Parts) -> Iterator[Problem]:
    for name, offer in parts.offers.items():
        yield from crossed(parts, f"compute.{name}", offer.min, offer.max)
        if offer.max is not None and offer.now > offer.max[0]:
            yield above(f"compute.{name}.now", "GPUs on opening day", offer.now, offer.max[0])


def reservation_terms(parts: Parts) -> Iterator[Problem]:
    for name, offer in parts.offers.items():
        if offer.kind == "reserve" and offer.term is None:
            yield Problem(
                f"compute.{name}.term",
                "a reservation needs its term",
                "nothing",
                "a number of months from 1 to 120",
                "add term = 12, the months a contract runs",
            )


def free_offers(parts: Parts) -> Iterator[Problem]:
    """What costs nothing and never runs out has no best amount."""
    for name, offer in parts.offers.items():
        upkeep = offer.running if offer.kind == "buy" else 0.0
        if offer.max is None and min(offer.price) + upkeep == 0.0:
            yield needs_limit(f"compute.{name}.max", "GPUs", "max = 1_024, the most that can be had")
