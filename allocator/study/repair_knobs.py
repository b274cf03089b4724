"""Fields of a plan that can give way, each with how far, in what steps and in which words.

A knob belongs to a rule of the conflict, or to what the rules of money and of targets rest on:
cash, rounds, costs, deadlines. Rules of other parts find a plain knob by their field's name
alone; a row in `RULES` gives them words and steps of their own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from allocator.plan import Plan
from allocator.plan.wording import count, money, plural
from allocator.quality import Law

# How likely a change can be had, as a factor on its relative size: what the company itself decides,
# what takes others' consent, what a market has to supply, and what is spent for a reason.
OWN, CONSENT, SUPPLY, SPENT = 1.0, 1.5, 2.0, 3.0
# Nothing is asked to give more than so many times its size.
_FARTHEST = 100.0
MONEY_RULES = ("plan.min_cash", "runway.months")
_NUMBER = re.compile(r"\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?")

Value = Any


@dataclass(frozen=True)
class Said:
    """What a clause speaks of: how much is given, and the field's value before and after."""

    given: float
    old: float
    new: float


Words = Callable[[Said], str]


@dataclass(frozen=True)
class Knob:
    """One field that can give way by an amount from 0 to `most`.

    Attributes
    ----------
    field : str
        Path in the plan file.
    unit : str
        Of the amount, the old and the new value.
    size : float
        What an amount is held against.
    weight : float
        How hard it is to get, beside others: see `OWN` and the rest.
    most : float
    step : float
        Amounts are whole multiples of it; 0 where they are rounded to three digits.
    old : float
        The value now: the largest over months.
    new : callable
        The value in the same unit after an amount was given.
    put : callable
        Amount to what stands in the document then.
    words : callable
        To a clause that begins with a verb.
    by_month : int
        Months in some of which it may be given alone; 0 where it is one value.
    put_within : callable or None
        The same as `put` for some months: amount, first and last month (numbers, inclusive).
    probe : float
        Amount from which it is told how bounds move; 0 for a hundredth of `size`.
    more : callable or None
        Amount to further fields that have to change with it.
    """

    field: str
    unit: str
    size: float
    weight: float
    most: float
    step: float
    old: float
    new: Callable[[float], float]
    put: Callable[[float], Value]
    words: Words
    by_month: int = 0
    put_within: Callable[[float, int, int], Value] | None = None
    probe: float = 0.0
    more: Callable[[float], dict[str, Value]] | None = None

    def changes(self, amount: float, first: int = 1, last: int = 10**6) -> dict[str, Value]:
        """Fields and their new values, as `Plan.changed` takes them."""
        value = self.put(amount) if self.put_within is None else self.put_within(amount, first, last)
        found = {self.field: value}
        return found if self.more is None else {**self.more(amount), **found}

    def rounded(self, amount: float) -> float:
        """The amount in whole steps, or in three digits, never less than asked and never above `most`."""
        if self.step:
            return min(math.ceil(amount / self.step - 1e-6) * self.step, self.most)
        if amount <= 0.0:
            return 0.0
        unit = 10.0 ** (math.floor(math.log10(amount)) - 2)
        return min(float(f"{math.ceil(amount / unit - 1e-6) * unit:.6g}"), self.most)

    def next(self, amount: float) -> float:
        """The next larger amount."""
        if self.step:
            return min(amount + self.step, self.most)
        return self.rounded(max(amount, 1e-9 * self.size) * 1.01)

    def clause(self, amount: float) -> str:
        """The change in words, beginning with a verb."""
        return self.words(Said(amount, self.old, self.new(amount)))

    def effort(self, amount: float) -> float:
        """How much is asked: the amount as a share of what it is a change of, times how hard it is to get."""
        return self.weight * amount / self.size


def knobs(plan: Plan, laws: dict[str, Law], rules: Iterable[str]) -> list[Knob]:
    """Every knob that could matter to a conflict of `rules`, the rules' own fields first."""
    rules = list(dict.fromkeys(rules))
    found: list[Knob] = []
    for rule in rules:
        found.extend(_of_rule(plan, laws, rule))
    if any(rule in MONEY_RULES or rule.endswith(".covenant") for rule in rules):
        found.extend(_money(plan))
    for rule in rules:
        match = re.fullmatch(r"models\.(.+)\.target", rule)
        if match and match[1] in plan.models:
            found.append(_deadline(plan, match[1]))
    return [knob for knob in found if knob.most > 0.0]


