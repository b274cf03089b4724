"""A result read back as locks: limits that fix what was decided, so that only the rest is planned again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

from allocator.errors import UsageError
from allocator.plan import Plan
from allocator.plan.limits import LOCK
from allocator.plan.quantities import BY_NAME, MEASURES, Measure, has
from allocator.plan.wrong import WrongValueError, shown
from allocator.result.ledger import replay
from allocator.result.ledger.choices import Choices, read_choices
from allocator.result.ledger.quantities import gone

# How far a locked number may move, as a share of it: less than the tolerance every rule is held to, and enough that
# a plan which keeps its rules to within that tolerance can be found again.
GIVE = 3e-8
# Fewer GPUs or persons than this are none.
NOTHING = 1e-9
_LONGEST_NAME = 80
_WHOLE = 1e-6

Decisions = Mapping[str, Mapping[str, Any]]


def locks_of(plan: Plan, decisions: Decisions, until: str | int | None = None) -> dict[str, str]:
    """Return limits that fix every decision of the months up to one.

    Parameters
    ----------
    plan : Plan
    decisions : mapping
        As the ledger replays them: `Result.decisions`.
    until : str or int, optional
        The last month that is locked; all of them when left out.

    Returns
    -------
    dict of str to str
        Name and rule of each; `Plan.with_limits` takes them. Whole units are fixed exactly, other numbers to
        within 3e-8 of themselves, months without a decision in one rule.

    Raises
    ------
    UsageError
        When `until` is no month of the plan.
    ValueError
        When the decisions are not of this plan.
    """
    last = _last_month(plan, until)
    choices = read_choices(plan, decisions)
    rules: dict[str, str] = {}
    for measure in MEASURES:
        if not measure.decides:
            continue
        for item, entry in getattr(plan, measure.section).items():
            if not has(entry, measure) or not _is_there(plan, measure):
                continue
            if measure.detail == "cohort":
                rules |= _going(plan, measure, item, choices, last)
            else:
                by_month = getattr(choices, measure.books)[item][:last]
                rules |= dict(_by_month(plan, measure, f"{measure.section}.{item}.{measure.name}", by_month))
    return rules | _money(plan, decisions, choices, last)


def _money(plan: Plan, decisions: Decisions, choices: Choices, last: int) -> dict[str, str]:
    """What was raised and used, and what was owed at each close: that is what was repaid of a credit line."""
    amount, owed, used = (BY_NAME["funding", name] for name in ("amount", "owed", "used"))
    rules: dict[str, str] = {}
    for name, raised in choices.raised.items():
        rules |= dict(_by_month(plan, amount, f"funding.{name}.amount", raised[:last]))
    for name, by_offer in choices.credits.items():
        for offer, amounts in by_offer.items():
            rules |= dict(_by_month(plan, used, f"funding.{name}.used.{offer}", amounts[:last]))
    if choices.repaid:
        ledger = replay(plan, decisions)
        for name in choices.repaid:
            rules |= dict(_by_month(plan, owed, f"funding.{name}.owed", ledger.owed[name][:last]))
    return rules


def read_locks(path: Path, plan: Plan, until: str | None = None) -> dict[str, str]:
    """Return the locks of a result that was written as JSON, for a plan that may have changed since.

    Raises
    ------
    UsageError
        When the file is no result of a plan that begins in the same month, or decided on what the plan does not have.
    """
    document = _read_result(path)
    start, decisions = str(document["plan"]["plan"]["start"]), document["decisions"]
    if start != str(plan.plan.start):
        raise UsageError(
            f"{path} is a plan that begins in {start}, and this one begins in {plan.plan.start}; "
            "lock a result of a plan with the same `plan.start`"
        )
    last = _last_month(plan, until)
    try:
        return locks_of(plan, _of_months(plan, decisions, last), until)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        if isinstance(error, ValueError):
            reason = str(error).removeprefix("decisions: ")
            raise UsageError(f"{path} cannot be locked in this plan: {reason}") from None
        raise UsageError(f"{path} is no result that can be locked: its `decisions` cannot be read") from None


def _read_result(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise UsageError(f"{path} is not JSON; lock a result written by `allocator solve --out result.json`") from None
    if not isinstance(document, dict) or not isinstance(document.get("decisions"), dict):
        status = document.get("status") if isinstance(document, dict) else None
        why = (
            f"it is {status}, and decided nothing"
            if isinstance(status, str)
            else "it has no `decisions` (one --table alone has none)"
        )
        raise UsageError(
            f"{path} cannot be locked: {why}; lock a result written by `allocator solve --out result.json`"
        )
    plan = document.get("plan")
    if not isinstance(plan, dict) or not isinstance(plan.get("plan"), dict) or "start" not in plan["plan"]:
        raise UsageError(f"{path} cannot be locked: it does not say of which months it is")
    return document


def _last_month(plan: Plan, until: str | int | None) -> int:
    if until is None:
        return plan.plan.months
    try:
        return plan.timeline.index(until)
    except WrongValueError as wrong:
        raise UsageError(f"until {shown(until)}: {wrong.message}; name {wrong.allowed}") from None


def _of_months(plan: Plan, decisions: Decisions, last: int) -> dict[str, dict[str, Any]]:
    """The decisions of the first months, in lists as long as this plan; what decided nothing in them is left out."""
    months = plan.plan.months
    kept: dict[str, dict[str, Any]] = {}
    for section, items in decisions.items():
        kept[section] = {}
        for name, entry in items.items():
            mine: dict[str, Any] = {}
            for key, values in entry.items():
                if key in ("sold", "ended"):
                    mine[key] = [entry for entry in values if entry[1] <= last]
                elif isinstance(values, list):
                    mine[key] = _as_long(values[:last], months)
                elif key == "used":
                    mine[key] = {offer: _as_long(amounts[:last], months) for offer, amounts in values.items()}
            decided = any(_any(entry) for entry in mine.values())
            if decided or name in getattr(plan, section, {}):
                kept[section][name] = mine
    return kept


def _as_long(values: Sequence[float], months: int) -> list[float]:
    return [*values[:months], *[0.0] * (months - len(values))]


def _any(entry: Any) -> bool:
    """Whether anything was decided in a list, or in a table of lists."""
    return any(map(any, entry.values())) if isinstance(entry, dict) else any(entry)


def _by_month(plan: Plan, measure: Measure, quantity: str, values: Sequence[float]) -> Iterator[tuple[str, str]]:
    """A rule for each month with a decision, and one for each run of months without."""
    for nothing, run in groupby(range(1, len(values) + 1), key=lambda month: _is_none(measure, values[month - 1])):
        months = list(run)
        if nothing:
            yield _rule(plan, quantity, months[0], months[-1], 0.0)
        else:
            yield from (_rule(plan, quantity, month, month, values[month - 1]) for month in months)


def _is_there(plan: Plan, measure: Measure) -> bool:
    """Whether a plan has the decision at all, where that is not for the item to say."""
    return measure.name != "experiments" or any(role.wants_gpus and role.research for role in plan.people.values())


def _going(plan: Plan, measure: Measure, item: str, choices: Choices, last: int) -> dict[str, str]:
    """Sales or exits by the month of the order, and in all: what goes of no order is then nothing."""
    quantity = f"{measure.section}.{item}.{measure.name}"
    total, rules = [0.0] * last, {}
    for came, month, gpus in gone(choices, measure.name)[item]:
        if month <= last and not _is_none(measure, gpus):
            total[month - 1] += gpus
            order = plan.month_label(came) if came else "opening"
            name, rule = _rule(plan, f"{quantity}.{order}", month, month, gpus)
            rules[name] = rule
    return rules | dict(_by_month(plan, measure, quantity, total))


def _is_none(measure: Measure, value: float) -> bool:
    return abs(value) <= (NOTHING if measure.unit in ("GPU", "person") else 0.0)


def _rule(plan: Plan, quantity: str, first: int, last: int, value: float) -> tuple[str, str]:
    """Name and text of one lock."""
    months = plan.month_label(first) if first == last else f"{plan.month_label(first)}..{plan.month_label(last)}"
    name = f"{LOCK}{quantity.replace('.', '-')}-{plan.month_label(first)}"
    if len(name) > _LONGEST_NAME:
        name = f"{name[: _LONGEST_NAME - 9]}-{sha256(name.encode()).hexdigest()[:8]}"
    whole = first <= plan.plan.whole and abs(value - round(value)) <= _WHOLE
    if value == 0.0 or (whole and quantity.split(".")[0] in ("compute", "people")):
        return name, f"{quantity}[{months}] = {round(value)}"
    written = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return name, f"{quantity}[{months}] = {written} +- {GIVE * abs(value):.3g}"
