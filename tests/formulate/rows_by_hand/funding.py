"""Rows of the golden programs in `golden_cases/funding.py`, worked out by hand."""

from __future__ import annotations

ROWS: dict[str, dict[str, str]] = {
    "rounds": {
        # nothing, or 100 to 400, in one month of the two
        "Size_of_seed@2026.03": "funding.seed.drawn@2026.03 - 400 funding.seed.taken@2026.03 <= 0",
        "Least_size_of_seed@2026.03": "funding.seed.drawn@2026.03 - 100 funding.seed.taken@2026.03 >= 0",
        "Once_seed": "funding.seed.taken@2026.02 + funding.seed.taken@2026.03 <= 1",
        # 2 % of what is raised
        "Spending_on_funding@2026.02": "- 0.02 funding.seed.drawn@2026.02 + spend.funding@2026.02 = 0",
        # one month and no least amount: the grant needs no choice of its own
        "Cash_balance@2026.01": "- funding.grant.drawn@2026.01 + spend.funding@2026.01 + cash@2026.01 = 1000",
    },
    "conditions": {
        # the score is 0 with nothing at hand, so 0.5 - 0 switches the row on
        "Condition_of_series.a": "models.some.gain - 0.5 funding.series.a.reached >= 0",
        "Once_series.a": "funding.series.a.taken@2026.03 - funding.series.a.reached <= 0",
        # judged at the close of February: nothing is drawn before March, and nothing in April, when all is repaid
        "Waits_for_its_condition_line@2026.03": "funding.line.owed@2026.03 - 80 funding.line.reached <= 0",
    },
    "conditions-optional": {
        # what counts is 0 without funding, as with nothing at hand: 0.5 - 0 switches the row on
        "Condition_of_series.a": "models.some.counted - 0.5 funding.series.a.reached >= 0",
        "Condition_of_series.a_funded": "- models.some.funded + funding.series.a.reached <= 0",
    },
    "loan": {
        # drawn in January: interest alone in February, halves in March and April
        "Instalments_of_bank@2026.03": (
            "- 0.5 funding.bank.drawn@2026.01 - funding.bank.instalment@2026.02 + funding.bank.instalment@2026.03 = 0"
        ),
        # drawn in February: its first half is due in April, where January's second one goes on
        "Instalments_of_bank@2026.04": (
            "- 0.5 funding.bank.drawn@2026.02 - funding.bank.instalment@2026.03 + funding.bank.instalment@2026.04 = 0"
        ),
        "Owed_to_bank@2026.03": (
            "funding.bank.instalment@2026.03 - funding.bank.owed@2026.02 + funding.bank.owed@2026.03 = 0"
        ),
        "Owed_to_bank@2026.04": "funding.bank.owed@2026.04 = 0",
        # a fee of 1 % of the draw, and 12 % / 12 of what was owed at the close of January
        "Spending_on_funding@2026.02": (
            "- 0.01 funding.bank.drawn@2026.02 - 0.01 funding.bank.owed@2026.01 + spend.funding@2026.02 = 0"
        ),
        # that month's part and the rest are together all that was owed
        "Cash_balance@2026.04": "funding.bank.owed@2026.03 + spend.funding@2026.04 - cash@2026.03 + cash@2026.04 = 0",
    },
    "credit-line": {
        "Owed_to_line@2026.02": (
            "- funding.line.drawn@2026.02 + funding.line.repaid@2026.02 - funding.line.owed@2026.01"
            " + funding.line.owed@2026.02 = 0"
        ),
        # settled in the month after its last
        "Owed_to_line@2026.03": "funding.line.owed@2026.03 = 0",
        "Cash_balance@2026.03": "funding.line.owed@2026.02 + spend.funding@2026.03 - cash@2026.02 + cash@2026.03 = 0",
        "Spending_on_funding@2026.03": "- 0.01 funding.line.owed@2026.02 + spend.funding@2026.03 = 0",
    },
    "covenant": {
        "Debt_to_line_at_the_close@2026.03": "funding.line.owed@2026.03 - 80 funding.line.in_debt@2026.03 <= 0",
        "Debt_to_line_at_the_opening@2026.03": "funding.line.owed@2026.02 - 80 funding.line.in_debt@2026.03 <= 0",
        # 110 in debt; without, 10 - 0.01 x (110 - 10), a little below the floor
        "Covenant_of_line@2026.03": "cash@2026.03 - 101 funding.line.in_debt@2026.03 >= 9",
        # signed in January and repaid in February: both are months in debt, March is not
        "Covenant_of_bank@2026.02": "cash@2026.02 >= 50",
    },
    "credits": {
        "Credits_of_start.up": ("funding.start.up.used.cloud@2026.01 + funding.start.up.used.cloud@2026.02 <= 900"),
        # a GPU-month is 730; both grants may pay in February
        "Bills_of_cloud@2026.02": (
            "- 730 compute.cloud.gpus@2026.02 + funding.start.up.used.cloud@2026.02"
            " + funding.partner.used.cloud@2026.02 <= 0"
        ),
        # upfront 0.25 x 3 x 730; what falls due after the plan is no bill
        "Bills_of_hall@2026.03": (
            "- 547.5 compute.hall.signed@2026.03 - compute.hall.commitment@2026.03"
            " + funding.partner.used.hall@2026.03 <= 0"
        ),
    },
}
