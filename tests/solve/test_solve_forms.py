"""The program as PuLP, cvxpy and MPS is the same program, in words a person can read."""

from __future__ import annotations

from pathlib import Path

import highspy
import numpy as np
import pytest
from solve_programs import chinchilla, chinchilla_gain, every_curve, every_curve_optimum, knapsack, short_of_cash

from allocator.formulate.program import ProgramBuilder
from allocator.solve.cuts import as_rows, initial_cuts, join_cuts, no_cuts, tangents
from allocator.solve.cvx import to_cvxpy
from allocator.solve.highs import HighsSolver
from allocator.solve.mps import write_mps
from allocator.solve.pulp_model import to_pulp
from allocator.solve.scaling import scale


def pulp_optimum(problem) -> float:
    import pulp

    assert problem.solve(pulp.HiGHS(msg=False)) == pulp.LpStatusOptimal
    return -pulp.value(problem.objective)


def test_pulp_has_names_a_person_can_read_and_natural_units() -> None:
    problem = to_pulp(chinchilla(2, 3.0), no_cuts())
    names = {variable.name for variable in problem.variables()}
    assert {"compute_2026_01_in_1e21", "total_in_1e22", "log_inputs_N", "gain"} <= names
    assert "Budget_in_1e22: 0.1 compute_2026_01_in_1e21 + 0.1 compute_2026_02_in_1e21 <= 3" in str(problem)


def test_pulp_keeps_money_in_its_own_unit() -> None:
    problem = to_pulp(short_of_cash(2e3, 5.0), no_cuts())
    assert "Cash_2026_01: 1000 people_2026_01 + rent_2026_01 <= 2000" in str(problem)


def test_pulp_solves_to_the_same_optimum_over_the_same_cuts() -> None:
    program = chinchilla(4, 3.0)
    scaled = scale(program)
    cuts = initial_cuts(program.curves)
    solver = HighsSolver()
    solver.load(scaled, as_rows(program.curves, cuts))
    assert pulp_optimum(to_pulp(program, cuts)) == pytest.approx(solver.solve().objective, abs=1e-6)


def test_pulp_without_cuts_takes_those_of_a_solve() -> None:
    assert pulp_optimum(to_pulp(chinchilla(4, 3.0))) == pytest.approx(chinchilla_gain(3.0), abs=1e-5)


def test_pulp_counts_whole_columns_in_units() -> None:
    builder = ProgramBuilder()
    nodes = builder.add_columns("nodes", [""], unit="GPU", sentence="Nodes.", scale=8.0, integer=True)
    row = builder.add_rows("Fit", [""], unit="GPU", sentence="Fit.", lower=1.0, upper=31.0)
    builder.put(row, nodes, 1.0)
    builder.maximise(nodes, 1.0)
    problem = to_pulp(builder.build(), no_cuts())
    assert pulp_optimum(problem) == pytest.approx(24.0)
    assert problem.variables()[0].varValue == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("make", "known"), [(lambda: chinchilla(4, 3.0), chinchilla_gain(3.0)), (every_curve, every_curve_optimum())]
)
def test_cvxpy_states_the_same_program_in_atoms(make, known: float) -> None:
    problem = to_cvxpy(make())
    assert problem.is_dcp()
    assert problem.solve(solver="CLARABEL") == pytest.approx(known, abs=1e-6)


def test_an_mps_file_reads_back_as_the_same_program(tmp_path: Path) -> None:
    scaled = scale(knapsack(6))
    cuts = join_cuts(initial_cuts(scaled.curves), tangents(scaled.curves, np.array([0]), np.array([0.3])))
    solver = HighsSolver()
    solver.load(scaled, as_rows(scaled.curves, no_cuts()))
    capped = np.minimum(scaled.row_upper, 2.0)
    lower = np.where(np.isneginf(scaled.row_lower), 0.25, scaled.row_lower)
    bounds = (np.where(scaled.integer, 0.0, -np.inf), np.where(scaled.integer, np.inf, scaled.col_upper))
    path = tmp_path / "program.mps"
    write_mps(path, -scaled.cost, scaled.matrix, lower, capped, *bounds, scaled.integer)
    read = highspy.Highs()
    read.setOptionValue("output_flag", False)
    assert read.readModel(str(path)) == highspy.HighsStatus.kOk
    model = read.getLp()
    assert np.array_equal(model.col_cost_, -scaled.cost)
    assert np.array_equal(model.col_lower_, bounds[0])
    assert np.array_equal(model.col_upper_, bounds[1])
    assert model.row_upper_ == pytest.approx(capped)
    assert model.row_lower_ == pytest.approx(lower)
    assert [kind == highspy.HighsVarType.kInteger for kind in model.integrality_] == scaled.integer.tolist()
    assert len(cuts) == len(initial_cuts(scaled.curves)) + 1


def test_scaling_divides_columns_and_rows_and_comes_back() -> None:
    program = chinchilla(3, 2.0)
    scaled = scale(program)
    x = np.linspace(0.1, 0.9, program.n_cols)
    assert scaled.scaled(scaled.natural(x)) == pytest.approx(x)
    assert scaled.matrix @ x == pytest.approx(program.matrix @ scaled.natural(x) / program.row_scale)
    assert scaled.cost @ x == pytest.approx(program.objective @ scaled.natural(x))
    assert scaled.matrix.indices.dtype == np.int32
    assert np.abs(scaled.matrix.data).max() <= 2.0


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"scale": 0.0}, "the scale of column 'money, USD' is 0.0"), ({"upper": np.nan}, "a bound of 'money, USD'")],
)
def test_a_program_with_a_scale_or_bound_that_is_none_is_refused(settings: dict, said: str) -> None:
    builder = ProgramBuilder()
    builder.add_columns("money", [""], unit="USD", sentence="Money.", **settings)
    with pytest.raises(ValueError, match=said):
        scale(builder.build())


def test_a_coefficient_that_is_not_a_number_is_refused_with_its_place() -> None:
    builder = ProgramBuilder()
    column = builder.add_columns("money", [""], unit="USD", sentence="Money.")
    row = builder.add_rows("Cash", [""], unit="USD", sentence="Cash.", upper=1.0)
    builder.put(row, column, np.inf)
    with pytest.raises(ValueError, match="the coefficient of 'money, USD' in 'Cash, USD' is inf"):
        scale(builder.build())
