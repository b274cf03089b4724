"""A family of large plans: one company over many price paths that share their first months.

36 months of four rented, five reserved and four bought kinds of GPU, six sources of data and five roles make
about 1,400 rows a path beside what all share: what a company with a few suppliers of each kind has. Nothing is
sold again (sales have a column for each pair of months, which would be most of the program), so that rows, not
columns, are what grows.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from allocator.formulate.curves import FloatArray
from allocator.formulate.path_prices import monthly_field
from allocator.formulate.paths import Paths, lay_out_paths
from allocator.plan import Plan, load_plan

FIRST_MONTHS = 3
# Monthly steps of the logs of prices: GPU prices have moved by some 15 % a year about their trend.
STEP = 0.045


def document(months: int = 36) -> dict[str, Any]:
    """Return the plan as a plan file would have it."""
    chips = (("H100", 2.9, 0.40), ("H200", 3.6, 0.39), ("B200", 5.5, 0.38), ("A100", 1.6, 0.42))
    compute: dict[str, Any] = {}
    for place, (chip, price, utilisation) in enumerate(chips):
        same = {"chip": chip, "utilisation": utilisation}
        trend = {"start": price, "yearly_change": -0.10 - 0.01 * place}
        compute[f"{chip.lower()}-cloud"] = {"kind": "rent", "price": trend, "max": 768, **same}
        compute[f"{chip.lower()}-reserved"] = {
            "kind": "reserve",
            "price": {**trend, "start": 0.7 * price},
            "term": 6 * (place + 1),
            "upfront": 0.1 * place,
            "max": 512,
            **same,
        }
        compute[f"{chip.lower()}-owned"] = {
            "kind": "buy",
            "price": {"start": 13e3 * price, "yearly_change": -0.15},
            "lead": 2 + place,
            "life": 48,
            "running": 200 + 30 * place,
            "max": 256,
            **same,
        }
    compute["h100-long"] = {**compute["h100-reserved"], "term": 24, "upfront": 0.2, "max": 256}
    compute["h100-long"]["price"] = {"start": 1.6, "yearly_change": -0.08}
    data = {
        f"text-{place}": {
            "unit": "token",
            "price": f"{price} USD/Mtoken",
            "storage": "0.3 USD/Gtoken/month",
            "max": amount,
            "per_month": amount / 10,
            "lead": place % 3,
        }
        for place, (price, amount) in enumerate(
            ((0.02, 4e12), (0.15, 3e12), (0.5, 2e12), (1.5, 2e12), (3.0, 1e12), (8.0, 1e12))
        )
    }
    people = {
        name: {
            "salary": salary,
            "overhead": 0.3,
            "now": now,
            "min": now,
            "max": 2 * now,
            "hiring": {"cost": 25e3, "per_month": 3, "delay": 1 + place % 2, "ramp": 1 + place % 3},
            "attrition": 0.12,
            "research": research,
        }
        for place, (name, salary, now, research) in enumerate(
            (
                ("researchers", 18e3, 16, 1.0),
                ("engineers", 16e3, 16, 0.5),
                ("curators", 9e3, 6, 0.2),
                ("staff", 10e3, 8, 0),
                ("operations", 11e3, 6, 0),
            )
        )
    }
    models = {
        name: {
            "law": "chinchilla-replication",
            "deadline": deadline * months // 36,
            "training_months": training,
            "research_effect": 0.2,
            "weight": weight,
        }
        for name, deadline, training, weight in (("base", 12, 4, 1.0), ("second", 22, 6, 1.0), ("flagship", 32, 8, 2.0))
    }
    return {
        "plan": {
            "name": "price-paths",
            "start": "2026-09",
            "months": months,
            "cash": 150e6,
            "min_cash": 2e6,
            "cash_yield": 0.03,
        },
        "runway": {"months": 6, "window": 6, "opening_burn": "1.5 MUSD/month"},
        "funding": {"series-c": {"kind": "equity", "amount": 60e6, "month": months // 2}},
        "revenue": {"subscriptions": {"amount": {"start": 250e3, "monthly_change": 0.03}, "paid_after": 1}},
        "costs": {"office": {"amount": 1500, "per_person": True}, "legal": {"amount": 50e3}},
        "compute": compute,
        "data": data,
        "people": people,
        "models": models,
        "limits": {
            "site": "compute.h100-owned.gpus + compute.h200-owned.gpus + compute.b200-owned.gpus <= 400",
            "one-supplier": "compute.h100-cloud.gpus + compute.h100-reserved.gpus <= 900",
            "on-chips": "compute.spend <= 0.8 * total.spend",
        },
    }


def varied_fields(plan: Plan) -> list[str]:
    """Return the prices that differ between paths: those of every offer and source."""
    return [f"compute.{name}.price" for name in plan.compute] + [f"data.{name}.price" for name in plan.data]


def draw(plan: Plan, paths: int, *, first: int = FIRST_MONTHS, seed: int = 1) -> dict[str, FloatArray]:
    """Return random walks about the plan's own prices, which begin after the first months."""
    rng = np.random.default_rng(seed)
    drawn = {}
    for field in varied_fields(plan):
        level = monthly_field(plan, field)
        steps = rng.normal(0.0, STEP, (paths, len(level)))
        steps[:, :first] = 0.0
        drawn[field] = level * np.exp(steps.cumsum(axis=1))
    return drawn


def laid_out(paths: int, *, months: int = 36, first: int = FIRST_MONTHS) -> Paths:
    """Return the program over so many paths."""
    plan = load_plan(document(months))
    return lay_out_paths(plan, draw(plan, paths, first=first), first=first)
