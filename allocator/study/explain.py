"""Why this answer: what binds and what it is worth, where the money went, what is not used, what a change would do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from allocator.errors import ExitCode, InfeasibleError, StoppedError
from allocator.formulate.build import Formulation
from allocator.plan import Plan
from allocator.plan.overrides import as_override
from allocator.result.goal import slope_of
from allocator.result.ledger import replay
from allocator.result.make import make_result
from allocator.result.result import Result
from allocator.result.table import Table
from allocator.result.trace import RULE, sources, trace
from allocator.session import Session
from allocator.solve.conflict import Conflict
from allocator.solve.options import Options
from allocator.solve.solution import Solution
from allocator.study.asked import TIME_UP, not_measured
from allocator.study.explain_change import Change, compare_answers
from allocator.study.explain_prices import Priced, find_prices, priced_table
from allocator.study.explain_unused import UNMEASURED, Unused, find_unused, unused_table
from allocator.study.explain_words import PriceWords

if TYPE_CHECKING:
    import pandas as pd

TABLES = ("rules", "prices", "unused", "sources", "trace", "changes")
# Months' prices that get a range where nothing else is asked: each takes a dozen solves.
RANGED = 6


class UnexplainedError(InfeasibleError):
    """The plan has no answer, or none with the change that was asked about.

    `plan` is the one without, `found` what is known of its rules in conflict.
    """

    def __init__(self, plan: Plan, error: InfeasibleError, found: Conflict | None) -> None:
        self.plan, self.found = plan, found
        super().__init__(str(error), error.conflict)


class InfeasibleChangeError(UnexplainedError):
    """The plan has an answer, but not with the change that was asked about."""


@dataclass(frozen=True)
class Explanation:
    """Why a plan's answer is what it is.

    Attributes
    ----------
    result : Result
        The certified answer.
    formulation : Formulation
        What was solved, for words.
    priced : Priced
        Prices with their ranges.
    unused : tuple of Unused
    change : Change or None
        Where a change was asked about.
    tables : dict of str to Table
        ``rules``: what each binding rule is worth in all its months; ``prices``: month by month; ``unused``: break-even
        prices; ``sources`` and ``trace``: every dollar from its source to its use, over the plan and month by month;
        ``changes``: before and after, where a change was asked about.
    missing : tuple of str
        What there was no time for, a sentence each.
    """

    result: Result
    formulation: Formulation
    priced: Priced
    unused: tuple[Unused, ...]
    change: Change | None
    tables: dict[str, Table]
    missing: tuple[str, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """What the command line answers."""
        codes = [self.result.exit_code, ExitCode.STOPPED_EARLY if self.missing else ExitCode.SOLVED]
        if self.change is not None:
            codes.append(self.change.result.exit_code)
        return max(codes)

    @property
    def price_kind(self) -> str:
        """``exact``, ``at the fixed integer plan`` or ``unavailable (why)``."""
        return self.priced.kind

    @property
    def words(self) -> PriceWords:
        """What says its prices."""
        return PriceWords(self.formulation, slope_of(self.formulation, self.result.objective["gain"]))

    def frame(self, name: str) -> pd.DataFrame:
        """One of the tables as a pandas DataFrame."""
        return self.tables[name].frame()

    def rule_sentences(self) -> list[str]:
        """What each binding rule is worth and how far that holds, dearest first."""
        return [self.words.sentence(price, self.priced.months) for price in self.priced.rules]

    def unused_sentences(self) -> list[str]:
        """Why each thing that is not used is not, and at what price it would be."""
        plan = self.result.plan
        return [each.sentence(plan.plan.currency, plan.labels[0]) for each in self.unused]

    def sentences(self) -> list[str]:
        """Everything that can be said in a sentence: the change, the rules, what is not used."""
        changed = [] if self.change is None else list(self.change.sentences)
        return [*changed, *self.rule_sentences(), *self.unused_sentences()]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON; what never ends is None."""
        return {
            "status": self.result.status,
            "objective": self.result.objective,
            "price_kind": self.price_kind,
            **{name: [_plain(row) for row in table] for name, table in self.tables.items()},
            "sentences": self.sentences(),
            "missing": list(self.missing),
            "trace_rule": RULE,
            "change": None if self.change is None else _change(self.change),
            "re_solves": {"solves": self.priced.solves, "rebuilt": self.priced.rebuilt},
            "certificate": self.result.certificate.as_dict(),
            "plan_sha256": self.result.plan.sha256(),
        }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {key: None if isinstance(value, float) and not isfinite(value) else value for key, value in row.items()}


