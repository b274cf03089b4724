"""One plan in every library: the same program to the last coefficient, and the same optimum."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from .plan_arrays import as_program, build, one_path, pass_to_highs
from .plans import Model, make_plan
from .routes import BUILD, SOLVE, Route


def name_of(route: Route) -> str:
    return route.name


def skip_if_missing(route: Route) -> None:
    if route.missing:
        pytest.skip(f"optional peer of extra `peers`: {', '.join(route.missing)} not installed")


@pytest.fixture(scope="module")
def optimum() -> float:
    """The optimum of two paths, by HiGHS from arrays."""
    solver = pass_to_highs(build(make_plan(2)))
    solver.run()
    return float(solver.getInfo().objective_function_value)


@pytest.mark.parametrize("route", SOLVE, ids=name_of)
@pytest.mark.filterwarnings("ignore")
def test_every_library_finds_the_same_optimum(route: Route, optimum: float) -> None:
    skip_if_missing(route)
    objective, said = route.load()(make_plan(2))
    assert objective == pytest.approx(optimum, rel=1e-6), said


@pytest.mark.parametrize("route", [route for route in BUILD[1:] if "own plan" not in route.name], ids=name_of)
@pytest.mark.filterwarnings("ignore")
def test_every_library_hands_the_same_coefficients_and_bounds_to_highs(route: Route) -> None:
    skip_if_missing(route)
    ours, theirs = (handed(entry, paths=2) for entry in (BUILD[0], route))
    assert (theirs.num_row_, theirs.num_col_) == (ours.num_row_, ours.num_col_)
    assert magnitudes(theirs.a_matrix_.value_) == pytest.approx(magnitudes(ours.a_matrix_.value_), rel=1e-12)
    assert magnitudes(theirs.col_upper_) == pytest.approx(magnitudes(ours.col_upper_))
    assert magnitudes(theirs.col_cost_) == pytest.approx(magnitudes(ours.col_cost_))


def handed(route: Route, paths: int) -> Any:
    make, hand_over = route.load()()
    return hand_over(make(make_plan(paths))).getLp()


def magnitudes(values: Any) -> Any:
    """Absolute values in order; libraries differ in the order of rows and the side that terms stand on."""
    return np.sort(np.abs(np.asarray(values)))


def test_each_path_has_its_own_prices_where_spending_is_counted() -> None:
    plan = make_plan(3)
    matrix, template = build(plan).matrix, one_path(plan)
    rows, columns = template.program.matrix.shape
    for path in range(3):
        block = matrix[path * rows : (path + 1) * rows, path * columns : (path + 1) * columns].toarray()
        assert np.array_equal(-block[template.spend_rows[:, None], template.gpus], plan.price[path])


def test_paths_meet_only_in_the_ties_of_the_shared_months() -> None:
    plan = make_plan(3)
    matrix = build(plan).matrix
    rows, columns = one_path(plan).program.matrix.shape
    kinds = len(plan.power) + len(plan.fee) + len(plan.salary)
    assert matrix.shape == (3 * rows + 2 * plan.shared * kinds, 3 * columns)
    assert matrix[: 3 * rows].nnz == sum(
        matrix[path * rows : (path + 1) * rows, path * columns : (path + 1) * columns].nnz for path in range(3)
    )
    ties = matrix[3 * rows :]
    assert np.array_equal(np.diff(ties.indptr), np.full(2 * plan.shared * kinds, 2))
    assert not ties.sum(axis=1).any()


def test_paths_agree_on_prices_in_the_shared_months_and_not_later() -> None:
    plan = make_plan(4)
    assert (plan.price[:, : plan.shared] == plan.price[0, : plan.shared]).all()
    assert (plan.price[1:, plan.shared :] != plan.price[0, plan.shared :]).all()


def test_the_tangents_of_quality_touch_the_law_at_their_share_and_lie_above_it() -> None:
    plan, model = make_plan(1), Model(5, 11, 1.0, 0.34, 0.28)
    a = model.beta / (model.alpha + model.beta)
    by_size, by_data, side = plan.quality_tangents(model)
    # Where the first term has exactly the share, at a total of 1: a e^(-alpha u) = share.
    u, v = -np.log(plan.shares / a) / model.alpha, -np.log((1.0 - plan.shares) / (1.0 - a)) / model.beta
    law = -np.log(a * np.exp(-model.alpha * u) + (1.0 - a) * np.exp(-model.beta * v))
    planes = by_size[:, None] * u + by_data[:, None] * v + side[:, None]
    assert np.diag(planes) == pytest.approx(law, abs=1e-12)
    assert (planes >= law - 1e-12).all()


def test_arrays_as_a_program_are_the_same_arrays() -> None:
    arrays = build(make_plan(2))
    program = as_program(arrays)
    assert abs(program.matrix - arrays.matrix).max() == 0.0
    assert np.array_equal(program.objective, arrays.cost)
