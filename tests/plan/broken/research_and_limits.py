"""Research that counts twice or for nothing, and limits that cannot be read."""

from __future__ import annotations

from working_plan import Case, edited

from broken.edits import added, with_ideas

CASES: list[Case] = [
    # Research.
    Case(
        "ideas without an effect",
        with_ideas("team = 5"),
        "research.effect",
        "effect",
    ),
    Case(
        "research that counts twice",
        with_ideas("effect = 0.5", effect=0.2),
        "models.chat.research_effect",
        "[research]",
    ),
    Case("ideas that nobody has", with_ideas("effect = 0.5", research=0.0), "research.effect", "research = 1.0"),
    Case("ideas that get easier to find", with_ideas("effect = 0.5\nharder = -1"), "research.harder", "0.05"),
    Case("crowds that find more each", with_ideas("effect = 0.5\nreturns = 1.5"), "research.returns", "1"),
    Case("ideas that are forgotten", with_ideas("effect = 0.5\ngrowth = -0.1"), "research.growth", "0"),
    Case("an effect in money", with_ideas('effect = "5 MUSD"'), "research.effect", "12 %"),
    Case("a misspelt key of research", with_ideas("effect = 0.5\nlambda = 0.7"), "research.lambda", "remove it"),
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
        added('mixed = "compute.cloud.gpus <= 3 * total.spend"'),
        "limits.mixed",
        "give the level one month, such as compute.cloud.gpus[2026-09], or split",
    ),
    Case(
        "a limit on what nobody measures",
        added('value = "models.chat.value <= 2.1"'),
        "limits.value",
        "name the item and what is measured of it",
    ),
    Case(
        "a misspelt quantity",
        added('few = "people.researchers.headcout <= 9"'),
        "limits.few",
        "did you mean `headcount`?",
    ),
    Case(
        "a quantity without its section",
        added('few = "cloud.gpus <= 9"'),
        "limits.few",
        "did you mean `compute.cloud.gpus`?",
    ),
    Case(
        "a quantity that several sections have",
        added('few = "cloud.spend <= 9"'),
        "limits.few",
        "say of what: `compute.cloud.spend` or `data.cloud.spend`",
    ),
    Case("a line that there is not", added('few = "people.spend.salery <= 9"'), "limits.few", "did you mean `salary`?"),
    Case(
        "sales of an order outside the plan",
        added('few = "compute.owned.sold.2025-01 <= 9"'),
        "limits.few",
        "sold.2026-10[2027-04]",
    ),
    Case("sales of what cannot be sold", added('few = "compute.owned.sold <= 9"'), "limits.few", "a resale"),
    Case("net burn from below", added('few = "burn >= 9"'), "limits.few", "bound spending from below"),
    Case("an inequality with some give", added('few = "burn <= 9 +- 1"'), "limits.few", "a rule with ="),
    Case("an open parenthesis", added('few = "2 * (total.spend + 3 <= 9"'), "limits.few", "write a rule"),
    Case("division by a quantity", added('few = "2 / total.spend <= 9"'), "limits.few", "write a rule"),
    Case(
        "sources that count different things",
        added('few = "data.items <= 9"\n[data.photos]\nunit = "image"\nprice = 1'),
        "limits.few",
        "name one source",
    ),
    Case(
        "a limit on the debt of equity",
        added('debt = "funding.seed.owed <= 1e6"'),
        "limits.debt",
        "funding.seed.amount",
    ),
    Case("a limit on no round", added('most = "funding.sed.amount <= 1e6"'), "limits.most", "did you mean"),
    Case(
        "a limit on dilution of a section",
        added('shares = "compute.dilution <= 0.1"'),
        "limits.shares",
        "name the item and what is measured of it",
    ),
    Case("a limit without a quantity", added('void = "3 <= 4"'), "limits.void", "write a rule"),
    Case("orders of rented GPUs", added('orders = "compute.cloud.orders <= 8"'), "limits.orders", "compute.cloud.gpus"),
]
