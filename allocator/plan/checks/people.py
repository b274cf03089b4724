"""What a role must agree with itself in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from allocator.errors import Problem

if TYPE_CHECKING:
    pass
from allocator.plan.checks.parts import Parts, above, crossed


def staff_bounds(parts: Parts) -> Iterator[Problem]:
    for name, role in parts.roles.items():
        yield from crossed(parts, f"people.{name}", role.min, role.max)
        if role.now > role.max[0]:
            yield above(f"people.{name}.now", "persons on opening day", role.now, role.max[0])
