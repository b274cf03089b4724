"""Every quantity that a limit can speak of: what the program makes of it at an optimum, and what the books do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from plans import Document, merged, small_lab

from allocator.formulate.build import formulate
from allocator.plan import Plan, load_plan
from allocator.plan.limits import parse_limit
from allocator.plan.quantities import HOMES, LINES, MEASURES, Measure, has
from allocator.plan.timeline import Timeline
from allocator.result.decisions import read_decisions
from allocator.result.ledger import replay
from allocator.result.ledger.choices import read_choices
from allocator.result.ledger.quantities import quantity_by_month
from allocator.session import Session
from allocator.solve.options import Options

EVERYTHING: Document = {
    "plan": {"cash": 6e6, "cash_yield": 0.04},
    "runway": {"months": 3},
    "funding": {
        "series-a": {"kind": "equity", "amount": 2e6, "month": 4, "fee": 0.03, "post_money": 20e6},
        "bank": {"kind": "loan", "amount": 3e5, "month": 2, "rate": 0.1, "term": 6},
        "line": {"kind": "credit-line", "max": 4e5, "rate": 0.1, "from": 2, "until": 10},
        "grant": {"kind": "credits", "amount": 2e5, "only_for": ["cloud", "hall"], "month": 2, "until": 9},
    },
    "revenue": {"sales": {"amount": {"start": 50e3, "monthly_change": 0.1}, "paid_after": 1}},
    "costs": {"office": {"amount": 900, "per_person": True}, "rooms": {"amount": 2e4}},
    "compute": {
        "cloud": {"max": 60},
        "hall": {"kind": "reserve", "chip": "H100", "price": 1.9, "term": 5, "upfront": 0.2, "now": 8, "max": 90},
        "old": {"kind": "reserve", "chip": "H100", "price": 2.1, "term": 20, "now": 6, "max": 30, "exit_fee": 0.1},
        "own": {"kind": "buy", "chip": "H100", "price": 14e3, "lead": 1, "life": 30, "running": 150, "resale": 0.7,
                "now": 16, "max": 100},
    },
    "data": {
        "text": {"processing": "0.1 USD/Mtoken", "storage": "0.5 USD/Gtoken/month", "lead": 1, "per_month": 4e11,
                 "automation": {"cost": "0.4 USD/Mtoken", "price": "0.5 USD/Mtoken", "lead": 1}},
    },
    "people": {
        "researchers": {"now": 6, "min": 4, "max": 14, "attrition": 0.2, "overhead": 0.3, "wants_gpus": 1,
                        "hiring": {"per_month": 2, "delay": 1, "ramp": 2, "cost": 9e3},
                        "retention": {"max": 50e3, "keeps": "12 persons/MUSD"}},
        "engineers": {"salary": 18e3, "now": 4, "min": 1, "research": 0.5, "attrition": 0.1, "layoff": 1},
    },
    "models": {"chat": {"research_effect": 0.5}, "code": {"law": "chinchilla-replication", "deadline": 7}},
    "limits": {
        "keep": "compute.own.sold >= 3",
        "sell-old": "compute.own.sold.opening[2..6] >= 2",
        "leave": "compute.old.ended[2..6] >= 2",
        "go": "people.engineers.layoffs[2..4] >= 0.4",
        "stay": "people.researchers.kept >= 0.2",
    },
}  # fmt: skip


# The same company with money to decide on that it earns.
SELLING: Document = merged(
    EVERYTHING,
    {
        "revenue": {"sales": {"marketing": {"max": 5e4, "adds": 2e4, "half": 5e4, "churn": 0.3}}},
        "treasury": {"bills": {"earns": 0.07, "months": 2}},
    },
)


def names(plan: Plan, measure: Measure) -> Iterator[str]:
    """Every way in which a quantity can be said of a plan."""
    home = HOMES.get(measure.section, measure.section)
    items = getattr(plan, home, {}) if measure.items else {}
    mine = [name for name, item in items.items() if has(item, measure)]
    for name in (f"{measure.section}.{measure.name}", *(f"{measure.section}.{item}.{measure.name}" for item in mine)):
        yield name
        for line in LINES.get(measure.section, ()) if measure.detail == "line" else ():
            yield f"{name}.{line}"
        for order in ("opening", *plan.labels[:4]) if measure.detail == "cohort" else ():
            yield f"{name}.{order}"
        for offer in ("cloud", "hall") if measure.detail == "offer" and name.count(".") == 2 else ():
            yield f"{name}.{offer}"


def test_every_quantity_of_the_table_is_the_same_in_the_program_and_in_the_books() -> None:
    plan = load_plan(small_lab(**SELLING))
    session = Session(plan, Options(solver="highs"))
    x = session.reached().solution.x
    assert x is not None
    decisions = read_decisions(session.formulation, x)
    ledger, choices = replay(plan, decisions), read_choices(plan, decisions)
    assert ledger.violations == []

    # A rule for each quantity and month: never solved, but its row says what the program makes of the point.
    rules = {
        f"limits.rule-{name.replace('.', '_')}-{month}": f"{name}[{month}] {'<=' if measure.only_above else '='} 0"
        for measure in MEASURES
        for name in names(plan, measure)
        for month in range(1, plan.plan.months + 1)
    }
    program = formulate(plan.changed(rules)).program
    assert program.matrix.shape[1] == len(x)
    # What is known of the quantity stands on the right.
    value = program.matrix @ x - program.row_upper
    moving = set()
    for block in program.rows:
        if block.name.startswith("Limit rule-"):
            (term,) = parse_limit("rule", block.sentence, Timeline(plan.plan.start, plan.plan.months)).terms
            quantity = term.quantity
            assert quantity.first is not None
            expected = quantity_by_month(plan, choices, ledger, quantity)[quantity.first - 1]
            scale = {"money": 0.01, "FLOP": 1e12, "item": 1e3}.get(quantity.of.unit, 1e-6)
            assert float(value[block.start]) == pytest.approx(expected, rel=1e-9, abs=scale), block.sentence
            moving |= {(quantity.section, quantity.measure)} if expected else set()
    assert {(measure.section, measure.name) for measure in MEASURES} - moving == set()
