"""Repairs made of what a search finds, each verified by solving the changed plan."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from allocator.errors import AllocatorError, StoppedError
from allocator.formulate.build import Formulation
from allocator.formulate.frame import monthly_rate
from allocator.formulate.program import Program
from allocator.plan import Plan
from allocator.plan.overrides import as_override
from allocator.plan.wording import money
from allocator.plan.wrong import listed
from allocator.result.brief import Brief
from allocator.session import Session
from allocator.solve.options import Options
from allocator.solve.solution import Status
from allocator.study.repair_knob import Knob
from allocator.study.repair_search import Given, Search, all_changes

# Where fewer fields than this can repair the plan alone, several together are looked at too.
FEW = 3
# Sets of fields that are looked for, and how many times the least effort a set may ask.
_SETS = 6
_FAR = 10.0
# In whole units, for one repaired plan, whatever its gap.
VERIFY_SECONDS = 30.0
_ANY_GAP = 1e30
# The least that has to give may leave a plan with nothing for its models, which has no best answer; where it is
# no optimum, or is refused for the last digits, a little more is given, a hundredth or a step each time, and at
# last in a month more on either side.
_TRIES = 6


@dataclass(frozen=True)
class Change:
    """One field of a repair.

    Attributes
    ----------
    field : str
        Path in the plan file.
    old, new, amount : float
        Its value (the largest over months), and how much it gives; of a target the amount is in the law's gain.
    unit : str
    value : object
        What stands in the plan file then.
    clause : str
        In words, beginning with a verb.
    months : str
        The months in which it is given, where these are not all.
    by : str
        Of money: the month by which it has to be there.
    """

    field: str
    old: float
    new: float
    amount: float
    unit: str
    value: Any
    clause: str
    months: str = ""
    by: str = ""


@dataclass(frozen=True)
class Remedy:
    """One way to repair the plan, verified: the changed plan was solved and certified.

    Attributes
    ----------
    changes : tuple of Change
        One field, or several where none of them can be left out.
    effort : float
        How much is asked, for the order: relative changes, weighed by how hard each is to get.
    values : dict
        Every field to set, those that follow from a change among them.
    brief : Brief
        The answer of the repaired plan.
    """

    changes: tuple[Change, ...]
    effort: float
    values: dict[str, Any]
    brief: Brief

    @property
    def sentence(self) -> str:
        """The repair in words."""
        return ", and ".join(change.clause for change in self.changes)

    @property
    def overrides(self) -> list[str]:
        """What ``--set`` takes."""
        return [as_override(field, value) for field, value in self.values.items()]


class Workshop:
    """Makes repairs of what the search finds, and verifies each."""

    def __init__(self, search: Search, options: Options, base: Formulation) -> None:
        self.findings: list[str] = []
        self._search = search
        self._options = options
        self._base = base

    def alone(self, candidates: list[Knob]) -> list[Remedy]:
        """Every knob that is enough by itself, each as little as it can; of two sides of a field the lesser."""
        best: dict[str, Remedy] = {}
        for knob in candidates:
            found = self._search.least(knob)
            remedy = None if found is None else self._verified((self._search.fewest_months(found),))
            if remedy is not None and (knob.field not in best or remedy.effort < best[knob.field].effort):
                best[knob.field] = remedy
        return list(best.values())

    def together(self, pool: list[Knob], alone: list[Remedy]) -> list[Remedy]:
        """Several fields at once, of the least effort, with none that is enough alone; then without one of them."""
        enough = {change.field for remedy in alone for change in remedy.changes}
        least = min((remedy.effort for remedy in alone), default=math.inf)
        found: dict[frozenset[str], Remedy] = {}
        left_out: list[frozenset[str]] = [frozenset(enough)]
        for _ in range(_SETS):
            if not left_out or len(found) + len(alone) >= FEW or self._search.clock.over:
                break
            without = left_out.pop(0)
            given = self._search.together([knob for knob in pool if knob.field not in without])
            fields = frozenset(entry.knob.field for entry in given or ())
            if not given or fields in found:
                continue
            hardest_first = sorted(given, key=lambda entry: -entry.effort)
            left_out += [without | {entry.knob.field} for entry in hardest_first]
            remedy = self._verified(given) if sum(entry.effort for entry in given) <= _FAR * least else None
            if remedy is not None:
                found[fields] = remedy
                least = min(least, remedy.effort)
        return list(found.values())

    def _verified(self, given: tuple[Given, ...]) -> Remedy | None:
        """The repair, once the changed plan was solved and certified."""
        said, found = "", None
        for tried in range(_TRIES):
            values = all_changes(given)
            try:
                brief = self._solved(self._search.plan.changed(values))
            except AllocatorError as error:
                said = str(error).splitlines()[0]
            else:
                found = found or (given, values, brief)
                if brief.status == Status.OPTIMAL or self._search.whole:
                    found = given, values, brief
                    break
            given = tuple(entry.more(wider=2 * tried >= _TRIES - 1) for entry in given)
        if found is None:
            fields = listed(entry.knob.field for entry in given)
            self.findings.append(f"a change of {fields} was found and could not be verified: {said}")
            return None
        given, values, brief = found
        changes = tuple(self._change(entry, given) for entry in given)
        return Remedy(changes, sum(entry.effort for entry in given), values, brief)

    def _solved(self, plan: Plan) -> Brief:
        """The certified answer of a repaired plan; in whole units, where the best takes too long, the first."""
        if not self._search.whole:
            return Session(plan, self._options).brief()
        try:
            return Session(plan, self._options.within(most=VERIFY_SECONDS / 3)).brief()
        except StoppedError:
            brief = Session(plan, replace(self._options.within(most=VERIFY_SECONDS), gap=_ANY_GAP)).brief()
            return replace(brief, status=str(Status.GAP))

    def _change(self, entry: Given, given: tuple[Given, ...]) -> Change:
        knob, plan = entry.knob, self._search.plan
        months, by = "", ""
        clause = knob.clause(entry.amount)
        if knob.by_month and (entry.first > 1 or entry.last < knob.by_month):
            first, last = plan.month_label(entry.first), plan.month_label(min(entry.last, knob.by_month))
            months = first if first == last else f"{first}..{last}"
            clause += (
                f" in {first}" if first == last else f" from {first} to {last}" if entry.first > 1 else f" until {last}"
            )
        if knob.field == "plan.cash":
            by, later = self._latest(entry, given)
            if later > entry.amount:
                # What arrives later earns less until then.
                clause += f" on opening day, or {money(later, plan.plan.currency)} as late as {by}"
            else:
                clause += f" by {by}"
        return Change(
            field=knob.field,
            old=knob.old,
            new=knob.new(entry.amount),
            amount=entry.amount,
            unit=knob.unit,
            value=entry.changes[knob.field],
            clause=clause,
            months=months,
            by=by,
        )

    def _latest(self, entry: Given, given: tuple[Given, ...]) -> tuple[str, float]:
        """The last month on whose first day the money may still arrive, and how much it has to be then."""
        plan, knob = self._search.plan, entry.knob
        program = self._search.program(given)
        keeps = 1.0 + monthly_rate(plan.plan.cash_yield)

        def arriving(month: int) -> float:
            # Opening cash has earned a month's interest by the first close, a round of that month none.
            return knob.rounded(entry.amount * max(keeps, 1.0) ** (month + 1)) if month else entry.amount

        low, high = 0, plan.plan.months
        while program is not None and high - low > 1:
            middle = (low + high) // 2
            late = self._search.can_hold(_arriving(program, entry.amount * keeps, arriving(middle), middle))
            if late is None:
                break
            low, high = (middle, high) if late else (low, middle)
        return plan.labels[low], arriving(low)


def _arriving(program: Program, opening: float, amount: float, month: int) -> Program:
    """The program with less cash in its first month's balance, and with an amount that arrives in a later one."""
    rows = program.row("Cash balance").index
    moved = np.zeros(program.n_rows)
    moved[rows[0]], moved[rows[month]] = -opening, amount
    return replace(program, row_lower=program.row_lower + moved, row_upper=program.row_upper + moved)
