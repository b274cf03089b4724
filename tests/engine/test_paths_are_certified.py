"""Plans over price paths, solved as one program and certified path by path."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from plans import small_lab

from allocator.errors import CertificateError
from allocator.formulate.build import formulate
from allocator.formulate.path_prices import monthly_field, with_prices
from allocator.formulate.paths import Paths, lay_out_paths
from allocator.plan import load_plan
from allocator.result.paths import certify_paths
from allocator.solve import engine
from allocator.solve.choose import choose, is_large
from allocator.solve.clarabel import ClarabelSolver
from allocator.solve.engine import solve
from allocator.solve.highs import HighsSolver
from allocator.solve.options import Options
from allocator.solve.scaling import scale
from allocator.solve.solution import Status

FIELD = "compute.cloud.price"
LAB = load_plan(small_lab())
CONES = Options(solver="clarabel", second_pass=False)


def series(paths: int, *, fork: int = 4) -> np.ndarray:
    moves = np.random.default_rng(5).normal(0.0, 0.3, (paths, LAB.plan.months))
    moves[:, :fork] = 0.0
    return monthly_field(LAB, FIELD) * np.exp(moves)


def laid_out(paths: int, *, first: int, fork: int = 4) -> Paths:
    return lay_out_paths(LAB, {FIELD: series(paths, fork=fork)}, first=first)


def own_optima(paths: Paths) -> list[float]:
    return [
        solve(formulate(with_prices(LAB, {FIELD: own})).program, Options(second_pass=False)).objective or 0.0
        for own in paths.prices[FIELD]
    ]


@pytest.fixture
def small_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the engine take every program for a large one."""
    monkeypatch.setattr(engine, "is_large", lambda scaled: not scaled.whole)


def test_identical_paths_have_the_optimum_of_the_plan() -> None:
    same = np.repeat(series(1), 3, axis=0)
    alone = own_optima(laid_out(1, first=0))[0]
    for first in (0, 4, LAB.plan.months):
        solution = solve(lay_out_paths(LAB, {FIELD: same}, first=first).program, Options(second_pass=False))
        assert solution.objective == pytest.approx(alone, abs=1e-6)


def test_with_nothing_shared_the_optimum_is_the_mean_of_the_plans_own() -> None:
    paths = laid_out(3, first=0)
    solution = solve(paths.program, CONES)
    assert solution.objective == pytest.approx(np.mean(own_optima(paths)), abs=1e-6)
    assert certify_paths(paths, solution).gains == pytest.approx(own_optima(paths), abs=3e-6)


def test_sharing_more_months_never_helps() -> None:
    values = [solve(laid_out(3, first=first, fork=0).program, CONES).objective for first in (0, 9, 12)]
    assert values[0] > values[1] + 1e-6 > values[2] + 2e-6


def test_cuts_and_cones_agree_over_paths_and_both_are_certified() -> None:
    paths = laid_out(3, first=4)
    by_cuts, by_cones = solve(paths.program, Options()), solve(paths.program, CONES)
    assert by_cuts.objective == pytest.approx(by_cones.objective, abs=2e-6)
    for solution in (by_cuts, by_cones):
        certificate = certify_paths(paths, solution)
        assert certificate.ledger_difference < 0.005
        assert certificate.gains.mean() == pytest.approx(solution.objective, abs=1e-6)
        assert len(certificate.paths) == 3


def test_a_wrong_price_on_one_path_is_noticed_by_its_ledger() -> None:
    paths = laid_out(3, first=4)
    solution = solve(paths.program, CONES)
    wrong = {FIELD: paths.prices[FIELD] * np.array([[1.0], [1.0], [1.01]])}
    with pytest.raises(CertificateError, match="path 3: closing cash in"):
        certify_paths(replace(paths, prices=wrong), solution)


def test_a_share_that_was_dropped_is_noticed() -> None:
    """The same paths with nothing shared decide for themselves in month 1; the certificate says so."""
    apart = laid_out(3, first=0)
    solution = solve(apart.program, CONES)
    assert certify_paths(apart, solution)
    with pytest.raises(CertificateError, match=r"path [23] decides .* otherwise than path 1"):
        certify_paths(replace(apart, first=4), solution)


@pytest.mark.usefixtures("small_is_large")
def test_a_large_program_is_proven_by_interior_point_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_simplex(*_: object, **__: object) -> None:
        raise AssertionError("a simplex was called")

    monkeypatch.setattr(HighsSolver, "load", no_simplex)
    solution = solve(laid_out(3, first=4).program, Options(solver="clarabel"))
    assert solution.status is Status.OPTIMAL
    assert solution.gap is not None
    assert solution.gap <= 1e-6
    assert solution.duals is not None
    assert any("cheapest among equal plans was not looked for" in finding for finding in solution.findings)
    assert [attempt.name for attempt in solution.solver.attempts] == ["clarabel"]


