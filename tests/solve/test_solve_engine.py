"""Every solver gives the same certified answer, and it is the known one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from solve_programs import (
    chinchilla,
    chinchilla_gain,
    every_curve,
    every_curve_optimum,
    knapsack,
    many_passes,
    many_passes_optimum,
    months,
    short_of_cash,
    water_filling,
    water_level,
)

from allocator.errors import SolverError, UsageError
from allocator.formulate.curves import CurveKind
from allocator.formulate.program import ProgramBuilder
from allocator.solve.certificate import violations
from allocator.solve.choose import available_solvers, choose, is_large
from allocator.solve.clarabel import ClarabelSolver
from allocator.solve.cvx import to_cvxpy
from allocator.solve.engine import solve
from allocator.solve.options import Options
from allocator.solve.scaling import scale
from allocator.solve.solution import Status

CONTINUOUS = ("highs", "cbc", "clarabel", "scs", "cvxpy:CLARABEL")
WEIGHTS = np.array([3.0, 2.0, 1.0, 0.5, 0.1])
BUDGET = 4.0


def water_optimum() -> float:
    return float(WEIGHTS @ np.log1p(water_level(WEIGHTS, BUDGET)[0]))


CASES = {
    "water filling": (lambda: water_filling(WEIGHTS, BUDGET, scale=1e6), water_optimum()),
    "one run": (lambda: chinchilla(12, 3.0), chinchilla_gain(3.0)),
    "one run without a repair": (lambda: chinchilla(12, 3.0, repaired=False), chinchilla_gain(3.0)),
    "every curve": (every_curve, every_curve_optimum()),
    "many passes": (many_passes, many_passes_optimum()),
}


@pytest.mark.parametrize("solver", CONTINUOUS)
@pytest.mark.parametrize("case", CASES)
def test_every_solver_reaches_the_closed_form_and_proves_it(case: str, solver: str) -> None:
    make, known = CASES[case]
    program = make()
    solution = solve(program, Options(solver=solver))
    assert solution.status is Status.OPTIMAL
    assert solution.x is not None
    assert solution.objective == pytest.approx(known, abs=1e-6)
    assert solution.bound >= known - 1e-9
    assert solution.gap <= 1e-6
    assert solution.max_violation <= 1e-7
    assert violations(program, solution.x) == []
    assert program.objective @ solution.x == pytest.approx(solution.objective, abs=2e-6)


@pytest.mark.parametrize("solver", ["highs", "cbc", "clarabel", "scs"])
def test_prices_are_per_natural_unit_of_the_row(solver: str) -> None:
    _, price = water_level(WEIGHTS, BUDGET)
    solution = solve(water_filling(WEIGHTS, BUDGET, scale=1e6), Options(solver=solver))
    assert solution.price_kind == "exact"
    assert solution.duals[0] * 1e6 == pytest.approx(price, rel=1e-3)


def test_prices_agree_with_finite_differences() -> None:
    step = 0.01
    middle = solve(chinchilla(6, 3.0))
    more, less = solve(chinchilla(6, 3.0 + step)), solve(chinchilla(6, 3.0 - step))
    slope = (more.objective - less.objective) / (2 * step * 1e22)
    assert middle.duals[0] == pytest.approx(slope, rel=1e-3)


@pytest.mark.parametrize("money", [1.0, 1e3, 1e-6])
def test_the_unit_of_money_changes_nothing(money: float) -> None:
    solution = solve(water_filling(WEIGHTS, BUDGET, scale=money))
    assert solution.objective == pytest.approx(water_optimum(), abs=1e-6)
    assert solution.x[: len(WEIGHTS)] / money == pytest.approx(water_level(WEIGHTS, BUDGET)[0], abs=5e-3)


def test_the_second_pass_takes_the_cheapest_plan_among_equals() -> None:
    # Money that brings nothing is not spent: two of the months have no weight.
    weights = np.array([1.0, 0.0, 1.0, 0.0])
    program = water_filling(weights, 2.0)
    spent_first = solve(program, Options(second_pass=False))
    spent_second = solve(program)
    assert spent_second.objective == spent_first.objective
    assert program.objective @ spent_second.x >= spent_first.objective - 1.1e-6
    assert program.outflow @ spent_second.x <= program.outflow @ spent_first.x
    assert spent_second.x[[1, 3]] == pytest.approx(0.0, abs=1e-9)


def test_the_second_pass_spends_in_the_months_that_cost_least() -> None:
    # In `chinchilla` early months cost twice as much as late ones, and a month takes at most a sixth.
    program = chinchilla(12, 3.0)
    bought = solve(program).x[program.column("compute").index]
    assert np.all(bought[:6] <= 1e-4 * bought.max())
    assert bought[6:] == pytest.approx(bought[-1], rel=1e-3)


@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_whole_units_agree_and_keep_to_whole_numbers(solver: str) -> None:
    program = knapsack()
    solution = solve(program, Options(solver=solver, gap=1e-6))
    taken = solution.x[program.column("taken").index]
    assert solution.status is Status.OPTIMAL
    assert np.array_equal(taken, np.round(taken))
    assert solution.objective == pytest.approx(-0.340994727, abs=1e-6)
    assert solution.objective <= solution.bound <= solution.objective + 1e-6
    assert solution.price_kind == "at the fixed integer plan"
    # With the items fixed, value is worth what the curve's slope says.
    value = solution.x[program.column("value").index[0]]
    assert solution.duals[0] == pytest.approx(1.0 / (value + 0.1), rel=1e-3)
    assert violations(program, solution.x) == []


def test_cbc_gives_the_same_through_files_as_through_objects() -> None:
    from allocator.solve.cbc import CbcSolver

    program = knapsack()
    files = solve(
        program,
        Options(solver="cbc", gap=1e-6),
        adapters={"cbc": lambda threads: CbcSolver(threads, objects_up_to=0)},
    )
    assert files.objective == pytest.approx(-0.340994727, abs=1e-6)
    assert files.gap <= 1e-6


def test_a_dive_finds_a_whole_plan_where_no_rounding_can_be_completed() -> None:
    # Seven items over five columns: 1.4 each rounds to five or to ten, never to seven.
    builder = ProgramBuilder()
    count = builder.add_columns("count", months(5), unit="1", sentence="Count.", upper=3.0, integer=True)
    gain = builder.add_columns("gain", months(5), unit="1", sentence="Gain.", lower=-10.0, upper=10.0)
    row = builder.add_rows("Seven", [""], unit="1", sentence="Seven in all.", lower=7.0, upper=7.0)
    builder.put(row, count, 1.0)
    builder.add_curves(CurveKind.LOG, count, gain, names=months(5), shift=0.5)
    builder.maximise(gain, 1.0)
    solution = solve(builder.build(), Options(gap=1.5, solver="highs"))
    steps = {step.name: step.message for step in solution.solver.attempts}
    assert steps["highs, rounding"] == "no rounding could be completed"
    assert steps["highs, diving"] == "dived"
    assert solution.x[count].sum() == 7.0


@pytest.mark.parametrize("solver", ["highs", "cbc"])
def test_a_time_limit_leaves_a_plan_that_holds_and_an_honest_gap(solver: str) -> None:
    program = knapsack(80, rows=15, seed=5)
    solution = solve(program, Options(solver=solver, gap=1e-9, time_limit=0.5))
    assert solution.status is Status.TIME_LIMIT
    assert solution.gap > 1e-9
    assert solution.bound == pytest.approx(solution.objective + solution.gap)
    assert violations(program, solution.x) == []


def test_more_whole_items_than_the_relaxation_allows_are_never_claimed() -> None:
    program = knapsack()
    relaxed = solve(knapsack(whole=False))
    for solver in ("highs", "cbc"):
        assert solve(program, Options(solver=solver)).bound <= relaxed.bound + 1e-6


def test_an_infeasible_program_says_so_with_every_solver() -> None:
    for solver in CONTINUOUS:
        solution = solve(short_of_cash(2e3, 5.0), Options(solver=solver))
        assert solution.status is Status.INFEASIBLE, solver
        assert solution.x is None
        assert solution.objective is None
        assert solution.price_kind.startswith("unavailable")


def test_an_infeasible_whole_program_says_so() -> None:
    builder = ProgramBuilder()
    count = builder.add_columns("count", [""], unit="1", sentence="Count.", upper=3.0, integer=True)
    row = builder.add_rows("Half", [""], unit="1", sentence="Between.", lower=1.2, upper=1.8)
    builder.put(row, count, 1.0)
    builder.maximise(count, 1.0)
    for solver in ("highs", "cbc"):
        assert solve(builder.build(), Options(solver=solver)).status is Status.INFEASIBLE


def test_an_unbounded_program_says_so() -> None:
    builder = ProgramBuilder()
    builder.maximise(builder.add_columns("free", [""], unit="1", sentence="Free."), 1.0)
    assert solve(builder.build()).status is Status.UNBOUNDED


def test_a_program_without_curves_is_a_linear_program() -> None:
    builder = ProgramBuilder()
    amount = builder.add_columns(
        "amount", ["a", "b"], unit="1", sentence="Amounts.", upper=[2.0, 5.0], scale=[10.0, 0.1]
    )
    row = builder.add_rows("Sum", [""], unit="1", sentence="Sum.", upper=4.0, scale=5.0)
    builder.put(row, amount, 1.0)
    builder.maximise(amount, [2.0, 1.0])
    solution = solve(builder.build())
    assert solution.x == pytest.approx([2.0, 2.0])
    assert solution.objective == pytest.approx(6.0)
    assert solution.duals == pytest.approx([1.0])
    assert solution.reduced_costs == pytest.approx([1.0, 0.0])


def test_stopping_by_hand_keeps_what_is_finished() -> None:
    from allocator.solve.highs import HighsSolver

    class Interrupted(HighsSolver):
        calls = 0

        def solve(self, **settings):
            self.calls += 1
            if self.calls == 2:
                raise KeyboardInterrupt
            return super().solve(**settings)

    solution = solve(chinchilla(12, 3.0), Options(), adapters={"highs": Interrupted})
    assert solution.status is Status.GAP
    assert solution.x is not None
    assert solution.solver.attempts[-1].message == "stopped by the user"


def test_stopping_branch_and_bound_by_hand_keeps_its_best_plan() -> None:
    import os
    import signal
    import threading

    program = knapsack(80, rows=15, seed=5)
    stop = threading.Timer(0.6, os.kill, (os.getpid(), signal.SIGINT))
    stop.start()
    solution = solve(program, Options(solver="highs", gap=1e-9))
    stop.join()
    assert solution.status is Status.GAP
    assert solution.gap > 1e-9
    assert violations(program, solution.x) == []


def test_a_rounded_plan_that_is_good_enough_needs_no_branching_and_says_so() -> None:
    solution = solve(knapsack(), Options(gap=0.5, solver="cbc"))
    assert solution.status is Status.OPTIMAL
    assert solution.findings[0].startswith("cbc was not needed")
    assert solution.solver.name == "highs"
    assert (solution.solver.plan_by, solution.solver.bound_by) == ("highs, rounding", "highs, relaxation")


@pytest.mark.parametrize("several", [True, False])
def test_auto_races_for_whole_units_where_there_are_cores_and_says_why(
    several: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("allocator.solve.choose.cores", lambda: 2 if several else 1)
    solution = solve(knapsack())
    assert solution.solver.name == ("cbc and highs" if several else "cbc")
    assert solution.solver.reason == (
        "20 whole units, 2 cores: cbc and highs at the same time" if several else "20 whole units, one core"
    )
    assert choose(scale(chinchilla(3, 1.0)), "auto").name == "highs"


@pytest.mark.parametrize("solver", ["clarabel", "scs"])
def test_a_cone_solver_is_refused_for_whole_units(solver: str) -> None:
    with pytest.raises(SolverError, match="cannot plan in whole units; choose highs or cbc"):
        solve(knapsack(), Options(solver=solver))


CHOICES = "whether chat is funded, whether seed is taken, whether seed comes in time, and 1 more"


@pytest.mark.parametrize(
    ("units", "choices", "message"),
    [
        (True, 0, "clarabel cannot plan in whole units; choose highs or cbc, or set whole = false in the plan"),
        (
            False,
            1,
            "clarabel cannot choose between yes and no, and the plan leaves that open (whether chat is funded); "
            "choose highs or cbc, or decide it in the plan",
        ),
        (
            True,
            4,
            "clarabel cannot plan in whole units; choose highs or cbc. whole = false is not enough: the plan has "
            f"choices of yes or no besides ({CHOICES})",
        ),
    ],
)
def test_what_a_cone_solver_cannot_do_is_said_by_what_needs_it(units: bool, choices: int, message: str) -> None:
    builder = ProgramBuilder()
    hired = builder.add_columns(
        "people.staff.hired", ("1", "2"), unit="person", sentence="People hired.", upper=1.0, integer=units
    )
    builder.maximise(hired, 1.0)
    said = ("chat is funded", "seed is taken", "seed comes in time", "bank is taken")
    for number, choice in enumerate(said[:choices]):
        builder.add_columns(f"choice-{number}", ("",), unit="1", sentence=f"Whether {choice}", upper=1.0, integer=True)
    with pytest.raises(SolverError) as caught:
        solve(builder.build(), Options(solver="clarabel"))
    assert str(caught.value) == message


def test_a_solver_that_cvxpy_does_not_find_is_refused_with_those_it_does() -> None:
    with pytest.raises(SolverError, match=r"no solver NOPE; it finds .*SCS"):
        solve(chinchilla(3, 1.0), Options(solver="cvxpy:nope"))


@pytest.mark.parametrize("wrong", [{"solver": "gurobbi"}, {"gap": 0.0}, {"time_limit": -1.0}, {"threads": 0}])
def test_an_option_out_of_range_is_refused(wrong: dict) -> None:
    with pytest.raises(UsageError):
        Options(**wrong)


def test_the_solvers_are_listed_with_their_versions() -> None:
    listed = {info.name: info for info in available_solvers()}
    assert listed["highs"].installed
    assert listed["highs"].version
    assert listed["clarabel"].kinds == "cones"


def test_listing_and_importing_the_engine_loads_nothing_heavy() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from allocator.solve import engine, choose; choose.available_solvers();"
        "print(sorted({'pulp', 'cvxpy', 'clarabel', 'pandas'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


@pytest.mark.parametrize("solver", ["clarabel", "scs", "cvxpy:CLARABEL"])
def test_a_cone_solver_asked_for_a_curve_that_no_cone_holds_says_who_solved_instead(solver: str) -> None:
    solution = solve(many_passes(), Options(solver=solver))
    assert solution.findings == (f"{solver} was asked for, but no cone holds worth: cuts in a simplex instead",)
    assert solution.solver.name == "highs"


def test_auto_takes_cuts_for_a_curve_that_no_cone_holds_however_large_the_program_is() -> None:
    scaled = scale(many_passes())
    huge = replace(scaled, row_lower=np.zeros(50_000), row_upper=np.zeros(50_000))
    cut_free = scale(every_curve())
    assert is_large(replace(cut_free, row_lower=np.zeros(50_000), row_upper=np.zeros(50_000)))
    assert not is_large(huge)
    choice = choose(huge, "auto")
    assert choice.name == "highs"
    assert "no cone holds worth" in choice.reason


@pytest.mark.parametrize(
    "give", [lambda scaled: ClarabelSolver().solve(scaled), lambda scaled: to_cvxpy(scaled.program)]
)
def test_a_cone_solver_never_leaves_a_curve_out_in_silence(give) -> None:
    with pytest.raises(SolverError, match="no cone holds worth; choose highs or cbc"):
        give(scale(many_passes()))
