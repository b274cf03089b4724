"""Every cell of the registry: family x size x phase x solver.

Run as ordinary tests (the default), each body runs once and its answer is checked. With ``--benchmark-enable`` it is
timed. Nothing here asserts a time.
"""

from __future__ import annotations

import statistics

import phases  # noqa: F401  (registers)
import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from registry import SPECS, Cell, Spec, cells

from allocator.formulate.build import formulate
from allocator.plan import load_plan
from allocator.study.scaling import FINISHED
from allocator.study.scaling_bare import bare_run
from allocator.study.scaling_process import Task, measure

BARE_RUNS = 5


@pytest.mark.parametrize("cell", cells(), ids=str)
def test_phase(benchmark: BenchmarkFixture, cell: Cell) -> None:
    """`times_bare` is the phase's median over the solver alone on the last program, in this very run."""
    benchmark.group = f"{cell.phase.name}: {cell.spec.name}"
    outcome = benchmark(cell.prepare())
    benchmark.extra_info.update(outcome.details, gap=outcome.gap)
    assert outcome.status in FINISHED
    if benchmark.stats is not None and cell.phase.beside_bare:
        alone = bare_run(formulate(load_plan(cell.spec.family.document(cell.spec.size))).program, cell.solver)
        if alone is not None:
            bare = statistics.median(alone() for _ in range(BARE_RUNS))
            benchmark.extra_info.update(bare_seconds=bare, times_bare=benchmark.stats["median"] / bare)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_memory(benchmark: BenchmarkFixture, spec: Spec) -> None:
    """Peak memory of the whole way in a process of its own; the time of this one is that of starting it."""
    benchmark.group = f"memory: {spec.name}"
    task = Task(spec.family.name, spec.size, "whole-way", spec.solvers[0], repeat=1)
    measured = benchmark.pedantic(measure, (task,), rounds=1)
    benchmark.extra_info.update(peak_mb=measured.peak_mb, before_mb=measured.before_mb)
    assert measured.status in FINISHED, measured.reason
