"""What holds the plan back, in sentences with their price."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from allocator.formulate.build import Formulation
from allocator.plan.limits import LOCK
from allocator.plan.wording import A_MONTH, flop, plural
from allocator.plan.wording import money as say_money
from allocator.quality import Posynomial
from allocator.result.ledger import Ledger
from allocator.result.table import Table

MOST = 6
# Less spare cash than this share of the plan's money is not worth a word.
UNUSED = 0.005


def binding_sentences(
    formulation: Formulation, prices: Table, ledger: Ledger, left_out: Sequence[str] = ()
) -> tuple[str, ...]:
    """The rules that bind, dearest first, each with what relaxing it a little is worth.

    A rule is relaxed in all its months at once, by a natural step: a hundredth of the plan's
    money, one GPU or person, one month of runway, a hundredth of the data on sale.

    Parameters
    ----------
    formulation : Formulation
    prices : Table
        From `price_table`.
    ledger : Ledger
        Knows what a month of runway asks.
    left_out : sequence of str
        Optional models that are not funded.
    """
    by_rule: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in prices:
        # A decision that is locked is no rule to relax.
        if not str(row["constraint"]).startswith(f"limits.{LOCK}"):
            by_rule[str(row["constraint"])].append(row)
    found: list[tuple[float, str]] = []
    for name, rows in by_rule.items():
        say: _Say = _say_serving if _served(name) else _SAY.get(name, _say_rule)
        found.append(say(name, rows, formulation, ledger))
    found.sort(key=lambda pair: -pair[0])
    sentences = [sentence for weight, sentence in found[:MOST] if weight > 0.0]
    return (*sentences, *_unused_cash(formulation, by_rule, ledger, left_out))


def _unused_cash(
    formulation: Formulation, by_rule: dict[str, list[dict[str, Any]]], ledger: Ledger, left_out: Sequence[str]
) -> list[str]:
    """Say where money is not what holds the plan back, and how much is never needed."""
    plan = formulation.plan
    if "cash" in by_rule or "runway.months" in by_rule or not by_rule:
        return []
    floor = plan.plan.min_cash
    spare = min(cash - max(required, floor) for cash, required in zip(ledger.cash, ledger.required, strict=True))
    if spare <= UNUSED * formulation.program.reference["money"]:
        return []
    unused = f"cash does not: {say_money(spare, plan.plan.currency)} is never needed"
    if left_out:
        # Prices are those of what is funded: more may change the choice itself.
        return [f"{unused} by what is funded; more may pay for {', '.join(left_out)}"]
    return [f"{unused}, and more would change nothing"]


def _say_cash(_: str, rows: list[dict[str, Any]], formulation: Formulation, ledger: Ledger) -> tuple[float, str]:
    """Money is fungible forward, so its price is that of the first month."""
    first = next((row for row in rows if row["month"] == ledger.labels[0]), rows[0])
    step, words = _money_step(formulation)
    change = _change(first) * step
    return abs(change), f"cash: {words} more in {first['month']} {_worth(change, formulation)}"


def _say_runway(name: str, rows: list[dict[str, Any]], formulation: Formulation, ledger: Ledger) -> tuple[float, str]:
    """A month less of runway asks a month's mean burn less of every bound month's cash."""
    asks = dict(zip(ledger.labels, ledger.month_more, strict=True))
    change = 0.0
    for row in rows:
        # The rule at the end of the plan has a row of its own, in the last month.
        at_end = row["says"].startswith("closing cash")
        change -= _change(row) * (ledger.closing_burn if at_end else asks[row["month"]])
    span = _span(rows, ledger.labels)
    return abs(change), f"{name}{span}: one month less of runway {_worth(change, formulation)}"


def _say_rule(name: str, rows: list[dict[str, Any]], formulation: Formulation, ledger: Ledger) -> tuple[float, str]:
    step, words = _step(formulation, str(rows[0]["unit"]))
    total = sum(float(row["price"]) for row in rows)
    change = sum(_change(row) for row in rows) * step
    side = "more" if total > 0.0 else "less"
    if total < 0.0:
        change = -change
    return abs(change), f"{name}{_span(rows, ledger.labels)}: {words} {side} {_worth(change, formulation)}"


def _served(name: str) -> bool:
    return name.startswith("models.") and name.endswith(".serving")


def _say_serving(name: str, rows: list[dict[str, Any]], formulation: Formulation, ledger: Ledger) -> tuple[float, str]:
    """A hundredth of the items asks a hundredth of the FLOP of every month."""
    served = dict(zip(ledger.labels, ledger.serving_flop[name.split(".")[1]], strict=True))
    change = -sum(_change(row) * served[row["month"]] for row in rows) / 100
    return abs(change), f"{name}{_span(rows, ledger.labels)}: 1 % fewer items {_worth(change, formulation)}"


_Say = Callable[[str, list[dict[str, Any]], Formulation, Ledger], tuple[float, str]]
_SAY: dict[str, _Say] = {"cash": _say_cash, "runway.months": _say_runway}


def _change(row: dict[str, Any]) -> float:
    """Change of the metric (one model) or of the mean gain (several) per unit."""
    return float(row["price"] if row["metric"] is None else row["metric"])


def _money_step(formulation: Formulation) -> tuple[float, str]:
    money = float(f"{formulation.program.reference['money'] / 100:.1g}")
    return money, say_money(money, formulation.plan.plan.currency)


def _step(formulation: Formulation, unit: str) -> tuple[float, str]:
    plan = formulation.plan
    if unit == plan.plan.currency:
        return _money_step(formulation)
    if unit in ("GPU", "person"):
        return 1.0, f"one {unit}"
    if unit == "share":
        return 0.01, "one per cent of the company"
    if unit == "gain":
        return 0.01, "0.01 of the target's gain"
    if unit == "FLOP":
        typical = max(block.typical_compute for block in formulation.models.values())
        amount = float(f"{typical / 100:.1g}")
        return amount, flop(amount)
    if unit == "person-month":
        return 1.0, "one person-month"
    item = unit.removesuffix(A_MONTH)
    reference = formulation.program.reference
    sizes = [
        source.on_sale or reference[f"data.{name}.items"] for name, source in plan.data.items() if source.unit == item
    ]
    amount = float(f"{max(sizes) / 100:.1g}") if sizes else 1.0
    return amount, plural(amount, unit)


_GOALS = {
    "capital": "{lowers} the capital needed by {money}",
    "profit": "{raises} the profit by {money}",
    "runway": "leaves {money} {more} beyond the runway",
}


def _worth(change: float, formulation: Formulation) -> str:
    goal = formulation.plan.objective.goal
    if goal != "quality":
        up = change > 0
        amount = say_money(abs(change), formulation.plan.plan.currency)
        direction = "raises" if up else "lowers"
        return _GOALS[goal].format(lowers=direction, raises=direction, more="more" if up else "less", money=amount)
    if formulation.plan.objective.dilution_price > 0.0:
        return f"{'adds' if change > 0 else 'costs'} {abs(change):.2g} of the objective"
    if len(formulation.models) == 1:
        law = next(iter(formulation.models.values())).law
        return f"{'lowers' if change < 0 else 'raises'} the {law.metric} by {abs(change):.2g}"
    if all(isinstance(block.law.form, Posynomial) for block in formulation.models.values()):
        # The gain is minus the log of the reducible loss.
        side = "lower" if change > 0 else "higher"
        return f"brings the models' reducible loss {100 * abs(math.expm1(-change)):.2g}% {side} on (weighted) average"
    return f"{'adds' if change > 0 else 'costs'} {abs(change):.2g} of mean gain"


def _span(rows: list[dict[str, Any]], labels: tuple[str, ...]) -> str:
    months = {row["month"] for row in rows}
    present = [label for label in labels if label in months]
    if not present:
        return ""
    if len(present) == 1:
        return f" ({present[0]})"
    return f" ({present[0]} to {present[-1]}, {len(present)} months)"


# What an explanation says in the same words.
span_of, step_of, worth = _span, _step, _worth