def _of_rule(plan: Plan, laws: dict[str, Law], rule: str) -> Iterator[Knob]:
    parts = rule.split(".")
    if parts[0] == "limits":
        yield from _limit(plan, ".".join(parts[1:]))
    elif parts[0] == "models" and parts[-1] == "target":
        yield _target(plan, laws, parts[1])
    elif parts[0] == "funding" and parts[-1] == "needs":
        yield from _needs(plan, laws, parts[1])
    elif rule == "plan.wind_down":
        yield _switch(rule, True, "let staff leave once the last training has begun")
    else:
        yield from _number(plan, rule)


# ---- Numbers, one or by month ------------------------------------------------------------------------


@dataclass(frozen=True)
class _Rule:
    """How a field gives: downwards (-1) or upwards, in what unit and steps, how hard, in which words."""

    sign: int
    unit: Callable[[Plan, str], str]
    step: Callable[[Plan, str], float]
    weight: float
    words: Callable[[Plan, str], Words]


def _currency(plan: Plan, _: str) -> str:
    return plan.plan.currency


def _lot(plan: Plan, name: str) -> float:
    return float(plan.compute[name].lot) if plan.plan.whole else 1.0


def _items(plan: Plan, name: str) -> str:
    return str(plan.data[name].unit)


def _said(text: str) -> Callable[[Plan, str], Words]:
    """Words with {given}, {old}, {new} as counts, and {name}."""

    def for_plan(plan: Plan, name: str) -> Words:
        def say(said: Said) -> str:
            unit = str(plan.data[name].unit) if name in plan.data else ""
            amounts = {key: count(value) for key, value in vars(said).items()}
            return text.format(**amounts, name=name, unit=unit)

        return say

    return for_plan


def _said_in_money(text: str) -> Callable[[Plan, str], Words]:
    """Words with {given}, {old}, {new} as money, and {name}."""

    def for_plan(plan: Plan, name: str) -> Words:
        def say(said: Said) -> str:
            return text.format(
                **{key: money(value, plan.plan.currency) for key, value in vars(said).items()}, name=name
            )

        return say

    return for_plan


def _constant(value: Any) -> Callable[[Plan, str], Any]:
    return lambda *_: value


# Patterns of fields; a rule that is not among them gives in the direction its name says, with plain words.
RULES: dict[str, _Rule] = {
    "plan.min_cash": _Rule(
        -1, _currency, _constant(0.0), OWN, _said_in_money("let cash fall to {new} instead of {old}")
    ),
    "runway.months": _Rule(
        -1, _constant("month"), _constant(0.1), OWN, _said("accept {new} months of runway instead of {old}")
    ),
    "people.*.min": _Rule(
        -1, _constant("person"), _constant(1.0), OWN, _said("make do with {given} fewer {name}, {new} instead of {old}")
    ),
    "people.*.max": _Rule(
        1, _constant("person"), _constant(1.0), OWN, _said("allow {given} more {name}, {new} instead of {old}")
    ),
    "people.*.hiring.per_month": _Rule(
        1, _constant("person"), _constant(1.0), CONSENT, _said("hire up to {new} {name} a month instead of {old}")
    ),
    "compute.*.min": _Rule(-1, _constant("GPU"), _lot, OWN, _said("keep {new} GPUs of {name} instead of {old}")),
    "compute.*.max": _Rule(
        1, _constant("GPU"), _lot, SUPPLY, _said("have up to {new} GPUs of {name} instead of {old}")
    ),
    "data.*.max": _Rule(
        1, _items, _constant(0.0), SUPPLY, _said("find {given} more {unit}s of {name}, {new} in all instead of {old}")
    ),
    "data.*.per_month": _Rule(
        1, _items, _constant(0.0), SUPPLY, _said("have up to {new} {unit}s of {name} a month instead of {old}")
    ),
    "sites.*.max": _Rule(
        1, _constant("GPU"), _constant(1.0), SUPPLY, _said("have room for {new} GPUs in {name} instead of {old}")
    ),
    "sites.*.power": _Rule(
        1, _constant("kW"), _constant(0.0), SUPPLY, _said("have {new} kW in {name} instead of {old}")
    ),
    "funding.*.covenant": _Rule(
        -1,
        _currency,
        _constant(0.0),
        CONSENT,
        _said_in_money("agree on a covenant of {new} for {name} instead of {old}"),
    ),
    "funding.*.min": _Rule(
        -1, _currency, _constant(0.0), CONSENT, _said_in_money("agree on at least {new} in {name} instead of {old}")
    ),
}
_DOWN = ("min", "months", "covenant", "serving")


