"""A small plan with every way in which a price enters a program, and prices that fork after two months."""

from __future__ import annotations

from typing import Any

import numpy as np

from allocator.plan import Plan, load_plan

FIELDS = ("compute.cloud.price", "compute.signed.price", "compute.long.price", "compute.own.price", "data.text.price")


def document() -> dict[str, Any]:
    """Eight months: rented, reserved (with a tail, and from before the plan), bought and sold again."""
    chip = {"flops": "1 PFLOP/s", "utilisation": 0.4}
    return {
        "plan": {"start": "2026-01", "months": 8, "cash": 9e6, "cash_yield": 0.02},
        "runway": {"months": 2, "window": 3, "opening_burn": 2e5},
        "costs": {"office": {"amount": 20e3}},
        "compute": {
            "cloud": {"kind": "rent", "price": {"start": 3.0, "yearly_change": -0.1}, "max": 900, **chip},
            "signed": {"kind": "reserve", "price": 2.2, "term": 4, "upfront": 0.25, "now": 10, "max": 300, **chip},
            "long": {"kind": "reserve", "price": 2.0, "term": 12, "now": 5, "max": 200, **chip},
            "own": {
                "kind": "buy",
                "price": 9e3,
                "lead": 1,
                "life": 5,
                "running": 100,
                "resale": 0.4,
                "max": 100,
                **chip,
            },
        },
        "data": {"text": {"unit": "token", "price": "1 USD/Mtoken", "now": 1e10, "max": 2e12, "lead": 1}},
        "people": {"staff": {"salary": 15e3, "now": 5, "max": 9, "research": 1.0, "attrition": 0.1}},
        "models": {
            "small": {"law": "chinchilla-replication", "deadline": 4, "training_months": 2, "research_effect": 0.1},
            "large": {"law": "chinchilla-replication", "deadline": 8, "training_months": 3, "weight": 2.0},
        },
        "limits": {
            "chips": "compute.spend <= 0.9 * total.spend",
            "landlord": "compute.cloud.spend + compute.own.spend <= 4e6",
        },
    }


def plan() -> Plan:
    return load_plan(document())


def prices(paths: int, *, fork: int = 2, spread: float = 0.25, seed: int = 3) -> dict[str, np.ndarray]:
    """Prices of all fields that are the same on every path in the first `fork` months."""
    from allocator.formulate.path_prices import monthly_field

    rng = np.random.default_rng(seed)
    drawn = {}
    for field in FIELDS:
        level = monthly_field(plan(), field)
        moves = rng.normal(0.0, spread, (paths, len(level)))
        moves[:, :fork] = 0.0
        drawn[field] = level * np.exp(moves)
    return drawn
