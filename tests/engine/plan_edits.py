"""Random edits of a plan's document, of every kind a user makes, and what two formulations differ in."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from scipy import sparse

from allocator.formulate.build import Formulation

Document = dict[str, Any]
Draw = Callable[[np.random.Generator], Any]


def _share(random: np.random.Generator) -> float:
    return float(random.choice([0.0, 0.1, 0.25, 0.5]))


def _count(random: np.random.Generator) -> int:
    return int(random.integers(0, 7))


def _amount(largest: float) -> Draw:
    return lambda random: float(f"{largest * random.uniform(0.05, 1.0):.3g}")


def _flag(random: np.random.Generator) -> bool:
    return bool(random.integers(2))


def _one_of(*values: Any) -> Draw:
    return lambda random: copy.deepcopy(values[int(random.integers(len(values)))])


# Keys of each section, whether or not a plan has them, and how a value of theirs is drawn.
KEYS: dict[str, dict[str, Draw]] = {
    "plan": {
        "cash": _amount(100e6),
        "min_cash": _amount(2e6),
        "cash_yield": _share,
        "whole": _one_of(True, False, 3, 7),
        "wind_down": _flag,
        "start": _one_of("2026-09", "2026-08"),
        "currency": _one_of("USD", "EUR"),
    },
    "runway": {
        "months": _one_of(2, 3, 4.5, 6, 9),
        "basis": _one_of("trailing", "forward"),
        "window": _one_of(1, 3, 6),
        "opening_burn": _amount(1e6),
        "purchases": _flag,
    },
    "revenue": {
        "amount": _amount(1e6),
        "paid_after": _one_of(-2, 0, 1, 3),
        "churn": _share,
        "marketing": _one_of(
            {"max": 1e5, "adds": 2e4, "half": 2e5, "churn": 0.3},
            {"max": [1e5] * 12, "adds": 2e4, "half": 1e5},
            {"max": 2e5, "adds": 2e4, "half": 2e5, "churn": 0.3},
        ),
        "model": _one_of(
            {"name": "chat", "nothing_at": 2.6, "all_at": 2.0},
            {"name": "chat", "nothing_at": 2_000, "all_at": 2.0},
            {"name": "base", "nothing_at": 2.5, "all_at": 2.1},
        ),
    },
    "partners": {
        "pays": _one_of({"costs": {"office": 0.5}}, {"compute": {"cloud": 0.2}}, {"compute.h100-cloud": 0.1}),
        "takes": _one_of({"subscriptions": 0.2}, {"subscriptions": 0.1}, {"app": 0.3}),
    },
    "treasury": {
        "earns": _share,
        "months": _one_of(1, 3, 6),
        "min": _one_of(0.0, 1e5),
        "max": _one_of(1e6, {"1": 1e6, "4": 2e6}),
        "now": _one_of({"2": 1e5}, {"2": 1e5, "3": 2e5}),
    },
    "funding": {
        "amount": _amount(50e6),
        "month": _one_of(1, 2, 5),
        "from": _one_of(1, 3),
        "until": _one_of(5, 8),
        "min": _amount(1e6),
        "max": _amount(50e6),
        "post_money": _one_of(1e8, 2.5e8),
        "fee": _share,
        "rate": _share,
        "interest_only": _count,
        "term": _one_of(1, 6, 24),
        "covenant": _amount(2e6),
        "only_for": _one_of(["cloud"], ["h100-cloud"]),
        "needs": _one_of("models.chat.value <= 2.4", "models.base.value <= 2.6"),
    },
    "objective": {"dilution_price": _one_of(0.0, 0.2, 1.0)},
    "costs": {"amount": _amount(5e3), "per_person": _flag},
    "compute": {
        "price": _one_of(1.5, 2.5, {"start": 3.0, "yearly_change": -0.1}),
        "utilisation": _one_of(0.3, 0.4, 0.45),
        "delivered": _one_of(0.8, 1.0),
        "now": _one_of(0, 8, 24),
        "age": _one_of(0, 1, 2),
        "exit_fee": _share,
        "exit_months": _one_of(0, 2),
        "power": _one_of(0.7, 1.4),
        "site": _one_of("hall", "hall", "cellar"),
        "min": _one_of(0, 8, {"1": 0, "3": 8}),
        "max": _one_of(64, 512, 1_024),
        "lot": _one_of(1, 8),
        "term": _one_of(3, 6, 12, 24),
        "upfront": _share,
        "lead": _count,
        "life": _one_of(4, 12, 48),
        "running": _amount(300),
        "resale": _share,
        "chip": _one_of("H100", "A100"),
    },
    "sites": {
        "max": _one_of(200, 900, {"1": 300, "4": 100}),
        "power": _one_of(150, 1_200),
        "cost": _amount(5e4),
        "cost_per_kw": _amount(200),
        "power_price": _one_of(0.05, 0.1, {"start": 0.08, "yearly_change": 0.05}),
    },
    "data": {
        "price": _amount(2e-6),
        "processing": _amount(1e-7),
        "storage": _amount(1e-9),
        "now": _amount(1e12),
        "max": _amount(6e12),
        "per_month": _amount(1e12),
        "lead": _one_of(0, 1, 2),
        "tiers": _one_of([[1e11, 1e-6], [5e12, 2e-6]], [[1e11, 2e-6], [5e12, 1e-6]], [[1e11, 2e-6], [9e12, 3e-6]]),
        "automation": _one_of({"cost": 2e-6, "price": 1e-7}, {"cost": 1e-6, "price": 2e-7, "lead": 1, "max": 1e11}),
    },
    "people": {
        "salary": _amount(2e4),
        "overhead": _share,
        "now": _one_of(4, 8, 16),
        "min": _one_of(0, 4, {"1": 4, "5": 5}),
        "max": _one_of(20, 36, 60),
        "attrition": _share,
        "research": _one_of(0.0, 0.5, 1.0),
        "wants_gpus": _one_of(0, 1, 4),
        "runs_gpus": _one_of(0, 16, 64),
        "retention": _one_of({"max": 5e4, "keeps": 1e-5}, {"max": 1e4, "keeps": 3e-5, "least_attrition": 0.05}),
        "layoff": _one_of(0, 2, 3),
        "contractor": _flag,
        "handles": _one_of("50 Gtoken/month", "2 Ttoken/month"),
        "hiring": _one_of({"delay": 1, "ramp": 2}, {"cost": 2e4, "per_month": 3, "delay": 2}, {"ramp": 3}),
    },
    "models": {
        "law": _one_of("chinchilla-replication", "chinchilla", "gadre-c4", "muennighoff"),
        "deadline": _one_of(6, 9, 12),
        "training_months": _one_of(1, 2, 3, 6),
        "weight": _one_of(0.0, 0.5, 2.0),
        "research_effect": _one_of(0.0, 0.1, 0.3),
        "research_scale": _one_of(6.0, 12.0),
        "target": _one_of(2.5, 3.0),
        "data": _one_of({"text": 1.0}, {"open-web": 0.5}, {"text": 1.0, "books": 0.5}),
        "serving": _one_of(0, 1e9, {"1": 1e9, "8": 3e10}),
        "serving_utilisation": _one_of(0.1, 0.3, 0.4),
        "optional": _flag,
        "compute": _one_of(["cloud"], ["h100-cloud"], ["h100-cloud", "h100-owned"]),
        "parameters": _one_of({"E": 1.5}, {"E": 1.7}, {"R_D": 4.0}),
    },
    "research": {
        "effect": _one_of(0.2, 0.5, 1.0),
        "team": _one_of(5, 10),
        "growth": _one_of(0.0, 0.3),
        "returns": _one_of(0.5, 0.75, 1.0),
        "harder": _one_of(0.5, 0.94, 2.0),
    },
    "limits": {},
}
SINGLE = ("plan", "runway", "research", "objective")
RULES = (
    "compute.spend <= 0.7 * total.spend",
    "compute.cloud.gpus <= 200",
    "compute.h100-cloud.gpus + compute.h100-owned.gpus <= 900",
    "data.spend <= 9e6",
    "people.researchers.hires <= 6",
    "compute.h100-owned.spend + data.licensed-text.items <= 9e12",
    "compute.contract.spend <= 3e6",
    "compute.owned.orders <= 30",
    "people.headcount <= 60",
    "people.leavers + people.arrivals <= 20",
    "people.research[2..5] >= 1",
    "cash[4] >= 2 * people.spend[4]",
    "cash.burn <= 40e6",
    "cash.interest + cash.opening[1] >= 1",
    "compute.idle <= 1e27",
    "compute.gpus[5] <= 2 * compute.gpus[6] + 500",
    "compute.h100-owned.sold.opening + compute.h100-owned.sold[6] <= 40",
    "compute.resale - people.spend.salary <= 9e6",
    "models.compute = 1e24 +- 1e24",
    "data.licensed-text.stock <= 9e12",
    "funding.amount + revenue.received >= 0",
    "funding.dilution <= 0.2",
    "funding.seed.amount <= 5e6",
    "funding.bank.owed <= 2e6",
)


def edited(document: Document, random: np.random.Generator) -> tuple[Document, str]:
    """`document` with one edit, and the edit in words; the plan it gives may have mistakes."""
    result = copy.deepcopy(document)
    kind = random.random()
    if kind < 0.1:
        return result, _rearranged(result, random)
    if kind < 0.12:
        return result, _other_research(result)
    if kind < 0.2:
        rules = result.setdefault("limits", {})
        name = str(random.choice(["one", "two", *rules]))
        rules[name] = str(random.choice(RULES))
        return result, f"limits.{name} = {rules[name]}"
    section = str(random.choice([name for name in result if KEYS.get(name) and result[name]]))
    name, table = section, result[section]
    if section not in SINGLE:
        item = str(random.choice(list(table)))
        name, table = f"{section}.{item}", table[item]
    key = str(random.choice(list(KEYS[section])))
    if random.random() < 0.15 and key in table:
        del table[key]
        return result, f"{name}.{key} removed"
    value = KEYS[section][key](random)
    if isinstance(table.get(key), float) and random.random() < 0.5:
        value = float(table[key]) * float(random.choice([0.9, 1.1]))
    table[key] = value
    for other in _INSTEAD_OF.get(key, ()) if value else ():
        table.pop(other, None)
    if key == "retention":
        table.setdefault("attrition", 0.25)
    if key == "automation":
        table.setdefault("price", 1e-6)
    return result, f"{name}.{key} = {value}"


# Keys that cannot stand beside a key: whoever writes one takes the others out.
_INSTEAD_OF = {
    "price": ("tiers",),
    "tiers": ("price", "automation", "max"),
    "automation": ("tiers",),
    "contractor": ("attrition", "retention", "layoff", "hiring"),
    "retention": ("contractor",),
    "attrition": ("contractor",),
    "hiring": ("contractor",),
}


def _other_research(document: Document) -> str:
    """Research by a stock of ideas where it was by exponents, and the other way round."""
    if document.pop("research", None) is not None:
        return "research removed"
    for model in document["models"].values():
        model.pop("research_effect", None)
    document["research"] = {"effect": 0.5}
    return "research added, and no exponents"


def _rearranged(document: Document, random: np.random.Generator) -> str:
    """Take an item or a section away, copy or rename an item, or turn the order of a section."""
    section = str(random.choice([name for name in document if name not in ("plan", "objective", "models")]))
    if section in SINGLE:
        return f"{section} removed: {document.pop(section)}"
    items = document[section]
    name = str(random.choice(list(items) or [""]))
    match int(random.integers(4)):
        case 0:
            items.pop(name, None)
            return f"{section}.{name} removed"
        case 1 if items:
            items[f"{name}-too"] = copy.deepcopy(items[name])
            return f"{section}.{name} copied"
        case 2:
            document[section] = {f"{key}-new" if key == name else key: value for key, value in items.items()}
            return f"{section}.{name} renamed"
        case _:
            document[section] = dict(reversed(items.items()))
            return f"{section} turned round"


def differences(one: Formulation, other: Formulation) -> list[str]:
    """Everything in which two formulations of a plan differ, by name; programs, flows, blocks and repairs."""
    names = list(_different(one, other))
    if not names:
        names += _acting(one, other)
    return names


def _different(one: Formulation, other: Formulation) -> Iterator[str]:
    mine, theirs = one.program, other.program
    for entry in fields(mine):
        if entry.name not in ("repairs", "adjustments", "system"):
            yield from _unequal(entry.name, getattr(mine, entry.name), getattr(theirs, entry.name))
    for name in ("spending", "fixed", "received", "received_fixed", "models"):
        yield from _unequal(name, getattr(one, name), getattr(other, name))
    if dict(one.typical) != dict(other.typical) or list(one.typical) != list(other.typical):
        yield "typical"
    for name in ("repairs", "adjustments"):
        if [action.__qualname__ for action in getattr(mine, name)] != [
            action.__qualname__ for action in getattr(theirs, name)
        ]:
            yield name


def _acting(one: Formulation, other: Formulation) -> Iterator[str]:
    """What completing and restoring the same random points makes of them."""
    for seed in range(2):
        amounts = np.random.default_rng(seed).uniform(0.0, 1.0, one.program.n_cols) * one.program.col_scale
        yield from _unequal("completed point", one.program.complete(amounts), other.program.complete(amounts))
        yield from _unequal("restored point", one.program.restore(amounts), other.program.restore(amounts))


def _unequal(name: str, one: Any, other: Any) -> Iterator[str]:
    if not _alike(one, other):
        yield name


def _alike(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return bool(one.dtype == other.dtype and np.array_equal(one, other))
    if sparse.issparse(one):
        return one.shape == other.shape and all(
            _alike(getattr(one, name), getattr(other, name)) for name in ("data", "indices", "indptr")
        )
    if isinstance(one, tuple | list):
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(map(_alike, one.values(), other.values()))
    if is_dataclass(one):
        return all(_alike(getattr(one, entry.name), getattr(other, entry.name)) for entry in fields(one))
    return bool(one == other)
