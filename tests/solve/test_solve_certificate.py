"""An answer that is wrong in any way is refused, and the refusal names what is wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from solve_programs import chinchilla, chinchilla_gain, every_curve, knapsack, many_passes, water_filling

from allocator.errors import CertificateError
from allocator.formulate.curves import CurveKind, join
from allocator.solve.adapter import AnswerStatus
from allocator.solve.cbc import CbcSolver
from allocator.solve.certificate import cut_findings, lagrangian_bound, measure, point_findings, violations
from allocator.solve.clarabel import ClarabelSolver
from allocator.solve.clock import Clock
from allocator.solve.cones import cone_bound
from allocator.solve.cuts import Cuts, as_rows, initial_cuts, tangent_point, tangents, violated_cuts
from allocator.solve.engine import solve
from allocator.solve.highs import HighsSolver
from allocator.solve.incumbent import Incumbent, refuse_above, restored
from allocator.solve.master import Effort, Master
from allocator.solve.options import Options
from allocator.solve.outer import relax
from allocator.solve.scaling import scale

WEIGHTS = np.array([3.0, 2.0, 1.0, 0.5, 0.1])


def program():
    return water_filling(WEIGHTS, 4.0, scale=1e6)


class Moved(HighsSolver):
    """Says Optimal with one column moved by 1e-4."""

    def solve(self, **settings):
        answer = super().solve(**settings)
        return replace(answer, x=answer.x + 1e-4 * (np.arange(len(answer.x)) == 0))


class Dropped(HighsSolver):
    """Loses the first row on the way."""

    def load(self, scaled, rows):
        lower, upper = scaled.row_lower.copy(), scaled.row_upper.copy()
        lower[0], upper[0] = -np.inf, np.inf
        super().load(replace(scaled, row_lower=lower, row_upper=upper), rows)


class Deaf(HighsSolver):
    """Forgets every cut it is given after the first."""

    loaded = False

    def load(self, scaled, rows):
        super().load(scaled, rows)
        self.loaded = True

    def add(self, rows):
        if not self.loaded:
            super().add(rows)


class Optimistic(HighsSolver):
    """Claims a bound lower than the truth."""

    lie = 1e-4

    def solve(self, **settings):
        answer = super().solve(**settings)
        return replace(answer, bound=answer.bound - self.lie)


class HalfPrices(HighsSolver):
    """Halves its multipliers."""

    def solve(self, **settings):
        answer = super().solve(**settings)
        return replace(answer, row_dual=answer.row_dual / 2)


class TightCuts(HighsSolver):
    """Takes every tangent a little too low, so that it solves another program."""

    def add(self, rows):
        super().add(replace(rows, lower=rows.lower + 1e-3, upper=rows.upper - 1e-3))


def test_a_point_moved_by_a_ten_thousandth_is_refused_with_the_row_named() -> None:
    with pytest.raises(CertificateError, match=r"highs says optimal.*Budget, USD is off by 1\.0e-04 of its scale"):
        solve(program(), adapters={"highs": Moved})


def test_a_row_that_was_dropped_on_the_way_is_noticed() -> None:
    with pytest.raises(CertificateError, match="Budget, USD is off by"):
        solve(program(), adapters={"highs": Dropped})


def test_a_cut_that_was_dropped_on_the_way_is_noticed() -> None:
    with pytest.raises(CertificateError, match=r"its own point does not hold: tangent \d+ of the curves is off by"):
        solve(program(), adapters={"highs": Deaf})


def test_a_point_with_a_fraction_is_refused_where_whole_units_were_asked_for() -> None:
    scaled = scale(knapsack(4))
    x = np.zeros(scaled.n_cols)
    x[0] = 0.25
    x[scaled.program.column("value").index] = scaled.matrix[0, 0] * -0.25
    x[scaled.program.column("gain").index] = -3.0
    cuts = as_rows(scaled.curves, initial_cuts(scaled.curves))
    bounds = {"lower": scaled.col_lower, "upper": scaled.col_upper, "tolerance": 1e-6}
    assert point_findings(scaled, cuts, x, whole=False, **bounds) == []
    assert point_findings(scaled, cuts, x, whole=True, **bounds) == ["taken, item 0, item is 2.5e-01 off whole"]


class Rounding(Optimistic):
    """Claims a bound that is lower by what rounding makes of it."""

    lie = 1e-6


def test_a_bound_off_by_rounding_is_replaced_by_the_proven_one() -> None:
    assert solve(program(), adapters={"highs": Rounding}).bound == pytest.approx(solve(program()).bound, abs=1e-9)


@pytest.mark.parametrize("lie", [Optimistic, HalfPrices, TightCuts])
def test_a_bound_that_the_multipliers_do_not_support_is_refused(lie: type[HighsSolver]) -> None:
    with pytest.raises(CertificateError, match=r"no plan is better than .* multipliers prove only"):
        solve(program(), adapters={"highs": lie})


@pytest.mark.parametrize("honest", [HighsSolver, CbcSolver])
def test_a_branching_solver_that_moves_its_point_is_refused(honest: type) -> None:
    class MovedWhole(honest):
        def solve(self, **settings):
            answer = super().solve(**settings)
            return replace(answer, x=answer.x + 1e-4) if settings["whole"] else answer

    with pytest.raises(CertificateError, match=r"off (whole|by)"):
        solve(knapsack(), Options(solver=honest.name), adapters={honest.name: MovedWhole})


def test_a_branching_bound_below_its_own_plan_is_refused() -> None:
    class Low(CbcSolver):
        def solve(self, **settings):
            answer = super().solve(**settings)
            return replace(answer, bound=answer.objective - 0.01)

    with pytest.raises(CertificateError, match=r"cbc claims the bound .* below its own plan"):
        solve(knapsack(), Options(solver="cbc"), adapters={"cbc": Low})


def test_a_branching_solver_that_loses_the_better_plans_is_caught_by_a_plan_at_hand() -> None:
    class Blind(CbcSolver):
        def load(self, scaled, rows):
            super().load(replace(scaled, col_upper=np.minimum(scaled.col_upper, 0.2)), rows)

        def solve(self, **settings):
            return super().solve(**{**settings, "start": None})

    with pytest.raises(CertificateError, match="above the bound"):
        solve(knapsack(), Options(solver="cbc", gap=1e-6), adapters={"cbc": Blind})


def test_a_cone_solver_whose_point_does_not_hold_is_refused() -> None:
    class MovedCone(ClarabelSolver):
        def solve(self, scaled, *, time_limit=None):
            answer = super().solve(scaled, time_limit=time_limit)
            return replace(answer, x=answer.x + 1e-4)

    with pytest.raises(CertificateError, match="clarabel gave a point that does not hold"):
        solve(program(), Options(solver="clarabel"), cone_solvers={"clarabel": MovedCone})


def test_cone_multipliers_prove_the_bound_and_wrong_ones_prove_less() -> None:
    scaled = scale(every_curve())
    answer = ClarabelSolver().solve(scaled)
    bound, _ = cone_bound(scaled, answer)
    assert bound == pytest.approx(scaled.cost @ answer.x, abs=1e-7)
    off, _ = cone_bound(scaled, replace(answer, slope=answer.slope * 1.01))
    assert off > bound + 1e-5


def test_a_tangent_above_a_convex_curve_or_below_a_concave_one_is_refused_by_name() -> None:
    scaled = scale(every_curve())
    curves = scaled.curves
    right = tangents(curves, np.arange(len(curves)), np.full(len(curves), 0.7))
    assert cut_findings(curves, right) == []
    for curve in range(len(curves)):
        worse = 0.01 if curves.convex[curve] else -0.01
        wrong = replace(right, intercept=right.intercept + worse * (np.arange(len(curves)) == curve))
        side = "above" if curves.convex[curve] else "below"
        findings = cut_findings(curves, wrong)
        assert len(findings) == 1
        assert f"curve {curves.names[curve]} at 0.7 lies {side} it by 1.0e-02" in findings[0]
        with pytest.raises(CertificateError, match=curves.names[curve]):
            Master(scaled, HighsSolver(), wrong, Effort())


def test_a_cut_that_does_not_touch_its_curve_is_refused() -> None:
    curves = every_curve().curves
    right = tangents(curves, np.array([0]), np.array([0.7]))
    assert "does not touch it" in cut_findings(curves, replace(right, intercept=right.intercept + 0.01))[0]


def test_every_curve_has_its_slope_where_the_closed_form_says() -> None:
    curves = every_curve().curves
    which, point = np.arange(len(curves)), np.full(len(curves), 0.7)
    assert tangent_point(curves, which, curves.slope(point, which)) == pytest.approx(point, abs=1e-12)


@pytest.mark.parametrize("decay", [0.3, 2.0, 15.387756, 200.0])
def test_the_worth_of_passes_has_its_slope_where_lambert_s_function_says(decay: float) -> None:
    curves = many_passes(decay).curves
    point = np.array([0.0, 0.1, 1.0, np.log1p(10.0 * decay)])
    which = np.zeros(len(point), dtype=np.int64)
    assert tangent_point(curves, which, curves.slope(point, which)) == pytest.approx(point, abs=1e-9)
    rows = tangents(curves, which, point)
    assert cut_findings(curves, rows) == []
    lower = replace(rows, intercept=rows.intercept - 1e-6)
    assert len(cut_findings(curves, lower)) == len(point)


def test_tangents_cut_the_point_off_and_no_point_of_the_curve() -> None:
    scaled = scale(every_curve())
    curves = scaled.curves
    x = np.zeros(scaled.n_cols)
    x[curves.x] = 2.0
    x[curves.y] = np.where(curves.convex, 0.1, 5.0)
    cuts = violated_cuts(curves, x)
    rows = as_rows(curves, cuts)
    assert set(cuts.curve) == set(range(len(curves)))
    assert np.all((rows.activity(x) > rows.upper) | (rows.activity(x) < rows.lower))
    for argument in np.geomspace(1e-3, 10.0, 50):
        x[curves.x] = argument
        x[curves.y] = curves.value(x[curves.x])
        activity = rows.activity(x)
        assert np.all((activity <= rows.upper + 1e-9) & (activity >= rows.lower - 1e-9))


def test_a_plan_above_the_bound_is_an_error_and_not_a_success() -> None:
    scaled = scale(program())
    plan = restored(scaled, np.zeros(scaled.n_cols))
    assert plan is not None
    prices, reduced = np.zeros(scaled.n_rows), np.zeros(scaled.n_cols)
    refuse_above(plan, plan.objective - 1e-12, prices, reduced)
    with pytest.raises(CertificateError, match="above the proven bound"):
        refuse_above(plan, plan.objective - 1e-7, prices, reduced)
    # A violation that the tolerance allows is worth its price, and no more.
    loose = Incumbent(plan.x, plan.objective, replace(plan.violations, rows=np.array([1e-7])))
    refuse_above(loose, plan.objective - 1e-7, np.array([2.0]), reduced)
    with pytest.raises(CertificateError, match="above the proven bound"):
        refuse_above(loose, plan.objective - 1e-6, np.array([2.0]), reduced)


def test_violations_are_told_worst_first_and_in_words() -> None:
    small = program()
    x = np.zeros(small.n_cols)
    x[0] = 40e6 + 1.0
    x[6] = 1.0
    x[7] = -50.5
    told = violations(small, x)
    assert told == [
        "Budget, USD is off by 3.6e+01 of its scale",
        "curve gain 2026-02 is overstated by 1.0e+00 of its scale",
        "gain, 2026-03 is outside its bounds by 5.0e-01 of its scale",
        "spend, 2026-01, USD is outside its bounds by 1.0e-06 of its scale",
    ]
    assert violations(small, np.zeros(small.n_cols)) == []


def test_a_point_that_is_not_a_number_is_a_violation() -> None:
    small = program()
    x = np.zeros(small.n_cols)
    x[0] = np.nan
    assert violations(small, x)
    assert measure(scale(small), x).worst == np.inf
    assert restored(scale(small), x) is None


def test_a_count_that_is_not_whole_is_a_violation() -> None:
    small = knapsack(4)
    x = small.restore(np.zeros(small.n_cols))
    x[small.column("gain").index] = -3.0
    x[0] = 0.25
    assert "taken, item 0, item is 2.5e-01 off whole" in violations(small, small.complete(x))


def test_a_plan_that_overstates_a_curve_is_taken_back_onto_it() -> None:
    scaled = scale(program())
    x = np.zeros(scaled.n_cols)
    x[0], x[5] = 1.0, 9.0
    plan = restored(scaled, x)
    assert plan is not None
    assert plan.x[5] == pytest.approx(np.log(2.0))
    assert plan.violations.worst == 0.0


def test_the_lagrangian_bound_holds_for_any_multipliers_and_is_tight_for_the_right_ones() -> None:
    scaled = scale(chinchilla(4, 2.0))
    cuts = initial_cuts(scaled.curves)
    rows = as_rows(scaled.curves, cuts)
    solver = HighsSolver()
    solver.load(scaled, rows)
    answer = solver.solve()
    bounds = {"lower": scaled.col_lower, "upper": scaled.col_upper}
    tight, _ = lagrangian_bound(scaled, rows, answer.row_dual, answer.x, **bounds)
    assert tight == pytest.approx(answer.objective, abs=1e-9)
    draw = np.random.default_rng(1)
    for _ in range(20):
        any_dual = answer.row_dual * draw.uniform(0.0, 2.0, len(answer.row_dual))
        assert lagrangian_bound(scaled, rows, any_dual, answer.x, **bounds)[0] >= answer.objective - 1e-9


def test_a_multiplier_of_the_wrong_sign_counts_for_nothing() -> None:
    scaled = scale(program())
    rows = as_rows(scaled.curves, initial_cuts(scaled.curves))
    bounds = {"lower": scaled.col_lower, "upper": scaled.col_upper}
    duals, x = np.zeros(scaled.n_rows + len(rows)), np.zeros(scaled.n_cols)
    nothing, _ = lagrangian_bound(scaled, rows, duals, x, **bounds)
    # The budget has no lower side: a negative price of it proves no more than none.
    duals[0] = -0.5
    assert lagrangian_bound(scaled, rows, duals, x, **bounds)[0] == nothing


def test_the_bound_of_a_relaxation_is_proven() -> None:
    scaled = scale(chinchilla(6, 3.0))
    master = Master(scaled, HighsSolver(), initial_cuts(scaled.curves), Effort())
    found = relax(master, gap=1e-7, clock=Clock(None))
    assert found.status is AnswerStatus.OPTIMAL
    assert chinchilla_gain(3.0) - 1e-9 <= found.bound <= chinchilla_gain(3.0) + 1e-6


def test_cbc_stopped_by_time_still_gives_its_plan_and_its_bound() -> None:
    scaled = scale(knapsack(80, rows=15, seed=5))
    solver = CbcSolver()
    solver.load(scaled, as_rows(scaled.curves, initial_cuts(scaled.curves)))
    answer = solver.solve(whole=True, gap=1e-9, time_limit=0.4)
    assert answer.status is AnswerStatus.FEASIBLE
    assert answer.objective < answer.bound < answer.objective + 0.5


@pytest.mark.parametrize(("times", "caught"), [(1, False), (2, True)])
def test_a_point_cbc_hands_back_from_outside_its_bounds_is_asked_for_again_without_presolve(
    times: int, caught: bool
) -> None:
    class Outside(CbcSolver):
        judged = 0

        def judge(self, x, log, **settings):
            self.judged += 1
            return super().judge(x - 1e-3 if self.judged <= times else x, log, **settings)

    scaled = scale(chinchilla(6, 3.0))
    solver = Outside()
    solver.load(scaled, as_rows(scaled.curves, initial_cuts(scaled.curves)))
    answer = solver.solve()
    assert solver.judged == 2
    assert bool(np.any(answer.x < scaled.col_lower - 1e-5)) is caught


def test_multipliers_that_leave_an_unbounded_column_unpriced_prove_nothing() -> None:
    scaled = scale(chinchilla(4, 2.0))
    rows = as_rows(scaled.curves, initial_cuts(scaled.curves))
    free = replace(scaled, col_upper=np.full(scaled.n_cols, np.inf))
    nothing = np.zeros(scaled.n_rows + len(rows))
    bound, _ = lagrangian_bound(
        free, rows, nothing, np.zeros(scaled.n_cols), lower=free.col_lower, upper=free.col_upper
    )
    assert bound == np.inf


def test_steep_and_flat_tangents_stay_within_what_a_simplex_keeps() -> None:
    curves = join([every_curve().curves, many_passes().curves])
    which = np.repeat(np.arange(len(curves)), 3)
    rows = as_rows(curves, tangents(curves, which, np.tile([-0.05, 1e6, 1e15], len(curves))))
    assert np.all(np.isfinite(rows.values))
    assert np.abs(rows.values).max() < 1e6
    assert np.abs(rows.values).min() > 1e-11


def test_time_spent_before_does_not_count_against_a_limit() -> None:
    scaled = scale(knapsack(60, rows=12))
    solver = HighsSolver()
    solver.load(scaled, as_rows(scaled.curves, initial_cuts(scaled.curves)))
    solver.solve(whole=True, gap=1e-12, time_limit=0.2)
    assert solver.solve(time_limit=0.1).status is AnswerStatus.OPTIMAL


def test_the_kinds_of_the_curve_table_are_all_covered_here() -> None:
    kinds = np.concatenate([every_curve().curves.kind, many_passes().curves.kind])
    assert {CurveKind(kind) for kind in kinds} == set(CurveKind)
    assert len(initial_cuts(every_curve().curves)) > 5 * len(CurveKind)
    assert isinstance(initial_cuts(every_curve().curves), Cuts)
