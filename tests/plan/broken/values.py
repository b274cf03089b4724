"""Values, units and months that cannot be read, and keys of another kind."""

from __future__ import annotations

from working_plan import Case, edited

CASES: list[Case] = [
    # Values.
    Case("text for a number", edited("cash = 20e6", 'cash = "plenty"'), "plan.cash", "write a number"),
    Case("true for a number", edited("cash = 20e6", "cash = true"), "plan.cash", "write a number"),
    Case("infinite cash", edited("cash = 20e6", "cash = inf"), "plan.cash", "finite"),
    Case("cash that is no number", edited("cash = 20e6", "cash = nan"), "plan.cash", "finite"),
    Case("negative cash", edited("cash = 20e6", "cash = -6e6"), "plan.cash", "at least 0"),
    Case("half a month", edited("months = 24", "months = 24.5"), "plan.months", "a number of months"),
    Case("no months", edited("months = 24", "months = 0"), "plan.months", "such as 6"),
    Case(
        "a percentage as a share",
        edited("overhead = 0.33", "overhead = 33"),
        "people.researchers.overhead",
        "0.08 for 8 %",
    ),
    Case("all leave", edited("attrition = 0.15", "attrition = 1.0"), "people.researchers.attrition", "below 1"),
    Case(
        "text for true", edited("per_person = true", 'per_person = "yes"'), "costs.office.per_person", "true or false"
    ),
    Case("an unknown kind", edited('kind = "rent"', 'kind = "rental"'), "compute.cloud.kind", "did you mean `rent`?"),
    Case("an unknown basis", edited('"trailing"', '"trailling"'), "runway.basis", "did you mean `trailing`?"),
    Case(
        "an unknown chip",
        edited('kind = "rent"\nchip = "H100"', 'kind = "rent"\nchip = "H1000"'),
        "compute.cloud.chip",
        "`H100`",
    ),
    Case("a number for a name", edited('name = "small-lab"', "name = 5"), "plan.name", "quotes"),
    Case("yes for true", edited('whole = "2027-02"', 'whole = "yes"'), "plan.whole", "write true or false without"),
    Case("a number with commas", edited("cash = 20e6", 'cash = "6,000,000"'), "plan.cash", 'write 6_000_000 or "6M"'),
    Case("a number with spaces", edited("cash = 20e6", 'cash = "6 000 000"'), "plan.cash", 'write 6_000_000 or "6M"'),
    Case("a million in words", edited("cash = 20e6", 'cash = "6 million"'), "plan.cash", 'write 6_000_000 or "6M"'),
    Case("a currency sign", edited("cash = 20e6", 'cash = "$6M"'), "plan.cash", 'write "6 MUSD"'),
    Case("another currency's sign", edited("cash = 20e6", 'cash = "\u20ac6M"'), "plan.cash", "convert it to USD"),
    Case("a currency in front", edited("cash = 20e6", 'cash = "USD 6M"'), "plan.cash", 'write "6 MUSD"'),
    Case(
        "a salary with a dollar sign",
        edited('"190 kUSD/year"', '"$190,000 per year"'),
        "people.researchers.salary",
        'write "190 kUSD/year"',
    ),
    Case(
        "percent in words",
        edited('month = "2027-03"', 'month = "2027-03"\nfee = "3 percent"'),
        "funding.seed.fee",
        'write "3 %"',
    ),
    Case("days", edited("paid_after = 1", 'paid_after = "45 days"'), "revenue.product.paid_after", "days are not read"),
    Case(
        "sources without weights",
        edited("research_effect = 0.2", 'data = ["web", "books"]'),
        "models.chat.data",
        "write data = {web = 1.0, books = 1.0}",
    ),
    Case(
        "a source without a weight",
        edited("research_effect = 0.2", 'data = "web"'),
        "models.chat.data",
        "write data = {web = 1.0}",
    ),
    # Units.
    Case(
        "a price per token for a GPU",
        edited("{start = 2.49, yearly_change = -0.12}", '"2 USD/Mtoken"'),
        "compute.cloud.price",
        "2.49 USD/hour",
    ),
    Case(
        "a salary without a period",
        edited('"190 kUSD/year"', '"190 kUSD"'),
        "people.researchers.salary",
        "150 kUSD/year",
    ),
    Case("another currency", edited('"5 MUSD"', '"5 MEUR"'), "funding.seed.amount", "convert it to USD"),
    Case("an unknown unit", edited('"2 USD/Mtoken"', '"2 USD/Mtokken"'), "data.web.price", "token"),
    Case("another item's price", edited('"2 USD/Mtoken"', '"2 USD/image"'), "data.web.price", "USD/Mtoken"),
    Case("a share for money", edited("running = 180", 'running = "8 %"'), "compute.owned.running", "180 USD/month"),
    Case("no currency", edited('currency = "USD"', 'currency = "dollars"'), "plan.currency", '"USD"'),
    # Months.
    Case("a month in words", edited('start = "2026-09"', 'start = "Sept 2026"'), "plan.start", "2026-09"),
    Case("a month as a date", edited('start = "2026-09"', "start = 2026-09-01"), "plan.start", "2026-09"),
    Case("month 13", edited('month = "2027-03"', 'month = "2027-13"'), "funding.seed.month", "2026-09"),
    Case(
        "a round after the plan",
        edited('month = "2027-03"', 'month = "2029-03"'),
        "funding.seed.month",
        "plan.months larger",
    ),
    Case("a round before the plan", edited('month = "2027-03"', "month = 0"), "funding.seed.month", "inside the plan"),
    Case(
        "training before the plan",
        edited("training_months = 6", "training_months = 20"),
        "models.chat.deadline",
        "lower training_months",
    ),
    Case(
        "a list of the wrong length",
        edited("max = 512", "max = [512, 512]"),
        "compute.cloud.max",
        "add or remove entries",
    ),
    Case("a table from later on", edited("max = 512", 'max = {"2027-01" = 512}'), "compute.cloud.max", '"2026-09" = '),
    Case(
        "a trend with two rates",
        edited("yearly_change = -0.12", "yearly_change = -0.12, monthly_change = 0"),
        "compute.cloud.price",
        "complete it",
    ),
    Case(
        "a misspelt trend",
        edited("yearly_change", "yearly_chnage"),
        "compute.cloud.price.yearly_chnage",
        "`yearly_change`",
    ),
    Case(
        "a trend that grows by another name",
        edited("yearly_change = -0.12", "growth = 0.06"),
        "compute.cloud.price.growth",
        "use yearly_change or monthly_change",
    ),
    Case(
        "a change of -100 %",
        edited("yearly_change = -0.12", "yearly_change = -1"),
        "compute.cloud.price.yearly_change",
        "-0.12",
    ),
    # Keys of another kind, and what cannot be planned yet.
    Case("a rented GPU with a term", edited("lot = 8", "lot = 8\nterm = 12"), "compute.cloud.term", "remove term"),
    Case("a rented GPU on opening day", edited("lot = 8", "lot = 8\nnow = 8"), "compute.cloud.now", "remove now"),
    Case(
        "a reservation without a term", edited('kind = "rent"', 'kind = "reserve"'), "compute.cloud.term", "term = 12"
    ),
]
