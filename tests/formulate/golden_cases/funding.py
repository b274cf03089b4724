"""Golden programs of money raised: rounds, conditions, debt and credits."""

from __future__ import annotations

from allocator.formulate.cash import add_cash
from allocator.formulate.compute import add_compute
from allocator.formulate.data import add_data
from allocator.formulate.debt import add_covenants
from golden_cases.case import GPU, NOTES, SOME_MODEL, Case, money, money_and_models

CASES: dict[str, Case] = {
    "rounds": Case(
        "Rounds: 100 to 400 of equity once in February or March, 2 % of it in fees; a grant of up to 50 in January",
        {
            "funding": {
                "seed": {"kind": "equity", "from": 2, "min": 100, "max": 400, "post_money": 2_000, "fee": 0.02},
                "grant": {"kind": "grant", "until": 1, "max": 50},
            },
            "objective": {"dilution_price": 0.5},
        },
        (money, add_cash),
        ("Size of *", "Least size of *", "Once: *", "Spending on funding", "Cash balance"),
        second_pass=True,
    ),
    "conditions": Case(
        "Conditions: 500 signed for March, and a credit line, that come only where a score was reached in February",
        {
            "plan": {"months": 4},
            "funding": {
                "series-a": {"kind": "equity", "amount": 500, "month": 3, "needs": "models.some.value >= 0.5"},
                "line": {"kind": "credit-line", "max": 80, "rate": 0.12, "needs": "models.some.value >= 0.25"},
            },
            "data": {"notes": NOTES},
            "models": {"some": {**SOME_MODEL, "deadline": 2, "training_months": 1}},
        },
        (add_data, money_and_models, add_cash),
        ("Condition of *", "Size of *", "Once: *", "Waits for its condition: *"),
    ),
    "conditions-optional": Case(
        "500 signed for March that come only where an optional model was funded and reached a score in February",
        {
            "plan": {"months": 4},
            "funding": {
                "series-a": {"kind": "equity", "amount": 500, "month": 3, "needs": "models.some.value >= 0.5"},
            },
            "data": {"notes": NOTES},
            "models": {"some": {**SOME_MODEL, "deadline": 2, "training_months": 1, "optional": True}},
        },
        (add_data, money_and_models, add_cash),
        ("Condition of *", "Once: *"),
    ),
    "loan": Case(
        "Loan: up to 120 drawn once in January or February at 12 %, interest alone for a month, then two equal parts",
        {
            "plan": {"months": 4},
            "funding": {
                "bank": {
                    "kind": "loan",
                    "until": 2,
                    "max": 120,
                    "rate": 0.12,
                    "interest_only": 1,
                    "term": 2,
                    "fee": 0.01,
                }
            },
        },
        (money, add_cash),
        ("Instalments of *", "Owed to *", "Spending on funding", "Cash balance"),
    ),
    "credit-line": Case(
        "Credit line: up to 80 owed at once at 12 %, drawn and repaid month by month until February, settled in March",
        {
            "plan": {"months": 4},
            "funding": {"line": {"kind": "credit-line", "until": 2, "max": 80, "rate": 0.12, "fee": 0.01}},
        },
        (money, add_cash),
        ("Owed to *", "Spending on funding", "Cash balance"),
    ),
    "covenant": Case(
        "Covenant: cash of 110 in a month that opens or closes with something owed, 10 in any; another loan is signed",
        {
            "plan": {"min_cash": 10},
            "funding": {
                "line": {"kind": "credit-line", "from": 2, "max": 80, "rate": 0.12, "covenant": 110},
                "bank": {"kind": "loan", "amount": 60, "month": 1, "rate": 0.12, "term": 1, "covenant": 50},
            },
        },
        (money, add_cash, add_covenants),
        ("Covenant of *", "Debt to * at the close", "Debt to * at the opening"),
    ),
    "credits": Case(
        "Credits: 900 until February and 500 from February on, for rented GPUs and the contracts of a hall",
        {
            "compute": {
                "cloud": {"kind": "rent", "price": 1, **GPU},
                "hall": {"kind": "reserve", "price": 1, "term": 3, "upfront": 0.25, **GPU},
            },
            "funding": {
                "start-up": {"kind": "credits", "amount": 900, "month": 1, "until": 2, "only_for": ["cloud"]},
                "partner": {"kind": "credits", "amount": 500, "month": 2, "only_for": ["cloud", "hall"]},
            },
        },
        (add_compute, money, add_cash),
        ("Credits of *", "Bills of *", "Cash balance"),
        second_pass=True,
    ),
}
