"""Every field of a plan that could matter to a conflict.

A knob belongs to a rule of the conflict, or to what the rules of money and of targets rest on:
cash, rounds, costs, deadlines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from allocator.plan import Plan
from allocator.quality import Law
from allocator.study.repair_knob import OWN, Knob
from allocator.study.repair_limits import limit_knobs
from allocator.study.repair_models import deadline_knob, needs_knobs, target_knob
from allocator.study.repair_money import money_knobs
from allocator.study.repair_numbers import number_knobs

MONEY_RULES = ("plan.min_cash", "runway.months")


def knobs(plan: Plan, laws: dict[str, Law], rules: Iterable[str]) -> list[Knob]:
    """Every knob that could matter to a conflict of `rules`, the rules' own fields first."""
    rules = list(dict.fromkeys(rules))
    found: list[Knob] = []
    for rule in rules:
        found.extend(_of_rule(plan, laws, rule))
    if any(rule in MONEY_RULES or rule.endswith(".covenant") for rule in rules):
        found.extend(money_knobs(plan))
    for rule in rules:
        match = re.fullmatch(r"models\.(.+)\.target", rule)
        if match and match[1] in plan.models:
            found.append(deadline_knob(plan, match[1]))
    return [knob for knob in found if knob.most > 0.0]


def _of_rule(plan: Plan, laws: dict[str, Law], rule: str) -> Iterator[Knob]:
    parts = rule.split(".")
    if parts[0] == "limits":
        yield from limit_knobs(plan, ".".join(parts[1:]))
    elif parts[0] == "models" and parts[-1] == "target":
        yield target_knob(plan, laws, parts[1])
    elif parts[0] == "funding" and parts[-1] == "needs":
        yield from needs_knobs(plan, laws, parts[1])
    elif rule == "plan.wind_down":
        yield _switch(rule, True, "let staff leave once the last training has begun")
    else:
        yield from number_knobs(plan, rule)


def _switch(field: str, value: bool, words: str) -> Knob:
    return Knob(
        field=field,
        unit="",
        size=1.0,
        weight=OWN,
        most=1.0,
        step=1.0,
        old=float(not value),
        new=lambda _: float(value),
        put=lambda _: value,
        words=lambda _: words,
    )
