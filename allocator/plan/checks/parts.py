"""What checks between parts of a plan are given, and problems that several of them find."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from operator import gt
from typing import Any

from allocator.errors import Problem
from allocator.plan.limits import Limit
from allocator.plan.schema import Model, Offer, Role, Round, Source
from allocator.plan.unread import Unread
from allocator.plan.values import Context
from allocator.plan.wrong import did_you_mean, listed, shown


@dataclass
class Parts:
    """The parts of a plan that could be read.

    Attributes
    ----------
    context : Context
        Currency and months.
    single, named : dict
        Sections by name; `named` holds a dictionary of items for each.
    limits : dict of str to Limit
        The rules that could be read.
    broken : set of (section, item)
        Items that stand in the file and could not be read: references to them are not mistakes of their own.
    problems : list of Problem
        Mistakes inside the parts.
    unread : dict of (section, item) to Unread
        What stands in the file of items with mistakes, and of sections of one table with the item left empty.
    """

    context: Context
    single: dict[str, Any] = field(default_factory=dict)
    named: dict[str, dict[str, Any]] = field(default_factory=dict)
    limits: dict[str, Limit] = field(default_factory=dict)
    broken: set[tuple[str, str]] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    unread: dict[tuple[str, str], Unread] = field(default_factory=dict)

    @property
    def rounds(self) -> dict[str, Round]:
        """``[funding.*]``."""
        return self.named.get("funding", {})

    @property
    def offers(self) -> dict[str, Offer]:
        """``[compute.*]``."""
        return self.named.get("compute", {})

    @property
    def sources(self) -> dict[str, Source]:
        """``[data.*]``."""
        return self.named.get("data", {})

    @property
    def roles(self) -> dict[str, Role]:
        """``[people.*]``."""
        return self.named.get("people", {})

    @property
    def models(self) -> dict[str, Model]:
        """``[models.*]``."""
        return self.named.get("models", {})

    def has_broken(self, section: str) -> bool:
        """Whether some item of a section could not be read."""
        return any(place == section for place, _ in self.broken)

    def exists(self, section: str, name: str) -> bool:
        """Whether an item stands in the file, readable or not."""
        return name in self.named.get(section, {}) or (section, name) in self.broken

    def names(self, section: str) -> list[str]:
        """Every item that stands in the file: what a reference may mean, also where the item has mistakes."""
        return [*self.named.get(section, {}), *sorted(name for place, name in self.broken if place == section)]

    def every(self, section: str, *fields: str) -> Iterator[tuple[str, Any]]:
        """Items of a section of which these fields could be read, whatever is wrong with their others."""
        yield from self.named.get(section, {}).items()
        for (place, name), unread in self.unread.items():
            if place == section and (item := unread.read(fields, self.context)) is not None:
                yield name, item

    def one(self, section: str, name: str, *fields: str) -> Any | None:
        """One item, or a section of one table, if these fields of it could be read; None otherwise."""
        whole = self.named.get(section, {}).get(name) if name else self.single.get(section)
        if whole is not None or (section, name) not in self.unread:
            return whole
        return self.unread[section, name].read(fields, self.context)


Check = Callable[[Parts], Iterator[Problem]]


def crossed(parts: Parts, key: str, low: tuple[float, ...], high: tuple[float, ...] | None) -> Iterator[Problem]:
    if not parts.context.timeline.sure or high is None or not any(map(gt, low, high)):
        return
    for month, (floor, ceiling) in enumerate(zip(low, high, strict=True), start=1):
        if floor > ceiling:
            label = parts.context.timeline.label(month)
            yield Problem(
                f"{key}.max",
                f"`max` is below `min` in {label}",
                f"max = {ceiling:g}, min = {floor:g}",
                "max at least min in every month",
                "raise max or lower min",
            )
            return


def above(key: str, words: str, now: float, ceiling: float) -> Problem:
    remedy = "raise max, or lower now; nobody is dismissed and nothing sold before the plan begins"
    return Problem(key, f"more {words} than `max` allows", f"now = {now:g}", f"at most {ceiling:g}", remedy)


def needs_limit(key: str, what: str, remedy: str) -> Problem:
    message = f"free {what} without a limit have no best amount"
    return Problem(key, message, "nothing", "a `max`, or a price above 0 in every month", f"add {remedy}")


def missing(key: str, words: str, name: str, known: list[str], section: str) -> Problem:
    # Names are compared without their section, which would make any two of them alike.
    bare = name.removeprefix(f"{section}.")
    alike = did_you_mean(bare, [entry.removeprefix(f"{section}.") for entry in known], "")
    otherwise = f"add [{section}.{bare}] or remove this"
    return Problem(
        key,
        f"there is no {words} `{name}`",
        shown(name),
        listed(known) or "none is defined",
        did_you_mean(name, known, otherwise) if alike else otherwise,
    )
