"""Why is there no plan, and what would have to change so that there is one?"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allocator.errors import ExitCode, UsageError
from allocator.formulate.build import formulate
from allocator.plan import Plan
from allocator.plan.overrides import as_override
from allocator.plan.wrong import did_you_mean, listed
from allocator.result.conflict import say_conflict
from allocator.result.table import Table, table
from allocator.solve.conflict import Conflict, find_conflict
from allocator.solve.feasible import can_hold
from allocator.solve.options import Options
from allocator.solve.solution import Status
from allocator.study.repair_arithmetic import arithmetic
from allocator.study.repair_knob import value_of
from allocator.study.repair_knobs import knobs
from allocator.study.repair_search import Search

if TYPE_CHECKING:
    import pandas as pd
from allocator.study.repair_workshop import FEW, Remedy, Workshop

# Seconds for all questions, beside the solves that verify repairs.
TIME_LIMIT = 120.0
CONFLICT_SECONDS = 30.0


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
    conflict: Conflict | None = None,
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
        For the solves that verify the repairs; its time limit is that of search and solves together.
    time_limit : float or None
        Seconds for the search; a search that was not finished says so.
    conflict : Conflict, optional
        Of the plan, where it is known already.

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
        check_kept(plan, name)
    options = (options or Options()).started()
    clock = options.solve_clock().part(most=time_limit)
    formulation = formulate(plan)
    if conflict is None:
        conflict = find_conflict(formulation.program, time_limit=clock.part(most=CONFLICT_SECONDS).left)
    if not conflict.groups and can_hold(formulation.program, clock):
        raise UsageError(f"{plan.plan.name} has a plan that keeps every rule: there is nothing to repair")
    laws = {name: block.law for name, block in formulation.models.items()}
    search = Search(plan, formulation, clock)
    may_change = [
        readable
        for knob in knobs(plan, laws, conflict.groups)
        if not is_kept(knob.field, keep) and (readable := search.readable(knob)) is not None
    ]
    workshop = Workshop(search, options, formulation)
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


def check_kept(plan: Plan, name: str) -> None:
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
