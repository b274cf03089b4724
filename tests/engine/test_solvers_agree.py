"""Cuts in a simplex, branch and bound, exact cones: every solver proves the same optimum."""

from __future__ import annotations

from pathlib import Path

import pytest
from random_plans import draw, draw_uses

from allocator.errors import InfeasibleError
from allocator.formulate.build import formulate
from allocator.plan import load_plan
from allocator.session import Session
from allocator.solve.options import WHOLE_GAP, Options

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "examples").glob("*.toml"))
CONTINUOUS = ("highs", "cbc", "clarabel", "cvxpy:CLARABEL")
SAMPLE = range(8)
REST = range(8, 200)
WHOLE_SAMPLE = (0, 4, 8)
WHOLE_REST = tuple(seed for seed in range(20) if seed not in WHOLE_SAMPLE)
USES_SAMPLE = range(4)
USES_REST = range(4, 60)
SECONDS = 20.0


def optimum(source: object, solver: str, **options: float) -> tuple[float, float] | None:
    """Value and proven bound; None where no plan keeps the rules."""
    session = Session(load_plan(source), Options(solver=solver, second_pass=False, **options))
    try:
        objective = session.solve(horizon_audit=False).objective
    except InfeasibleError:
        return None
    return objective["gain"], objective["gain_bound"]


def assert_they_agree(source: object) -> None:
    answers = {solver: optimum(source, solver) for solver in CONTINUOUS}
    if None in answers.values():
        assert set(answers.values()) == {None}
        return
    values = [value for value, _ in answers.values()]
    assert max(values) - min(values) <= 1e-6, answers
    # No solver's plan is above what another has proven to be out of reach.
    assert max(values) <= min(bound for _, bound in answers.values()) + 1e-7, answers


def assert_whole_units_agree(source: object) -> None:
    answers = {solver: optimum(source, solver, time_limit=SECONDS) for solver in ("highs", "cbc")}
    if None in answers.values():
        assert set(answers.values()) == {None}
        return
    highest = max(value for value, _ in answers.values())
    for solver, (value, bound) in answers.items():
        assert highest <= bound + 1e-7, answers
        # Stopped by its time limit a solver says how far it is; else it is within the asked gap.
        assert highest - value <= max(WHOLE_GAP, bound - value), (solver, answers)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_all_solvers_agree_on_the_examples(example: Path) -> None:
    if formulate(load_plan(example)).program.integer.any():
        # Yes or no: only what branches can be asked.
        assert_whole_units_agree(example)
        assert optimum(example, "highs") is not None
        return
    assert_they_agree(example)
    assert optimum(example, "cvxpy:CLARABEL") is not None


@pytest.mark.parametrize("seed", SAMPLE)
def test_all_solvers_agree_on_random_plans(seed: int) -> None:
    assert_they_agree(draw(seed))


@pytest.mark.slow
@pytest.mark.parametrize("seed", REST)
def test_all_solvers_agree_on_two_hundred_random_plans(seed: int) -> None:
    assert_they_agree(draw(seed))


@pytest.mark.parametrize("seed", WHOLE_SAMPLE)
def test_highs_and_cbc_agree_within_the_asked_gap_on_whole_units(seed: int) -> None:
    assert_whole_units_agree(draw(seed, whole=True))


@pytest.mark.slow
@pytest.mark.parametrize("seed", WHOLE_REST)
def test_highs_and_cbc_agree_on_many_plans_of_whole_units(seed: int) -> None:
    assert_whole_units_agree(draw(seed, whole=True))


def assert_they_agree_on_uses(seed: int) -> None:
    document = draw_uses(seed)
    if formulate(load_plan(document)).program.integer.any():
        assert_whole_units_agree(document)
    else:
        assert_they_agree(document)


@pytest.mark.parametrize("seed", USES_SAMPLE)
def test_all_solvers_agree_on_models_that_are_served_or_optional_or_keep_to_some_offers(seed: int) -> None:
    assert_they_agree_on_uses(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", USES_REST)
def test_all_solvers_agree_on_sixty_plans_of_such_models(seed: int) -> None:
    assert_they_agree_on_uses(seed)


def test_most_random_plans_can_be_carried_out_and_some_cannot() -> None:
    seeds = range(60)
    feasible = sum(optimum(draw(seed), "highs") is not None for seed in seeds)
    assert 0.7 <= feasible / len(seeds) < 1.0