def _change(change: Change) -> dict[str, Any]:
    return {
        "asked": list(change.asked),
        "verdict": change.verdict,
        "reasons": list(change.reasons),
        "predicted": change.predicted,
        "happened": change.happened,
        "in_place": change.in_place,
    }


def explain(
    plan: Plan,
    changes: Mapping[str, Any] | Sequence[str] = (),
    *,
    ranged: int | None = RANGED,
    options: Options | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Explanation:
    """Explain the best answer to a plan.

    Parameters
    ----------
    plan : Plan
    changes : mapping or sequence of str, optional
        What `Plan.changed` takes: also compare with the plan so changed, and say why where nothing moved.
    ranged : int or None
        How many months' prices, the dearest, get the range that they hold over; None for all. Every rule, taken in all
        its months, gets one.
    options : Options, optional
        Solver and gap of the plan's own solve, and the time limit of all. What is solved beside it runs in HiGHS, to
        1e-8.
    progress : callable, optional
        Called with the number of prices and ranges done and of all, then with that of what is offered.

    Returns
    -------
    Explanation

    Raises
    ------
    PlanError, LawError
        When a change cannot be used.
    InfeasibleError, StoppedError, SolverError
        As `Session.solve`: `UnexplainedError`, `InfeasibleChangeError` where only the changed plan has no answer.
    """
    options = (options or Options()).started()
    changed = plan.changed(changes) if changes else None
    session = Session(plan, options)
    try:
        reached = session.reached()
    except InfeasibleError as error:
        raise UnexplainedError(plan, error, session.conflict_of(plan)) from None
    formulation, solution = reached.formulation, reached.solution
    result = make_result(formulation, solution, None, reached.runway_bound)
    change, missing = None, []
    if changed is not None:
        # First of all that follows: it was asked about.
        try:
            change = _changed(session, changed, changes, (formulation, solution, result))
        except StoppedError:
            missing.append(f"the plan with {', '.join(_asked(changes))} not solved: {TIME_UP}")
    clock = options.clock
    priced = find_prices(formulation, solution, ranged=ranged, threads=options.threads, clock=clock, progress=progress)
    unused = find_unused(formulation.plan, result.decisions, threads=options.threads, clock=clock, progress=progress)
    left = sum(each.found.startswith(UNMEASURED) for each in unused)
    missing += [*priced.missing, not_measured(left, len(unused), "break-even prices")]
    ledger = replay(result.plan, result.decisions)
    traced = trace(ledger)
    slope = slope_of(formulation, result.objective["gain"])
    tables = {
        "rules": priced_table("rules", priced.rules, slope),
        "prices": priced_table("prices", priced.months, slope),
        "unused": unused_table(unused),
        "sources": sources(traced),
        "trace": traced,
    }
    if change is not None:
        tables["changes"] = change.table
    said = tuple(sentence for sentence in missing if sentence)
    return Explanation(result, formulation, priced, tuple(unused), change, tables, said)


def _asked(changes: Mapping[str, Any] | Sequence[str]) -> tuple[str, ...]:
    if isinstance(changes, Mapping):
        return tuple(as_override(key, value) for key, value in changes.items())
    return tuple(changes)


def _changed(
    session: Session,
    changed: Plan,
    changes: Mapping[str, Any] | Sequence[str],
    before: tuple[Formulation, Solution, Result],
) -> Change:
    """The changed plan's answer beside the plan's own."""
    in_place = session.update(changed).in_place
    try:
        after = session.solve(horizon_audit=False)
    except InfeasibleError as error:
        raise InfeasibleChangeError(changed, error, session.conflict_of(changed)) from None
    other = before[0].plan.changed(changes)
    return compare_answers(_asked(changes), before, other, after, in_place=in_place)
