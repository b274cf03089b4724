"""Rows, bounds and curves of the golden programs in `golden_cases/money.py`, worked out by hand."""

from __future__ import annotations

import math

GUARDS_AND_CREW = "people.crew.headcount@2026.02 - 3 people.guards.headcount@2026.02"

# What a model of the law with two equal terms has to lose when it is given nothing.
LEAST = 100 / math.sqrt(1e3) + 100 / math.sqrt(1e14 / 6e3)

ROWS: dict[str, dict[str, str]] = {
    "cash": {
        # 1,000 in the bank earn 1 %, nothing earned before the plan is known
        "Cash_balance@2026.01": "spend.costs@2026.01 + spend.funding@2026.01 + cash@2026.01 = 1010",
        # January's 10 of revenue arrive with the round of 500, which earns no interest in its month
        "Cash_balance@2026.02": "spend.costs@2026.02 + spend.funding@2026.02 - 1.01 cash@2026.01 + cash@2026.02 = 510",
        "Cash_balance@2026.03": "spend.costs@2026.03 + spend.funding@2026.03 - 1.01 cash@2026.02 + cash@2026.03 = 20",
        "Spending_on_costs@2026.02": "spend.costs@2026.02 = 100",
        # 2 % of 500
        "Spending_on_funding@2026.02": "spend.funding@2026.02 = 10",
    },
    "churn": {
        # 100, 90 and 81
        "Cash_balance@2026.03": "- cash@2026.02 + cash@2026.03 = 81",
    },
    "marketing": {
        # a hundredth of what is spent
        "Scale_of_marketing_subscriptions@2026.02": (
            "- 0.01 revenue.subscriptions.marketing@2026.02 + revenue.subscriptions.operand@2026.02 = 0"
        ),
        # nothing is won before the plan, and what is spent in the month itself adds from the next on
        "Added_by_marketing_subscriptions@2026.01": "revenue.subscriptions.added@2026.01 = 0",
        # 50 times the share, of which a tenth leaves each month
        "Added_by_marketing_subscriptions@2026.03": (
            "- 50 revenue.subscriptions.return@2026.02 - 0.9 revenue.subscriptions.added@2026.02"
            " + revenue.subscriptions.added@2026.03 = 0"
        ),
        # February's revenue is paid in March: what is added, and January's to April's 10
        "Cash_balance@2026.03": (
            "- revenue.subscriptions.added@2026.02 + spend.marketing@2026.03 - cash@2026.02 + cash@2026.03 = 10"
        ),
        "Net_burn@2026.03": "revenue.subscriptions.added@2026.02 - spend.marketing@2026.03 + burn@2026.03 >= -10",
    },
    "launch": {
        "Launch_of_chat_api": "revenue.api.score - revenue.api.launched <= 0",
        # at a loss of 3 it can lose 2, ln 2 below a gain of 0; a model given nothing has 100 / sqrt(1,000 tokens) and
        # 100 / sqrt(1e14 / 6,000 parameters) to lose
        "Loss_left_of_chat_api": (
            f"models.chat.gain - {math.log(LEAST) - math.log(2):.6g} revenue.api.launched + revenue.api.log_left"
            f" >= {-math.log(LEAST):.6g}"
        ),
        # all of it where half of the 2 is left
        "Score_of_chat_api": "revenue.api.score + 2 revenue.api.left <= 2",
        # 0.25 to 0.75 of a table from 0 to 1: 2 (q - 0.25), and 0.5 more where it is not launched
        "Score_of_guide_desk": "- 2 models.guide.gain + revenue.desk.score + 0.5 revenue.desk.launched <= 0",
        # chat is ready in February and earns in March, paid in April; guide is ready in March
        "Cash_balance@2026.03": "spend.compute@2026.03 + spend.data@2026.03 - cash@2026.02 + cash@2026.03 = 0",
        "Cash_balance@2026.04": (
            "- 8 revenue.api.score - 4 revenue.desk.score + spend.compute@2026.04 + spend.data@2026.04"
            " - cash@2026.03 + cash@2026.04 = 0"
        ),
    },
    "launch-optional": {
        # what counts of a model without funding is that of one given nothing: ln(LEAST) below a gain of 0
        "Loss_left_of_chat_api": (
            f"models.chat.counted - {math.log(LEAST) - math.log(2):.6g} revenue.api.launched + revenue.api.log_left"
            f" >= {-math.log(LEAST):.6g}"
        ),
        "Only_if_funded_chat_api": "- models.chat.funded + revenue.api.launched <= 0",
    },
    "partners": {
        # half of a month's commitment, a quarter of 100 and of 5; 1,000 + 30 - 15 + 10
        "Cash_balance@2026.01": (
            "- 0.5 compute.hall.commitment@2026.01 - 25 compute.own.ordered@2026.01 - 1.25 compute.own.gpus@2026.01"
            " + spend.compute@2026.01 + spend.costs@2026.01 + cash@2026.01 = 1025"
        ),
        # all of the purchase is no burn, whoever paid it; 60 - 30 + 20
        "Net_burn@2026.02": (
            "0.5 compute.hall.commitment@2026.02 + 100 compute.own.ordered@2026.02 + 1.25 compute.own.gpus@2026.02"
            " - spend.compute@2026.02 - spend.costs@2026.02 + burn@2026.02 >= -50"
        ),
        # 730 are owed beyond the plan, 365 of them by the partner
        "Burn_that_goes_on@2026.03": (
            "365 compute.hall.signed@2026.03 - burn@2026.03 + burn_that_goes_on@2026.03 >= 0"
        ),
    },
    "treasury": {
        # 50 are out on opening day and come back in February
        "Lent_to_bills@2026.01": "- treasury.bills.placed@2026.01 + treasury.bills.locked@2026.01 = 50",
        "Lent_to_bills@2026.02": (
            "- treasury.bills.placed@2026.02 - treasury.bills.locked@2026.01 + treasury.bills.locked@2026.02 = -50"
        ),
        # January's are back in March, with 1.01 x 1.01
        "Lent_to_bills@2026.03": (
            "treasury.bills.placed@2026.01 - treasury.bills.locked@2026.02 + treasury.bills.locked@2026.03 = 0"
        ),
        "Cash_balance@2026.03": "- 1.0201 treasury.bills.placed@2026.01 - cash@2026.02 + cash@2026.03 = 0",
        "Smallest_placement_bills@2026.01": "treasury.bills.placed@2026.01 - 10 treasury.bills.used@2026.01 >= 0",
        "Any_placement_bills@2026.02": "treasury.bills.placed@2026.02 - 100 treasury.bills.used@2026.02 <= 0",
    },
    "costs-per-person": {
        "Spending_on_costs@2026.02": f"- 3 {GUARDS_AND_CREW} + spend.costs@2026.02 = 5",
    },
    "runway-trailing": {
        # 2 x (40 + b1) / 2
        "Runway@2026.01": "cash@2026.01 - burn@2026.01 >= 40",
        "Runway@2026.02": "cash@2026.02 - burn@2026.01 - burn@2026.02 >= 0",
        # 1 x (b3 + b4) / 2
        "Runway@2026.04": "cash@2026.04 - 0.5 burn@2026.03 - 0.5 burn@2026.04 >= 0",
        # running costs burn, the GPUs themselves at 100 do not, nor does the round's fee; revenue of 2 lowers it
        "Net_burn@2026.02": (
            "100 compute.own.ordered@2026.02 - spend.compute@2026.02 - spend.costs@2026.02 + burn@2026.02 >= -2"
        ),
    },
    "runway-first-month": {
        # 3 x (b1 + b1 + b1) / 3, then 3 x (b1 + b1 + b2) / 3
        "Runway@2026.01": "cash@2026.01 - 3 burn@2026.01 >= 0",
        "Runway@2026.02": "cash@2026.02 - 2 burn@2026.01 - burn@2026.02 >= 0",
        "Runway@2026.03": "cash@2026.03 - burn@2026.01 - burn@2026.02 - burn@2026.03 >= 0",
    },
    "runway-forward": {
        "Runway@2026.01": "cash@2026.01 - burn@2026.02 - 0.5 burn@2026.03 >= 0",
        "Runway@2026.02": "cash@2026.02 - burn@2026.03 - 0.5 burn_after_the_horizon >= 0",
        "Runway@2026.03": "cash@2026.03 - 1.5 burn_after_the_horizon >= 0",
        # purchases = true: bought GPUs are burn like everything else
        "Net_burn@2026.01": "- spend.compute@2026.01 - spend.costs@2026.01 + burn@2026.01 >= 0",
    },
    "horizon": {
        "Burn_after_the_horizon@last_month": "- burn@2026.04 + burn_after_the_horizon >= 0",
        # four months are all there are of the last twelve
        "Burn_after_the_horizon@last_year_s_mean": (
            "- 0.25 burn@2026.01 - 0.25 burn@2026.02 - 0.25 burn@2026.03 - 0.25 burn@2026.04"
            " + burn_after_the_horizon >= 0"
        ),
        # the last month asks two months, not six
        "Runway_after_the_horizon@2026.04": "cash@2026.04 - 2 burn_after_the_horizon >= 0",
        # the training of one month before the deadline in February begins after January
        "Staff_kept_crew@2026.03": "- people.crew.headcount@2026.01 + people.crew.headcount@2026.03 >= 0",
    },
    "horizon-tails": {
        # a hall contract of month 3 owes one month more, 0.75 x 3 x 730; one of the yard's owes 1, 2 or 3 months of
        # 730, and the four under contract before owe one each
        "Burn_that_goes_on@2026.03": (
            "1642.5 compute.hall.signed@2026.03 + 730 compute.yard.signed@2026.01 + 1460 compute.yard.signed@2026.02"
            " + 2190 compute.yard.signed@2026.03 - burn@2026.03 + burn_that_goes_on@2026.03 >= -2920"
        ),
        "Burn_after_the_horizon@last_month": "burn_after_the_horizon - burn_that_goes_on@2026.03 >= 0",
    },
    "goal-capital": {
        # opening cash earns a per cent in January
        "Cash_balance@2026.01": "- 1.01 capital + spend.costs@2026.01 + cash@2026.01 = 0",
    },
    "goal-capital-round": {
        "Cash_balance@2026.01": "spend.costs@2026.01 + spend.funding@2026.01 + cash@2026.01 = 1000",
        "Cash_balance@2026.02": (
            "- capital + spend.costs@2026.02 + spend.funding@2026.02 - cash@2026.01 + cash@2026.02 = 0"
        ),
        "Spending_on_funding@2026.02": "- 0.02 capital + spend.funding@2026.02 = 0",
    },
    "goal-runway": {
        "Runway@2026.01": "cash@2026.01 - 2 burn@2026.01 - runway_slack >= 0",
        "Runway_after_the_horizon@2026.03": "cash@2026.03 - 2 burn_after_the_horizon - runway_slack >= 0",
    },
    "goal-profit": {
        # sales bring money, and profit is what is in hand at the end
        "Cash_balance@2026.02": (
            "- 50 compute.own.sold@2026.01_2026.02 + spend.compute@2026.02 + spend.costs@2026.02 - cash@2026.01"
            " + cash@2026.02 = 0"
        ),
    },
}

BOUNDS: dict[str, tuple[str, ...]] = {
    "cash": ("50 <= cash@2026.01",),
    "marketing": (
        "0 <= revenue.subscriptions.marketing@2026.04 <= 200",
        "\\ curve: revenue.subscriptions.return@2026.03 <="
        " (revenue.subscriptions.operand@2026.03) / (1 + revenue.subscriptions.operand@2026.03)",
    ),
    "launch": ("0 <= revenue.api.score <= 1", "\\ curve: revenue.api.left >= exp(revenue.api.log_left)"),
    # nothing placed in March would be back
    "treasury": ("0 <= treasury.bills.placed@2026.02 <= 100", "treasury.bills.used@2026.02"),
}
