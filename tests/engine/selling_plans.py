"""Companies that sell: by marketing, by what a model earns."""

from __future__ import annotations

from typing import Any

from plans import Document, ledger_of, merged

from allocator.result.result import Result

APP: Document = {"amount": 20e3, "paid_after": 1, "marketing": {"max": 4e5, "adds": 90e3, "half": 60e3, "churn": 0.25}}
LENT: Document = {"bills": {"earns": 0.08, "months": 3}}


def shop(cash: float = 1e6, **changes: Any) -> Document:
    """Eighteen months that marketing pays for, and one model at their end."""
    document: Document = {
        "plan": {"start": "2026-09", "months": 18, "cash": cash, "min_cash": 1e5},
        "costs": {"office": {"amount": 100e3}},
        "revenue": {"app": APP},
        "compute": {"cloud": {"kind": "rent", "chip": "H100", "price": 2.5}},
        "data": {"text": {"unit": "token", "price": 1e-6, "now": 1e12}},
        "models": {"chat": {"law": "chinchilla-replication", "deadline": 16}},
    }
    return merged(document, changes)


def earner(nothing_at: float = 3.0, all_at: float = 2.2, **changes: Any) -> Document:
    """A first model that counts for nothing and earns for the second."""
    document: Document = {
        "plan": {"start": "2026-09", "months": 18, "cash": 3e6, "min_cash": 1e5},
        "costs": {"office": {"amount": 60e3}},
        "revenue": {
            "api": {"amount": 30e3, "paid_after": 1, "model": {"name": "small", "nothing_at": 0, "all_at": all_at}}
        },
        "compute": {"cloud": {"kind": "rent", "chip": "H100", "price": 2.5}},
        "data": {"text": {"unit": "token", "price": 1e-6, "now": 1e11}},
        "models": {
            "small": {"law": "chinchilla-replication", "deadline": 5, "weight": 0},
            "chat": {"law": "chinchilla-replication", "deadline": 16},
        },
    }
    document["revenue"]["api"]["model"]["nothing_at"] = nothing_at
    return merged(document, changes)


def holds(result: Result) -> None:
    """The result is proven to a millionth, and its books keep every rule."""
    assert result.status == "optimal"
    assert float(result.objective["gap"]) <= 1e-6
    assert ledger_of(result).violations == []
