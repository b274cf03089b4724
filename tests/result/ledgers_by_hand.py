"""Three plans of three months with what is decided in each: renting, reserving, buying."""

from __future__ import annotations

import pytest

ONE_PERCENT_A_MONTH = 0.126825030131969720661201
TEN_PERCENT_A_MONTH = 0.717570463519

RENTING = {
    "plan": {"start": "2026-01", "months": 3, "cash": 100_000, "cash_yield": ONE_PERCENT_A_MONTH},
    "runway": {"months": [2, 2, 1], "window": 2, "opening_burn": 5_000},
    "funding": {"seed": {"kind": "equity", "amount": 50_000, "month": 2, "fee": 0.02}},
    "revenue": {
        "subscriptions": {"amount": {"start": 1_000, "monthly_change": 0.1}, "paid_after": 1},
        "prepaid": {"amount": [100, 200, 300], "paid_after": -1},
    },
    "costs": {"office": {"amount": 500}, "tools": {"amount": 100, "per_person": True}},
    "compute": {
        "cloud": {
            "kind": "rent",
            "price": {"start": 2, "yearly_change": -TEN_PERCENT_A_MONTH},
            "flops": "1 TFLOP/s",
            "utilisation": 0.5,
            "delivered": 0.8,
        }
    },
    "data": {"text": {"unit": "token", "price": 0, "now": 1e9, "max": 1e12}},
    "people": {
        "researchers": {
            "salary": 5_000,
            "overhead": 0.2,
            "now": 4,
            "min": 0,
            "max": 10,
            "hiring": {"cost": 1_000, "delay": 1, "ramp": 1},
            "attrition": TEN_PERCENT_A_MONTH,
            "research": 0.5,
        }
    },
    "models": {"chat": {"law": "chinchilla-replication", "deadline": 3, "training_months": 2}},
}
RENTING_DECISIONS = {
    "compute": {"cloud": {"gpus": [1, 2, 3]}},
    "data": {"text": {"bought": [0, 0, 0]}},
    "people": {"researchers": {"hired": [2, 1, 0]}},
    "models": {"chat": {"compute": [0, 1e18, 2e18], "inputs": {"parameters": 1e8, "tokens": 1e9}}},
}

RESERVING = {
    "plan": {"start": "2026-01", "months": 3, "cash": 200_000},
    "runway": {"months": [1.5, 0.5, 1], "basis": "forward"},
    "revenue": {"contract": {"amount": [0, 20_000, 0]}},
    "costs": {"office": {"amount": [1_000, 3_000, 2_000]}},
    "compute": {
        "hall": {"kind": "reserve", "price": [1, 2, 3], "term": 2, "upfront": 0.25, "now": 1, "flops": "1 TFLOP/s"}
    },
    "data": {
        "text": {"unit": "token", "price": "1 USD/Mtoken"},
        "labels": {
            "unit": "label",
            "price": [0.5, 0.4, 0.3],
            "processing": 0.1,
            "storage": 0.01,
            "now": 1_000,
            "max": 9_000,
            "per_month": 6_000,
            "lead": 1,
        },
    },
    "models": {"chat": {"law": "chinchilla-replication", "deadline": 3, "training_months": 2, "data": {"text": 0.5}}},
}
RESERVING_DECISIONS = {
    "compute": {"hall": {"signed": [2, 0, 4]}},
    "data": {"text": {"bought": [2e9, 0, 0]}, "labels": {"bought": [5_000, 3_000, 0]}},
    "models": {"chat": {"compute": [0, 1e18, 2e18], "inputs": {"parameters": 1e8, "tokens": 1e9}}},
}

BUYING = {
    "plan": {"start": "2026-01", "months": 3, "cash": 100_000, "min_cash": 1_000, "whole": True},
    "runway": {"months": 1, "window": 3, "purchases": True},
    "compute": {
        "own": {
            "kind": "buy",
            "price": [1_000, 2_000, 3_000],
            "lead": 1,
            "life": 3,
            "lot": 2,
            "now": 4,
            "running": 10,
            "resale": 1 - TEN_PERCENT_A_MONTH,
            "flops": "1 TFLOP/s",
        }
    },
    "data": {"text": {"unit": "token", "price": 0, "now": 1e9, "max": 1e12}},
    "people": {"engineers": {"salary": 1_000, "now": 3, "max": 5, "attrition": TEN_PERCENT_A_MONTH}},
    "models": {"chat": {"law": "chinchilla-replication", "deadline": 2, "training_months": 1}},
}
BUYING_DECISIONS = {
    "compute": {"own": {"ordered": [4, 2, 0], "sold": [[0, 2, 2], [1, 3, 2]]}},
    "people": {"engineers": {"hired": [0, 0, 1]}},
    "models": {"chat": {"compute": [0, 1e18, 0], "inputs": {"parameters": 1e8, "tokens": 1e9}}},
}


def near(values: object) -> object:
    return pytest.approx(values, rel=1e-12, abs=1e-9)
