"""How little each field has to give until a plan exists: one at a time, then several together.

Each question is only whether some plan keeps all the rules, so none of them is a solve for the
best; what is found is solved and certified by the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from allocator.errors import LawError, PlanError
from allocator.formulate.build import Formulation, formulate
from allocator.formulate.program import Program
from allocator.plan import Plan
from allocator.solve.clock import Clock
from allocator.solve.feasible import Way, can_hold, least_give, only_bounds_move
from allocator.study.repair_knob import Knob

# A least amount that was computed is rounded; where rounding was not enough, so many steps more are tried.
_MORE_STEPS = 3
# Of a change's size: less is what a solver's tolerance leaves.
_NOTHING = 1e-6
# In whole units: seconds for one question, and how much more than in fractions is tried, as a share.
_WHOLE_SECONDS = 12.0
_BEYOND_FRACTIONS = (0.0, 0.03, 0.3, 1.0)
# Trying stops at this share of the amount.
_CLOSE = 5e-3


@dataclass(frozen=True)
class Given:
    """A knob, how far it gives, and in which months (numbers, inclusive)."""

    knob: Knob
    amount: float
    first: int = 1
    last: int = 10**6

    @property
    def changes(self) -> dict[str, Any]:
        """Fields and their new values."""
        return self.knob.changes(self.amount, self.first, self.last)

    @property
    def effort(self) -> float:
        """As `Knob.effort`; what is given for some of the months counts for these."""
        months = self.knob.by_month
        if not months:
            return self.knob.effort(self.amount)
        return self.knob.effort(self.amount) * (min(self.last, months) - self.first + 1) / months

    def more(self, *, wider: bool = False) -> Given:
        """A little more of the same; `wider`, in a month more on either side as well."""
        given = replace(self, amount=self.knob.next(self.amount))
        return replace(given, first=max(self.first - 1, 1), last=self.last + 1) if wider else given


def all_changes(given: Iterable[Given]) -> dict[str, Any]:
    """The changes of several knobs; of two lengths of the plan the longer."""
    found: dict[str, Any] = {}
    for entry in given:
        for field, value in entry.changes.items():
            found[field] = max(found[field], value) if field == "plan.months" and field in found else value
    return found


class Search:
    """Questions about changes of one infeasible plan.

    Parameters
    ----------
    plan : Plan
    base : Formulation
        Of it; changed plans are written on its scales.
    clock : Clock
        Time for all questions together.
    """

    def __init__(self, plan: Plan, base: Formulation, clock: Clock) -> None:
        self.plan = plan
        self.clock = clock
        self.unfinished = False
        self._base = base
        self.whole = bool(base.program.integer.any())
        self._programs: dict[str, Program | None] = {}

    def holds(self, given: Iterable[Given]) -> bool:
        """Whether a plan exists once all of this was given; what is not settled in time counts as no."""
        return bool(self._settled(given))

    def may_hold(self, given: Iterable[Given]) -> bool:
        """The same, but what is not settled in time counts as yes: for what is verified afterwards."""
        return self._settled(given) is not False

    def can_hold(self, program: Program) -> bool | None:
        """Whether a program of the same company can hold; None where one question's time did not settle it."""
        return can_hold(program, self._one_question())

    def _settled(self, given: Iterable[Given]) -> bool | None:
        program = self._program(all_changes(given))
        if program is None:
            return False
        found = can_hold(program, self._one_question())
        if found is None:
            self.unfinished = True
        return found

    def _one_question(self) -> Clock:
        """All the time there is, but in whole units, where a question may take any time, a few seconds of it."""
        left = self.clock.left
        if not self.whole:
            return Clock(left)
        return Clock(_WHOLE_SECONDS if left is None else min(_WHOLE_SECONDS, left))

    def readable(self, knob: Knob) -> Knob | None:
        """The knob, giving at most as far as the plan file allows."""
        for _ in range(24):
            if self._program(knob.changes(knob.most)) is not None:
                return knob
            if knob.step and knob.most <= knob.step:
                return None
            knob = replace(knob, most=knob.rounded(0.7 * knob.most) if knob.step else 0.7 * knob.most)
        return None

    def least(self, knob: Knob, others: tuple[Given, ...] = ()) -> Given | None:
        """The least amount, rounded, with which a plan exists beside what `others` give; None where none helps."""

        def enough(amount: float) -> bool:
            return self.holds((*others, Given(knob, amount)))

        fractions = self._computed(knob, others, whole=False)
        if self.whole and fractions:
            return self._from_below(knob, fractions, others)
        if not self.may_hold((*others, Given(knob, knob.most))):
            return None
        exact = self._computed(knob, others) if self.whole else fractions
        if exact is not None:
            amount = knob.rounded(exact)
            for _ in range(_MORE_STEPS):
                if enough(amount):
                    return Given(knob, amount)
                amount = knob.next(amount)
        if not enough(knob.most):
            return None
        tried = _least_step(enough, knob) if knob.step else _least_number(enough, knob)
        return Given(knob, tried)

    def _from_below(self, knob: Knob, least: float, others: tuple[Given, ...]) -> Given | None:
        """What is enough in fractions, and so much more until whole units are seen to hold."""
        before = -1.0
        for share in _BEYOND_FRACTIONS:
            amount = knob.rounded(least * (1.0 + share))
            if amount > before and self.holds((*others, Given(knob, amount))):
                return Given(knob, amount)
            before = amount
        return None

    def fewest_months(self, given: Given, others: tuple[Given, ...] = ()) -> Given:
        """The same amount, given in as few months as will do: first the end is brought forward, then the start back."""
        months = given.knob.by_month
        if not months or (self.whole and self.unfinished):
            return given

        def enough(first: int, last: int) -> bool:
            return self.holds((*others, replace(given, first=first, last=last)))

        low, last = 0, months
        while last - low > 1:
            middle = (low + last) // 2
            low, last = (low, middle) if enough(1, middle) else (middle, last)
        first, high = 1, last + 1
        while high - first > 1:
            middle = (first + high) // 2
            first, high = (middle, high) if enough(middle, last) else (first, middle)
        return given if (first, last) == (1, months) else replace(given, first=first, last=last)

    def together(self, pool: list[Knob]) -> tuple[Given, ...] | None:
        """Several knobs that are enough together, none of which can be left out; None where even all are not.

        Those whose bounds move in proportion are given at the least effort by one program; only where they
        are not enough do others (months of runway) give as far as they can at first, and as little afterwards.
        """
        moving = [knob for knob in pool if self._moves_bounds(knob)]
        others = tuple(Given(knob, knob.most) for knob in pool if knob not in moving and knob.more is None)
        half = tuple(replace(given, amount=given.knob.rounded(0.5 * given.amount)) for given in others)
        for first in ((), half, others) if others else ((),):
            chosen = self._least_effort(moving, first)
            if chosen is not None:
                break
        else:
            return None
        for given in sorted(chosen, key=lambda entry: -entry.effort):
            fewer = tuple(entry for entry in chosen if entry is not given)
            if fewer and self.holds(fewer):
                chosen = fewer
        for given in [entry for entry in chosen if entry in first]:
            rest = tuple(entry for entry in chosen if entry is not given)
            found = self.least(given.knob, rest)
            if found is not None:
                chosen = (*rest, self.fewest_months(found, rest))
        return chosen

    def _least_effort(self, moving: list[Knob], first: tuple[Given, ...]) -> tuple[Given, ...] | None:
        """`first`, and the amounts of least effort beside it, rounded; None where no amounts are enough."""
        asked = self._program(all_changes(first))
        ways = [(knob, way) for knob in moving if (way := self._way(knob, first)) is not None]
        if asked is None or not ways:
            return None
        # In fractions: what whole units need beyond is in the steps that follow.
        amounts = least_give(asked, [way for _, way in ways], self.clock, whole=False)
        if self.whole and amounts is not None and not amounts.any():
            amounts = least_give(asked, [way for _, way in ways], self.clock)
        if amounts is None:
            return None
        shares = [(knob, float(amount)) for (knob, _), amount in zip(ways, amounts, strict=True)]
        chosen = [Given(knob, knob.rounded(amount)) for knob, amount in shares if amount > _NOTHING * knob.size]
        for _ in range(_MORE_STEPS):
            if self.holds((*first, *chosen)):
                return (*first, *chosen)
            chosen = [given.more() for given in chosen]
        return None

    def _moves_bounds(self, knob: Knob) -> bool:
        way = self._way(knob)
        return way is not None and only_bounds_move(self._base.program, way)

    def program(self, given: Iterable[Given]) -> Program | None:
        """The program of the changed plan."""
        return self._program(all_changes(given))

    def _program(self, changes: Mapping[str, Any]) -> Program | None:
        """The changed plan's program on the scales of the first; None where the plan file refuses it."""
        key = repr(sorted(changes.items()))
        if key not in self._programs:
            self._programs[key] = self._formulated(changes)
        return self._programs[key]

    def _formulated(self, changes: Mapping[str, Any]) -> Program | None:
        try:
            plan = self.plan.changed(changes)
            if plan.plan.months != self.plan.plan.months:
                return formulate(plan).program
            return formulate(plan, reference=self._base.program.reference, like=self._base).program
        except (PlanError, LawError):
            return None

    def _computed(self, knob: Knob, others: tuple[Given, ...], *, whole: bool = True) -> float | None:
        """The least amount by one program, where only bounds move, in proportion to it; in `whole` units or not."""
        asked, way = self._program(all_changes(others)), self._way(knob, others)
        if asked is None or way is None:
            return None
        found = least_give(asked, [way], self._one_question(), whole=whole)
        return None if found is None else float(found[0])

    def _way(self, knob: Knob, others: tuple[Given, ...] = ()) -> Way | None:
        """How bounds move with a knob; None where the plan file refuses it."""
        probe = min(knob.most, knob.probe or max(knob.size * 0.01, knob.step))
        given, weakest = (self._program(all_changes((*others, Given(knob, amount)))) for amount in (probe, knob.most))
        if given is None or weakest is None:
            return None
        return Way(given, probe, weakest, knob.most, knob.effort(1.0))


def _least_step(enough: Callable[[float], bool], knob: Knob) -> float:
    """The fewest whole steps; `most` is known to be enough."""
    low, high = 0, 1
    most = max(round(knob.most / knob.step), 1)
    while high < most and not enough(min(high * knob.step, knob.most)):
        low, high = high, min(2 * high, most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle * knob.step) else (middle, high)
    return min(high * knob.step, knob.most)


def _least_number(enough: Callable[[float], bool], knob: Knob) -> float:
    """The least amount to `_CLOSE`, rounded upwards; `most` is known to be enough."""
    low, high = 0.0, min(knob.most, 0.01 * knob.size)
    while high < knob.most and not enough(high):
        low, high = high, min(3.0 * high, knob.most)
    while high - low > _CLOSE * high:
        middle = 0.5 * (low + high)
        low, high = (low, middle) if enough(middle) else (middle, high)
    rounded = knob.rounded(high)
    return rounded if enough(rounded) else high
