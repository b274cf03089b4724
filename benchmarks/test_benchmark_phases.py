"""One driver for each phase on the way from a plan to a certified answer.

Run as ordinary tests (the default), each body runs once and its answer is checked. With ``--benchmark-enable`` it is
timed. Nothing here asserts a time.
"""

from __future__ import annotations

import statistics

import pytest
from bare import final_program, run_bare
from pytest_benchmark.fixture import BenchmarkFixture
from registry import SPECS, Spec

from allocator.formulate.build import formulate
from allocator.plan import load_plan
from allocator.session import Session
from allocator.solve.engine import solve as solve_program
from allocator.solve.options import Options
from allocator.solve.solution import Status

BARE_RUNS = 5

each_spec = pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
each_solver = pytest.mark.parametrize(
    ("spec", "solver"),
    [(spec, solver) for spec in SPECS for solver in spec.solvers],
    ids=lambda value: value.name if isinstance(value, Spec) else value,
)


@each_spec
def test_load(benchmark: BenchmarkFixture, spec: Spec) -> None:
    benchmark.group = f"load: {spec.name}"
    plan = benchmark(load_plan, spec.document())
    assert plan.models


@each_spec
def test_formulate(benchmark: BenchmarkFixture, spec: Spec) -> None:
    benchmark.group = f"formulate: {spec.name}"
    program = benchmark(formulate, load_plan(spec.document())).program
    benchmark.extra_info.update(columns=program.n_cols, rows=program.n_rows, entries=int(program.matrix.nnz))
    assert program.n_rows > 0


@each_solver
def test_first_pass(benchmark: BenchmarkFixture, spec: Spec, solver: str) -> None:
    benchmark.group = f"first pass: {spec.name}"
    program = formulate(load_plan(spec.document())).program
    solution = benchmark(solve_program, program, Options(solver=solver, second_pass=False))
    benchmark.extra_info.update(
        gap=solution.gap,
        rounds=solution.solver.rounds,
        cuts=solution.solver.cuts,
        iterations=solution.solver.iterations,
        nodes=solution.solver.nodes,
    )
    assert solution.status is Status.OPTIMAL


@each_solver
def test_plan_to_certified_answer(benchmark: BenchmarkFixture, spec: Spec, solver: str) -> None:
    """The whole way; `times_bare_highs` is its median over HiGHS alone on the last program, in this very run."""
    benchmark.group = f"plan to certified answer: {spec.name}"
    document = spec.document()

    def answer() -> str:
        return Session(load_plan(document), Options(solver=solver)).solve(horizon_audit=False).status

    assert benchmark(answer) == "optimal"
    if benchmark.stats is not None and not spec.whole:
        program = final_program(document)
        bare = statistics.median(run_bare(program) for _ in range(BARE_RUNS))
        benchmark.extra_info.update(bare_highs_seconds=bare, times_bare_highs=benchmark.stats["median"] / bare)
