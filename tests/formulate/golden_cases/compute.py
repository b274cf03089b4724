"""Golden programs of offers, contracts, fleets, sites and the staff that fleets need."""

from __future__ import annotations

from allocator.formulate.cash import add_cash
from allocator.formulate.compute import add_compute
from allocator.formulate.data import add_data
from allocator.formulate.people import add_people
from allocator.formulate.sites import add_sites
from allocator.formulate.staffing import add_staffing
from golden_cases.case import EVEN_LAW, GPU, HALF_A_YEAR_KEPT, TRAINING, Case, models

CASES: dict[str, Case] = {
    "rent": Case(
        "Rent: 4 to 16 GPUs in fours, whole in the first month, at 1, 2 and 3 an hour",
        {
            "plan": {"whole": 1},
            "compute": {"cloud": {"kind": "rent", "price": [1, 2, 3], "min": 4, "max": 16, "lot": 4, **GPU}},
        },
        (add_compute, add_cash),
        ("Spending on compute",),
    ),
    "reserve": Case(
        "Reserve: two-month contracts at 1, 2 and 3 an hour, a quarter paid on signing, 8 GPUs under contract before",
        {
            "compute": {
                "hall": {"kind": "reserve", "price": [1, 2, 3], "term": 2, "upfront": 0.25, "now": 8, "max": 16, **GPU}
            }
        },
        (add_compute, add_cash),
        ("Contracts of hall", "Commitments of hall", "Spending on compute"),
    ),
    "reserve-long": Case(
        "Reserve: five-month contracts in a plan of three; what falls due after it is paid in its last month",
        {"compute": {"hall": {"kind": "reserve", "price": 1, "term": 5, "now": 8, **GPU}}},
        (add_compute, add_cash),
        ("Contracts of hall", "Commitments of hall", "Spending on compute"),
    ),
    "buy": Case(
        "Buy: paid on order at 100, 90, 80 and 70, delivered a month later, worn out after two, 5 a month to run",
        {
            "plan": {"months": 4},
            "compute": {
                "own": {"kind": "buy", "price": [100, 90, 80, 70], "lead": 1, "life": 2, "running": 5, "max": 16, **GPU}
            },
        },
        (add_compute, add_cash),
        ("Fleet of own", "Spending on compute"),
    ),
    "opening-fleet": Case(
        "Opening fleet: 8 GPUs delivered on opening day that serve two of their three months and may be sold",
        {
            "plan": {"whole": 1},
            "compute": {
                "own": {
                    "kind": "buy",
                    "price": [100, 90, 80],
                    "lead": 2,
                    "life": 3,
                    "now": 8,
                    "lot": 4,
                    "resale": HALF_A_YEAR_KEPT,
                    **GPU,
                }
            },
        },
        (add_compute, add_cash),
        ("Fleet of own", "Sales of own", "Cash balance"),
    ),
    "resale": Case(
        "Resale: half the price paid is kept a month; what is sold serves no more and wears out no more",
        {
            "plan": {"months": 4},
            "compute": {
                "own": {
                    "kind": "buy",
                    "price": [100, 80, 60, 40],
                    "lead": 1,
                    "life": 2,
                    "resale": HALF_A_YEAR_KEPT,
                    **GPU,
                }
            },
        },
        (add_compute, add_cash),
        ("Fleet of own", "Sales of own", "Cash balance"),
    ),
    "exit": Case(
        "Exit: four-month contracts at 1 to 5 an hour, a quarter on signing; leaving costs half of what would be owed",
        {
            "plan": {"months": 5, "whole": 2},
            "compute": {
                "hall": {
                    "kind": "reserve",
                    "price": [1, 2, 3, 4, 5],
                    "term": 4,
                    "upfront": 0.25,
                    "now": 8,
                    "age": 2,
                    "lot": 2,
                    "exit_fee": 0.5,
                    **GPU,
                }
            },
        },
        (add_compute, add_cash),
        ("Contracts of hall", "Commitments of hall", "Exits of hall", "Spending on compute"),
    ),
    "exit-months": Case(
        "Exit: five-month contracts in a plan of three, left for two months of what they owe",
        {
            "compute": {"hall": {"kind": "reserve", "price": 1, "term": 5, "exit_months": 2, **GPU}},
            "runway": {"months": 2},
        },
        (add_compute, add_cash),
        ("Exits of hall", "Spending on compute", "Burn that goes on"),
    ),
    "opening-age": Case(
        "Opening fleet of an age: 8 GPUs delivered two months before the plan that serve one of their four months yet",
        {
            "compute": {
                "own": {"kind": "buy", "price": 100, "life": 4, "now": 8, "age": 2, "resale": HALF_A_YEAR_KEPT, **GPU}
            }
        },
        (add_compute, add_cash),
        ("Fleet of own", "Sales of own", "Cash balance"),
    ),
    "sites": Case(
        "A site with room for 8, then 6 GPUs and 12 kW at 2 a kW-month and 0.1 a kWh, for 50 a month",
        {
            "compute": {
                "own": {"kind": "buy", "price": 100, "power": 1.5, "site": "cellar", **GPU},
                "lent": {"kind": "rent", "price": 1, "power": 2, "site": "cellar", **GPU},
                "away": {"kind": "rent", "price": 2, **GPU},
            },
            "sites": {"cellar": {"max": [8, 6, 6], "power": 12, "cost": 50, "cost_per_kw": 2, "power_price": 0.1}},
        },
        (add_compute, add_sites, add_cash),
        ("GPUs at cellar", "Power at cellar", "Spending on compute"),
    ),
    "staffing": Case(
        "Experiments want 2 GPUs a head of the crew and 4 of the aides, of which spot delivers half; guards run 8 each",
        {
            **TRAINING,
            "compute": {
                "cloud": {"kind": "rent", "price": 1, "flops": 1e6, "utilisation": 1.0},
                "spot": {"kind": "rent", "price": 1, "flops": 2e6, "utilisation": 0.5, "delivered": 0.5},
            },
            "people": {
                "crew": {"salary": 10, "now": 2, "research": 1.0, "wants_gpus": 2},
                "aides": {"salary": 10, "now": 2, "research": 0.5, "wants_gpus": 4},
                "guards": {"salary": 10, "now": 3, "max": 5, "runs_gpus": 8, "hiring": {"delay": 1, "ramp": 1}},
            },
            "models": {"chat": {**EVEN_LAW, "deadline": 3, "training_months": 1, "research_effect": 0.5}},
        },
        (add_people, add_data, add_compute, add_staffing, models),
        (
            "Experiments on *",
            "GPUs for experiments",
            "Counted *",
            "Staff for fleets",
            "Compute use",
            "Sum: people.*",
        ),
        money=1_460,
    ),
}