def _number(plan: Plan, field: str) -> Iterator[Knob]:
    value = value_of(plan, field)
    if isinstance(value, bool) or not isinstance(value, int | float | tuple):
        return
    if isinstance(value, tuple) and not all(isinstance(entry, int | float) for entry in value):
        return
    parts = field.split(".")
    name = ".".join(parts[1:-1]) if len(parts) > 2 else ""
    rule = RULES.get(field) or RULES.get(".".join([parts[0], "*", *parts[2:]]))
    if rule is not None:
        name = parts[1] if len(parts) > 2 else ""
        words, unit, step = rule.words(plan, name), rule.unit(plan, name), rule.step(plan, name)
        yield _knob(plan, field, value, rule.sign, unit, step, rule.weight, words)
        return
    sign = -1 if parts[-1] in _DOWN else 1
    for side in (sign, -sign):
        yield _knob(plan, field, value, side, "", 0.0, CONSENT, _plain(field))


def _plain(field: str) -> Words:
    return lambda said: f"change {field} from {count(said.old)} to {count(said.new)}"


def _knob(plan: Plan, field: str, value: Any, sign: int, unit: str, step: float, weight: float, words: Words) -> Knob:
    values = value if isinstance(value, tuple) else (value,)
    largest = float(max(values))
    size = largest or 1.0
    most = largest if sign < 0 else _FARTHEST * max(size, step)

    def moved(entry: float, amount: float) -> float:
        return tidy(max(entry + sign * amount, 0.0))

    def put(amount: float, first: int = 1, last: int = len(values)) -> Value:
        if not isinstance(value, tuple):
            return moved(value, amount)
        kept = [
            moved(entry, amount) if first <= month <= last else tidy(entry)
            for month, entry in enumerate(values, start=1)
        ]
        return by_month(plan, kept)

    varies = isinstance(value, tuple)
    return Knob(
        field=field,
        unit=unit,
        size=size,
        weight=weight,
        most=most,
        step=step,
        old=largest,
        new=lambda amount: moved(largest, amount),
        put=put,
        words=words,
        by_month=len(values) if varies else 0,
        put_within=put if varies else None,
    )


def by_month(plan: Plan, values: list[float]) -> Value:
    """Values by month as a person would write them: one number, or a table of the months where they change."""
    if len(set(values)) == 1:
        return values[0]
    entries = {plan.labels[0]: values[0]}
    for label, before, entry in zip(plan.labels[1:], values, values[1:], strict=False):
        if entry != before:
            entries[label] = entry
    return entries


def tidy(value: float) -> float:
    """A number without the dust of arithmetic, whole where it is."""
    shown = float(f"{value:.12g}")
    return int(shown) if shown.is_integer() and abs(shown) < 1e15 else shown


def value_of(plan: Plan, field: str) -> Any:
    """What the plan has at a path, None where there is nothing."""
    value: Any = plan
    for part in field.split("."):
        value = value.get(part) if isinstance(value, dict) else getattr(value, part, None)
        if value is None:
            return None
    return value


# ---- Money -------------------------------------------------------------------------------------------


def known_money(plan: Plan) -> float:
    """All money known to come in: opening cash, signed rounds and revenue."""
    signed = sum(round_.amount or 0.0 for round_ in plan.funding.values() if round_.is_signed)
    earned = sum(sum(revenue.amount) for revenue in plan.revenue.values() if isinstance(revenue.amount, tuple))
    return plan.plan.cash + signed + earned


def _money(plan: Plan) -> Iterator[Knob]:
    currency = plan.plan.currency
    spent = sum(sum(cost.amount) for cost in plan.costs.values() if not cost.per_person)
    spent += sum(sum(role.salary) * max(role.min) * (1.0 + role.overhead) for role in plan.people.values())
    known = known_money(plan)
    typical = known or spent or 1e6 / plan.plan.money_unit
    most = _FARTHEST * max(typical, spent)
    cash = plan.plan.cash
    yield _amount("plan.cash", currency, cash, typical, most, lambda said: f"raise {money(said.given, currency)}")
    for name, terms in plan.funding.items():
        if terms.is_signed and terms.amount is not None and terms.month is not None:
            yield _round(currency, name, "amount", terms.amount, typical, most)
            yield _earlier(plan, name, terms.month)
        elif terms.max is not None:
            yield _round(currency, name, "max", terms.max, typical, most)
    for name, cost in plan.costs.items():
        each = " a person" if cost.per_person else ""
        words = _said_in_money("spend {given} a month" + each + " less on {name}")(plan, name)
        if max(cost.amount) > 0.0:
            yield _knob(plan, f"costs.{name}.amount", cost.amount, -1, currency, 0.0, SPENT, words)


