"""What an offer of GPUs must agree with itself in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from allocator.errors import Problem

if TYPE_CHECKING:
    pass
from allocator.plan.checks.parts import Parts, above, crossed, missing, needs_limit


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


def exits_of_contracts(parts: Parts) -> Iterator[Problem]:
    """What it costs to leave a contract early is said once."""
    for name, offer in parts.offers.items():
        if offer.exit_fee is not None and offer.exit_months is not None:
            yield Problem(
                f"compute.{name}.exit_months",
                "both `exit_fee` and `exit_months` say what leaving a contract costs",
                f"exit_fee = {offer.exit_fee:g}, exit_months = {offer.exit_months}",
                "one of the two",
                "keep exit_fee for a share of what remains, or exit_months for so many months of it",
            )


def ages(parts: Parts) -> Iterator[Problem]:
    """What is there on opening day has not yet had its day."""
    for name, offer in parts.offers.items():
        last, key = (offer.life, "life") if offer.kind == "buy" else (offer.term, "term")
        if last is None or offer.age < last:
            continue
        yield Problem(
            f"compute.{name}.age",
            f"what is {offer.age} months old on opening day is past its {key} of {last}",
            f"age = {offer.age}",
            f"below {key}: 0 to {last - 1}",
            "lower age, or leave out now and age: those GPUs are gone",
        )


def places_of_offers(parts: Parts) -> Iterator[Problem]:
    """An offer stands at a site that exists, and is known to draw power where power matters."""
    sites = parts.named.get("sites", {})
    for name, offer in parts.offers.items():
        if offer.site is None:
            continue
        if not parts.exists("sites", offer.site):
            yield missing(f"compute.{name}.site", "site", offer.site, parts.names("sites"), "sites")
        elif offer.power is None and offer.site in sites and sites[offer.site].asks_power:
            yield Problem(
                f"compute.{name}.site",
                f"the site `{offer.site}` limits or sells power, and nothing says how much a GPU of {name} draws",
                f'site = "{offer.site}"',
                "an offer with power, or with a chip whose power the table has",
                'add power = "1.3 kW", what a GPU draws with its share of the server',
            )


def names_of_sites(parts: Parts) -> Iterator[Problem]:
    """Money spent on a site is booked under its name, beside the offers."""
    for name in parts.named.get("sites", {}):
        if parts.exists("compute", name):
            yield Problem(
                f"sites.{name}",
                f"a site and an offer are both called `{name}`",
                name,
                "a name that no offer has: both stand in the books of compute",
                f"rename the site, such as [sites.{name}-hall]",
            )


def free_offers(parts: Parts) -> Iterator[Problem]:
    """What costs nothing and never runs out has no best amount."""
    for name, offer in parts.offers.items():
        upkeep = offer.running if offer.kind == "buy" else 0.0
        site = parts.named.get("sites", {}).get(offer.site or "")
        if site is not None and (site.max is not None or (site.power is not None and offer.power)):
            continue
        if offer.max is None and min(offer.price) + upkeep == 0.0:
            yield needs_limit(f"compute.{name}.max", "GPUs", "max = 1_024, the most that can be had")
