"""One solved plan for every report."""

from __future__ import annotations

import pytest

from allocator.plan import load_plan
from allocator.result.result import Result
from allocator.session import solve

PLAN = {
    "plan": {"name": "<small> & lab", "currency": "EUR", "start": "2026-09", "months": 12, "cash": 8e6},
    "runway": {"months": 3},
    "funding": {"seed": {"kind": "equity", "amount": 1e6, "month": 2, "fee": 0.02}},
    "costs": {"office": {"amount": 6e4}},
    "compute": {
        "h100": {"kind": "rent", "chip": "H100", "price": 2.5, "max": 512},
        "own": {"kind": "buy", "chip": "H100", "price": 30e3, "max": 8, "now": 8, "running": 200, "resale": 0.6},
    },
    "data": {"web": {"unit": "token", "price": 1e-6, "max": 2e12}},
    "people": {"staff": {"salary": 1e4, "now": 3}},
    "models": {"small": {"law": "chinchilla-replication", "deadline": 9}},
}


@pytest.fixture(scope="session")
def result() -> Result:
    return solve(load_plan(PLAN), horizon_audit=False)
