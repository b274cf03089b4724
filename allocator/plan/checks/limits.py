"""Limits speak of things that exist."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.errors import Problem
from allocator.plan.checks.parts import Parts, missing
from allocator.plan.limits import Limit
from allocator.plan.quantities import HOMES, NEEDS, has
from allocator.plan.rule_text import Quantity
from allocator.plan.wrong import did_you_mean, listed, shown


def limit_references(parts: Parts) -> Iterator[Problem]:
    for name, limit in parts.limits.items():
        for term in limit.terms:
            yield from _reference(parts, f"limits.{name}", limit, term.quantity)


def _reference(parts: Parts, key: str, limit: Limit, quantity: Quantity) -> Iterator[Problem]:
    section, item, kinds = HOMES.get(quantity.section, quantity.section), quantity.item, quantity.of.kinds
    if item is None:
        yield from _together(parts, key, limit, quantity)
    elif not parts.exists(section, item):
        known = [f"{section}.{name}" for name in parts.names(section)]
        problem = missing(key, "item", f"{section}.{item}", known, section)
        yield Problem(problem.key, problem.message, shown(limit.text), problem.allowed, problem.remedy)
    elif kinds and item in parts.named.get(section, {}) and parts.named[section][item].kind not in kinds:
        kind = parts.named[section][item].kind
        if section == "funding":
            yield Problem(
                key,
                f"`{quantity}`: {item} is {kind}, of which there is no {quantity.measure}",
                shown(limit.text),
                f"{quantity.measure} of {' or '.join(kinds)}",
                f"write funding.{item}.amount, the money it brings",
            )
            return
        yield Problem(
            key,
            f"`{quantity}`: an offer with kind = {shown(kind)} has no {quantity.measure}",
            shown(limit.text),
            f"{quantity.measure} of kind = {' or '.join(shown(each) for each in kinds)}; gpus of any offer",
            f"write compute.{item}.gpus",
        )
    elif item in parts.named.get(section, {}) and not has(parts.named[section][item], quantity.of):
        needed = NEEDS.get(quantity.of.needs, quantity.of.needs)
        yield Problem(
            key,
            f"`{quantity}`: {section}.{item} has no {needed}",
            shown(limit.text),
            f"{quantity.measure} of what has a {needed}",
            f"give {section}.{item} a {needed}, or remove the limit",
        )
    elif quantity.of.detail == "offer" and quantity.detail and item in parts.named.get(section, {}):
        offers = parts.named[section][item].only_for or ()
        if quantity.detail not in offers:
            yield Problem(
                key,
                f"`{quantity}`: {section}.{item} pays for no `{quantity.detail}`",
                shown(limit.text),
                listed(offers),
                did_you_mean(quantity.detail, offers, "name one of them, or none for all"),
            )


def _together(parts: Parts, key: str, limit: Limit, quantity: Quantity) -> Iterator[Problem]:
    """What is counted in different things cannot be added up, and what nothing has cannot be limited."""
    if quantity.of.unit != "item":
        return
    units = sorted({source.unit for source in parts.sources.values()})
    if len(units) > 1 or (not units and not parts.has_broken("data")):
        message = f"sources count {listed(f'{unit}s' for unit in units)}" if units else "the plan has no source of data"
        yield Problem(
            key,
            f"`{quantity}`: {message}",
            shown(limit.text),
            listed(f"data.{name}.{quantity.measure}" for name in parts.sources) or "a source that the plan has",
            "name one source",
        )
