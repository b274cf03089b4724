"""Broken plans for tests: each a working plan with one change, the key an error must name, a part of its remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from working_plan import WORKING, Case, edited, working, write


def _added(text: str) -> Callable[[Path], Path]:
    return lambda folder: write(folder, f"{WORKING}{text}\n".encode())


def _money(text: str) -> Callable[[Path], Path]:
    """The plan with more money."""
    return _added(f"\n[funding.more]\n{text}")


def _folder(folder: Path) -> Path:
    path = folder / "plan.toml"
    path.mkdir()
    return path


def _missing(folder: Path) -> Path:
    working(folder)
    return folder / "plann.toml"


def _without(section: str) -> Callable[[Path], Path]:
    """The plan without the paragraph that begins with ``[section]``."""
    paragraphs = [text for text in WORKING.split("\n\n") if not text.startswith(f"[{section}]")]
    return lambda folder: write(folder, "\n\n".join(paragraphs).encode())


def _card_elsewhere(folder: Path) -> Path:
    (folder / "my-law.toml").write_text("", encoding="utf-8")
    return edited('law = "chinchilla-replication"', 'law = "./my-lwa.toml"')(folder)


def _of_images(key: str, value: str = "0.12") -> Callable[[Path], Path]:
    """The plan with a law whose metric is a share of images."""
    text = WORKING.replace('unit = "token"\nprice = "2 USD/Mtoken"', 'unit = "image"\nprice = 0.1')
    law = f'law = "images-and-size"\nmeasured = {{images = 1.28e6, parameters = 25e6, value = {value}}}\n{key}'
    return lambda folder: write(folder, text.replace('law = "chinchilla-replication"', law).encode())


def _selling(text: str) -> Callable[[Path], Path]:
    """The plan with more keys of its revenue."""
    return edited("paid_after = 1", f"paid_after = 1\n{text}")


def _with(text: str) -> Callable[[Path], Path]:
    """The plan with more sections."""
    return edited("[costs.office]", f"{text}\n\n[costs.office]")


def _cobb_douglas_earns() -> str:
    law = 'law = "cobb-douglas"\ninputs = {x = "data.web.items"}\nparameters = {a_x = 0.3}'
    text = WORKING.replace('law = "chinchilla-replication"', law).replace("research_effect = 0.2\n", "")
    return text.replace("paid_after = 1", 'paid_after = 1\nmodel = {name = "chat", nothing_at = 1.0, all_at = 2.0}')


def _bought(line: str) -> Callable[[Path], Path]:
    """The plan with one more line in its offer to buy."""
    return edited('price = "33 kUSD"', f'price = "33 kUSD"\n{line}')


def _at_site(line: str, site: str, chip: str = 'chip = "H100"') -> Callable[[Path], Path]:
    """The plan with its bought GPUs at a site called hall."""
    text = WORKING.replace('kind = "buy"\nchip = "H100"', f'kind = "buy"\n{chip}')
    text = text.replace('price = "33 kUSD"', f'price = "33 kUSD"\n{line}')
    return lambda folder: write(folder, text.replace("[data.web]", f"[sites.hall]\n{site}\n\n[data.web]").encode())


def _added_before(text: str) -> Callable[[Path], Path]:
    return edited("[data.web]", f"{text}\n\n[data.web]")


def _with_ideas(keys: str, *, effect: float = 0.0, research: float = 1.0) -> Callable[[Path], Path]:
    """The plan with a section [research], the model's own exponent and the researchers' effort."""
    text = WORKING.replace("research_effect = 0.2", f"research_effect = {effect}")
    text = text.replace("research = 1.0", f"research = {research}")
    return lambda folder: write(folder, f"[research]\n{keys}\n\n{text}".encode())


CASES: list[Case] = [
    # The file itself.
    Case("no file", _missing, "", "here are: plan.toml"),
    Case("a folder for a file", _folder, "", "name the plan file inside it"),
    Case("an empty file", lambda folder: write(folder, b" \n\n"), "", "`allocator new`"),
    Case(
        "another encoding",
        lambda folder: write(folder, WORKING.replace("small", "kl\xe4").encode("latin-1")),
        "",
        "UTF-8",
    ),
    Case("a huge file", lambda folder: write(folder, b"#" * 6_000_000), "", "check that this is the plan file"),
    Case("text without quotes", edited('basis = "trailing"', "basis = trailing"), "", "put text in quotes"),
    Case("a unit without quotes", edited("cash = 20e6", "cash = 20 MUSD"), "", "in quotes"),
    Case("an unclosed table", edited("[costs.office]", "[costs.office"), "", "a table begins with [NAME]"),
    Case("a key written twice", edited("lot = 8", "lot = 8\nlot = 16"), "", "keep one of the two"),
    Case("an item written twice", _added("[compute.cloud]\nkind = 'rent'"), "", "keep one of the two"),
    # Slips of TOML: the line that the parser names, and what was probably meant.
    Case("a decimal comma", edited('price = "33 kUSD"', "price = 2,5"), "", "write a decimal point: 2.5"),
    Case(
        "commas between thousands", edited("cash = 20e6", "cash = 20,000,000"), "", "write 20_000_000, thousands apart"
    ),
    Case("spaces between thousands", edited("cash = 20e6", "cash = 20 000 000"), "", "write 20_000_000"),
    Case(
        "one comma that may be either",
        edited("cash = 20e6", "cash = 6,000"),
        "",
        "write 6_000, thousands apart by underscores (a decimal comma is a point: 6.000)",
    ),
    Case(
        "a month without quotes", edited('start = "2026-09"', "start = 2026-9"), "", 'put months in quotes: "2026-09"'
    ),
    Case("curly quotes", edited('"small-lab"', "\u201csmall-lab\u201d"), "", "straight quotes"),
    Case(
        "a name with a space",
        edited("[people.researchers]", "[people.ML engineers]"),
        "",
        "write [people.ML-engineers], with hyphens",
    ),
    Case("a name with an accent", edited("[people.researchers]", "[people.\u00e9quipe]"), "", "without accents"),
    Case("a key with a space", edited("cash = 20e6", "cash = 20e6\nmin cash = 5"), "", "write min_cash = 5"),
    Case("a colon", edited("cash = 20e6", "cash: 20e6"), "", "write = for the colon: cash = 20e6"),
    Case("a currency sign without quotes", edited("cash = 20e6", "cash = $20M"), "", 'in quotes: "20 MUSD"'),
    # Sections and keys.
    Case("[plan] misspelt", edited("[plan]", "[plans]"), "plans", "did you mean `plan`?"),
    Case(
        "[plan] misspelt in another currency",
        lambda folder: write(folder, WORKING.replace("USD", "EUR").replace("[plan]", "[plans]").encode()),
        "plans",
        "did you mean `plan`?",
    ),
    Case("[models] misspelt", edited("[models.chat]", "[model.chat]"), "model", "did you mean `models`?"),
    Case("[compute] misspelt", edited("[compute.cloud]", "[compuet.cloud]"), "compuet", "did you mean `compute`?"),
    Case("[people] misspelt", edited("[people.researchers]", "[peple.researchers]"), "peple", "did you mean `people`?"),
    Case("a misspelt section", edited("[costs.office]", "[cost.office]"), "cost", "did you mean `costs`?"),
    Case(
        "a misspelt key",
        edited("utilisation = 0.40", "utilization = 0.40"),
        "compute.cloud.utilization",
        "`utilisation`",
    ),
    Case(
        "a misspelt key in an inline table",
        edited("ramp = 3", "rampe = 3"),
        "people.researchers.hiring.rampe",
        "`ramp`",
    ),
    Case("a key outside its section", edited("[plan]", "months = 3\n[plan]"), "months", "[plan]"),
    Case("no [plan]", _without("plan"), "plan", "add [plan]"),
    Case("no models", _without("models.chat"), "models", "[models.NAME]"),
    Case("an item without a name", edited("[costs.office]", "[costs]"), "costs", "[costs.NAME]"),
    Case("a name with a dot", edited("[costs.office]", '[costs."head.office"]'), "costs.head.office", "rename it"),
    Case(
        "a value for a section",
        lambda folder: write(folder, _revenue_number().encode()),
        "revenue",
        "[revenue.NAME]",
    ),
    Case("no start", edited('start = "2026-09"\n', ""), "plan.start", 'start = "2026-09"'),
    Case("no price", edited('price = "33 kUSD"\n', ""), "compute.owned.price", "price = "),
    Case("no chip", edited('kind = "buy"\nchip = "H100"', 'kind = "buy"'), "compute.owned.flops", 'chip = "H100"'),
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
    Case("a loan without its rate", _money('kind = "loan"\nmax = 1e6\nterm = 12'), "funding.more.rate", "add rate"),
    Case(
        "a loan without its term", _money('kind = "loan"\nmax = 1e6\nrate = 0.1'), "funding.more.term", "add term = 36"
    ),
    Case("a credit line without its limit", _money('kind = "credit-line"\nrate = 0.1'), "funding.more.max", "add max"),
    Case(
        "a signed credit line",
        _money('kind = "credit-line"\nrate = 0.1\nmax = 1e6\namount = 1e6'),
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
        _money('kind = "credits"\namount = 1e5\nmonth = 1'),
        "funding.more.only_for",
        'add only_for = ["cloud"]',
    ),
    Case(
        "credits without a month",
        _money('kind = "credits"\namount = 1e5\nonly_for = ["cloud"]'),
        "funding.more.month",
        "add month",
    ),
    Case(
        "credits for an offer that is not there",
        _money('kind = "credits"\namount = 1e5\nmonth = 1\nonly_for = ["clod"]'),
        "funding.more.only_for",
        "did you mean `cloud`?",
    ),
    Case(
        "credits that would buy GPUs",
        _money('kind = "credits"\namount = 1e5\nmonth = 1\nonly_for = ["owned"]'),
        "funding.more.only_for",
        "offers to rent or to reserve",
    ),
    Case(
        "credits for a number",
        _money('kind = "credits"\namount = 1e5\nmonth = 1\nonly_for = 7'),
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
    Case("months to leave bought GPUs", _bought("exit_months = 2"), "compute.owned.exit_months", "remove exit_months"),
    Case(
        "a fee above all that remains",
        edited('kind = "rent"', 'kind = "reserve"\nterm = 12\nexit_fee = 1.2'),
        "compute.cloud.exit_fee",
        "at most 1",
    ),
    Case("an age of rented GPUs", edited("lot = 8", "lot = 8\nage = 3"), "compute.cloud.age", "remove age"),
    Case("a fleet past its life", _bought("now = 8\nage = 48"), "compute.owned.age", "lower age"),
    Case(
        "a contract past its term",
        edited('kind = "rent"', 'kind = "reserve"\nterm = 12\nnow = 8\nage = 12'),
        "compute.cloud.age",
        "lower age",
    ),
    Case("half a month of age", _bought("now = 8\nage = 1.5"), "compute.owned.age", "a number of months"),
    Case("power per month", _bought('power = "700 W/month"'), "compute.owned.power", "120 kW"),
    Case("power of nothing", _bought("power = 0"), "compute.owned.power", "above 0"),
    Case("a site that is not there", _at_site('site = "cellar"', "max = 8"), "compute.owned.site", "[sites.cellar]"),
    Case("a misspelt site", _at_site('site = "hal"', "max = 8"), "compute.owned.site", "did you mean `hall`?"),
    Case("a number for a site", _bought("site = 5"), "compute.owned.site", "quotes"),
    Case(
        "a chip of unknown power at a site",
        _at_site('site = "hall"', "power = 100", 'chip = "TPU-v5p"'),
        "compute.owned.site",
        "add power",
    ),
    Case("a site called like an offer", _added_before("[sites.owned]\nmax = 8"), "sites.owned", "rename the site"),
    Case(
        "a misspelt key of a site", _at_site('site = "hall"', "pwer = 100"), "sites.hall.pwer", "did you mean `power`?"
    ),
    Case("a site of negative power", _at_site('site = "hall"', "power = -1"), "sites.hall.power", "at least 0"),
    Case("energy for power", _at_site('site = "hall"', 'power = "100 kWh"'), "sites.hall.power", "120 kW"),
    Case(
        "a price of power by the month",
        _at_site('site = "hall"', 'power_price = "8 USD/month"'),
        "sites.hall.power_price",
        "0.08 USD/kWh",
    ),
    Case("a site without a name", _added_before("[sites]\nmax = 8"), "sites", "[sites.NAME]"),
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
    # Prices and people that contradict themselves.
    Case("no price of data", edited('price = "2 USD/Mtoken"\n', ""), "data.web.price", 'price = "2 USD/Mtoken", or'),
    Case(
        "a price beside tiers",
        edited('price = "2 USD/Mtoken"', 'price = "2 USD/Mtoken"\ntiers = [[30e12, "2 USD/Mtoken"]]'),
        "data.web.tiers",
        "remove one of the two",
    ),
    Case("tiers that are no list", edited('price = "2 USD/Mtoken"', "tiers = 5"), "data.web.tiers", "so many items"),
    Case(
        "a tier without a price",
        edited('price = "2 USD/Mtoken"', 'tiers = [[1e12, "1 USD/Mtoken"], [5e12]]'),
        "data.web.tiers[2]",
        "two entries",
    ),
    Case(
        "a tier whose price is per image",
        edited('price = "2 USD/Mtoken"', 'tiers = [[30e12, "1 USD/image"]]'),
        "data.web.tiers[1]",
        "USD/Mtoken",
    ),
    Case("a tier of nothing", edited('price = "2 USD/Mtoken"', "tiers = [[0, 1e-6]]"), "data.web.tiers[1]", "above 0"),
    Case(
        "more on sale than the tiers sell",
        edited('price = "2 USD/Mtoken"', 'tiers = [[1e12, "1 USD/Mtoken"]]'),
        "data.web.max",
        "remove max",
    ),
    Case(
        "automation of tiers",
        edited('price = "2 USD/Mtoken"', 'tiers = [[30e12, "1 USD/Mtoken"]]\nautomation = {cost = 1e-6, price = 1e-7}'),
        "data.web.automation",
        "split the source in two",
    ),
    Case(
        "automation without its cost",
        edited("now = 1e12", "now = 1e12\nautomation = {price = 1e-7}"),
        "data.web.automation.cost",
        "add cost",
    ),
    Case(
        "automation of images for tokens",
        edited("now = 1e12", 'now = 1e12\nautomation = {cost = "1 USD/image", price = 1e-7}'),
        "data.web.automation.cost",
        "USD/Mtoken",
    ),
    Case(
        "a misspelt key of automation",
        edited("now = 1e12", "now = 1e12\nautomation = {cots = 1e-6, cost = 1, price = 1e-7}"),
        "data.web.automation.cots",
        "did you mean `cost`?",
    ),
    Case(
        "retention where nobody leaves",
        edited("attrition = 0.15", "retention = {max = 1e4, keeps = 1e-5}"),
        "people.researchers.retention",
        "add attrition",
    ),
    Case(
        "retention that drives people out",
        edited("attrition = 0.15", "attrition = 0.15\nretention = {max = 1e4, keeps = 1e-5, least_attrition = 0.2}"),
        "people.researchers.retention.least_attrition",
        "lower least_attrition",
    ),
    Case(
        "retention that keeps nobody",
        edited("attrition = 0.15", "attrition = 0.15\nretention = {max = 1e4, keeps = 0}"),
        "people.researchers.retention.keeps",
        "above 0",
    ),
    Case(
        "retention for a number",
        edited("attrition = 0.15", "attrition = 0.15\nretention = 50e3"),
        "people.researchers.retention",
        "retention = {key = value}",
    ),
    Case(
        "severance in money",
        edited("attrition = 0.15", 'layoff = "20 kUSD"'),
        "people.researchers.layoff",
        "12 months",
    ),
    Case("a negative severance", edited("attrition = 0.15", "layoff = -1"), "people.researchers.layoff", "at least 0"),
    Case(
        "a contractor who resigns",
        edited("ramp = 3}", "ramp = 0}\ncontractor = true"),
        "people.researchers.attrition",
        "or contractor",
    ),
    Case(
        "work without its unit",
        edited("research = 1.0", "research = 1.0\nhandles = 2_000"),
        "people.researchers.handles",
        '"2_000 labels/month"',
    ),
    Case(
        "work that is no work",
        edited("research = 1.0", 'research = 1.0\nhandles = "2 GPU/month"'),
        "people.researchers.handles",
        '"2_000 labels/month"',
    ),
    Case(
        "hands for what the plan has none of",
        edited("research = 1.0", 'research = 1.0\nhandles = "2_000 labels/month"'),
        "people.researchers.handles",
        'unit = "label"',
    ),
    Case("capital without a target", edited('goal = "quality"', 'goal = "capital"'), "objective.goal", "add target to"),
    Case("another goal", edited('goal = "quality"', 'goal = "profits"'), "objective.goal", "did you mean `profit`"),
    Case(
        "a multiple of revenue without profit",
        edited('goal = "quality"', 'goal = "quality"\nrevenue_multiple = 3'),
        "objective.revenue_multiple",
        'set goal = "profit"',
    ),
    Case("capital of, for quality", edited('goal = "quality"', 'of = "funding.seed"'), "objective.of", "remove of"),
    # Scenarios.
    Case("a scenario without a name", _added("[scenario]\nplan.cash = 1"), "scenario.plan", "[scenario.NAME]"),
    Case("a key for a scenario", _added("[scenario]\nprice = 1"), "scenario.price", "with price = 1 below it"),
    Case(
        "an unknown section in a scenario",
        _added("[scenario.dear]\ncompte.cloud.price = 3"),
        "scenario.dear.compte",
        "did you mean `compute`?",
    ),
    Case(
        "an unknown item in a scenario",
        _added("[scenario.dear]\ncompute.clod.price = 3"),
        "scenario.dear.compute.clod",
        "did you mean `cloud`?",
    ),
    Case(
        "an unknown key in a scenario",
        _added("[scenario.dear]\ncompute.cloud.prise = 3"),
        "scenario.dear.compute.cloud.prise",
        "did you mean `price`?",
    ),
    Case(
        "a value of the wrong unit in a scenario",
        _added('[scenario.dear]\ncompute.cloud.price = "3 EUR"'),
        "scenario.dear.compute.cloud.price",
        "convert it to USD",
    ),
    Case(
        "a scenario that the plan does not hold with",
        _added('[scenario.short]\nmodels.chat.deadline = "2026-10"'),
        "scenario.short.models.chat.deadline",
        "move the deadline back",
    ),
    Case(
        "a scenario that another mistake follows from",
        _added("[scenario.short]\nplan.months = 17"),
        "scenario.short",
        "make plan.months larger",
    ),
    Case(
        "a scenario that extends none that is there",
        _added('[scenario.dear]\nplan.cash = 1\n[scenario.worse]\nextends = "daer"'),
        "scenario.worse.extends",
        "did you mean `dear`?",
    ),
    Case(
        "a scenario that extends itself",
        _added('[scenario.dear]\nextends = "dear"'),
        "scenario.dear.extends",
        "remove one `extends`",
    ),
    Case(
        "a scenario in a scenario",
        _added("[scenario.dear]\nscenario.other.plan.cash = 1"),
        "scenario.dear.scenario",
        "extends",
    ),
    Case(
        "a rule in a scenario", _added('[scenario.dear]\nlimits.few = "3"'), "scenario.dear.limits.few", "write a rule"
    ),
    # Parts that do not fit together.
    Case(
        "fewer GPUs allowed than asked",
        edited("max = 512", "max = 512\nmin = 600"),
        "compute.cloud.max",
        "raise max or lower min",
    ),
    Case(
        "fewer persons allowed than there are",
        edited("max = 40", "max = 10\nmin = 5"),
        "people.researchers.now",
        "raise max",
    ),
    Case(
        "a law that does not exist", edited('"chinchilla-replication"', '"chinchila"'), "models.chat.law", "chinchilla"
    ),
    Case("no law", edited('law = "chinchilla-replication"\n', ""), "models.chat.law", 'law = "chinchilla-replication"'),
    Case("no card at a path", _card_elsewhere, "models.chat.law", "did you mean `my-law.toml`?"),
    Case(
        "a target beyond 100 %",
        _of_images("target = 5"),
        "models.chat.target",
        "write 0.05 for 5 %",
    ),
    Case(
        "a measured share beyond 100 %",
        _of_images("", value="7"),
        "models.chat.measured.value",
        "write 12 % as 0.12",
    ),
    Case(
        "a parameter the law lacks",
        edited("research_effect = 0.2", "parameters = {F = 1.8}"),
        "models.chat.parameters.F",
        "",
    ),
    Case(
        "a source that does not exist",
        edited("research_effect = 0.2", "data = {wep = 1.0}"),
        "models.chat.data.wep",
        "did you mean `web`?",
    ),
    Case(
        "data the law cannot use",
        edited('unit = "token"\nprice = "2 USD/Mtoken"', 'unit = "image"\nprice = 0.1'),
        "models.chat.law",
        "[data.NAME]",
    ),
    Case(
        "a model without compute",
        lambda folder: write(folder, _no_compute().encode()),
        "models.chat.law",
        "add an offer",
    ),
    Case(
        "an offer that does not exist",
        edited("research_effect = 0.2", 'compute = ["clod"]'),
        "models.chat.compute",
        "did you mean `cloud`?",
    ),
    Case(
        "no offer at all", edited("research_effect = 0.2", "compute = []"), "models.chat.compute", 'compute = ["NAME"]'
    ),
    Case(
        "a negative demand",
        edited("research_effect = 0.2", "serving = -1e9"),
        "models.chat.serving",
        "write a number at least 0",
    ),
    Case(
        "a demand in tokens, not in tokens a month",
        edited("research_effect = 0.2", 'serving = "50 Gtoken"'),
        "models.chat.serving",
        '"50 Gtoken/month"',
    ),
    Case(
        "serving beyond the peak of a GPU",
        edited("research_effect = 0.2", "serving_utilisation = 30"),
        "models.chat.serving_utilisation",
        "at most 1",
    ),
    Case(
        "an option that is no yes or no",
        edited("research_effect = 0.2", 'optional = "maybe"'),
        "models.chat.optional",
        "true or false",
    ),
    Case(
        "what stands in for a model that cannot be left out",
        edited("research_effect = 0.2", "otherwise = 2.1"),
        "models.chat.otherwise",
        "add optional = true",
    ),
    Case(
        "what no run ever comes to",
        edited("research_effect = 0.2", "optional = true\notherwise = 1.2"),
        "models.chat.otherwise",
        "what is used in its place",
    ),
    Case(
        "serving a model whose law has no size",
        _added(
            '[models.eye]\nlaw = "table"\ninputs = {x = "data.web.items"}\npoints = [[0, 0.1], [1, 0.2]]\n'
            "deadline = 12\nserving = 1e6"
        ),
        "models.eye.serving",
        "chinchilla-replication",
    ),
    Case(
        "offers for a model that takes no compute",
        _added(
            '[models.eye]\nlaw = "table"\ninputs = {x = "data.web.items"}\npoints = [[0, 0.1], [1, 0.2]]\n'
            'deadline = 12\ncompute = ["cloud"]'
        ),
        "models.eye.compute",
        "remove compute",
    ),
    Case("no model that counts", edited("research_effect = 0.2", "weight = 0"), "models.chat.weight", "weight = 1"),
    # Revenue, partners, treasury.
    Case(
        "marketing without its most",
        _selling("marketing = {adds = 20e3, half = 50e3}"),
        "revenue.product.marketing.max",
        "add max",
    ),
    Case(
        "marketing with a misspelt key",
        _selling("marketing = {max = 1e5, adds = 20e3, half = 50e3, chrun = 0.2}"),
        "revenue.product.marketing.chrun",
        "did you mean `churn`?",
    ),
    Case(
        "marketing that adds nothing",
        _selling("marketing = {max = 1e5, adds = 0, half = 50e3}"),
        "revenue.product.marketing.adds",
        "above 0",
    ),
    Case("all customers leaving", _selling("churn = 1.0"), "revenue.product.churn", "below 1"),
    Case("marketing that is a number", _selling("marketing = 5"), "revenue.product.marketing", "write marketing ="),
    Case(
        "revenue of a model that does not exist",
        _selling('model = {name = "caht", nothing_at = 2.6, all_at = 2.0}'),
        "revenue.product.model.name",
        "did you mean `chat`?",
    ),
    Case(
        "a model that earns less the better it is",
        _selling('model = {name = "chat", nothing_at = 2.0, all_at = 2.6}'),
        "revenue.product.model.all_at",
        "below nothing_at, 2",
    ),
    Case(
        "a model that never earns",
        _selling('model = {name = "chat", nothing_at = 1.5, all_at = 1.2}'),
        "revenue.product.model.nothing_at",
        "move it",
    ),
    Case(
        "a model without the quality at which it earns",
        _selling('model = {name = "chat", all_at = 2.0}'),
        "revenue.product.model.nothing_at",
        "add nothing_at",
    ),
    Case(
        "a model and marketing in one revenue",
        _selling(
            'model = {name = "chat", nothing_at = 2.6, all_at = 2.0}\nmarketing = {max = 1e5, adds = 2e4, half = 5e4}'
        ),
        "revenue.product.marketing",
        "make two revenues",
    ),
    Case(
        "a score of a Cobb-Douglas law that earns",
        lambda folder: write(folder, _cobb_douglas_earns().encode()),
        "revenue.product.model.name",
        "a loss, an error or an accuracy",
    ),
    Case("a partner without anything", _with("[partners.friend]"), "partners.friend", "write pays ="),
    Case(
        "a partner of a misspelt offer",
        _with("[partners.friend]\npays = {compute.clod = 0.5}"),
        "partners.friend.pays.compute.clod",
        "did you mean `cloud`?",
    ),
    Case(
        "a partner of a section that costs nothing",
        _with("[partners.friend]\npays = {funding.seed = 0.5}"),
        "partners.friend.pays.funding.seed",
        "compute.h100-cloud",
    ),
    Case(
        "a partner of marketing that is not there",
        _with("[partners.friend]\npays = {marketing.product = 0.5}"),
        "partners.friend.pays.marketing.product",
        "add marketing to [revenue.product]",
    ),
    Case(
        "a partner that takes of what is not earned",
        _with("[partners.friend]\ntakes = {produkt = 0.5}"),
        "partners.friend.takes.produkt",
        "did you mean `product`?",
    ),
    Case(
        "partners that pay more than all",
        _with("[partners.one]\npays = {costs.office = 0.7}\n\n[partners.two]\npays = {costs.office = 0.7}"),
        "partners.two.pays.costs.office",
        "lower a share",
    ),
    Case(
        "a partner that takes more than all",
        _with("[partners.friend]\ntakes = {product = 20}"),
        "partners.friend.takes.product",
        "0.08 for 8 %",
    ),
    Case(
        "a list of what a partner pays",
        _with('[partners.friend]\npays = ["compute.cloud"]'),
        "partners.friend.pays",
        "write pays = {",
    ),
    Case(
        "money lent for nobody knows how long", _with("[treasury.bills]\nearns = 0.04"), "treasury.bills.months", "add"
    ),
    Case(
        "money lent for no time",
        _with("[treasury.bills]\nearns = 0.04\nmonths = 0"),
        "treasury.bills.months",
        "write a number of months",
    ),
    Case(
        "a smallest placement without a most",
        _with("[treasury.bills]\nearns = 0.04\nmonths = 3\nmin = 1e5"),
        "treasury.bills.max",
        "add max",
    ),
    Case(
        "a smallest placement above the most",
        _with("[treasury.bills]\nearns = 0.04\nmonths = 3\nmin = 1e6\nmax = 1e5"),
        "treasury.bills.max",
        "raise max or lower min",
    ),
    Case(
        "more lent on opening day than may be",
        _with('[treasury.bills]\nearns = 0.04\nmonths = 3\nmax = 1e5\nnow = {"2026-11" = 2e5}'),
        "treasury.bills.now",
        "raise max",
    ),
    Case(
        "money that comes back after the plan",
        _with('[treasury.bills]\nearns = 0.04\nmonths = 3\nnow = {"2036-11" = 2e5}'),
        "treasury.bills.now.2036-11",
        "inside the plan",
    ),
    Case(
        "money that comes back twice in a month",
        _with('[treasury.bills]\nearns = 0.04\nmonths = 3\nnow = {"2026-11" = 2e5, "3" = 1e5}'),
        "treasury.bills.now.3",
        "add the two amounts up",
    ),
    Case(
        "money lent without its month",
        _with("[treasury.bills]\nearns = 0.04\nmonths = 3\nnow = 2e5"),
        "treasury.bills.now",
        "write now = {",
    ),
    Case(
        "a limit on marketing that is not there",
        _added('brand = "marketing.prodcut.spend <= 1e6"'),
        "limits.brand",
        "revenue.product",
    ),
    # Research.
    Case(
        "ideas without an effect",
        _with_ideas("team = 5"),
        "research.effect",
        "effect",
    ),
    Case(
        "research that counts twice",
        _with_ideas("effect = 0.5", effect=0.2),
        "models.chat.research_effect",
        "[research]",
    ),
    Case("ideas that nobody has", _with_ideas("effect = 0.5", research=0.0), "research.effect", "research = 1.0"),
    Case("ideas that get easier to find", _with_ideas("effect = 0.5\nharder = -1"), "research.harder", "0.05"),
    Case("crowds that find more each", _with_ideas("effect = 0.5\nreturns = 1.5"), "research.returns", "1"),
    Case("ideas that are forgotten", _with_ideas("effect = 0.5\ngrowth = -0.1"), "research.growth", "0"),
    Case("an effect in money", _with_ideas('effect = "5 MUSD"'), "research.effect", "12 %"),
    Case("a misspelt key of research", _with_ideas("effect = 0.5\nlambda = 0.7"), "research.lambda", "remove it"),
    # Limits.
    Case(
        "a limit on a misspelt item",
        edited("people.researchers.hires", "people.reserchers.hires"),
        "limits.signed-hire",
        "people.researchers",
    ),
    Case(
        "a limit on a misspelt measure",
        edited("researchers.hires", "researchers.hire"),
        "limits.signed-hire",
        "`hires`",
    ),
    Case("a strict limit", edited("compute.spend <= 0.6", "compute.spend < 0.6"), "limits.chips-share", "write <="),
    Case(
        "a product of quantities",
        edited("0.6 * total.spend", "total.spend * total.spend"),
        "limits.chips-share",
        "0.6 * total.spend",
    ),
    Case(
        "a limit outside the plan", edited("hires[2026-10]", "hires[2036-10]"), "limits.signed-hire", "inside the plan"
    ),
    Case(
        "a level and a sum in one limit",
        _added('mixed = "compute.cloud.gpus <= 3 * total.spend"'),
        "limits.mixed",
        "give the level one month, such as compute.cloud.gpus[2026-09], or split",
    ),
    Case(
        "a limit on what nobody measures",
        _added('value = "models.chat.value <= 2.1"'),
        "limits.value",
        "name the item and what is measured of it",
    ),
    Case(
        "a misspelt quantity",
        _added('few = "people.researchers.headcout <= 9"'),
        "limits.few",
        "did you mean `headcount`?",
    ),
    Case(
        "a quantity without its section",
        _added('few = "cloud.gpus <= 9"'),
        "limits.few",
        "did you mean `compute.cloud.gpus`?",
    ),
    Case(
        "a quantity that several sections have",
        _added('few = "cloud.spend <= 9"'),
        "limits.few",
        "say of what: `compute.cloud.spend` or `data.cloud.spend`",
    ),
    Case(
        "a line that there is not", _added('few = "people.spend.salery <= 9"'), "limits.few", "did you mean `salary`?"
    ),
    Case(
        "sales of an order outside the plan",
        _added('few = "compute.owned.sold.2025-01 <= 9"'),
        "limits.few",
        "sold.2026-10[2027-04]",
    ),
    Case("sales of what cannot be sold", _added('few = "compute.owned.sold <= 9"'), "limits.few", "a resale"),
    Case("net burn from below", _added('few = "burn >= 9"'), "limits.few", "bound spending from below"),
    Case("an inequality with some give", _added('few = "burn <= 9 +- 1"'), "limits.few", "a rule with ="),
    Case("an open parenthesis", _added('few = "2 * (total.spend + 3 <= 9"'), "limits.few", "write a rule"),
    Case("division by a quantity", _added('few = "2 / total.spend <= 9"'), "limits.few", "write a rule"),
    Case(
        "sources that count different things",
        _added('few = "data.items <= 9"\n[data.photos]\nunit = "image"\nprice = 1'),
        "limits.few",
        "name one source",
    ),
    Case(
        "a limit on the debt of equity",
        _added('debt = "funding.seed.owed <= 1e6"'),
        "limits.debt",
        "funding.seed.amount",
    ),
    Case("a limit on no round", _added('most = "funding.sed.amount <= 1e6"'), "limits.most", "did you mean"),
    Case(
        "a limit on dilution of a section",
        _added('shares = "compute.dilution <= 0.1"'),
        "limits.shares",
        "name the item and what is measured of it",
    ),
    Case("a limit without a quantity", _added('void = "3 <= 4"'), "limits.void", "write a rule"),
    Case(
        "orders of rented GPUs", _added('orders = "compute.cloud.orders <= 8"'), "limits.orders", "compute.cloud.gpus"
    ),
]


def _no_compute() -> str:
    kept = [text for text in WORKING.split("\n\n") if not text.startswith("[compute.")]
    return "\n\n".join(kept).replace('chips-share = "compute.spend <= 0.6 * total.spend"\n', "")


def _revenue_number() -> str:
    kept = [text for text in WORKING.split("\n\n") if not text.startswith("[revenue.")]
    return "revenue = 5\n" + "\n\n".join(kept)
