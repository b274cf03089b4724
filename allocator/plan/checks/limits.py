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


def limit_references(parts: Parts) -> Iterator[Problem]:
    for name, limit in parts.limits.items():
        for term in limit.terms:
            yield from _reference(parts, f"limits.{name}", limit, term.quantity)


def _reference(parts: Parts, key: str, limit: Limit, quantity: Quantity) -> Iterator[Problem]:
    section, item = quantity.section, quantity.item
    if item is None:
        return
    # Marketing is spent for a revenue.
    home = "revenue" if section == "marketing" else section
    if not parts.exists(home, item):
        known = [f"{section}.{name}" for name in parts.names(home)]
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
