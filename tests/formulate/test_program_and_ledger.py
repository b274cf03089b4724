"""Two statements of the same plan: what the program's rows make of random decisions, the ledger makes too."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from golden_cases import GPU

from allocator.formulate.build import Formulation, formulate
from allocator.formulate.curves import FloatArray
from allocator.plan import load_plan
from allocator.result.decisions import read_decisions
from allocator.result.ledger import replay


def random_plan(seed: int) -> dict[str, Any]:
    """A plan of three to nine months with every part, each with random terms, at and beyond the plan's edges."""
    draw = random.Random(seed)
    months = draw.randint(3, 9)

    def path(low: float, high: float) -> list[float]:
        return [draw.uniform(low, high) for _ in range(months)]

    runway: dict[str, Any] = {"months": path(0, 4), "purchases": draw.random() < 0.5}
    if draw.random() < 0.5:
        runway["basis"] = "forward"
    else:
        runway["window"] = draw.randint(1, months + 2)
        runway |= draw.choice([{}, {"opening_burn": 2_000.0}])
    deadline = draw.randint(2, months)
    term, life = draw.randint(1, months + 3), draw.randint(1, months + 2)
    return {
        "plan": {"start": "2026-01", "months": months, "cash": draw.uniform(1e3, 1e6), "cash_yield": 0.05},
        "runway": runway,
        "funding": {"seed": {"kind": "equity", "amount": 1e5, "month": draw.randint(1, months), "fee": 0.03}},
        "revenue": {"sales": {"amount": path(0, 1e4), "paid_after": draw.randint(-2, 3)}},
        "costs": {"office": {"amount": path(0, 1e3)}, "desks": {"amount": path(0, 1e2), "per_person": True}},
        "compute": {
            "cloud": {"kind": "rent", "price": path(0.5, 3), **GPU},
            "hall": {
                "kind": "reserve",
                "price": path(0.5, 3),
                "term": term,
                "age": draw.randrange(term),
                "upfront": draw.choice([0, 0.3, 1]),
                "now": draw.choice([0, 3]),
                **draw.choice([{}, {"exit_fee": 0.4}, {"exit_months": 2}]),
                **GPU,
            },
            "own": {
                "kind": "buy",
                "price": path(50, 300),
                "lead": draw.randint(0, months + 1),
                "life": life,
                "age": draw.randrange(life),
                "now": draw.choice([0, 5]),
                "running": draw.choice([0, 4]),
                "resale": draw.choice([0, 0.5]),
                "power": 1.5,
                "site": "cellar",
                **GPU,
            },
        },
        "sites": {
            "cellar": {"cost": path(0, 50), "cost_per_kw": path(0, 9), "power_price": draw.choice([0, 0.1])},
        },
        "data": {
            "text": {
                "unit": "token",
                "price": path(1e-6, 2e-6),
                "processing": draw.choice([0, 1e-7]),
                "storage": draw.choice([0, 1e-8]),
                "now": draw.choice([0, 1e9]),
                "lead": draw.randint(0, months + 1),
            }
        },
        "people": {
            "crew": {
                "salary": path(10, 30),
                "overhead": draw.choice([0, 0.3]),
                "now": draw.choice([0, 4]),
                "min": 0,
                "max": 50,
                "hiring": {"cost": 5, "delay": draw.randint(0, months + 1), "ramp": draw.randint(0, 4)},
                "attrition": draw.choice([0, 0.3]),
                "research": 0.5,
                "wants_gpus": draw.choice([0, 2]),
                "runs_gpus": draw.choice([0, 64]),
            }
        },
        "models": {
            "chat": {
                "law": "chinchilla-replication",
                "deadline": deadline,
                "training_months": draw.randint(1, deadline),
                "research_effect": 0.3,
                "data": {"text": 0.7},
            }
        },
    }


def random_point(formulation: Formulation, seed: int) -> FloatArray:
    """Random decisions with what follows from them; bounds and runway may be broken, books must agree all the same."""
    program = formulation.program
    point = np.random.default_rng(seed).uniform(0.0, 1.0, program.n_cols) * program.col_scale
    for family in ("compute.own.sold", "compute.hall.ended"):
        if program.has_column(family):
            # few enough that no order is sold, and no contract left, twice over
            point[program.column(family).index] *= 0.05
    point = np.clip(point, program.col_lower, program.col_upper)
    # A switch is off or on: halfway it is kept to its rows, not to the books.
    switches = program.integer.astype(bool) & (program.col_upper <= 1.0)
    point[switches] = np.round(point[switches])
    return program.repaired(program.complete(point))


