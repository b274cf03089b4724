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
  allowed: kind, chip, flops, power, price, utilisation, delivered, site, now, age, min, max, lot, term, upfront, \
exit_fee, exit_months, lead, life, running, resale
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
    "a site that is not there": """\
plan.toml:38: compute.owned.site: there is no site `cellar`
  found:   "cellar"
  allowed: hall
  do:      add [sites.cellar] or remove this""",
    "a fleet past its life": """\
plan.toml:39: compute.owned.age: what is 48 months old on opening day is past its life of 48
  found:   age = 48
  allowed: below life: 0 to 47
  do:      lower age, or leave out now and age: those GPUs are gone""",
    "two prices for leaving": """\
plan.toml:30: compute.cloud.exit_months: both `exit_fee` and `exit_months` say what leaving a contract costs
  found:   exit_fee = 0.2, exit_months = 3
  allowed: one of the two
  do:      keep exit_fee for a share of what remains, or exit_months for so many months of it""",
    "signed money that may be chosen too": """\
plan.toml:17: funding.seed.max: `amount` says that the money is signed, `max` that the plan may choose it
  found:   amount, month, max
  allowed: amount and month (signed), or max with from and until (the plan may raise it)
  do:      remove max to keep it signed, or amount and month to let the plan choose""",
    "equity to choose without a valuation": """\
plan.toml:13: funding.seed.post_money: equity that the plan may raise needs the valuation at which it is raised
  found:   nothing
  allowed: money, what the company is worth with the round in it
  do:      add post_money: dilution is the amount over it, and without it equity would cost nothing""",
    "a condition read after the money": """\
plan.toml:17: funding.seed.needs: chat is judged at the close of 2028-02, too late for this money
  found:   month = 2027-03
  allowed: money that comes after the month in which the model is judged
  do:      move month behind 2028-02, or the deadline forward""",
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
    "a month without quotes": """\
plan.toml:4: this is not TOML: expected newline or end of document after a statement
  found:   start = 2026-9
  allowed: TOML 1.0
  do:      put months in quotes: "2026-09\"""",
    "negative cash": """\
plan.toml:6: plan.cash: -6_000_000 is not at least 0
  found:   -6_000_000
  allowed: money, at least 0
  do:      write a number at least 0""",
    "yes for true": """\
plan.toml:7: plan.whole: "yes" does not say until when units are whole
  found:   "yes"
  allowed: true, false, or a month, the last with whole units
  do:      write true or false without quotes, or a month such as "2027-06\"""",
    "days": """\
plan.toml:20: revenue.product.paid_after: "45 days" is not a number of months from -60 to 60
  found:   "45 days"
  allowed: a number of months from -60 to 60
  do:      write a whole number of months, such as 1; days are not read""",
    "no law": """\
plan.toml:56: models.chat.law: `law` is missing
  found:   nothing
  allowed: a law such as chinchilla-replication, images-and-size, labels or table (`allocator laws` lists all), or the \
path of your own card
  do:      add law = "chinchilla-replication\"""",
    "no card at a path": """\
plan.toml:57: models.chat.law: there is no such card file
  found:   "./my-lwa.toml"
  allowed: in FOLDER: my-law.toml, plan.toml
  do:      did you mean `my-law.toml`?""",
    "a target beyond 100 %": """\
plan.toml:59: models.chat.target: the error of law images-and-size is a share, and 5 is not
  found:   5
  allowed: the error as a share, from 0 to 1
  do:      write 0.05 for 5 %""",
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
    said = str(caught.value).replace(f"{tmp_path}/", "").replace(str(tmp_path), "FOLDER")
    assert said == MESSAGES[name]
