"""On plans drawn at random a diagnosis ties out with the books, which it does not read."""

from __future__ import annotations

import math

import pytest
from random_plans import draw

from allocator import InfeasibleError, diagnose, load_plan, solve
from allocator.result.ledger import replay

SEEDS = range(16)


@pytest.mark.parametrize("seed", SEEDS)
def test_costs_income_use_and_leavers_are_those_of_the_books(seed: int) -> None:
    plan = load_plan(draw(seed))
    try:
        result = solve(plan, horizon_audit=False)
    except InfeasibleError:
        pytest.skip("the plan drawn is infeasible")
    found = diagnose(result)
    books, figures = replay(plan, result.decisions), found.company.figures
    capital = plan.plan.cash + sum(round_.amount for round_ in plan.funding.values())
    near = {"rel": 1e-6, "abs": 1e-6 * capital}
    for kind, category in (("compute", "compute"), ("data", "data"), ("people", "people"), ("other", "costs")):
        assert figures[kind] == pytest.approx(math.fsum(books.spent(category)), **near), kind
    assert figures["expenditure"] == pytest.approx(math.fsum(books.total_spend), **near)
    income = [*books.total_revenue, *books.interest, *books.total_resale]
    assert figures["income"] == pytest.approx(math.fsum(income), **near)
    assert figures["closing"] == pytest.approx(books.cash[-1], **near)
    assert figures["burn"] == pytest.approx(math.fsum(books.burn) / plan.plan.months, **near)
    delivered = math.fsum(books.delivered_flop)
    if delivered > 0.0:
        # Experiments use compute as training does.
        used = math.fsum([*books.used_flop, *books.experiments_flop])
        assert figures["utilisation"] == pytest.approx(used / delivered, abs=1e-5)
        assert 0.0 <= figures["idle_cost"] <= figures["compute"] * (1 + 1e-9)
    for row in found.tables["talent"]:
        assert row["leavers"] == pytest.approx(math.fsum(books.leavers[row["item"]]), abs=1e-4)
    heads = math.fsum(amount for role in books.heads.values() for amount in role)
    if heads > 0.0:
        effective = math.fsum(amount for role in books.effective.values() for amount in role)
        assert figures["effective"] == pytest.approx(effective / heads, abs=1e-6)
    for row in found.tables["data"]:
        assert 0.0 <= row["used"] <= row["opening_items"] + row["bought"] + 1e-6 * (1.0 + row["bought"])
        assert 0.0 <= row["unused_money"] <= row["money"] * (1 + 1e-9)
