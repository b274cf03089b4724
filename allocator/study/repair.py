"""Why is there no plan, and what would have to change so that there is one?"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from allocator.errors import AllocatorError, ExitCode, StoppedError, UsageError
from allocator.formulate.build import Formulation, formulate
from allocator.formulate.frame import monthly_rate
from allocator.formulate.program import Program
from allocator.plan import Plan
from allocator.plan.overrides import as_override
from allocator.plan.wording import money
from allocator.plan.wrong import did_you_mean, listed
from allocator.result.brief import Brief
from allocator.result.conflict import say_conflict
from allocator.result.table import Table, table
from allocator.session import Session
from allocator.solve.conflict import Conflict, find_conflict
from allocator.solve.feasible import can_hold
from allocator.solve.master import Clock
from allocator.solve.options import Options
from allocator.solve.solution import Status
from allocator.study.repair_arithmetic import arithmetic
from allocator.study.repair_knobs import Knob, knobs, value_of
from allocator.study.repair_search import Given, Search, all_changes

if TYPE_CHECKING:
    import pandas as pd

# Where fewer fields than this can repair the plan alone, several together are looked at too.
FEW = 3
# Sets of fields that are looked for, and how many times the least effort a set may ask.
_SETS = 6
_FAR = 10.0
# Seconds for all questions, beside the solves that verify repairs.
TIME_LIMIT = 120.0
CONFLICT_SECONDS = 30.0
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


@dataclass(frozen=True)
class Repair:
    """What is wrong with an infeasible plan, and what repairs it.

    Attributes
    ----------
    plan : Plan
    arithmetic : Table
        What no solver is needed for: ``month, rule, needed, there, unit, sentence``.
    conflict : Conflict
        Rules that cannot hold together.
    said : str
        The conflict in words.
    remedies : tuple of Remedy
        Ways to repair the plan, the least effort first.
    kept : tuple of str
        What was not to be changed.
    findings : tuple of str
        What was not settled.
    seconds : float
    """

    plan: Plan
    arithmetic: Table
    conflict: Conflict
    said: str
    remedies: tuple[Remedy, ...]
    kept: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    seconds: float = 0.0

    exit_code = ExitCode.INFEASIBLE

    @property
    def rules(self) -> Table:
        """The conflict, a row a rule: ``rule, sentence, gives, unit, where``."""
        gives = {found.group: found for found in self.conflict.shortfalls}
        records = []
        for rule, sentence in zip(self.conflict.groups, self.conflict.sentences, strict=True):
            short = gives.get(rule)
            amount = (None, "", "") if short is None else (short.amount, short.unit, short.where)
            records.append((rule, sentence, *amount))
        return table("conflict", ["rule", "sentence", "gives", "unit", "where"], records)

    @property
    def repairs(self) -> Table:
        """A row for each field of each repair.

        Columns: ``repair`` (its number), ``field, old, new, change, unit, months, by, effort, status, gap,
        max_violation, set``.
        """
        columns = ["repair", "field", "old", "new", "change", "unit", "months", "by", "effort", "status", "gap"]
        records = [
            (
                number,
                change.field,
                change.old,
                change.new,
                change.amount,
                change.unit,
                change.months,
                change.by,
                remedy.effort,
                remedy.brief.status,
                remedy.brief.gap,
                remedy.brief.certificate.max_violation,
                as_override(change.field, change.value),
            )
            for number, remedy in enumerate(self.remedies, start=1)
            for change in remedy.changes
        ]
        return table("repairs", [*columns, "max_violation", "set"], records)

    def frame(self) -> pd.DataFrame:
        """`repairs` as a pandas DataFrame."""
        return self.repairs.frame()

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "status": "infeasible",
            "arithmetic": list(self.arithmetic),
            "conflict": list(self.rules),
            "message": self.said,
            "kept": list(self.kept),
            "repairs": [
                {
                    "sentence": remedy.sentence,
                    "effort": remedy.effort,
                    "changes": [
                        {
                            "field": change.field,
                            "old": change.old,
                            "new": change.new,
                            "change": change.amount,
                            "unit": change.unit,
                            "months": change.months,
                            "by": change.by,
                            "value": change.value,
                        }
                        for change in remedy.changes
                    ],
                    "set": remedy.overrides,
                    "status": remedy.brief.status,
                    "gap": remedy.brief.gap,
                    "max_violation": remedy.brief.certificate.max_violation,
                    "models": remedy.brief.metrics,
                }
                for remedy in self.remedies
            ],
            "findings": list(self.findings),
        }


def repair(
    plan: Plan,
    keep: Sequence[str] = (),
    *,
    options: Options | None = None,
    time_limit: float | None = TIME_LIMIT,
) -> Repair:
    """Find why `plan` is infeasible, and the least changes of its fields that make it feasible.

    Each rule of the conflict, and what rules of money and targets rest on (cash, signed rounds, costs,
    deadlines), is let give way alone; where few of them are enough, several together are looked at.
    Every repair is solved and certified as a plan of its own.

    Parameters
    ----------
    plan : Plan
    keep : sequence of str
        Rules, fields or sections that may not be changed: ``"runway"``, ``"people.engineers.min"``,
        ``"limits.chips-share"``.
    options : Options, optional
        For the solves that verify the repairs.
    time_limit : float or None
        Seconds for the search; a search that was not finished says so.

    Returns
    -------
    Repair

    Raises
    ------
    UsageError
        When the plan has an answer, or `keep` names nothing of the plan.
    """
    began = time.perf_counter()
    for name in keep:
        _check_kept(plan, name)
    clock = Clock(time_limit)
    formulation = formulate(plan)
    conflict = find_conflict(formulation.program, time_limit=min(time_limit or CONFLICT_SECONDS, CONFLICT_SECONDS))
    if not conflict.groups and can_hold(formulation.program, clock):
        raise UsageError(f"{plan.plan.name} has a plan that keeps every rule: there is nothing to repair")
    laws = {name: block.law for name, block in formulation.models.items()}
    search = Search(plan, formulation, clock)
    may_change = [
        readable
        for knob in knobs(plan, laws, conflict.groups)
        if not is_kept(knob.field, keep) and (readable := search.readable(knob)) is not None
    ]
    workshop = _Workshop(search, options or Options(), formulation)
    remedies = workshop.alone(may_change)
    if len({remedy.changes[0].field for remedy in remedies}) < FEW:
        rules = [block.group for block in formulation.program.rows if block.group]
        rules += [bound.name for bound in formulation.program.bound_groups]
        pool = [
            readable
            for knob in knobs(plan, laws, rules)
            if not is_kept(knob.field, keep) and (readable := search.readable(knob)) is not None
        ]
        remedies += workshop.together(pool, remedies)
    findings = list(workshop.findings)
    # A plan that pays what is committed and trains nothing keeps every rule, and is nobody's repair.
    barren = [remedy for remedy in remedies if remedy.brief.status == Status.GAP and not search.whole]
    if len(barren) < len(remedies):
        said = "keeps every rule too, but no best plan was proven then, as where nothing is left for the models"
        findings += [f"{remedy.sentence}: {said}" for remedy in barren]
        remedies = [remedy for remedy in remedies if remedy not in barren]
    if search.unfinished:
        findings.append("not every change was looked at to the end in time; others may repair the plan too")
    if not remedies:
        beside = f" with {listed(keep)} kept" if keep else ""
        findings.append(f"no change of the fields that were looked at repairs the plan{beside}")
    return Repair(
        plan=plan,
        arithmetic=arithmetic(plan),
        conflict=conflict,
        said=say_conflict(conflict, formulation),
        remedies=tuple(sorted(remedies, key=lambda remedy: (len(remedy.changes), remedy.effort))),
        kept=tuple(keep),
        findings=tuple(findings),
        seconds=time.perf_counter() - began,
    )


def is_kept(field: str, keep: Sequence[str]) -> bool:
    """Whether a field is one of those named, or lies below one."""
    return any(field == name or field.startswith(f"{name}.") for name in keep)


def _check_kept(plan: Plan, name: str) -> None:
    """Refuse a name that is nothing of the plan."""
    value = value_of(plan, name)
    section = name.partition(".")[0]
    if value is not None and section in type(plan).model_fields:
        return
    known = [*(key for key in type(plan).model_fields if getattr(plan, key)), *_items(plan)]
    raise UsageError(
        f"--keep {name}: the plan has no such rule, field or section; "
        + did_you_mean(name, [*known, *_fields(plan)], f"name one of {listed(known)}, or a field below them")
    )


def _items(plan: Plan) -> list[str]:
    return [
        f"{section}.{name}"
        for section in type(plan).model_fields
        if isinstance(getattr(plan, section), dict)
        for name in getattr(plan, section)
    ]


def _fields(plan: Plan) -> list[str]:
    found: list[str] = []
    for path in [*type(plan).model_fields, *_items(plan)]:
        fields = getattr(type(value_of(plan, path)), "model_fields", {})
        found.extend(f"{path}.{field}" for field in fields)
    return found


class _Workshop:
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
        limit = min(self._options.time_limit or VERIFY_SECONDS, VERIFY_SECONDS)
        try:
            return Session(plan, replace(self._options, time_limit=limit / 3)).brief()
        except StoppedError:
            brief = Session(plan, replace(self._options, gap=_ANY_GAP, time_limit=limit)).brief()
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
