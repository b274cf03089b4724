"""Golden programs of goals, cash, revenue, partners, treasury, costs, the runway and the horizon's end."""

from __future__ import annotations

from allocator.formulate.cash import add_cash
from allocator.formulate.compute import add_compute
from allocator.formulate.data import add_data
from allocator.formulate.partners import add_partners
from allocator.formulate.people import add_people
from allocator.formulate.treasury import add_treasury
from golden_cases.case import (
    BURNING,
    EVEN_LAW,
    GPU,
    HALF_A_YEAR_KEPT,
    NOTES,
    ONE_PERCENT_A_MONTH,
    SCORED,
    SOME_MODEL,
    TEN_PERCENT_A_MONTH,
    TRAINING,
    Case,
    models,
    money,
)

CASES: dict[str, Case] = {
    "goal-capital": Case(
        "The least opening cash, at one per cent of interest a month",
        {
            "plan": {"cash": 1_000, "cash_yield": ONE_PERCENT_A_MONTH},
            "costs": {"office": {"amount": 100}},
            "objective": {"goal": "capital"},
            "data": {"notes": NOTES},
            **SCORED,
        },
        (money, add_cash),
        ("Cash balance",),
    ),
    "goal-capital-round": Case(
        "The least seed round in February, with its fee",
        {
            "costs": {"office": {"amount": 100}},
            "funding": {"seed": {"kind": "equity", "amount": 500, "month": 2, "fee": 0.02}},
            "objective": {"goal": "capital", "of": "funding.seed"},
            "data": {"notes": NOTES},
            **SCORED,
        },
        (money, add_cash),
        ("Cash balance", "Spending on funding"),
    ),
    "goal-runway": Case(
        "The longest runway: cash left beyond two months of burn, at each close and after the horizon",
        {**BURNING, "runway": {"months": 2, "window": 2}, "objective": {"goal": "runway"}},
        (money, add_cash),
        ("Runway*",),
    ),
    "goal-profit": Case(
        "The largest profit: closing cash, and what GPUs are sold for in between",
        {
            **BURNING,
            "compute": {"own": {"kind": "buy", "price": 100, "resale": HALF_A_YEAR_KEPT, **GPU}},
            "objective": {"goal": "profit"},
        },
        (add_compute, money, add_cash),
        ("Cash balance",),
    ),
    "cash": Case(
        "Cash: interest of one per cent a month, revenue a month late, a round with its fee, a cost",
        {
            "plan": {"cash": 1_000, "min_cash": 50, "cash_yield": ONE_PERCENT_A_MONTH},
            "revenue": {"subscriptions": {"amount": [10, 20, 30], "paid_after": 1}},
            "funding": {"seed": {"kind": "equity", "amount": 500, "month": 2, "fee": 0.02}},
            "costs": {"office": {"amount": 100}},
        },
        (money, add_cash),
        ("Cash balance", "Spending on *"),
        second_pass=True,
    ),
    "churn": Case(
        "Revenue of 100 of which ten per cent leave a month",
        {"revenue": {"subscriptions": {"amount": 100, "churn": TEN_PERCENT_A_MONTH}}},
        (money, add_cash),
        ("Cash balance",),
    ),
    "marketing": Case(
        "Marketing: 100 in a month add 25 of monthly revenue, of which ten per cent leave a month, paid a month late",
        {
            "plan": {"months": 4},
            "revenue": {
                "subscriptions": {
                    "amount": 10,
                    "paid_after": 1,
                    "marketing": {"max": 200, "adds": 50, "half": 100, "churn": TEN_PERCENT_A_MONTH},
                }
            },
            "runway": {"months": 1, "window": 2},
        },
        (money, add_cash),
        ("Scale of marketing: *", "Added by marketing: *", "Spending on marketing", "Cash balance", "Net burn"),
    ),
    "launch": Case(
        "A model earns from the month after its deadline: nothing at a loss of 3 or 0.25 answered, all at 2 or 0.75",
        {
            **TRAINING,
            "plan": {"months": 4},
            "data": {**TRAINING["data"], "notes": NOTES},
            "revenue": {
                "api": {"amount": 8, "paid_after": 1, "model": {"name": "chat", "nothing_at": 3, "all_at": 2}},
                "desk": {"amount": [1, 2, 3, 4], "model": {"name": "guide", "nothing_at": 0.25, "all_at": 0.75}},
            },
            "models": {
                "chat": {**EVEN_LAW, "deadline": 2, "training_months": 1},
                "guide": {**SOME_MODEL, "deadline": 3, "training_months": 1},
            },
        },
        (add_data, add_compute, models, money, add_cash),
        ("Launch of *", "Loss left of *", "Score of *", "Cash balance"),
    ),
    "launch-optional": Case(
        "A model that may go without funding earns, from the month after its deadline, only where it is funded",
        {
            **TRAINING,
            "plan": {"months": 4},
            "revenue": {"api": {"amount": 8, "model": {"name": "chat", "nothing_at": 3, "all_at": 2}}},
            "models": {"chat": {**EVEN_LAW, "deadline": 2, "training_months": 1, "optional": True}},
        },
        (add_data, add_compute, models, money, add_cash),
        ("Launch of *", "Loss left of *", "Score of *", "Only if funded, *", "Cash balance"),
    ),
    "partners": Case(
        "A partner pays half of a contract, a quarter of bought GPUs, all of the office, and takes half of revenue",
        {
            "revenue": {"subscriptions": {"amount": [30, 60, 90]}},
            "costs": {"office": {"amount": [10, 20, 30]}},
            "compute": {
                "hall": {"kind": "reserve", "price": 1, "term": 2, "max": 16, **GPU},
                "own": {"kind": "buy", "price": 100, "running": 5, **GPU},
            },
            "partners": {
                "acme": {
                    "pays": {"compute": {"hall": 0.5, "own": 0.25}, "costs": {"office": 1}},
                    "takes": {"subscriptions": "50 %"},
                }
            },
            "runway": {"months": 2},
        },
        (add_compute, money, add_partners, add_cash),
        ("Cash balance", "Net burn", "Burn that goes on"),
    ),
    "treasury": Case(
        "Lent for two months at one per cent a month, 10 or more at a time, 100 in all, 50 to come back in the second",
        {
            "plan": {"months": 4},
            "treasury": {
                "bills": {"earns": ONE_PERCENT_A_MONTH, "months": 2, "min": 10, "max": 100, "now": {"2026-02": 50}}
            },
        },
        (add_treasury, add_cash),
        ("Lent to *", "Smallest placement: *", "Any placement: *", "Cash balance"),
    ),
    "costs-per-person": Case(
        "A cost of 5 a month and one of 2, 3 and 4 for each head",
        {
            "costs": {"office": {"amount": 5}, "desks": {"amount": [2, 3, 4], "per_person": True}},
            "people": {"crew": {"salary": 10, "now": 2}, "guards": {"salary": 10, "now": 1}},
        },
        (add_people, money, add_cash),
        ("Spending on costs",),
    ),
    "runway-trailing": Case(
        "Two months of runway over a window of two, 40 burnt a month before the plan, bought GPUs left out",
        {
            **BURNING,
            "plan": {"months": 4},
            "costs": {"office": {"amount": [10, 20, 30, 40]}},
            "revenue": {"subscriptions": {"amount": [1, 2, 3, 4]}},
            "funding": {"seed": {"kind": "equity", "amount": 500, "month": 2, "fee": 0.02}},
            "compute": {"own": {"kind": "buy", "price": 100, "running": 5, **GPU}},
            "runway": {"months": [2, 2, 2, 1], "window": 2, "opening_burn": 40},
        },
        (add_compute, money, add_cash),
        ("Net burn", "Runway"),
    ),
    "runway-first-month": Case(
        "Three months of runway over a window of three; months before the plan burnt what the first month burns",
        {**BURNING, "runway": {"months": 3, "window": 3}},
        (money, add_cash),
        ("Runway",),
    ),
    "runway-forward": Case(
        "Cash in hand for the next month and a half; months after the plan burn what goes on after the horizon",
        {
            **BURNING,
            "compute": {"own": {"kind": "buy", "price": 100, **GPU}},
            "runway": {"months": 1.5, "basis": "forward", "purchases": True},
        },
        (add_compute, money, add_cash),
        ("Net burn", "Runway"),
    ),
    "horizon": Case(
        "After the horizon: burn goes on, and staff stays as numerous as when the last training begins",
        {
            "plan": {"months": 4},
            "costs": {"office": {"amount": 10}},
            "people": {"crew": {"salary": 10, "now": 2, "min": 0, "max": 4, "attrition": TEN_PERCENT_A_MONTH}},
            "runway": {"months": [6, 6, 6, 2]},
            "data": {"notes": NOTES},
            "models": {"some": {**SOME_MODEL, "deadline": 2, "training_months": 1}},
        },
        (add_people, money, add_cash),
        ("Runway after the horizon", "Burn after the horizon", "Staff kept: *"),
    ),
    "horizon-tails": Case(
        "What contracts owe beyond the plan is paid in its last month, burns there, and does not go on",
        {
            "compute": {
                "hall": {"kind": "reserve", "price": [1, 2, 3], "term": 2, "upfront": 0.25, "now": 8, "max": 16, **GPU},
                "yard": {"kind": "reserve", "price": 1, "term": 4, "now": 4, "max": 4, **GPU},
            },
            "runway": {"months": 2},
        },
        (add_compute, add_cash),
        ("Burn that goes on", "Burn after the horizon"),
    ),
}
