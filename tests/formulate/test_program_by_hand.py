"""Rows of the golden programs worked out by hand from the plan file's conventions; comments show the arithmetic."""

from __future__ import annotations

import math

import pytest
from golden_cases import CASES
from program_text import row_line

GUARDS_AND_CREW = "people.crew.headcount@2026.02 - 3 people.guards.headcount@2026.02"

# What a model of the law with two equal terms has to lose when it is given nothing.
LEAST = 100 / math.sqrt(1e3) + 100 / math.sqrt(1e14 / 6e3)

HAND: dict[str, dict[str, str]] = {
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
    "rent": {
        # 730 h at 2 an hour
        "Spending_on_compute@2026.02": "- 1460 compute.cloud.gpus@2026.02 + spend.compute@2026.02 = 0",
    },
    "reserve": {
        "Contracts_of_hall@2026.01": "- compute.hall.signed@2026.01 + compute.hall.gpus@2026.01 = 8",
        # contracts of January and the 8 of opening day end with February
        "Contracts_of_hall@2026.03": (
            "compute.hall.signed@2026.01 - compute.hall.signed@2026.03 - compute.hall.gpus@2026.02"
            " + compute.hall.gpus@2026.03 = -8"
        ),
        # 0.75 x 730 x 1 = 547.5 a GPU; the opening ones 8 x 547.5 = 4,380
        "Commitments_of_hall@2026.01": "- 547.5 compute.hall.signed@2026.01 + compute.hall.commitment@2026.01 = 4380",
        # signed in March at 3 an hour: 0.75 x 730 x 3 = 1,642.5
        "Commitments_of_hall@2026.03": (
            "547.5 compute.hall.signed@2026.01 - 1642.5 compute.hall.signed@2026.03 - compute.hall.commitment@2026.02"
            " + compute.hall.commitment@2026.03 = -4380"
        ),
        # upfront 0.25 x 2 months x 730 x 1 = 365
        "Spending_on_compute@2026.01": (
            "- 365 compute.hall.signed@2026.01 - compute.hall.commitment@2026.01 + spend.compute@2026.01 = 0"
        ),
        # upfront 0.25 x 2 x 730 x 3 = 1,095 and the second month's 1,642.5, due after the plan
        "Spending_on_compute@2026.03": (
            "- 2737.5 compute.hall.signed@2026.03 - compute.hall.commitment@2026.03 + spend.compute@2026.03 = 0"
        ),
    },
    "reserve-long": {
        # two, three and four of the five months lie after the plan; of the opening contracts 8 x 730 x 2
        "Spending_on_compute@2026.03": (
            "- 1460 compute.hall.signed@2026.01 - 2190 compute.hall.signed@2026.02 - 2920 compute.hall.signed@2026.03"
            " - compute.hall.commitment@2026.03 + spend.compute@2026.03 = 11680"
        ),
    },
    "buy": {
        # what is paid in January serves in February and March
        "Fleet_of_own@2026.02": (
            "- compute.own.ordered@2026.01 - compute.own.gpus@2026.01 + compute.own.gpus@2026.02 = 0"
        ),
        "Fleet_of_own@2026.04": (
            "compute.own.ordered@2026.01 - compute.own.ordered@2026.03 - compute.own.gpus@2026.03"
            " + compute.own.gpus@2026.04 = 0"
        ),
        "Spending_on_compute@2026.02": (
            "- 90 compute.own.ordered@2026.02 - 5 compute.own.gpus@2026.02 + spend.compute@2026.02 = 0"
        ),
        # nothing ordered in April would arrive
        "Spending_on_compute@2026.04": "- 5 compute.own.gpus@2026.04 + spend.compute@2026.04 = 0",
    },
    "opening-fleet": {
        # delivered in month 0 with a life of three: months 1 and 2; those sold do not wear out a second time
        "Fleet_of_own@2026.01": "compute.own.gpus@2026.01 + compute.own.sold@opening_2026.01 = 8",
        "Fleet_of_own@2026.03": (
            "- compute.own.ordered@2026.01 - compute.own.gpus@2026.02 + compute.own.gpus@2026.03"
            " - compute.own.sold@opening_2026.01 - compute.own.sold@opening_2026.02 = -8"
        ),
        "Sales_of_own@opening": (
            "compute.own.sold@opening_2026.01 + compute.own.sold@opening_2026.02"
            " + compute.own.sold@opening_2026.03 <= 8"
        ),
        # bought at January's 100, half of it a month: 50, 25, 12.5
        "Cash_balance@2026.03": (
            "- 12.5 compute.own.sold@opening_2026.03 + spend.compute@2026.03 - cash@2026.02 + cash@2026.03 = 0"
        ),
    },
    "resale": {
        # ordered in January, delivered in February, one month old in March
        "Fleet_of_own@2026.03": (
            "- compute.own.ordered@2026.02 - compute.own.gpus@2026.02 + compute.own.gpus@2026.03"
            " + compute.own.sold@2026.01_2026.03 = 0"
        ),
        "Fleet_of_own@2026.04": (
            "compute.own.ordered@2026.01 - compute.own.ordered@2026.03 - compute.own.gpus@2026.03"
            " + compute.own.gpus@2026.04 - compute.own.sold@2026.01_2026.03 + compute.own.sold@2026.02_2026.04 = 0"
        ),
        # 100 / 4 for January's, 80 / 2 for February's
        "Cash_balance@2026.04": (
            "- 25 compute.own.sold@2026.01_2026.04 - 40 compute.own.sold@2026.02_2026.04 + spend.compute@2026.04"
            " - cash@2026.03 + cash@2026.04 = 0"
        ),
    },
    "exit": {
        # two of the opening contracts' four months are over: they end with February
        "Contracts_of_hall@2026.01": (
            "- compute.hall.signed@2026.01 + compute.hall.gpus@2026.01 + compute.hall.ended@opening_2026.01 = 8"
        ),
        # those left in January or February do not run out a second time in March
        "Contracts_of_hall@2026.03": (
            "- compute.hall.signed@2026.03 - compute.hall.gpus@2026.02 + compute.hall.gpus@2026.03"
            " - compute.hall.ended@opening_2026.01 - compute.hall.ended@opening_2026.02"
            " + compute.hall.ended@2026.01_2026.03 + compute.hall.ended@2026.02_2026.03 = -8"
        ),
        # a contract owes 0.75 x 730 x its own month's price: 547.5 from before or of January, 1,095 of February
        "Commitments_of_hall@2026.03": (
            "- 1642.5 compute.hall.signed@2026.03 - compute.hall.commitment@2026.02 + compute.hall.commitment@2026.03"
            " - 547.5 compute.hall.ended@opening_2026.01 - 547.5 compute.hall.ended@opening_2026.02"
            " + 547.5 compute.hall.ended@2026.01_2026.03 + 1095 compute.hall.ended@2026.02_2026.03 = -4380"
        ),
        # no contract of May could be left in the plan, and one of April only in May
        "Exits_of_hall@2026.04": "- compute.hall.signed@2026.04 + compute.hall.ended@2026.04_2026.05 <= 0",
        "Exits_of_hall@opening": "compute.hall.ended@opening_2026.01 + compute.hall.ended@opening_2026.02 <= 8",
        # upfront 0.25 x 4 x 730 x 4 = 2,920. Left in April: one month of January's remains, half of 547.5; two of
        # February's, half of 2 x 1,095; three of March's, half of 3 x 1,642.5
        "Spending_on_compute@2026.04": (
            "- 2920 compute.hall.signed@2026.04 - compute.hall.commitment@2026.04"
            " - 273.75 compute.hall.ended@2026.01_2026.04 - 1095 compute.hall.ended@2026.02_2026.04"
            " - 2463.75 compute.hall.ended@2026.03_2026.04 + spend.compute@2026.04 = 0"
        ),
        # May's tail: one month of March's contracts, two of April's, three of May's (with its upfront 3,650). March's
        # left in April owe no tail, those left in May pay half of 2 x 1,642.5 and owe none either: nothing is left
        "Spending_on_compute@2026.05": (
            "- 1642.5 compute.hall.signed@2026.03 - 4380 compute.hall.signed@2026.04"
            " - 11862.5 compute.hall.signed@2026.05 - compute.hall.commitment@2026.05"
            " - 547.5 compute.hall.ended@2026.02_2026.05 + 1642.5 compute.hall.ended@2026.03_2026.04"
            " + 1095 compute.hall.ended@2026.04_2026.05 + spend.compute@2026.05 = 0"
        ),
    },
    "exit-months": {
        # two months of 730 are paid when it is left
        "Spending_on_compute@2026.02": (
            "- compute.hall.commitment@2026.02 - 1460 compute.hall.ended@2026.01_2026.02 + spend.compute@2026.02 = 0"
        ),
        # a contract of January owes two months after the plan, of February three; left in March, a fee of 1,460 is
        # paid and the tail is not: nothing more for January's, 730 less for February's
        "Spending_on_compute@2026.03": (
            "- 1460 compute.hall.signed@2026.01 - 2190 compute.hall.signed@2026.02 - 2920 compute.hall.signed@2026.03"
            " - compute.hall.commitment@2026.03 + 1460 compute.hall.ended@2026.01_2026.02"
            " + 730 compute.hall.ended@2026.02_2026.03 + spend.compute@2026.03 = 0"
        ),
        # the fee burns and goes on, only the tail is taken off
        "Burn_that_goes_on@2026.03": (
            "1460 compute.hall.signed@2026.01 + 2190 compute.hall.signed@2026.02 + 2920 compute.hall.signed@2026.03"
            " - 1460 compute.hall.ended@2026.01_2026.02 - 1460 compute.hall.ended@2026.01_2026.03"
            " - 2190 compute.hall.ended@2026.02_2026.03 - burn@2026.03 + burn_that_goes_on@2026.03 >= 0"
        ),
    },
    "opening-age": {
        # delivered two months before the plan with a life of four: January is the last
        "Fleet_of_own@2026.02": (
            "- compute.own.ordered@2026.02 - compute.own.gpus@2026.01 + compute.own.gpus@2026.02"
            " - compute.own.sold@opening_2026.01 + compute.own.sold@2026.01_2026.02 = -8"
        ),
        # three months old in January, half of 100 a month: 12.5
        "Cash_balance@2026.01": (
            "- 12.5 compute.own.sold@opening_2026.01 + spend.compute@2026.01 + cash@2026.01 = 1000"
        ),
        "Sales_of_own@opening": "compute.own.sold@opening_2026.01 + compute.own.sold@opening_2026.02 <= 8",
    },
    "sites": {
        "GPUs_at_cellar@2026.02": "compute.own.gpus@2026.02 + compute.lent.gpus@2026.02 <= 6",
        "Power_at_cellar@2026.02": "1.5 compute.own.gpus@2026.02 + 2 compute.lent.gpus@2026.02 <= 12",
        # 1.5 kW x (730 h x 0.1 + 2) = 112.5; 730 of rent and 2 kW x 75 = 880; who stands elsewhere pays rent alone
        "Spending_on_compute@2026.02": (
            "- 100 compute.own.ordered@2026.02 - 112.5 compute.own.gpus@2026.02 - 880 compute.lent.gpus@2026.02"
            " - 1460 compute.away.gpus@2026.02 + spend.compute@2026.02 = 50"
        ),
    },
    "staffing": {
        "Experiments_on_spot@2026.02": "- compute.spot.gpus@2026.02 + compute.spot.experiments@2026.02 <= 0",
        # half of spot's hours are delivered
        "GPUs_for_experiments@2026.02": (
            "- compute.cloud.experiments@2026.02 - 0.5 compute.spot.experiments@2026.02"
            " + 2 people.crew.equipped@2026.02 + 4 people.aides.equipped@2026.02 <= 0"
        ),
        "Counted_aides_effective@2026.02": "- people.aides.effective@2026.02 + people.aides.counted@2026.02 <= 0",
        "Counted_aides_equipped@2026.02": "- people.aides.equipped@2026.02 + people.aides.counted@2026.02 <= 0",
        "Staff_for_fleets@2026.02": (
            "- 8 people.guards.effective@2026.02 + compute.cloud.gpus@2026.02 + compute.spot.gpus@2026.02 <= 0"
        ),
        # the two months before the training of March, a head of the aides a half
        "Sum_people.research_until_2026.02": (
            "- people.crew.counted@2026.01 - people.crew.counted@2026.02 - 0.5 people.aides.counted@2026.01"
            " - 0.5 people.aides.counted@2026.02 + people.research_until_2026.02 = 0"
        ),
        # 1e6 FLOP/s x 730 x 3,600; 2e6 x 0.5 x 0.5 x 730 x 3,600: what experiments take trains nothing
        "Compute_use@2026.03": (
            "- 2.628e+12 compute.cloud.gpus@2026.03 - 1.314e+12 compute.spot.gpus@2026.03"
            " + 2.628e+12 compute.cloud.experiments@2026.03 + 1.314e+12 compute.spot.experiments@2026.03"
            " + models.chat.compute@2026.03 <= 0"
        ),
    },
    "data": {
        "Stock_of_photos@2026.01": "data.photos.stock@2026.01 = 1000",
        "Stock_of_photos@2026.02": (
            "- data.photos.bought@2026.01 - data.photos.stock@2026.01 + data.photos.stock@2026.02 = 0"
        ),
        "Supply_of_photos": "data.photos.bought@2026.01 + data.photos.bought@2026.02 <= 900",
        # 2 to buy and 0.5 to process, 0.1 to keep
        "Spending_on_data@2026.02": (
            "- 2.5 data.photos.bought@2026.02 - 0.1 data.photos.stock@2026.02 - data.notes.bought@2026.02"
            " + spend.data@2026.02 = 0"
        ),
    },
    "people": {
        # one of ten leaves
        "Headcount_of_crew@2026.01": "people.crew.headcount@2026.01 = 9",
        "Headcount_of_crew@2026.02": (
            "- people.crew.hired@2026.01 - 0.9 people.crew.headcount@2026.01 + people.crew.headcount@2026.02 = 0"
        ),
        # in the month of arrival a third of a person counts, a month later two thirds
        "Effective_crew@2026.03": (
            "0.333333 people.crew.hired@2026.01 + 0.666667 people.crew.hired@2026.02 - people.crew.headcount@2026.03"
            " + people.crew.effective@2026.03 = 0"
        ),
        # 20 and half of it again; hiring is paid on arrival
        "Spending_on_people@2026.03": (
            "- 7 people.crew.hired@2026.02 - 30 people.crew.headcount@2026.03 + spend.people@2026.03 = 0"
        ),
    },
    "models": {
        "Sum_models.draft.compute_total": (
            "- models.draft.compute@2026.01 - models.draft.compute@2026.02 + models.draft.compute_total = 0"
        ),
        "No_run_in_one_day_chat@2026.03": "models.chat.compute@2026.03 - 0.666667 models.chat.compute_total <= 0",
        # trains in February to April: what is in hand when January closes; the draft trains from the first day
        "Sum_models.chat.y": "- data.photos.stock@2026.01 + models.chat.y = 0",
        "Sum_models.draft.y": "models.draft.y = 100",
        # 1e6 FLOP/s x 730 h x 3,600 s; 2e6 x 0.5 x 0.5 x the same
        "Compute_use@2026.02": (
            "- 2.628e+12 compute.cloud.gpus@2026.02 - 1.314e+12 compute.spot.gpus@2026.02"
            " + models.chat.compute@2026.02 + models.draft.compute@2026.02 <= 0"
        ),
    },
    "research": {
        "Sum_people.research_until_2026.02": (
            "- people.crew.effective@2026.01 - people.crew.effective@2026.02 - 0.5 people.aides.effective@2026.01"
            " - 0.5 people.aides.effective@2026.02 + people.research_until_2026.02 = 0"
        ),
        "Run_of_slow": (
            "models.slow.log@parameters + models.slow.log@tokens - models.slow.log_compute"
            " - 0.25 models.slow.log_research <= 0"
        ),
    },
    "ideas": {
        "Research_effort@2026.02": (
            "- people.crew.effective@2026.02 - 0.5 people.aides.effective@2026.02 + research.effort@2026.02 = 0"
        ),
        # z_0 = 1, and the column holds z - 1: 1.02^2 - 1
        "Stock_of_ideas@2026.01": "- 0.02 research.returned@2026.01 + research.ideas@2026.01 <= 0.0404",
        # b d = 2 x 1 % a month
        "Stock_of_ideas@2026.02": (
            "- 0.02 research.returned@2026.02 - 1.0404 research.ideas@2026.01 + research.ideas@2026.02 <= 0.0404"
        ),
        # log A = (1 / b) log z
        "Run_of_chat": (
            "models.chat.log@parameters + models.chat.log@tokens - models.chat.log_compute"
            " - 0.5 models.chat.log_research <= 0"
        ),
        # a model trained from the first month has no idea but those of opening day
        "Run_of_first": "models.first.log@parameters + models.first.log@tokens - models.first.log_compute <= 0",
    },
    "posynomial": {
        # ln 100 - ln(N0) / 2 with N0 = D0 = sqrt(2.628e18 / 6), the best of equal terms
        "Terms_of_chat@term_1": (
            "0.5 models.chat.log@parameters + models.chat.exponent@term_1 - models.chat.gain"
            f" = {math.log(100) - math.log(2.628e18 / 6) / 4:.6g}"
        ),
        "Loss_of_chat": "models.chat.share@term_1 + models.chat.share@term_2 <= 1",
        # reference sizes just use up the reference compute
        "Run_of_chat": "models.chat.log@parameters + models.chat.log@tokens - models.chat.log_compute <= 0",
    },
    "repeats": {
        # The reference run: N0 D0 = 2.628e18 / 6 from 1e8 tokens and a floor of 1e3, where the slopes of both worths
        # are equal: D0 = 7.733e8 (7.7 passes), N0 = 5.664e8; the two logs add up to ln(4.38e17 / 1.00001e8^2).
        "One_pass_at_least_chat": "models.chat.log@tokens - models.chat.log@processed <= 2.04559",
        "Excess_of_chat@processed": (
            "models.chat.log@tokens - models.chat.log@processed + models.chat.excess@processed = 2.04559"
        ),
        # A = B and equal exponents: a token supports one parameter
        "Excess_of_chat@parameters": (
            "- models.chat.log@parameters + models.chat.log@tokens + models.chat.excess@parameters = 1.73403"
        ),
        "Worth_of_inputs_of_chat@processed": (
            "- models.chat.log@tokens - models.chat.kept@processed + models.chat.worth@processed = -2.04559"
        ),
        # compute pays for every pass, and tokens at hand cost none
        "Run_of_chat": "models.chat.log@parameters + models.chat.log@processed - models.chat.log_compute <= 0",
        "Terms_of_chat@term_2": (
            "0.5 models.chat.worth@processed + models.chat.exponent@term_2 - models.chat.gain"
            f" = {math.log(100) - math.log(2.628e18 / 6 / 1.00001e8) / 2 + 1.73403 / 2:.6g}"
        ),
    },
    "separable-power": {
        # curves on scaled inputs: 1,000 / 3 images + a floor of 1 (0.4 x their root), 2 x 1 person-months + 1
        "Return_of_eye": (
            f"- {0.4 * math.sqrt(1_000 / 3 + 1):.6g} models.eye.return_1"
            f" - {2 * math.sqrt(3 / 4):.6g} models.eye.return_2 + models.eye.inner = 0"
        ),
        "Score_of_eye": (
            "- 2 models.eye.log_inner + models.eye.gain"
            f" = {2 * math.log(0.4 * math.sqrt(1_000 / 3 + 1) + 2 * math.sqrt(3 / 4)):.6g}"
        ),
    },
    "separable-linear": {
        "Lines_of_y_eye@segment_1": ("- 0.25 people.crew.effective_until_2026.02 + models.eye.return_2 <= 0.25"),
    },
    "separable-saturation": {
        # weights 3 and 1 of a range of 4
        "Return_of_eye": "- 0.75 models.eye.return_1 - 0.25 models.eye.return_2 + models.eye.gain = 0",
        "Scale_models.eye.operand_1": "- 0.005 models.eye.x + models.eye.operand_1 = 0",
    },
    "separable-hyperbola": {
        "Return_of_eye": "- 0.75 models.eye.return_1 - 0.25 models.eye.return_2 + models.eye.gain = 0",
        "Scale_models.eye.operand_2": "- 0.25 people.crew.effective_until_2026.02 + models.eye.operand_2 = 0",
    },
    "separable-table": {
        # 4 in 100, then 4 in 200 through (100, 5), then 9
        "Lines_of_x_eye@segment_1": "- 0.04 models.eye.x + models.eye.return_1 <= 1",
        "Lines_of_x_eye@segment_2": "- 0.02 models.eye.x + models.eye.return_1 <= 3",
        "Lines_of_x_eye@segment_3": "models.eye.return_1 <= 9",
        # from 1 to 9
        "Return_of_eye": "- 0.125 models.eye.return_1 + models.eye.gain = 0",
    },
    "minimum": {
        "Scarcest_input_of_eye@x": "- 0.02 models.eye.x + models.eye.gain <= 0",
        "Scarcest_input_of_eye@y": "- 0.5 people.crew.effective_until_2026.02 + models.eye.gain <= 0",
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
    "tiers": {
        "Tier_2_of_photos@2026.02": (
            "- data.photos.tier.2@2026.02 - data.photos.tier.2.total@2026.01 + data.photos.tier.2.total@2026.02 = 0"
        ),
        "Tiers_of_photos@2026.02": (
            "data.photos.bought@2026.02 - data.photos.tier.1@2026.02 - data.photos.tier.2@2026.02"
            " - data.photos.tier.3@2026.02 = 0"
        ),
        # 1, 2 and 4 a photo
        "Spending_on_data@2026.01": (
            "- data.photos.tier.1@2026.01 - 2 data.photos.tier.2@2026.01 - 4 data.photos.tier.3@2026.01"
            " - data.notes.bought@2026.01 + spend.data@2026.01 = 0"
        ),
    },
    "tiers-discount": {
        # all 100 of the first before any of the 200 of the second, all of those before the 400 of the third
        "Used_up_tier_1_of_photos@2026.02": (
            "data.photos.tier.1.total@2026.02 - 100 data.photos.tier.1.used.up@2026.02 >= 0"
        ),
        "Open_tier_2_of_photos@2026.02": (
            "data.photos.tier.2.total@2026.02 - 200 data.photos.tier.1.used.up@2026.02 <= 0"
        ),
        "Open_tier_3_of_photos@2026.03": (
            "data.photos.tier.3.total@2026.03 - 400 data.photos.tier.2.used.up@2026.03 <= 0"
        ),
    },
    "automation": {
        # ordered in January, there in February, and then for good
        "Capacity_of_labels@2026.01": "data.labels.capacity@2026.01 = 0",
        "Capacity_of_labels@2026.03": (
            "- data.labels.automation@2026.02 - data.labels.capacity@2026.02 + data.labels.capacity@2026.03 = 0"
        ),
        "Automated_labels@2026.02": "- data.labels.capacity@2026.02 + data.labels.automated@2026.02 <= 0",
        # 0.5 for each label, 6 for capacity, 1 through machines, 2 by hand
        "Spending_on_data@2026.02": (
            "- 0.5 data.labels.bought@2026.02 - 6 data.labels.automation@2026.02 - data.labels.automated@2026.02"
            " - 2 data.labels.by.hand@2026.02 - data.notes.bought@2026.02 + spend.data@2026.02 = 0"
        ),
    },
    "handling": {
        # labels of January arrive in February; 0.05 thousand are 50
        "Handling_of_labels@2026.02": (
            "- 200 people.labellers.effective@2026.02 - 50 people.engineers.effective@2026.02"
            " + data.labels.bought@2026.01 + data.rough.by.hand@2026.02 <= 0"
        ),
    },
    "retention": {
        "Headcount_of_crew@2026.02": (
            "- people.crew.hired@2026.02 - 0.9 people.crew.headcount@2026.01 + people.crew.headcount@2026.02"
            " - people.crew.kept@2026.02 = 0"
        ),
        # ten per cent leave, five do whatever is paid: five of a hundred can be kept, of ten a half
        "Leavers_kept_crew@2026.01": "people.crew.kept@2026.01 <= 0.5",
        "Leavers_kept_crew@2026.02": "- 0.05 people.crew.headcount@2026.01 + people.crew.kept@2026.02 <= 0",
        # a quarter of a leaver for each unit of money: four for one
        "Spending_on_people@2026.02": (
            "- 10 people.crew.headcount@2026.02 - 4 people.crew.kept@2026.02 + spend.people@2026.02 = 0"
        ),
    },
    "layoffs": {
        "Headcount_of_crew@2026.02": (
            "- people.crew.hired@2026.01 - 0.9 people.crew.headcount@2026.01 + people.crew.headcount@2026.02"
            " + people.crew.laid.off@2026.02 = 0"
        ),
        # January's orders arrive in February; nine in ten of them are there in March
        "Trained_before_laid_off_crew@2026.03": (
            "- 0.9 people.crew.hired@2026.01 - people.crew.hired@2026.02 + people.crew.headcount@2026.03 >= 0"
        ),
        # three months at 20; a contractor gets none
        "Spending_on_people@2026.03": (
            "- 20 people.crew.headcount@2026.03 - 60 people.crew.laid.off@2026.03 - 15 people.temps.headcount@2026.03"
            " + spend.people@2026.03 = 0"
        ),
    },
    "target": {"Target_of_eye": "models.eye.gain >= 2.5"},
    "serving": {
        # 2 FLOP x sqrt(2.628e14 / 6) parameters x 1e6 items; nothing in February, though 5e6 are asked
        "Serving_of_chat@2026.03": "- 1.32363e+13 models.chat.size + models.chat.serving@2026.03 >= 0",
        "Serving_of_chat@2026.04": "- 2.64726e+13 models.chat.size + models.chat.serving@2026.04 >= 0",
        # an hour at a quarter of peak takes four times the FLOP of training at all of it
        "Compute_use@2026.03": "- 2.628e+14 compute.cloud.gpus@2026.03 + 4 models.chat.serving@2026.03 <= 0",
        "Compute_use@2026.02": "- 2.628e+14 compute.cloud.gpus@2026.02 + models.chat.compute@2026.02 <= 0",
    },
    "optional": {
        "Funding_of_chat@no_more_than_it_gains": "- models.chat.gain + models.chat.counted <= 0",
        # of nothing: 1e14 / 6e3 parameters and 1,000 tokens, ln(100 / 129,099 + 100 / 31.6228) = 1.15154; at most
        # a thousand times 2.628e14 FLOP: N D = 4.38167e16, -ln(200 / 209,324,000^0.5) = 4.28138
        "Funding_of_chat@no_more_unless_funded": "- 5.43292 models.chat.funded + models.chat.counted <= -1.15154",
        # -ln(1.5 - 1) + 1.15154
        "Target_of_chat": "- 1.84468 models.chat.funded + models.chat.gain >= -1.15154",
        # 1.66667e10 / 6.61816e6
        "Size_served_of_chat": (
            "- 2518.32 models.chat.funded - models.chat.size + models.chat.size_served >= -2518.32"
        ),
    },
    "offers": {
        "Training_of_chat_by_offer@2026.02": "models.chat.compute@2026.02 - models.chat.compute_on_cloud@2026.02 = 0",
        "Training_of_next_by_offer@2026.02": (
            "models.next.compute@2026.02 - models.next.compute_on_cloud@2026.02"
            " - models.next.compute_on_own@2026.02 = 0"
        ),
        # serving at half of peak, where the cloud trains at all of it and our own GPUs at half
        "Compute_use_of_cloud@2026.03": (
            "- 2.628e+14 compute.cloud.gpus@2026.03 + 2 models.next.serving_on_cloud@2026.03 <= 0"
        ),
        "Compute_use_of_own@2026.03": "- 1.314e+14 compute.own.gpus@2026.03 + models.next.serving_on_own@2026.03 <= 0",
    },
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
    "limits-of-money": {
        # 1 / 2,000 of the company for each unit of money; the angel has 100 / 1,000
        "Limit_dilution": "0.0005 funding.seed.drawn@2026.02 + 0.0005 funding.seed.drawn@2026.03 <= 0.05",
        "Limit_raised": "funding.seed.drawn@2026.02 + funding.seed.drawn@2026.03 <= 200",
        "Limit_debt@2026.02": "funding.line.owed@2026.02 <= 40",
    },
}

BOUNDS: dict[str, tuple[str, ...]] = {
    # as many as the tier has, over all months
    "tiers": ("0 <= data.photos.tier.2.total@2026.01 <= 200", "0 <= data.photos.bought@2026.02 <= 150"),
    "tiers-discount": ("0 <= data.photos.tier.1.used.up@2026.02 <= 1", "data.photos.tier.2.used.up@2026.03"),
    "automation": ("0 <= data.labels.capacity@2026.01 <= 500",),
    # 1 a month at 4 each
    "retention": ("0 <= people.crew.kept@2026.02 <= 0.25",),
    # the training of April is ready to begin in March
    "layoffs": (
        "0 <= people.crew.laid.off@2026.02",
        "0 <= people.crew.laid.off@2026.03 <= 0",
        "people.crew.laid.off@2026.02",
        "0 <= people.temps.laid.off@2026.04",
    ),
    "cash": ("50 <= cash@2026.01",),
    "marketing": (
        "0 <= revenue.subscriptions.marketing@2026.04 <= 200",
        "\\ curve: revenue.subscriptions.return@2026.03 <="
        " (revenue.subscriptions.operand@2026.03) / (1 + revenue.subscriptions.operand@2026.03)",
    ),
    "launch": ("0 <= revenue.api.score <= 1", "\\ curve: revenue.api.left >= exp(revenue.api.log_left)"),
    # nothing placed in March would be back
    "treasury": ("0 <= treasury.bills.placed@2026.02 <= 100", "treasury.bills.used@2026.02"),
    "rent": ("4 <= compute.cloud.gpus@2026.03 <= 16", "\\ whole multiples of 4: compute.cloud.gpus@2026.01"),
    "exit": (
        "\\ whole multiples of 2: compute.hall.ended@2026.01_2026.02",
        "0 <= compute.hall.ended@2026.01_2026.03",
    ),
    "staffing": ("people.crew.counted@2026.02 free", "0 <= people.crew.equipped@2026.02"),
    "data": ("0 <= data.photos.bought@2026.02 <= 600",),
    # nobody can arrive in January: nine are left of ten; whole persons, the last of February's orders arriving
    # in March, give way by one in the first three months
    "people": (
        "0 <= people.crew.headcount@2026.01 <= 20",
        "9 <= people.crew.headcount@2026.02 <= 20",
        "9 <= people.crew.headcount@2026.03 <= 20",
        "10 <= people.crew.headcount@2026.04 <= 20",
        "0 <= people.crew.hired@2026.03 <= 3",
        "people.crew.hired@2026.02",
    ),
    "research": ("\\ curve: models.slow.log_research <= log(people.research_until_2026.02_by_12 / 12 + 1)",),
    "ideas": (
        "\\ curve: research.returned@2026.02 <= (research.effort@2026.02 / 4) ^ 0.5",
        "\\ curve: models.chat.log_research <= log(research.ideas@2026.02 + 1)",
        "\\ curve: models.early.log_research <= log(research.ideas@2026.01 + 1)",
    ),
    "posynomial": (
        # a floor of a thousand tokens against sqrt(2.628e18 / 6), of 1e14 FLOP against 2.628e18
        "\\ curve: models.chat.log_tokens <= log(models.chat.tokens / 6.61816e+08 + 1.51099e-06)",
        "\\ curve: models.chat.log_compute <= log(models.chat.compute_total / 2.628e+18 + 3.80518e-05)",
    ),
    # size against its reference, one parameter at least
    "serving": ("\\ curve: models.chat.size >= exp(models.chat.log@parameters)", "1.51099e-07 <= models.chat.size"),
    "optional": ("0 <= models.chat.funded <= 1", "models.chat.funded"),
    "repeats": (
        "\\ curve: models.chat.kept@processed <= log(1 + 10 (1 - exp((1 - exp(models.chat.excess@processed)) / 10))),"
        " and models.chat.excess@processed below 0",
        "-60 <= models.chat.log@tokens <= 60",
    ),
    "separable-power": ("\\ curve: models.eye.return_1 <= (models.eye.x / 334.333 + 0.00299103) ^ 0.5",),
}


@pytest.mark.parametrize("name", CASES)
def test_rows_are_what_a_hand_computes(name: str) -> None:
    text = CASES[name].text()
    assert {row: row_line(text, row) for row in HAND[name]} == HAND[name]


@pytest.mark.parametrize("name", BOUNDS)
def test_bounds_and_curves_are_what_a_hand_computes(name: str) -> None:
    lines = [line.strip() for line in CASES[name].text().splitlines()]
    assert [line for line in BOUNDS[name] if line not in lines] == []


def test_a_share_of_all_spending_counts_every_category() -> None:
    row = row_line(CASES["limits"].text(), "Limit_share")
    # spend.compute <= 0.6 (compute + data + people + costs)
    assert row.startswith("0.4 spend.compute@2026.01 + 0.4 spend.compute@2026.02 + 0.4 spend.compute@2026.03 - 0.6 ")
    assert row.count("- 0.6 spend.") == 9
    assert row.endswith("<= 0")
