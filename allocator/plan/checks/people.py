"""What a role must agree with itself in."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.errors import Problem
from allocator.plan.checks.parts import Parts, above, crossed


def staff_bounds(parts: Parts) -> Iterator[Problem]:
    for name, role in parts.roles.items():
        yield from crossed(parts, f"people.{name}", role.min, role.max)
        if role.now > role.max[0]:
            yield above(f"people.{name}.now", "persons on opening day", role.now, role.max[0])


def retention_of_leavers(parts: Parts) -> Iterator[Problem]:
    """Only who would leave can be kept."""
    for name, role in parts.roles.items():
        if role.retention is None or role.contractor:
            continue
        if role.attrition == 0.0:
            yield Problem(
                f"people.{name}.retention",
                f"nobody of {name} leaves, so nobody is kept",
                "attrition = 0",
                "an attrition above 0",
                "add attrition = 0.15, the share that leaves in a year without retention, or remove retention",
            )
        elif role.retention.least_attrition > role.attrition:
            yield Problem(
                f"people.{name}.retention.least_attrition",
                "more leave with retention than without",
                f"least_attrition = {role.retention.least_attrition:g}, attrition = {role.attrition:g}",
                f"at most {role.attrition:g}, the attrition without retention",
                "lower least_attrition",
            )


def contractors(parts: Parts) -> Iterator[Problem]:
    """A contractor works from the first day, does not resign, and is let go for nothing."""
    for name, role in parts.roles.items():
        if not role.contractor:
            continue
        written = {
            "hiring.ramp": role.hiring.ramp > 0,
            "attrition": role.attrition > 0,
            "retention": role.retention is not None,
            "layoff": bool(role.layoff),
        }
        for key, there in written.items():
            if there:
                yield Problem(
                    f"people.{name}.{key}",
                    f"contractors have no `{key}`: they work fully from the first day, do not resign, and are let go "
                    "for nothing",
                    "contractor = true",
                    f"a contractor without {key}",
                    f"remove {key}, or contractor",
                )
