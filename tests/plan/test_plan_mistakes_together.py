"""Mistakes of several kinds come in one pass: one item's mistake hides no other's, and nothing is said twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from working_plan import WORKING, write

from allocator.errors import PlanError, Problem
from allocator.plan import load_plan

# The plan with a revenue that a model earns, ideas that count twice and money that waits, each with its mistake.
EARNS = ("paid_after = 1\n", 'paid_after = 1\nmodel = {name = "chat", nothing_at = 2.0, all_at = 3.0}\n')
IDEAS = ("[runway]\n", "[research]\neffect = 0.3\n\n[runway]\n")
WAITS = (
    "[revenue.product]\n",
    '[funding.more]\nkind = "grant"\namount = 1e6\nmonth = "2028-01"\nneeds = "models.chat.value >= 0.1"\n\n'
    "[revenue.product]\n",
)
LATE = "chat is judged at the close of 2028-02, too late for this money"
SENSE = "money waits for a good model, and less loss is better"
UNREACHED = "no amount of money gives a model of law chinchilla-replication loss 0.1"
ORDER = "all of it must be earned at a better loss than nothing of it"
TWICE = "research would count twice: [research] raises the compute of every model already"
TOGETHER = [
    ("funding.more.needs", LATE),
    ("funding.more.needs", SENSE),
    ("funding.more.needs", UNREACHED),
    ("models.chat.research_effect", TWICE),
    ("revenue.product.model.all_at", ORDER),
]


def found(folder: Path, *edits: tuple[str, str]) -> list[Problem]:
    """The mistakes of the working plan with some passages replaced."""
    text = WORKING
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    with pytest.raises(PlanError) as caught:
        load_plan(write(folder, text.encode()))
    return list(caught.value.problems)


def said(problems: list[Problem]) -> list[tuple[str, str]]:
    return sorted((problem.key, problem.message) for problem in problems)


def test_conditions_qualities_and_ideas_are_checked_at_once(tmp_path: Path) -> None:
    assert said(found(tmp_path, EARNS, IDEAS, WAITS)) == TOGETHER


@pytest.mark.parametrize(
    ("edit", "key"),
    [
        (("amount = 1e6", "amount = -1"), "funding.more.amount"),
        (("training_months = 6", "training_months = 0"), "models.chat.training_months"),
        (("paid_after = 1\n", "paid_after = 1.5\n"), "revenue.product.paid_after"),
        (("effect = 0.3\n", 'effect = "much"\n'), "research.effect"),
    ],
    ids=["money", "the model", "the revenue", "research"],
)
def test_a_mistake_elsewhere_in_an_item_hides_none_of_them(edit: tuple[str, str], key: str, tmp_path: Path) -> None:
    problems = found(tmp_path, EARNS, IDEAS, WAITS, edit)
    others = [(place, message) for place, message in said(problems) if place != key]
    assert (len(problems), others) == (len(TOGETHER) + 1, TOGETHER)


def test_what_a_mistake_leaves_open_is_not_guessed(tmp_path: Path) -> None:
    """Without a deadline nothing is late, without a law nothing is out of reach."""
    late = found(tmp_path, WAITS, ('deadline = "2028-02"', "deadline = true"))
    assert [message for _, message in said(late)] == [SENSE, UNREACHED, "true is not a month"]
    lawless = found(tmp_path, WAITS, ('law = "chinchilla-replication"', "law = 3"))
    assert [message for _, message in said(lawless)][:1] == [LATE]
    assert [key for key, _ in said(lawless)] == ["funding.more.needs", "models.chat.law"]


def test_a_model_that_is_not_there_is_said_beside_other_mistakes_of_who_names_it(tmp_path: Path) -> None:
    waits = (WAITS[0], WAITS[1].replace("models.chat.", "models.chta.").replace("amount = 1e6", "amount = -1"))
    earns = (EARNS[0], EARNS[1].replace('"chat"', '"chatt"').replace("paid_after = 1\n", "paid_after = 1.5\n"))
    assert [key for key, _ in said(found(tmp_path, waits, earns))] == [
        "funding.more.amount",
        "funding.more.needs",
        "revenue.product.model.name",
        "revenue.product.paid_after",
    ]


def test_a_law_that_cannot_be_used_is_said_beside_the_mistakes_of_its_model(tmp_path: Path) -> None:
    problems = found(tmp_path, ("training_months = 6", "training_months = 0\ntarget = 0.5"))
    assert [key for key, _ in said(problems)] == ["models.chat.target", "models.chat.training_months"]


LEVELS = 'mixed = "people.researchers.headcount <= people.researchers.hires"\n'
START = ('start = "2026-09"', 'start = "2026-13"')


def test_no_month_is_proposed_where_the_start_of_the_plan_cannot_be_read(tmp_path: Path) -> None:
    limits = ("[limits]\n", f"[limits]\n{LEVELS}")
    (known,) = found(tmp_path, limits)
    assert known.remedy == (
        "give the level one month, such as people.researchers.headcount[2026-09], or split the limit"
    )
    start, unknown = found(tmp_path, limits, START)
    assert (start.key, unknown.key) == ("plan.start", "limits.mixed")
    assert unknown.remedy == "give the level one month, or split the limit"


@pytest.mark.parametrize(
    ("edit", "key"),
    [
        (("max = 512", "max = {}"), "compute.cloud.max"),
        (('month = "2027-03"', "month = 1.5"), "funding.seed.month"),
    ],
    ids=["a table without months", "no month"],
)
def test_no_message_speaks_of_months_that_no_plan_has(edit: tuple[str, str], key: str, tmp_path: Path) -> None:
    problems = found(tmp_path, START, edit)
    assert [problem.key for problem in problems] == ["plan.start", key]
    assert "2000" not in " ".join(f"{problem.message} {problem.allowed} {problem.remedy}" for problem in problems)


def test_ranges_are_not_compared_where_the_months_of_the_plan_are_not_known(tmp_path: Path) -> None:
    """By date and by number they are as long as each other; only the start is wrong."""
    rule = 'pair = "people.researchers.headcount[1..6] >= cash[2026-09..2027-02]"\n'
    assert [problem.key for problem in found(tmp_path, START, ("[limits]\n", f"[limits]\n{rule}"))] == ["plan.start"]
