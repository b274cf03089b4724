"""The growth exponent against exact data, and the registries of families and phases."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from allocator.errors import ExitCode, UsageError
from allocator.formulate.build import formulate
from allocator.plan import load_plan
from allocator.resources import examples_dir
from allocator.solve.choose import choose
from allocator.solve.scaling import scale
from allocator.study.scaling import plan_tasks, run_study
from allocator.study.scaling_families import FAMILIES, family_named, register_family
from allocator.study.scaling_growth import fit_growth
from allocator.study.scaling_phases import PHASES, Case, Outcome, register_phase
from allocator.study.scaling_process import Measured, Task

SIZES = [12, 24, 48, 96]


@pytest.mark.parametrize("exponent", [0.5, 1.0, 1.7, 3.0])
def test_an_exact_power_is_found_with_no_error(exponent):
    found = fit_growth(SIZES, [0.02 * size**exponent for size in SIZES])
    assert found.exponent == pytest.approx(exponent, abs=1e-12)
    assert found.factor == pytest.approx(0.02)
    assert found.standard_error == pytest.approx(0.0, abs=1e-9)
    assert found.r_squared == pytest.approx(1.0)
    assert found.sizes == 4


def test_the_standard_error_is_that_of_least_squares():
    """By hand: logarithms 0, 1, 2 against 0, 2, 2 have slope 1, residuals -1/3, 2/3, -1/3."""
    found = fit_growth([1.0, math.e, math.e**2], [1.0, math.e**2, math.e**2])
    assert found.exponent == pytest.approx(1.0)
    assert found.standard_error == pytest.approx(math.sqrt((6 / 9) / 1 / 2))
    assert found.r_squared == pytest.approx(1.0 - (6 / 9) / (8 / 3))


def test_no_exponent_is_stated_for_fewer_than_three_sizes():
    assert fit_growth([12, 24], [1.0, 2.0]) is None
    assert fit_growth([12, 12, 24], [1.0, 1.1, 2.0]) is None


def test_times_that_do_not_grow_have_exponent_zero_and_nothing_to_explain():
    found = fit_growth(SIZES, [0.1] * 4)
    assert found.exponent == pytest.approx(0.0, abs=1e-12)
    assert found.r_squared is None


def _fake(task: Task) -> Measured:
    """Quadratic in the size, but for what is stopped at 36."""
    if task.size == 36:
        return Measured("time_limit", "stopped", seconds=[60.0], peak_mb=1.0)
    return Measured("optimal", seconds=[0.01 * task.size**2], bare=[0.005 * task.size**2], peak_mb=1.0)


def test_only_runs_that_finished_count_towards_the_exponent():
    tasks = plan_tasks(families=["lab"], sizes=["12", "24", "36", "48"], solvers=["highs"], phases=["solve"])
    study = run_study(tasks, run=_fake)
    (growth,) = study.growth
    assert growth["sizes"] == 3
    assert growth["exponent"] == pytest.approx(2.0)
    assert study.rows.column("times_bare") == [pytest.approx(2.0), pytest.approx(2.0), None, pytest.approx(2.0)]
    assert study.exit_code is ExitCode.STOPPED_EARLY


def test_a_phase_that_no_solver_changes_is_measured_once_a_size():
    tasks = plan_tasks(families=["lab"], sizes=["12", "24"], solvers=["highs", "cbc"], phases=["build", "solve"])
    assert [(task.size, task.phase, task.solver) for task in tasks] == [
        (12, "build", ""),
        (12, "solve", "highs"),
        (12, "solve", "cbc"),
        (24, "build", ""),
        (24, "solve", "highs"),
        (24, "solve", "cbc"),
    ]


def test_a_range_is_equally_spaced_and_rounded():
    tasks = plan_tasks(families=["lab"], sizes=["12:96:8"], phases=["build"])
    assert [task.size for task in tasks] == [12, 24, 36, 48, 60, 72, 84, 96]


@pytest.mark.parametrize("name", FAMILIES)
def test_every_size_of_a_family_is_a_plan_that_its_first_solver_takes_by_itself(name):
    family = family_named(name)
    entries = []
    for size in {family.limits[0], *family.sizes, family.limits[1]}:
        scaled = scale(formulate(load_plan(family.document(size))).program)
        choice = choose(scaled, "auto")
        assert family.solvers[0] in (choice.name, *choice.racers)
        assert scaled.whole == family.whole
        entries.append((size, scaled.matrix.nnz))
    assert [count for _, count in sorted(entries)] == sorted(count for _, count in entries), "larger sizes are larger"


@pytest.mark.parametrize(("family", "size", "example"), [("lab", 36, "series-b-lab"), ("startup", 15, "image-startup")])
def test_at_its_own_horizon_a_family_is_the_example_itself(family, size, example):
    assert (
        load_plan(family_named(family).document(size)).sha256()
        == load_plan(examples_dir() / f"{example}.toml").sha256()
    )


def test_a_second_family_or_phase_of_the_same_name_is_refused():
    with pytest.raises(ValueError, match="two families named 'lab'"):
        register_family(family_named("lab"))
    with pytest.raises(ValueError, match="two phases named 'build'"):
        register_phase(PHASES["build"])


def test_a_family_may_write_its_program_another_way_and_do_phases_by_drivers_of_its_own():
    """What a program over price paths needs: its program is no plan's own, and no plan's own result comes out."""

    class Written:
        def __init__(self, plan):
            self.program = formulate(plan).program

    own = replace(
        family_named("startup"),
        write=lambda plan, _size: Written(plan),
        drivers={"whole-way": lambda case: lambda: Outcome(f"{case.size} months")},
    )
    case = Case(own, 15)
    assert PHASES["build"].driver(case)().status == "built"
    assert PHASES["solve"].driver(case)().status == "optimal"
    assert PHASES["whole-way"].driver(case)().status == "15 months"
    with pytest.raises(UsageError, match="startup says neither how it is certified"):
        PHASES["certify"].driver(case)


def test_a_size_outside_a_family_is_refused_with_what_there_is():
    with pytest.raises(UsageError, match="portfolio has 1 to 36 models"):
        family_named("portfolio").check_size(37)
