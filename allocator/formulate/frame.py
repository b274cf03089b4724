"""A program under construction, part by part, and how a part of an earlier program is taken over.

A part writes on a `Site`: it sees months, scales and the columns of other parts, but never the
plan. What it takes from the plan are its arguments, so that a part with equal arguments at the
same place writes the same again, and need not be asked to (`Frame.part`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from operator import is_
from typing import Any, Concatenate, ParamSpec, TypeVar

import numpy as np

from allocator.formulate.assemble import Arrays
from allocator.formulate.curves import IntArray, equal
from allocator.formulate.pieces import Piece
from allocator.formulate.program import TOLERANCE, Program, ProgramBuilder, program_of
from allocator.formulate.site import (
    CATEGORIES,
    Calendar,
    FixedFlow,
    Flow,
    Site,
    joined,
    leaving_share,
    monthly_rate,
)
from allocator.formulate.states import StateSystem
from allocator.plan import Plan

__all__ = [
    "CATEGORIES",
    "Calendar",
    "Draft",
    "FixedFlow",
    "Flow",
    "Frame",
    "Part",
    "Site",
    "joined",
    "leaving_share",
    "monthly_rate",
    "same",
]

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


@dataclass(frozen=True, eq=False)
class Part:
    """One part as it was written, and all that it was written from."""

    write: Callable[..., Any]
    arguments: tuple[Any, ...]
    site: Site
    piece: Piece
    result: Any


@dataclass(frozen=True, eq=False)
class Draft:
    """A program together with the parts it was written in, to write the next one from."""

    calendar: Calendar
    parts: tuple[Part, ...]
    arrays: Arrays
    program: Program


class Frame(Site):
    """One program under construction.

    Parameters
    ----------
    plan : Plan
        The plan, resolved to base units.
    reference : dict of str to float
        Typical magnitudes by name. Those given are kept, so that two plans formulated on one
        reference differ in their arrays only where the plans differ.
    like : Draft, optional
        An earlier program. Where its calendar and its reference are these, its parts are taken
        over as long as nothing they were written from differs.
    """

    def __init__(self, plan: Plan, reference: dict[str, float] | None = None, like: Draft | None = None) -> None:
        horizon = plan.plan
        calendar = Calendar(horizon.months, plan.labels, horizon.currency, horizon.whole)
        if like is not None and (like.calendar != calendar or like.program.reference != reference):
            like = None
        columns: dict[str, IntArray] = {}
        super().__init__(calendar, dict(reference or {}), ProgramBuilder(), columns)
        self.columns = columns
        self.plan = plan
        self.tolerance = TOLERANCE
        self._like = like
        self._parts: list[Part] = []

    def part(
        self,
        write: Callable[Concatenate[Site, _Arguments], _Result],
        *arguments: _Arguments.args,
        **_: _Arguments.kwargs,
    ) -> _Result:
        """Have a part written, or take it over from the earlier program.

        Parameters
        ----------
        write : callable
            Writes on the site it is given, from its other arguments and from nothing else.
        *arguments
            Everything it takes from the plan: values, sections, flows, arrays.

        Returns
        -------
        What `write` returned.
        """
        known = None
        if self._like is not None and len(self._parts) < len(self._like.parts):
            known = self._like.parts[len(self._parts)]
        if known is not None and self._still_holds(known, write, arguments):
            self.builder.replay(known.piece)
            part = known
        else:
            piece = self.builder.begin(None if known is None else known.piece)
            site = Site(self.calendar, self.reference, self.builder, self.columns)
            result = write(site, *arguments)  # type: ignore[call-arg]
            self.builder.end()
            site.leave()
            part = Part(write, arguments, site, piece, result)
        self._parts.append(part)
        self.own |= part.site.own
        self.columns |= part.site.columns
        self.spending += part.site.spending
        self.fixed += part.site.fixed
        self.received += part.site.received
        self.received_fixed += part.site.received_fixed
        result_of: _Result = part.result
        return result_of

    def _still_holds(self, known: Part, write: Callable[..., Any], arguments: tuple[Any, ...]) -> bool:
        """Whether a part would be written again as it was."""
        return (
            known.write is write
            and self.builder.fits(known.piece)
            and same(known.arguments, arguments)
            and all(same(columns, self.columns.get(name)) for name, columns in known.site.read_columns)
            and all(self.builder.holds(start, scales) for start, scales in known.site.read_scales)
        )

    def finish(self) -> Draft:
        """The finished program, with what the next one can be written from."""
        like = self._like
        arrays = self.builder.assemble(None if like is None else like.arrays)
        system = StateSystem() if like is None else like.program.system
        return Draft(
            self.calendar, tuple(self._parts), arrays, program_of(arrays, self.reference, system, self.tolerance)
        )


def same(old: Any, new: Any) -> bool:
    """Whether two arguments of a part are equal, arrays and what holds arrays included.

    Numbers of different types are not the same: what is written from them may differ.
    """
    if old is new:
        return True
    if type(old) is not type(new):
        return False
    if isinstance(old, tuple):
        return len(old) == len(new) and (all(map(is_, old, new)) or all(map(same, old, new)))
    if isinstance(old, np.ndarray):
        return equal(old, new)
    if isinstance(old, str | int | float):
        return bool(old == new)
    if isinstance(old, dict):
        return list(old) == list(new) and all(map(same, old.values(), new.values()))
    if is_dataclass(old) and type(old).__eq__ is object.__eq__:
        # It was given no equality because it holds arrays.
        return all(same(getattr(old, entry.name), getattr(new, entry.name)) for entry in fields(old))
    return bool(old == new)
