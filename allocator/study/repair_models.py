"""What is asked of models, and can give way: targets, deadlines and the quality that money waits for."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from allocator.plan import Plan
from allocator.plan.wording import plural
from allocator.quality import Law
from allocator.study.repair_knob import (
    CONSENT,
    OWN,
    Knob,
    Said,
    Value,
    Words,
)


def deadline_knob(plan: Plan, name: str) -> Knob:
    deadline, months = plan.models[name].deadline, plan.plan.months
    # A plan of values listed month by month cannot be made longer by one field.
    room = months - deadline
    longer = 12 if not _lists(plan.document) else 0

    def more(amount: float) -> dict[str, Value]:
        return {"plan.months": deadline + round(amount)} if deadline + amount > months else {}

    def label(amount: float) -> str:
        return str(plan.plan.start.plus(deadline + round(amount) - 1))

    return Knob(
        field=f"models.{name}.deadline",
        unit="month",
        size=float(deadline),
        weight=OWN,
        most=float(room + longer),
        step=1.0,
        old=float(deadline),
        new=lambda amount: deadline + amount,
        put=label,
        words=lambda said: f"move the deadline of {name} by {plural(said.given, 'month')}, to {label(said.given)}",
        more=more,
    )


def _lists(document: Any) -> bool:
    """Whether any value of the document is a list of numbers, an entry for each month."""
    if isinstance(document, dict):
        return any(_lists(entry) for key, entry in document.items() if key != "points")
    return isinstance(document, list) and all(isinstance(entry, int | float | str) for entry in document)


# Gains beyond which nothing is asked of a target: e^12 of the reducible loss.
_WEAKEST = 12.0


def target_knob(plan: Plan, laws: dict[str, Law], name: str) -> Knob:
    target, law = plan.models[name].target, laws[name]
    assert target is not None  # only such models have the rule
    field = f"models.{name}.target"

    def words(said: Said) -> str:
        return f"accept {law.metric} {said.new:g} of {name} instead of {said.old:g}"

    return _metric(field, law, target, words, lambda metric: metric)


def needs_knobs(plan: Plan, laws: dict[str, Law], name: str) -> Iterator[Knob]:
    """What a model has to reach before money comes."""
    asked = plan.funding[name].needs
    if asked is None:
        return
    law = laws[asked.model]

    def words(said: Said) -> str:
        return f"agree on {law.metric} {said.new:g} of {asked.model} for {name} instead of {said.old:g}"

    def text(metric: float) -> str:
        return f"models.{asked.model}.value {asked.sense} {metric:.10g}"

    yield replace(_metric(f"funding.{name}.needs", law, asked.value, words, text), weight=CONSENT)


def _metric(field: str, law: Law, asked: float, words: Words, put: Callable[[float], Value]) -> Knob:
    """A metric gives in units of the law's gain, in which its row is linear; it is said as it stands in the file."""
    wanted = float(law.gain_of_metric(asked))

    def metric(amount: float) -> float:
        exact = float(law.metric_of_gain(wanted - amount))
        # Four digits, on the side that is easier to reach.
        digits = 10.0 ** (math.floor(math.log10(abs(exact))) - 3) if exact else 1.0
        shown = [math.floor(exact / digits) * digits, math.ceil(exact / digits) * digits]
        easier = [value for value in shown if float(law.gain_of_metric(value)) <= wanted - amount]
        return float(f"{easier[0] if easier else exact:.10g}")

    weakest = _WEAKEST
    while weakest > 1e-3 and not math.isfinite(float(law.gain_of_metric(metric(weakest)))):
        weakest /= 2.0
    return Knob(
        field=field,
        unit=law.metric,
        size=1.0,
        weight=OWN,
        most=weakest,
        step=0.0,
        old=asked,
        new=metric,
        put=lambda amount: put(metric(amount)),
        words=words,
        # The metric is rounded, which is nothing beside so much.
        probe=weakest,
    )
