"""Files that cannot be read, slips of TOML, and sections and keys that no plan has."""

from __future__ import annotations

from working_plan import WORKING, Case, edited, write

from broken.edits import a_folder, added, no_file, revenue_as_number, without

CASES: list[Case] = [
    # The file itself.
    Case("no file", no_file, "", "here are: plan.toml"),
    Case("a folder for a file", a_folder, "", "name the plan file inside it"),
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
    Case("an item written twice", added("[compute.cloud]\nkind = 'rent'"), "", "keep one of the two"),
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
    Case("no [plan]", without("plan"), "plan", "add [plan]"),
    Case("no models", without("models.chat"), "models", "[models.NAME]"),
    Case("an item without a name", edited("[costs.office]", "[costs]"), "costs", "[costs.NAME]"),
    Case("a name with a dot", edited("[costs.office]", '[costs."head.office"]'), "costs.head.office", "rename it"),
    Case(
        "a value for a section",
        lambda folder: write(folder, revenue_as_number().encode()),
        "revenue",
        "[revenue.NAME]",
    ),
    Case("no start", edited('start = "2026-09"\n', ""), "plan.start", 'start = "2026-09"'),
    Case("no price", edited('price = "33 kUSD"\n', ""), "compute.owned.price", "price = "),
    Case("no chip", edited('kind = "buy"\nchip = "H100"', 'kind = "buy"'), "compute.owned.flops", 'chip = "H100"'),
]