@pytest.mark.parametrize("seed", range(40))
def test_program_and_ledger_keep_the_same_books(seed: int) -> None:
    formulation = formulate(load_plan(random_plan(seed)))
    program, point = formulation.program, random_point(formulation, seed)
    ledger = replay(formulation.plan, read_decisions(formulation, point))
    slack = program.matrix @ point - program.row_lower
    runway = slack[program.row("Runway").index]
    runway[-1] = min(runway[-1], slack[program.row("Runway after the horizon").start])
    booked = {
        "cash": ledger.cash,
        "burn": ledger.burn,
        "people.crew.headcount": ledger.heads["crew"],
        "people.crew.effective": ledger.effective["crew"],
        "data.text.stock": ledger.stock["text"],
        **{f"compute.{offer}.gpus": gpus for offer, gpus in ledger.gpus.items()},
    }
    if ledger.counted:
        # Random people count, whether effective or not.
        assert ledger.research == pytest.approx(0.5 * point[program.column("people.crew.counted").index])
    for name, amounts in booked.items():
        scale = max(1.0, float(np.max(np.abs(amounts))))
        assert point[program.column(name).index] == pytest.approx(amounts, rel=0, abs=1e-9 * scale), name
    wanted = np.asarray(ledger.cash) - np.asarray(ledger.required)
    assert runway == pytest.approx(wanted, rel=0, abs=1e-9 * max(1.0, float(np.abs(wanted).max())))


def with_tiers_and_leavers(seed: int) -> dict[str, Any]:
    """The random plan with tiers that rise or fall, machines, people kept and laid off, and contractors."""
    draw, document = random.Random(seed), random_plan(seed)
    months = document["plan"]["months"]
    tiers = [[draw.uniform(50, 400), draw.uniform(0.5, 3)] for _ in range(draw.randint(1, 4))]
    document["data"]["photos"] = {"unit": "image", "tiers": tiers, "lead": draw.randint(0, months + 1)}
    document["data"]["labels"] = {
        "unit": "label",
        "price": [draw.uniform(0.5, 3) for _ in range(months)],
        "lead": draw.randint(0, 2),
        "automation": {"cost": draw.uniform(1, 9), "price": draw.uniform(0, 1), "lead": draw.randint(0, months + 1)},
    }
    document["people"]["crew"] |= {
        "attrition": 0.3,
        "retention": {"max": draw.uniform(1, 100), "keeps": 0.01, "least_attrition": draw.choice([0, 0.1])},
        "layoff": draw.choice([0, 3]),
        "handles": "90 labels/month",
    }
    document["people"]["temps"] = {"salary": 25, "contractor": True, "max": 5, "now": draw.choice([0, 2])}
    return document


@pytest.mark.parametrize("seed", range(25))
def test_program_and_ledger_keep_the_same_books_of_tiers_and_leavers(seed: int) -> None:
    formulation = formulate(load_plan(with_tiers_and_leavers(seed)))
    program, point = formulation.program, random_point(formulation, seed)
    # A plan's switches are decided; halfway ones are left as they are.
    switches = program.integer & (program.col_upper == 1.0)
    point[switches] = np.round(point[switches])
    for adjust in program.adjustments:
        adjust(point)
    point = program.complete(point)
    for repair in program.repairs:
        repair(point)
    ledger = replay(formulation.plan, read_decisions(formulation, point))
    booked = {
        "cash": ledger.cash,
        "burn": ledger.burn,
        "spend.people": ledger.spent("people"),
        "spend.data": ledger.spent("data"),
        "people.crew.headcount": ledger.heads["crew"],
        "people.temps.headcount": ledger.heads["temps"],
        "people.crew.effective": ledger.effective["crew"],
        "data.photos.stock": ledger.stock["photos"],
        "data.labels.stock": ledger.stock["labels"],
    }
    for name, amounts in booked.items():
        scale = max(1.0, float(np.max(np.abs(amounts))))
        assert point[program.column(name).index] == pytest.approx(amounts, rel=0, abs=1e-9 * scale), name


@pytest.mark.parametrize("seed", range(20))
def test_program_and_ledger_keep_the_same_stock_of_ideas(seed: int) -> None:
    draw = random.Random(seed)
    document = random_plan(seed)
    del document["models"]["chat"]["research_effect"]
    document["research"] = {
        "effect": draw.uniform(0, 3),
        "team": draw.uniform(0.1, 20),
        "growth": draw.choice([0, 0.4]),
        "returns": draw.choice([0.3, 0.75, 1]),
        "harder": draw.choice([0.2, 0.94, 5]),
    }
    formulation = formulate(load_plan(document))
    point = random_point(formulation, seed)
    ledger = replay(formulation.plan, read_decisions(formulation, point))
    chat, ready = formulation.models["chat"], formulation.plan.models["chat"].ready
    assert chat.research_multiplier(point) == pytest.approx(ledger.models["chat"]["multiplier"], rel=1e-10)
    assert (ledger.ideas[ready - 1] if ready else 1.0) == ledger.models["chat"]["multiplier"]
