"""Where sums alone say that a plan cannot be, no plan exists: random companies, made poorer and stricter at random."""

from __future__ import annotations

import numpy as np
import pytest
from random_plans import draw

from allocator.errors import PlanError
from allocator.formulate.build import formulate
from allocator.plan import Plan, load_plan
from allocator.solve.clock import Clock
from allocator.solve.feasible import can_hold
from allocator.study.repair_arithmetic import arithmetic

CHUNKS = 6
A_CHUNK = 20


def strained(seed: int) -> Plan | None:
    """A random company with less money, higher floors, tighter pace and a limit or two."""
    random = np.random.default_rng(seed)
    document = draw(seed, whole=bool(seed % 5 == 0))
    document["plan"]["cash"] *= float(random.choice([0.02, 0.1, 0.3, 1.0]))
    for role in document.get("people", {}).values():
        if random.random() < 0.4:
            role["min"] = float(role.get("now", 0)) * float(random.choice([0.5, 1.0, 1.3, 2.0]))
            role["max"] = max(role["min"], float(role.get("now", 0)), 1.0) * float(random.choice([1.0, 1.5]))
    for name, offer in document["compute"].items():
        if random.random() < 0.3:
            offer["min"] = min(float(random.choice([1, 10, 100])), float(offer.get("max", 1e9)))
        if random.random() < 0.2:
            document.setdefault("limits", {})[f"few-{name}"] = f"compute.{name}.gpus <= {random.integers(0, 40)}"
    if random.random() < 0.2:
        document.setdefault("limits", {})["thrift"] = f"total.spend <= {document['plan']['cash']:.0f}"
    try:
        return load_plan(document)
    except PlanError:
        return None


def claims(chunk: int) -> list[tuple[int, Plan, list[str]]]:
    plans = [(seed, strained(seed)) for seed in range(chunk * A_CHUNK, (chunk + 1) * A_CHUNK)]
    said = [(seed, plan, arithmetic(plan).column("sentence")) for seed, plan in plans if plan is not None]
    return [(seed, plan, sentences) for seed, plan, sentences in said if sentences]


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_plan_that_sums_refuse_does_not_exist(chunk: int) -> None:
    for seed, plan, sentences in claims(chunk):
        assert can_hold(formulate(plan).program, Clock(20.0)) is not True, f"seed {seed}: {sentences}"


def test_sums_refuse_a_good_part_of_such_plans() -> None:
    assert sum(len(claims(chunk)) for chunk in range(CHUNKS)) > CHUNKS * A_CHUNK / 6
