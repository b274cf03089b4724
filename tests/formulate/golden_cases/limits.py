"""Golden programs of limits."""

from __future__ import annotations

from allocator.formulate.cash import add_cash
from allocator.formulate.compute import add_compute
from allocator.formulate.data import add_data
from allocator.formulate.limits import add_limits
from allocator.formulate.people import add_people
from golden_cases.case import (
    EVEN_LAW,
    GPU,
    HALF_A_YEAR_KEPT,
    NOTES,
    ONE_PERCENT_A_MONTH,
    SLOW_GPU,
    SOME_MODEL,
    TEN_PERCENT_A_MONTH,
    Case,
    models,
    money,
)

CASES: dict[str, Case] = {
    "limits": Case(
        "Limits: a level by month, a sum over months, a share of all spending, a decision that is taken",
        {
            "costs": {"office": {"amount": [10, 20, 30]}},
            "compute": {
                "cloud": {"kind": "rent", "price": 1, **GPU},
                "own": {"kind": "buy", "price": [100, 90, 80], "lead": 1, "running": 5, **GPU},
            },
            "data": {"images": {"unit": "image", "price": 1}, "notes": NOTES},
            "people": {"crew": {"salary": 10, "now": 2, "max": 9, "hiring": {"delay": 1}}},
            "models": {"some": {**SOME_MODEL, "deadline": 3, "training_months": 1}},
            "limits": {
                "level": "compute.cloud.gpus[2026-02..2026-03] <= 2 * people.crew.headcount[2026-01..2026-02] + 4",
                "sum": "data.images.items[2026-01..2026-02] + compute.own.orders >= 3",
                "bill": "compute.own.spend + costs.office.spend[2026-02..2026-03] <= 500",
                "share": "compute.spend <= 0.6 * total.spend",
                "lock": "people.crew.hires[2026-02] = 2",
            },
        },
        (add_people, add_data, add_compute, money, add_cash, add_limits),
        ("Limit *",),
    ),
    "limits-quantities": Case(
        "Limits: every other quantity that a rule can speak of",
        {
            "plan": {"cash_yield": ONE_PERCENT_A_MONTH},
            "funding": {"seed": {"kind": "equity", "amount": 500, "month": 2, "fee": 0.02}},
            "revenue": {"sales": {"amount": [10, 20, 30]}},
            "costs": {"office": {"amount": [10, 20, 30]}},
            "compute": {
                "cloud": {"kind": "rent", "price": 1, **SLOW_GPU},
                "own": {"kind": "buy", "price": 80, "resale": HALF_A_YEAR_KEPT, "now": 4, "running": 5, **SLOW_GPU},
            },
            "data": {"text": {"unit": "token", "price": 1, "now": 3}},
            "people": {
                "crew": {
                    "salary": 10,
                    "now": 10,
                    "max": 20,
                    "min": 0,
                    "attrition": TEN_PERCENT_A_MONTH,
                    "hiring": {"delay": 1},
                },
                "cooks": {"salary": 5, "now": 2, "research": 0.5},
            },
            "models": {"chat": {**EVEN_LAW, "deadline": 3, "training_months": 1, "data": {"text": 1.0}}},
            "limits": {
                "heads": "people.headcount[2026-02] >= 5",
                "starting": "people.crew.arrivals >= 1",
                "leaving": "people.crew.leavers[2026-01..2026-02] <= 2",
                "research": "people.research[2026-02..2026-03] >= 1",
                "pay": "people.spend.salary[2026-01] <= 300",
                "reserve": "cash[2026-03] >= (total.spend[2026-02..2026-03] + 10) / 2",
                "start": "cash.opening[2026-02] >= 20",
                "earned": "cash.interest[2026-01..2026-02] >= 12",
                "round": "total.spend[2026-02] <= 0.5 * funding.seed.amount + 2 * revenue.received",
                "calm": "cash.burn[2026-02..2026-03] <= 300",
                "sales": "compute.own.sold[2026-02] <= 3",
                "opening": "compute.own.sold.opening[2026-01..2026-02] = 1 +- 0.5",
                "proceeds": "compute.resale >= 60",
                "busy": "compute.idle[2026-03] <= 1e12",
                "run": "models.chat.compute = 3e12 +- 1e10",
                "hold": "data.text.stock[2026-02..2026-03] >= 5",
            },
        },
        (add_people, add_data, add_compute, models, money, add_cash, add_limits),
        ("Limit *",),
    ),
    "limits-of-money": Case(
        "Limits on money: shares sold, money raised, money owed month by month",
        {
            "funding": {
                "angel": {"kind": "equity", "amount": 100, "month": 1, "post_money": 1_000},
                "seed": {"kind": "equity", "from": 2, "max": 400, "post_money": 2_000},
                "line": {"kind": "credit-line", "max": 80, "rate": 0.12},
            },
            "limits": {
                "dilution": "funding.dilution <= 0.15",
                "raised": "funding.angel.amount + funding.seed.amount <= 300",
                "debt": "funding.line.owed[2026-01..2026-02] <= 40",
            },
        },
        (money, add_cash, add_limits),
        ("Limit *",),
    ),
}
