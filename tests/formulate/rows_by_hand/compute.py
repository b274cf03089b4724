"""Rows, bounds and curves of the golden programs in `golden_cases/compute.py`, worked out by hand."""

from __future__ import annotations

ROWS: dict[str, dict[str, str]] = {
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
}

BOUNDS: dict[str, tuple[str, ...]] = {
    "rent": ("4 <= compute.cloud.gpus@2026.03 <= 16", "\\ whole multiples of 4: compute.cloud.gpus@2026.01"),
    "exit": (
        "\\ whole multiples of 2: compute.hall.ended@2026.01_2026.02",
        "0 <= compute.hall.ended@2026.01_2026.03",
    ),
    "staffing": ("people.crew.counted@2026.02 free", "0 <= people.crew.equipped@2026.02"),
}
