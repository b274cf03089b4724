"""Revenue, partners and treasury."""

from __future__ import annotations

from working_plan import Case, write

from broken.edits import added, cobb_douglas_earns, with_revenue, with_sections

CASES: list[Case] = [
    # Revenue, partners, treasury.
    Case(
        "marketing without its most",
        with_revenue("marketing = {adds = 20e3, half = 50e3}"),
        "revenue.product.marketing.max",
        "add max",
    ),
    Case(
        "marketing with a misspelt key",
        with_revenue("marketing = {max = 1e5, adds = 20e3, half = 50e3, chrun = 0.2}"),
        "revenue.product.marketing.chrun",
        "did you mean `churn`?",
    ),
    Case(
        "marketing that adds nothing",
        with_revenue("marketing = {max = 1e5, adds = 0, half = 50e3}"),
        "revenue.product.marketing.adds",
        "above 0",
    ),
    Case("all customers leaving", with_revenue("churn = 1.0"), "revenue.product.churn", "below 1"),
    Case("marketing that is a number", with_revenue("marketing = 5"), "revenue.product.marketing", "write marketing ="),
    Case(
        "revenue of a model that does not exist",
        with_revenue('model = {name = "caht", nothing_at = 2.6, all_at = 2.0}'),
        "revenue.product.model.name",
        "did you mean `chat`?",
    ),
    Case(
        "a model that earns less the better it is",
        with_revenue('model = {name = "chat", nothing_at = 2.0, all_at = 2.6}'),
        "revenue.product.model.all_at",
        "below nothing_at, 2",
    ),
    Case(
        "a model that never earns",
        with_revenue('model = {name = "chat", nothing_at = 1.5, all_at = 1.2}'),
        "revenue.product.model.nothing_at",
        "move it",
    ),
    Case(
        "a model without the quality at which it earns",
        with_revenue('model = {name = "chat", all_at = 2.0}'),
        "revenue.product.model.nothing_at",
        "add nothing_at",
    ),
    Case(
        "a model and marketing in one revenue",
        with_revenue(
            'model = {name = "chat", nothing_at = 2.6, all_at = 2.0}\nmarketing = {max = 1e5, adds = 2e4, half = 5e4}'
        ),
        "revenue.product.marketing",
        "make two revenues",
    ),
    Case(
        "a score of a Cobb-Douglas law that earns",
        lambda folder: write(folder, cobb_douglas_earns().encode()),
        "revenue.product.model.name",
        "a loss, an error or an accuracy",
    ),
    Case("a partner without anything", with_sections("[partners.friend]"), "partners.friend", "write pays ="),
    Case(
        "a partner of a misspelt offer",
        with_sections("[partners.friend]\npays = {compute.clod = 0.5}"),
        "partners.friend.pays.compute.clod",
        "did you mean `cloud`?",
    ),
    Case(
        "a partner of a section that costs nothing",
        with_sections("[partners.friend]\npays = {funding.seed = 0.5}"),
        "partners.friend.pays.funding.seed",
        "compute.h100-cloud",
    ),
    Case(
        "a partner of marketing that is not there",
        with_sections("[partners.friend]\npays = {marketing.product = 0.5}"),
        "partners.friend.pays.marketing.product",
        "add marketing to [revenue.product]",
    ),
    Case(
        "a partner that takes of what is not earned",
        with_sections("[partners.friend]\ntakes = {produkt = 0.5}"),
        "partners.friend.takes.produkt",
        "did you mean `product`?",
    ),
    Case(
        "partners that pay more than all",
        with_sections("[partners.one]\npays = {costs.office = 0.7}\n\n[partners.two]\npays = {costs.office = 0.7}"),
        "partners.two.pays.costs.office",
        "lower a share",
    ),
    Case(
        "a partner that takes more than all",
        with_sections("[partners.friend]\ntakes = {product = 20}"),
        "partners.friend.takes.product",
        "0.08 for 8 %",
    ),
    Case(
        "a list of what a partner pays",
        with_sections('[partners.friend]\npays = ["compute.cloud"]'),
        "partners.friend.pays",
        "write pays = {",
    ),
    Case(
        "money lent for nobody knows how long",
        with_sections("[treasury.bills]\nearns = 0.04"),
        "treasury.bills.months",
        "add",
    ),
    Case(
        "money lent for no time",
        with_sections("[treasury.bills]\nearns = 0.04\nmonths = 0"),
        "treasury.bills.months",
        "write a number of months",
    ),
    Case(
        "a smallest placement without a most",
        with_sections("[treasury.bills]\nearns = 0.04\nmonths = 3\nmin = 1e5"),
        "treasury.bills.max",
        "add max",
    ),
    Case(
        "a smallest placement above the most",
        with_sections("[treasury.bills]\nearns = 0.04\nmonths = 3\nmin = 1e6\nmax = 1e5"),
        "treasury.bills.max",
        "raise max or lower min",
    ),
    Case(
        "more lent on opening day than may be",
        with_sections('[treasury.bills]\nearns = 0.04\nmonths = 3\nmax = 1e5\nnow = {"2026-11" = 2e5}'),
        "treasury.bills.now",
        "raise max",
    ),
    Case(
        "money that comes back after the plan",
        with_sections('[treasury.bills]\nearns = 0.04\nmonths = 3\nnow = {"2036-11" = 2e5}'),
        "treasury.bills.now.2036-11",
        "inside the plan",
    ),
    Case(
        "money that comes back twice in a month",
        with_sections('[treasury.bills]\nearns = 0.04\nmonths = 3\nnow = {"2026-11" = 2e5, "3" = 1e5}'),
        "treasury.bills.now.3",
        "add the two amounts up",
    ),
    Case(
        "money lent without its month",
        with_sections("[treasury.bills]\nearns = 0.04\nmonths = 3\nnow = 2e5"),
        "treasury.bills.now",
        "write now = {",
    ),
    Case(
        "a limit on marketing that is not there",
        added('brand = "marketing.prodcut.spend <= 1e6"'),
        "limits.brand",
        "revenue.product",
    ),
]
