"""Money that is neither signed nor for the plan to choose, and kinds without their terms."""

from __future__ import annotations

from working_plan import Case, edited

from broken.edits import added_before, at_site, bought, with_money

CASES: list[Case] = [
    # Money: signed or for the plan to choose, and what each kind cannot do without.
    Case(
        "signed money that may be chosen too",
        edited('month = "2027-03"', 'month = "2027-03"\nmax = 8e6'),
        "funding.seed.max",
        "remove max to keep it signed, or amount and month to let the plan choose",
    ),
    Case("money without a month", edited('month = "2027-03"\n', ""), "funding.seed.month", "add month"),
    Case("money without an amount", edited('amount = "5 MUSD"\n', ""), "funding.seed.amount", "add amount"),
    Case(
        "a window and no most",
        edited('amount = "5 MUSD"\nmonth = "2027-03"', "min = 1e6"),
        "funding.seed.max",
        "add max, the most that may be raised",
    ),
    Case(
        "money that is neither signed nor chosen",
        edited('amount = "5 MUSD"\nmonth = "2027-03"', "fee = 0.02"),
        "funding.seed.amount",
        "add amount and month, or max",
    ),
    Case(
        "equity to choose without a valuation",
        edited('amount = "5 MUSD"\nmonth = "2027-03"', "max = 5e6"),
        "funding.seed.post_money",
        "without it equity would cost nothing",
    ),
    Case(
        "a round larger than the company",
        edited('month = "2027-03"', 'month = "2027-03"\npost_money = 4e6'),
        "funding.seed.post_money",
        "check both amounts",
    ),
    Case(
        "a least round above the largest",
        edited('amount = "5 MUSD"\nmonth = "2027-03"', "min = 5e6\nmax = 4e6\npost_money = 50e6"),
        "funding.seed.max",
        "raise max or lower min",
    ),
    Case(
        "a window that ends before it begins",
        edited('amount = "5 MUSD"\nmonth = "2027-03"', 'max = 4e6\npost_money = 5e7\nfrom = "2027-05"\nuntil = 2'),
        "funding.seed.until",
        "move until back, or from forward",
    ),
    Case("a loan without its rate", with_money('kind = "loan"\nmax = 1e6\nterm = 12'), "funding.more.rate", "add rate"),
    Case(
        "a loan without its term",
        with_money('kind = "loan"\nmax = 1e6\nrate = 0.1'),
        "funding.more.term",
        "add term = 36",
    ),
    Case(
        "a credit line without its limit", with_money('kind = "credit-line"\nrate = 0.1'), "funding.more.max", "add max"
    ),
    Case(
        "a signed credit line",
        with_money('kind = "credit-line"\nrate = 0.1\nmax = 1e6\namount = 1e6'),
        "funding.more.amount",
        "remove amount, or change kind",
    ),
    Case(
        "a covenant of equity",
        edited('kind = "equity"', 'kind = "equity"\ncovenant = 1e6'),
        "funding.seed.covenant",
        "remove covenant",
    ),
    Case(
        "credits without offers",
        with_money('kind = "credits"\namount = 1e5\nmonth = 1'),
        "funding.more.only_for",
        'add only_for = ["cloud"]',
    ),
    Case(
        "credits without a month",
        with_money('kind = "credits"\namount = 1e5\nonly_for = ["cloud"]'),
        "funding.more.month",
        "add month",
    ),
    Case(
        "credits for an offer that is not there",
        with_money('kind = "credits"\namount = 1e5\nmonth = 1\nonly_for = ["clod"]'),
        "funding.more.only_for",
        "did you mean `cloud`?",
    ),
    Case(
        "credits that would buy GPUs",
        with_money('kind = "credits"\namount = 1e5\nmonth = 1\nonly_for = ["owned"]'),
        "funding.more.only_for",
        "offers to rent or to reserve",
    ),
    Case(
        "credits for a number",
        with_money('kind = "credits"\namount = 1e5\nmonth = 1\nonly_for = 7'),
        "funding.more.only_for",
        'write only_for = ["NAME"]',
    ),
    Case(
        "a condition that is none",
        edited('month = "2027-03"', 'month = "2027-03"\nneeds = "chat is good"'),
        "funding.seed.needs",
        'needs = "models.chat.value <= 2.10"',
    ),
    Case(
        "a condition on a model that is not there",
        edited('month = "2027-03"', 'month = "2027-03"\nneeds = "models.chit.value <= 2.1"'),
        "funding.seed.needs",
        "did you mean `chat`?",
    ),
    Case(
        "a condition read after the money",
        edited('month = "2027-03"', 'month = "2027-03"\nneeds = "models.chat.value <= 2.1"'),
        "funding.seed.needs",
        "move month behind 2028-02",
    ),
    Case(
        "a condition that asks for a bad model",
        edited('month = "2027-03"', 'month = "2028-05"\nneeds = "models.chat.value >= 2.1"'),
        "funding.seed.needs",
        "write <=",
    ),
    Case(
        "a condition out of reach",
        edited('month = "2027-03"', 'month = "2028-05"\nneeds = "models.chat.value <= 1.2"'),
        "funding.seed.needs",
        "choose a value that money can reach",
    ),
    Case(
        "a price of dilution for another goal",
        edited('goal = "quality"', 'goal = "profit"\ndilution_price = 0.5'),
        "objective.dilution_price",
        'remove dilution_price, or set goal = "quality"',
    ),
    Case(
        "a negative price of dilution",
        edited('goal = "quality"', "dilution_price = -1"),
        "objective.dilution_price",
        "at least 0",
    ),
    Case(
        "two prices for leaving",
        edited('kind = "rent"', 'kind = "reserve"\nterm = 12\nexit_fee = 0.2\nexit_months = 3'),
        "compute.cloud.exit_months",
        "keep exit_fee",
    ),
    Case(
        "a fee to leave rented GPUs", edited("lot = 8", "lot = 8\nexit_fee = 0.2"), "compute.cloud.exit_fee", "remove"
    ),
    Case("months to leave bought GPUs", bought("exit_months = 2"), "compute.owned.exit_months", "remove exit_months"),
    Case(
        "a fee above all that remains",
        edited('kind = "rent"', 'kind = "reserve"\nterm = 12\nexit_fee = 1.2'),
        "compute.cloud.exit_fee",
        "at most 1",
    ),
    Case("an age of rented GPUs", edited("lot = 8", "lot = 8\nage = 3"), "compute.cloud.age", "remove age"),
    Case("a fleet past its life", bought("now = 8\nage = 48"), "compute.owned.age", "lower age"),
    Case(
        "a contract past its term",
        edited('kind = "rent"', 'kind = "reserve"\nterm = 12\nnow = 8\nage = 12'),
        "compute.cloud.age",
        "lower age",
    ),
    Case("half a month of age", bought("now = 8\nage = 1.5"), "compute.owned.age", "a number of months"),
    Case("power per month", bought('power = "700 W/month"'), "compute.owned.power", "120 kW"),
    Case("power of nothing", bought("power = 0"), "compute.owned.power", "above 0"),
    Case("a site that is not there", at_site('site = "cellar"', "max = 8"), "compute.owned.site", "[sites.cellar]"),
    Case("a misspelt site", at_site('site = "hal"', "max = 8"), "compute.owned.site", "did you mean `hall`?"),
    Case("a number for a site", bought("site = 5"), "compute.owned.site", "quotes"),
    Case(
        "a chip of unknown power at a site",
        at_site('site = "hall"', "power = 100", 'chip = "TPU-v5p"'),
        "compute.owned.site",
        "add power",
    ),
    Case("a site called like an offer", added_before("[sites.owned]\nmax = 8"), "sites.owned", "rename the site"),
    Case(
        "a misspelt key of a site", at_site('site = "hall"', "pwer = 100"), "sites.hall.pwer", "did you mean `power`?"
    ),
    Case("a site of negative power", at_site('site = "hall"', "power = -1"), "sites.hall.power", "at least 0"),
    Case("energy for power", at_site('site = "hall"', 'power = "100 kWh"'), "sites.hall.power", "120 kW"),
    Case(
        "a price of power by the month",
        at_site('site = "hall"', 'power_price = "8 USD/month"'),
        "sites.hall.power_price",
        "0.08 USD/kWh",
    ),
    Case("a site without a name", added_before("[sites]\nmax = 8"), "sites", "[sites.NAME]"),
    Case(
        "fewer than no GPUs wanted",
        edited("research = 1.0", "research = 1.0\nwants_gpus = -2"),
        "people.researchers.wants_gpus",
        "at least 0",
    ),
    Case(
        "FLOP for GPUs to run",
        edited("research = 1.0", 'research = 1.0\nruns_gpus = "64 TFLOP"'),
        "people.researchers.runs_gpus",
        "1024 GPU",
    ),
]
