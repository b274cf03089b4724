"""Rows of the golden programs in `golden_cases/limits.py`, worked out by hand."""

from __future__ import annotations

ROWS: dict[str, dict[str, str]] = {
    "limits": {
        "Limit_level@2026.02": "- 2 people.crew.headcount@2026.01 + compute.cloud.gpus@2026.02 <= 4",
        # nothing can be ordered in March: it would arrive after the plan
        "Limit_sum": (
            "data.images.bought@2026.01 + data.images.bought@2026.02 + compute.own.ordered@2026.01"
            " + compute.own.ordered@2026.02 >= 3"
        ),
        # 500 less the office's 20 and 30
        "Limit_bill": (
            "100 compute.own.ordered@2026.01 + 90 compute.own.ordered@2026.02 + 5 compute.own.gpus@2026.01"
            " + 5 compute.own.gpus@2026.02 + 5 compute.own.gpus@2026.03 <= 450"
        ),
        "Limit_lock": "people.crew.hired@2026.02 = 2",
    },
    "limits-quantities": {
        "Limit_heads@2026.02": "people.crew.headcount@2026.02 + people.cooks.headcount@2026.02 >= 5",
        # nobody hired in March starts in the plan
        "Limit_starting": "people.crew.hired@2026.01 + people.crew.hired@2026.02 >= 1",
        # a tenth of January's ten leave in January, a tenth of those at its close in February
        "Limit_leaving": "0.1 people.crew.headcount@2026.01 <= 1",
        # the crew does no research
        "Limit_research": "0.5 people.cooks.effective@2026.02 + 0.5 people.cooks.effective@2026.03 >= 1",
        "Limit_pay": "10 people.crew.headcount@2026.01 + 5 people.cooks.headcount@2026.01 <= 300",
        "Limit_start@2026.02": "cash@2026.01 >= 20",
        # 1 % of 1,000 is 10
        "Limit_earned": "0.01 cash@2026.01 >= 2",
        # 250 + 2 x 60
        "Limit_round": (
            "spend.compute@2026.02 + spend.data@2026.02 + spend.people@2026.02 + spend.costs@2026.02"
            " + spend.funding@2026.02 <= 370"
        ),
        "Limit_calm": "burn@2026.02 + burn@2026.03 <= 300",
        # of the opening fleet, and of January's order
        "Limit_sales": "compute.own.sold@opening_2026.02 + compute.own.sold@2026.01_2026.02 <= 3",
        "Limit_opening": "compute.own.sold@opening_2026.01 + compute.own.sold@opening_2026.02 >= 0.5",
        "Limit_opening_at_most": "compute.own.sold@opening_2026.01 + compute.own.sold@opening_2026.02 <= 1.5",
        # half of 80 is left after a month, a quarter after two
        "Limit_proceeds": (
            "40 compute.own.sold@opening_2026.01 + 20 compute.own.sold@opening_2026.02"
            " + 10 compute.own.sold@opening_2026.03 + 40 compute.own.sold@2026.01_2026.02"
            " + 20 compute.own.sold@2026.01_2026.03 + 40 compute.own.sold@2026.02_2026.03 >= 60"
        ),
        "Limit_busy": (
            "2.628e+12 compute.cloud.gpus@2026.03 + 2.628e+12 compute.own.gpus@2026.03"
            " - models.chat.compute@2026.03 <= 1e+12"
        ),
        "Limit_run": "models.chat.compute@2026.03 >= 2.99e+12",
        "Limit_run_at_most": "models.chat.compute@2026.03 <= 3.01e+12",
        "Limit_hold@2026.03": "data.text.stock@2026.03 >= 5",
    },
    "limits-of-money": {
        # 1 / 2,000 of the company for each unit of money; the angel has 100 / 1,000
        "Limit_dilution": "0.0005 funding.seed.drawn@2026.02 + 0.0005 funding.seed.drawn@2026.03 <= 0.05",
        "Limit_raised": "funding.seed.drawn@2026.02 + funding.seed.drawn@2026.03 <= 200",
        "Limit_debt@2026.02": "funding.line.owed@2026.02 <= 40",
    },
}
