"""Golden programs of data, tiers, machines, and people who come, stay and leave."""

from __future__ import annotations

from allocator.formulate.cash import add_cash
from allocator.formulate.data import add_data
from allocator.formulate.people import add_people
from golden_cases.case import FIVE_PERCENT_A_MONTH, NOTES, SOME_MODEL, TEN_PERCENT_A_MONTH, Case

CASES: dict[str, Case] = {
    "data": Case(
        "Data: 1,000 photos in hand, more arrive a month after they are paid; at most 600 a month and 900 in all",
        {
            "data": {
                "photos": {
                    "unit": "image",
                    "price": [3, 2, 1],
                    "processing": 0.5,
                    "storage": 0.1,
                    "now": 1_000,
                    "max": 900,
                    "per_month": 600,
                    "lead": 1,
                }
            },
        },
        (add_data, add_cash),
        ("Stock of photos", "Supply of photos", "Spending on data"),
    ),
    "tiers": Case(
        "Tiers of a rising price: 100 photos at 1, 200 at 2, 300 at 4; 150 a month, a month's lead",
        {
            "data": {
                "photos": {"unit": "image", "tiers": [[100, 1], [200, 2], [300, 4]], "per_month": 150, "lead": 1},
            },
        },
        (add_data, add_cash),
        ("Tier * of photos", "Tiers of photos", "Stock of photos", "Spending on data"),
    ),
    "tiers-discount": Case(
        "Tiers of a falling price: 100 photos at 3, 200 at 2, 400 at 1; a tier is open once those before are used up",
        {"data": {"photos": {"unit": "image", "tiers": [[100, 3], [200, 2], [400, 1]], "max": 500}}},
        (add_data, add_cash),
        ("Used up: *", "Open: *", "Supply of photos"),
    ),
    "automation": Case(
        "Machines: 6 once for a label a month, there a month later, then 1 a label instead of 3, 2 and 1; at most 500",
        {
            "data": {
                "labels": {
                    "unit": "label",
                    "price": [3, 2, 1],
                    "processing": 0.5,
                    "automation": {"cost": 6, "price": 1, "lead": 1, "max": 500},
                }
            },
        },
        (add_data, add_cash),
        ("Capacity of labels", "Automated labels", "By hand: labels", "Spending on data"),
    ),
    "handling": Case(
        "Handling: a labeller takes in 200 labels a month, an engineer 50; what goes through machines needs no hands",
        {
            "data": {
                "labels": {"unit": "label", "price": 1, "lead": 1},
                "rough": {"unit": "label", "price": 1, "automation": {"cost": 6, "price": 0.1}},
            },
            "people": {
                "labellers": {"salary": 10, "now": 2, "handles": "200 labels/month"},
                "engineers": {"salary": 10, "now": 2, "handles": "0.05 klabel/month"},
            },
        },
        (add_people, add_data, add_cash),
        ("Handling of labels",),
    ),
    "retention": Case(
        "Retention: ten per cent leave a month, at least five do; a leaver kept costs 4, at most 1 is spent a month",
        {
            "people": {
                "crew": {
                    "salary": 10,
                    "now": 10,
                    "max": 20,
                    "attrition": TEN_PERCENT_A_MONTH,
                    "retention": {"max": 1, "keeps": 0.25, "least_attrition": FIVE_PERCENT_A_MONTH},
                }
            },
        },
        (add_people, add_cash),
        ("Headcount of crew", "Leavers kept: crew", "Spending on people"),
    ),
    "layoffs": Case(
        "Layoffs: three months' salary of 10, 10, 20 and 20; who still ramps up stays; from the last training on nobody"
        " goes, but contractors do",
        {
            "plan": {"months": 4, "whole": 2},
            "people": {
                "crew": {
                    "salary": [10, 10, 20, 20],
                    "now": 10,
                    "min": 0,
                    "max": 20,
                    "hiring": {"delay": 1, "ramp": 2},
                    "attrition": TEN_PERCENT_A_MONTH,
                    "layoff": 3,
                },
                "temps": {"salary": 15, "now": 1, "min": 0, "max": 5, "contractor": True},
            },
            "data": {"notes": NOTES},
            "models": {"some": {**SOME_MODEL, "deadline": 4, "training_months": 1}},
        },
        (add_people, add_cash),
        ("Headcount of *", "Trained before laid off: crew", "Spending on people"),
    ),
    "people": Case(
        "People: ten per cent leave a month, hires arrive after a month and ramp over two, at most 3 are hired a month",
        {
            "plan": {"months": 4, "whole": 2},
            "people": {
                "crew": {
                    "salary": [10, 10, 20, 20],
                    "overhead": 0.5,
                    "now": 10,
                    "max": 20,
                    "hiring": {"cost": 7, "per_month": 3, "delay": 1, "ramp": 2},
                    "attrition": TEN_PERCENT_A_MONTH,
                }
            },
        },
        (add_people, add_cash),
        ("Headcount of crew", "Effective crew", "Spending on people"),
    ),
}
