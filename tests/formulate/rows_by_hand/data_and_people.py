"""Rows, bounds and curves of the golden programs in `golden_cases/data_and_people.py`, worked out by hand."""

from __future__ import annotations

ROWS: dict[str, dict[str, str]] = {
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
}
