"""What holds the plan back, in sentences with their price."""

from __future__ import annotations

from collections import defaultdict

from allocator.formulate.build import Formulation
from allocator.result.table import Table

MOST = 6


def binding_sentences(formulation: Formulation, prices: Table, price_kind: str) -> tuple[str, ...]:
    """The rules that bind, dearest first, each with what relaxing it is worth.

    A rule's weight is its price times a natural step: a hundredth of the money of the plan
    for money rows, one unit for GPUs, persons and months, a hundredth of what is there for data.
    """
    plan = formulation.plan
    if not len(prices):
        return ()
    months: dict[str, list[str]] = defaultdict(list)
    best: dict[str, tuple[float, str]] = {}
    for row in prices:
        name = str(row["constraint"])
        if row["month"]:
            months[name].append(str(row["month"]))
        step, words = _step(formulation, str(row["unit"]))
        value = row["metric"] if row["metric"] is not None else row["price"]
        weight = abs(float(row["price"])) * step
        if weight > best.get(name, (0.0, ""))[0]:
            best[name] = (weight, _worth(float(value) * step, words, formulation))
    order = sorted(best, key=lambda name: -best[name][0])[:MOST]
    sentences = []
    for name in order:
        if name == "cash":
            sentences.append(f"cash: {best[name][1]} in {_first(months[name])}")
            continue
        when = _span(months[name], plan.labels)
        sentences.append(f"{name}{when}: {best[name][1]}")
    return tuple(sentences)


def _step(formulation: Formulation, unit: str) -> tuple[float, str]:
    plan = formulation.plan
    if unit == plan.plan.currency:
        money = formulation.program.reference["money"] / 100
        return money, f"{_round(money):,.6g} {unit} more"
    if unit in ("GPU", "person"):
        return 1.0, f"one {unit} more"
    if unit == "gain":
        return 0.01, "a target 0.01 lower in gain"
    sizes = [source.max for source in plan.data.values() if source.max and source.unit == unit]
    amount = max(sizes) / 100 if sizes else 1.0
    return amount, f"{amount:,.4g} {unit}s more"


def _round(amount: float) -> float:
    return float(f"{amount:.2g}")


def _worth(change: float, words: str, formulation: Formulation) -> str:
    if len(formulation.models) == 1:
        block = next(iter(formulation.models.values()))
        verb = "lowers" if change < 0 else "raises"
        return f"{words} {verb} {block.law.metric} by {abs(change):.2g}"
    return f"{words} is worth {abs(change):.2g} of mean gain"


def _first(months: list[str]) -> str:
    return min(months) if months else "the first month"


def _span(months: list[str], labels: tuple[str, ...]) -> str:
    present = [label for label in labels if label in set(months)]
    if not present:
        return ""
    if len(present) == 1:
        return f" ({present[0]})"
    return f" ({present[0]} to {present[-1]}, {len(present)} months)"
