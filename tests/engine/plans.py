"""Small plans, as documents of the plan file, for the tests of the whole engine."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from allocator.plan import load_plan
from allocator.result.ledger import Ledger, replay
from allocator.result.result import Result
from allocator.session import Session
from allocator.solve.options import Options

Document = dict[str, Any]

H100_FLOPS = "989 TFLOP/s"
PLENTY_OF_TOKENS = 1e20


def flop_price(price: float = 2.5, utilisation: float = 0.4) -> float:
    """USD per FLOP of an H100 rented at `price` an hour: a GPU-hour gives 989e12 * utilisation * 3600."""
    return price / (989e12 * utilisation * 3600.0)


def rent_only(cash: float, **changes: Any) -> Document:
    """One rented offer, one model, tokens without end: a budget that buys compute and nothing else."""
    document: Document = {
        "plan": {"start": "2026-09", "months": 6, "cash": cash},
        "compute": {"cloud": {"kind": "rent", "flops": H100_FLOPS, "price": 2.5, "utilisation": 0.4}},
        "data": {"text": {"unit": "token", "price": 1e-6, "now": PLENTY_OF_TOKENS, "max": 0}},
        "models": {"chat": {"law": "chinchilla-replication", "deadline": 6, "training_months": 3}},
    }
    return merged(document, changes)


def small_lab(**changes: Any) -> Document:
    """Twelve months, rented GPUs, tokens that cost money, ten researchers: every part once, nothing exotic."""
    document: Document = {
        "plan": {"start": "2026-09", "months": 12, "cash": 20e6},
        "compute": {"cloud": {"kind": "rent", "flops": H100_FLOPS, "price": 2.5, "utilisation": 0.4, "max": 4000}},
        "data": {"text": {"unit": "token", "price": "2 USD/Mtoken", "now": 1e10, "max": 5e12}},
        "people": {"researchers": {"salary": 20e3, "now": 10, "research": 1.0}},
        "models": {"chat": {"law": "chinchilla-replication", "deadline": 10, "training_months": 3}},
    }
    return merged(document, changes)


def merged(document: Document, changes: Mapping[str, Any]) -> Document:
    """`document` with `changes` laid over it, table by table; None removes a key."""
    result = copy.deepcopy(document)
    for key, value in changes.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(result.get(key), Mapping):
            result[key] = merged(result[key], value)
        else:
            result[key] = copy.deepcopy(value)
    return result


def solved(document: Document, *, solver: str = "highs", gap: float | None = None, **options: Any) -> Result:
    """Load, solve, audit."""
    return Session(load_plan(document), Options(solver=solver, gap=gap, **options)).solve(horizon_audit=False)


def gain(result: Result) -> float:
    """First-pass objective: one unit is a factor e of the reducible loss."""
    return float(result.objective["gain"])


def ledger_of(result: Result) -> Ledger:
    """The plan's books at the result's own decisions."""
    return replay(result.plan, result.decisions)


def audited(**changes: Any) -> tuple[Result, Ledger]:
    """Solve and audit the small lab with `changes`; a disagreement with the ledger raises CertificateError."""
    result = solved(small_lab(**changes))
    ledger = ledger_of(result)
    assert ledger.violations == []
    return result, ledger


def in_money(document: Document, factor: float, currency: str, *, named: bool = False) -> Document:
    """The same company with its books kept in `currency`, every amount multiplied by `factor`.

    With `named`, an amount may name a currency of its own, which it keeps.
    """
    result = copy.deepcopy(document)
    result["plan"]["currency"] = currency
    for section, keys in _MONEY.items():
        tables = [result[section]] if section in ("plan", "runway") and section in result else None
        for table in tables if tables is not None else result.get(section, {}).values():
            for key in keys:
                if key in table and not (named and isinstance(table[key], str)):
                    table[key] = times(table[key], factor)
            for inner, amounts in (("marketing", ("max", "adds", "half")), ("retention", ("max",))):
                if inner in table:
                    table[inner] = {
                        key: times(value, factor) if key in amounts else value for key, value in table[inner].items()
                    }
            if section == "treasury" and "now" in table:
                table["now"] = {month: amount * factor for month, amount in table["now"].items()}
            hiring = table.get("hiring")
            if isinstance(hiring, dict) and "cost" in hiring:
                hiring["cost"] = hiring["cost"] * factor
    return result


_MONEY = {
    "plan": ("cash", "min_cash"),
    "runway": ("opening_burn",),
    "funding": ("amount", "min", "max", "post_money", "covenant"),
    "revenue": ("amount",),
    "treasury": ("min", "max"),
    "costs": ("amount",),
    "compute": ("price", "running"),
    "sites": ("cost", "cost_per_kw", "power_price"),
    "data": ("price", "processing", "storage"),
    "people": ("salary",),
}


def times(value: Any, factor: float) -> Any:
    """`value` of the plan file times `factor`: a number, a list, a table by month, or a start and its change."""
    if isinstance(value, str):
        amount, unit = value.split(" ", 1)
        # 2 USD/Mtoken: the unit keeps its own currency, so only bare amounts may be scaled.
        raise ValueError(f"{amount} {unit} names its own currency; write it bare")
    if isinstance(value, list):
        return [entry * factor for entry in value]
    if isinstance(value, dict):
        return {key: entry if key.endswith("_change") else entry * factor for key, entry in value.items()}
    return value * factor