class Vague(ClarabelSolver):
    """Gives multipliers that are a little off, so that they prove little."""

    def solve(self, scaled, *, time_limit=None):
        answer = super().solve(scaled, time_limit=time_limit)
        return replace(answer, slope=answer.slope * 1.001)


@pytest.mark.usefixtures("small_is_large")
def test_a_large_program_whose_proof_falls_short_says_by_how_much() -> None:
    program = laid_out(2, first=4).program
    solution = solve(program, CONES, cone_solvers={"clarabel": Vague})
    assert solution.status is Status.GAP
    assert solution.gap is not None
    assert solution.gap > 1e-6
    assert solution.bound >= solve(program, CONES).objective


@pytest.mark.usefixtures("small_is_large")
def test_a_large_program_that_is_infeasible_is_said_to_be() -> None:
    poor = load_plan(small_lab(plan={"cash": 1e5}))
    paths = lay_out_paths(poor, {FIELD: series(2)}, first=4)
    assert solve(paths.program, CONES).status is Status.INFEASIBLE


def test_size_decides_between_simplex_and_interior_point(monkeypatch: pytest.MonkeyPatch) -> None:
    scaled = scale(laid_out(2, first=4).program)
    assert choose(scaled, "auto").name == "highs"
    monkeypatch.setattr("allocator.solve.choose.INTERIOR", scaled.n_rows * len(scaled.curves))
    assert choose(scaled, "auto").name == "clarabel"
    assert "middle size" in choose(scaled, "auto").reason
    assert not is_large(scaled)
    monkeypatch.setattr("allocator.solve.choose.LARGE", scaled.n_rows)
    assert is_large(scaled)
    assert choose(scaled, "auto").name == "clarabel"
    assert "no simplex" in choose(scaled, "auto").reason


def test_a_program_of_middle_size_gets_its_cheapest_plan_from_the_simplex(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = laid_out(2, first=4)
    monkeypatch.setattr("allocator.solve.choose.INTERIOR", 1)
    solution = solve(paths.program, Options())
    assert solution.solver.name == "clarabel"
    assert solution.solver.attempts[-1].name == "highs, second pass"
    assert certify_paths(paths, solution).gap <= 1e-6


def test_exits_experiments_and_sites_over_paths_are_certified_and_shared_in_the_first_months() -> None:
    gpu = {"flops": "989 TFLOP/s", "utilisation": 0.4}
    lab = load_plan(
        small_lab(
            compute={
                "cloud": {"max": 300},
                "hall": {
                    "kind": "reserve",
                    "price": 1.6,
                    "term": 8,
                    "now": 60,
                    "age": 1,
                    "exit_fee": 0.2,
                    "site": "cellar",
                    "power": 1.2,
                    **gpu,
                },
            },
            sites={"cellar": {"power": 300, "power_price": 0.1}},
            people={"researchers": {"wants_gpus": 2, "runs_gpus": 80}},
            models={"chat": {"research_effect": 0.3}},
        )
    )
    prices = {}
    for field in ("compute.cloud.price", "compute.hall.price", "sites.cellar.power_price"):
        moves = np.random.default_rng(6).normal(0.0, 0.3, (3, 12))
        moves[:, :4] = 0.0
        prices[field] = monthly_field(lab, field) * np.exp(moves)
    paths = lay_out_paths(lab, prices, first=4)
    solution = solve(paths.program, Options(second_pass=False))
    certificate = certify_paths(paths, solution)
    assert certificate.ledger_difference < 0.01
    own = [
        solve(
            formulate(with_prices(lab, {name: series[path] for name, series in prices.items()})).program,
            Options(second_pass=False),
        ).objective
        or 0.0
        for path in range(3)
    ]
    assert solution.objective is not None
    assert solution.objective <= np.mean(own) + 1e-6


def test_repeated_tokens_and_ideas_are_certified_on_every_path() -> None:
    """What the laws and the stock of ideas add to the plan's own program holds on paths too."""
    plan = load_plan(
        small_lab(
            data={"text": {"now": 1e9, "price": 3e-4}},
            people={"researchers": {"now": 4, "max": 12, "hiring": {"delay": 1}}},
            research={"effect": 0.8},
            models={"chat": {"law": "muennighoff"}},
        )
    )
    moves = np.random.default_rng(5).normal(0.0, 0.3, (3, plan.plan.months))
    moves[:, :4] = 0.0
    prices = {FIELD: monthly_field(plan, FIELD) * np.exp(moves)}
    paths = lay_out_paths(plan, prices, first=4)
    solution = solve(paths.program, Options(second_pass=False))
    assert solution.status is Status.OPTIMAL
    certify_paths(paths, solution)
    own = [
        solve(formulate(with_prices(plan, {FIELD: path})).program, Options(second_pass=False)).objective or 0.0
        for path in prices[FIELD]
    ]
    assert solution.objective is not None
    # Decided before the prices are known, at most as good as decided after.
    assert solution.objective <= float(np.mean(own)) + 1e-6
    assert solution.objective >= float(np.mean(own)) - 0.5
