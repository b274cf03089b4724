"""Parts that do not fit together."""

from __future__ import annotations

from working_plan import Case, edited, write

from broken.edits import added, card_elsewhere, of_images, without_compute

CASES: list[Case] = [
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
    Case("no card at a path", card_elsewhere, "models.chat.law", "did you mean `my-law.toml`?"),
    Case(
        "a target beyond 100 %",
        of_images("target = 5"),
        "models.chat.target",
        "write 0.05 for 5 %",
    ),
    Case(
        "a measured share beyond 100 %",
        of_images("", value="7"),
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
        lambda folder: write(folder, without_compute().encode()),
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
        added(
            '[models.eye]\nlaw = "table"\ninputs = {x = "data.web.items"}\npoints = [[0, 0.1], [1, 0.2]]\n'
            "deadline = 12\nserving = 1e6"
        ),
        "models.eye.serving",
        "chinchilla-replication",
    ),
    Case(
        "offers for a model that takes no compute",
        added(
            '[models.eye]\nlaw = "table"\ninputs = {x = "data.web.items"}\npoints = [[0, 0.1], [1, 0.2]]\n'
            'deadline = 12\ncompute = ["cloud"]'
        ),
        "models.eye.compute",
        "remove compute",
    ),
    Case("no model that counts", edited("research_effect = 0.2", "weight = 0"), "models.chat.weight", "weight = 1"),
]