def _round(currency: str, name: str, key: str, amount: float, size: float, most: float) -> Knob:
    def words(said: Said) -> str:
        return (
            f"raise {money(said.given, currency)} more in {name}, {'up to ' if key == 'max' else ''}"
            f"{money(said.new, currency)} instead of {money(said.old, currency)}"
        )

    return replace(_amount(f"funding.{name}.{key}", currency, amount, size, most, words), weight=CONSENT)


def _amount(field: str, unit: str, old: float, size: float, most: float, words: Words) -> Knob:
    return Knob(
        field=field,
        unit=unit,
        size=size,
        weight=OWN,
        most=most,
        step=0.0,
        old=old,
        new=lambda amount: tidy(old + amount),
        put=lambda amount: tidy(old + amount),
        words=words,
    )


def _earlier(plan: Plan, name: str, month: int) -> Knob:
    return Knob(
        field=f"funding.{name}.month",
        unit="month",
        size=float(month),
        weight=CONSENT,
        most=float(month - 1),
        step=1.0,
        old=float(month),
        new=lambda amount: month - amount,
        put=lambda amount: plan.month_label(month - round(amount)),
        words=lambda said: f"have {name} {plural(said.given, 'month')} earlier, in {plan.month_label(round(said.new))}",
    )


# ---- Models ------------------------------------------------------------------------------------------


def _deadline(plan: Plan, name: str) -> Knob:
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


def _target(plan: Plan, laws: dict[str, Law], name: str) -> Knob:
    target, law = plan.models[name].target, laws[name]
    assert target is not None  # only such models have the rule
    field = f"models.{name}.target"

    def words(said: Said) -> str:
        return f"accept {law.metric} {said.new:g} of {name} instead of {said.old:g}"

    return _metric(field, law, target, words, lambda metric: metric)


def _needs(plan: Plan, laws: dict[str, Law], name: str) -> Iterator[Knob]:
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


# ---- Limits and switches -----------------------------------------------------------------------------


def _limit(plan: Plan, name: str) -> Iterator[Knob]:
    limit = plan.limits.get(name)
    if limit is None:
        return
    quantity = limit.terms[0].quantity
    spent, items = quantity.of.unit == "money", quantity.of.unit == "item"
    unit = plan.plan.currency if spent else quantity.of.unit
    if items:
        unit = str(plan.data[quantity.item or next(iter(plan.data))].unit)
    typical = (known_money(plan) or 1e6 / plan.plan.money_unit) if spent else 1e6 if items else 10.0
    size = abs(limit.constant) or typical
    fractions = limit.constant % 1 or any(term.factor % 1 for term in limit.terms)
    step = 0.0 if spent or items or fractions else 1.0
    left, _, right = re.split(r"(<=|>=|=)", limit.text)
    plain = _NUMBER.fullmatch(right.strip()) is not None
    if limit.give:
        yield _wider(plan, name, limit.give, unit, spent)
        return

    def side(sign: int) -> Knob:
        def text(amount: float) -> str:
            if plain:
                return f"{left.strip()} {limit.sense} {tidy(float(right.replace('_', '')) + sign * amount)}"
            return f"{limit.text} {'+' if sign > 0 else '-'} {tidy(amount)}"

        def words(said: Said) -> str:
            given = money(said.given, plan.plan.currency) if spent else plural(said.given, unit)
            return f"loosen the limit {name} by {given}: {text(said.given)}"

        return Knob(
            field=f"limits.{name}",
            unit=unit,
            size=size,
            weight=OWN,
            most=float(right.replace("_", "")) if plain and sign < 0 else _FARTHEST * max(size, typical),
            step=step,
            old=limit.constant,
            new=lambda amount: tidy(limit.constant + sign * amount),
            put=text,
            words=words,
        )

    for sign in {"<=": (1,), ">=": (-1,), "=": (1, -1)}[limit.sense]:
        yield side(sign)


def _wider(plan: Plan, name: str, give: float, unit: str, spent: bool) -> Knob:
    """An equation that holds to within a number: the number gives."""
    head = plan.limits[name].text.rpartition("+-")[0].strip()

    def words(said: Said) -> str:
        return f"hold the limit {name} to within {money(said.new, unit) if spent else plural(said.new, unit)}"

    return replace(
        _amount(f"limits.{name}", unit, give, give, _FARTHEST * give, words),
        put=lambda amount: f"{head} +- {tidy(give + amount)}",
    )


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
