"""What a source of data must agree with itself in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from allocator.errors import Problem

if TYPE_CHECKING:
    pass
from allocator.plan.checks.parts import Parts, needs_limit


def free_sources(parts: Parts) -> Iterator[Problem]:
    """What costs nothing and never runs out has no best amount."""
    for name, source in parts.sources.items():
        cheapest = min(price + work for price, work in zip(source.price, source.processing, strict=False))
        if source.max is None and source.per_month is None and cheapest == 0.0:
            yield needs_limit(f"data.{name}.max", f"{source.unit}s", "max = 1e12, all there are")
