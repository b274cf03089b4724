"""Limits speak of things that exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from allocator.errors import Problem
from allocator.plan.limits import Limit, Quantity
from allocator.plan.wrong import shown

if TYPE_CHECKING:
    pass
from allocator.plan.checks.parts import Parts, missing

# Kinds of money that a quantity can be asked of; the others are asked of all.
_KINDS_OF = {"owed": ("loan", "credit-line"), "drawn": ("loan", "credit-line"), "dilution": ("equity",)}


def limit_references(parts: Parts) -> Iterator[Problem]:
    for name, limit in parts.limits.items():
        for term in limit.terms:
            yield from _reference(parts, f"limits.{name}", limit, term.quantity)


def _reference(parts: Parts, key: str, limit: Limit, quantity: Quantity) -> Iterator[Problem]:
    section, item = quantity.section, quantity.item
    if item is None:
        return
    if not parts.exists(section, item):
        known = [f"{section}.{name}" for name in parts.names(section)]
        problem = missing(key, "item", f"{section}.{item}", known, section)
        yield Problem(problem.key, problem.message, shown(limit.text), problem.allowed, problem.remedy)
    elif quantity.measure == "orders" and item in parts.offers and parts.offers[item].kind == "rent":
        yield Problem(
            key,
            f"`{quantity}`: rented GPUs are not ordered",
            shown(limit.text),
            "orders of an offer to reserve or buy; gpus of any offer",
            f"write compute.{item}.gpus",
        )
    elif section == "funding" and item in parts.rounds:
        terms, kinds = parts.rounds[item], _KINDS_OF.get(quantity.measure)
        if kinds is not None and terms.kind not in kinds:
            yield Problem(
                key,
                f"`{quantity}`: {item} is {terms.kind}, of which there is no {quantity.measure}",
                shown(limit.text),
                f"{quantity.measure} of {' or '.join(kinds)}",
                f"write funding.{item}.amount, the money it brings",
            )
