"""Prices and people that contradict themselves, and scenarios that cannot be laid over the plan."""

from __future__ import annotations

from working_plan import Case, edited

from broken.edits import added

CASES: list[Case] = [
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
    Case("a scenario without a name", added("[scenario]\nplan.cash = 1"), "scenario.plan", "[scenario.NAME]"),
    Case("a key for a scenario", added("[scenario]\nprice = 1"), "scenario.price", "with price = 1 below it"),
    Case(
        "an unknown section in a scenario",
        added("[scenario.dear]\ncompte.cloud.price = 3"),
        "scenario.dear.compte",
        "did you mean `compute`?",
    ),
    Case(
        "an unknown item in a scenario",
        added("[scenario.dear]\ncompute.clod.price = 3"),
        "scenario.dear.compute.clod",
        "did you mean `cloud`?",
    ),
    Case(
        "an unknown key in a scenario",
        added("[scenario.dear]\ncompute.cloud.prise = 3"),
        "scenario.dear.compute.cloud.prise",
        "did you mean `price`?",
    ),
    Case(
        "a value of the wrong unit in a scenario",
        added('[scenario.dear]\ncompute.cloud.price = "3 EUR"'),
        "scenario.dear.compute.cloud.price",
        "convert it to USD",
    ),
    Case(
        "a scenario that the plan does not hold with",
        added('[scenario.short]\nmodels.chat.deadline = "2026-10"'),
        "scenario.short.models.chat.deadline",
        "move the deadline back",
    ),
    Case(
        "a scenario that another mistake follows from",
        added("[scenario.short]\nplan.months = 17"),
        "scenario.short",
        "make plan.months larger",
    ),
    Case(
        "a scenario that extends none that is there",
        added('[scenario.dear]\nplan.cash = 1\n[scenario.worse]\nextends = "daer"'),
        "scenario.worse.extends",
        "did you mean `dear`?",
    ),
    Case(
        "a scenario that extends itself",
        added('[scenario.dear]\nextends = "dear"'),
        "scenario.dear.extends",
        "remove one `extends`",
    ),
    Case(
        "a scenario in a scenario",
        added("[scenario.dear]\nscenario.other.plan.cash = 1"),
        "scenario.dear.scenario",
        "extends",
    ),
    Case(
        "a rule in a scenario", added('[scenario.dear]\nlimits.few = "3"'), "scenario.dear.limits.few", "write a rule"
    ),
]
