"""Ten messages, whole: what is wrong, where, what is allowed, what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from broken import CASES

from allocator.errors import PlanError
from allocator.plan import load_plan

MESSAGES = {
    "no file": """\
plann.toml: there is no such file
  found:   nothing
  allowed: a TOML file in UTF-8, up to 5 MB
  do:      check the name; here are: plan.toml""",
    "a unit without quotes": """\
plan.toml:6: this is not TOML: expected newline or end of document after a statement
  found:   cash = 20 MUSD
  allowed: TOML 1.0
  do:      put a number with a unit in quotes, such as "150 kUSD/year\"""",
    "an item written twice": """\
plan.toml:68: the same key or table is written twice
  found:   [compute.cloud]
  allowed: each key once, each [table] once
  do:      keep one of the two, or rename one""",
    "a misspelt key": """\
plan.toml:30: compute.cloud.utilization: `utilization` is not a key of [compute.NAME]
  found:   0.4
  allowed: kind, chip, flops, price, utilisation, delivered, now, min, max, lot, term, upfront, lead, life, \
running, resale
  do:      did you mean `utilisation`?""",
    "an item without a name": """\
plan.toml:22: costs: the keys of [costs] belong to a named item
  found:   amount, per_person
  allowed: [costs.NAME]
  do:      give the item a name: write [costs.NAME], with amount = 1500, per_person = true below it""",
    "a price per token for a GPU": """\
plan.toml:29: compute.cloud.price: "2 USD/Mtoken" is money per token, and a price per GPU-hour is wanted
  found:   "2 USD/Mtoken"
  allowed: a price per GPU-hour: a number, or a string such as "2.49 USD/hour"
  do:      write a number, or a string with a unit such as "2.49 USD/hour\"""",
    "another currency": """\
plan.toml:15: funding.seed.amount: "5 MEUR" is in EUR, and the plan is in USD
  found:   "5 MEUR"
  allowed: money in USD; there are no exchange rates in a plan
  do:      convert it to USD at the rate you plan with""",
    "a table from later on": """\
plan.toml:31: compute.cloud.max: nothing says what holds before 2027-01
  found:   {2027-01 = 512}
  allowed: a table whose first month is 2026-09, the first of the plan
  do:      add "2026-09" = … with the value on opening day""",
    "a rented GPU with a term": """\
plan.toml:33: compute.cloud.term: `term` does not belong to an offer with kind = "rent"
  found:   12
  allowed: `term` belongs to kind = "reserve"
  do:      remove term, or change kind""",
    "a loan": """\
plan.toml:14: funding.seed.kind: `kind = "loan"` is part of the plan-file format, but this version cannot plan it
  found:   "loan"
  allowed: what this version plans
  do:      remove it""",
    "training before the plan": """\
plan.toml:58: models.chat.deadline: training would begin before the plan: 20 months up to 2028-02
  found:   2028-02
  allowed: 2028-04 or later with training_months = 20
  do:      move the deadline back or lower training_months""",
    "a limit on a misspelt item": """\
plan.toml:67: limits.signed-hire: there is no item `people.reserchers`
  found:   "people.reserchers.hires[2026-10] = 2"
  allowed: people.researchers
  do:      did you mean `people.researchers`?""",
    "no start": """\
plan.toml:1: plan.start: `start` is missing
  found:   nothing
  allowed: the first month, such as "2026-09"
  do:      add start = "2026-09\"""",
}


@pytest.mark.parametrize("name", MESSAGES, ids=lambda name: name.replace(" ", "-"))
def test_a_message_says_what_where_what_is_allowed_and_what_to_do(name: str, tmp_path: Path) -> None:
    case = next(case for case in CASES if case.name == name)
    with pytest.raises(PlanError) as caught:
        load_plan(case.make(tmp_path))
    assert str(caught.value).replace(f"{tmp_path}/", "") == MESSAGES[name]
