"""A program over price paths is the plan's own, once for each path, with what is shared in one place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from path_plans import FIELDS, plan, prices

from allocator.errors import UsageError
from allocator.formulate.build import formulate
from allocator.formulate.path_layout import PathLabels
from allocator.formulate.path_prices import map_prices, monthly_field, verify, with_prices
from allocator.formulate.path_sharing import months_of, owned_by_repairs
from allocator.formulate.paths import Paths, lay_out_paths
from allocator.formulate.program import Program
from allocator.plan import load_plan

ARRAYS = ("col_lower", "col_upper", "col_scale", "row_scale", "integer", "states", "state_rows", "objective")


def assert_same_numbers(mine: Program, theirs: Program) -> None:
    difference = abs(mine.matrix - theirs.matrix)
    assert difference.max() <= 1e-12 * abs(theirs.matrix).max()
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(mine, name), getattr(theirs, name))
    for name in ("row_lower", "row_upper", "outflow"):
        np.testing.assert_allclose(getattr(mine, name), getattr(theirs, name), rtol=1e-12)


def own_program(paths: Paths, path: int) -> Program:
    """The path's program as the plan itself would be formulated."""
    values = {field: series[path] for field, series in paths.prices.items()}
    return formulate(with_prices(plan(), values), reference=paths.program.reference).program


def test_one_path_is_the_plan_itself() -> None:
    alone = lay_out_paths(plan(), {field: monthly_field(plan(), field)[None] for field in FIELDS}, first=0).program
    own = formulate(plan()).program
    assert_same_numbers(alone, own)
    assert [block.name for block in alone.columns] == [block.name for block in own.columns]
    for mine, theirs in zip(alone.bound_groups, own.bound_groups, strict=True):
        np.testing.assert_array_equal(mine.columns, theirs.columns)
        np.testing.assert_array_equal(mine.upper, theirs.upper)
    np.testing.assert_array_equal(alone.curves.x, own.curves.x)
    np.testing.assert_array_equal(alone.curves.y, own.curves.y)


@pytest.mark.parametrize("first", [0, 2, 5, 8])
def test_every_path_finds_its_own_rows_in_the_whole(first: int) -> None:
    paths = lay_out_paths(plan(), prices(4), first=first)
    whole = paths.program
    columns, rows = paths.columns.index(), paths.rows.index()
    for path in range(4):
        own = own_program(paths, path)
        inside = whole.matrix[rows[path]]
        assert abs(inside[:, columns[path]] - own.matrix).max() <= 1e-12 * abs(own.matrix).max()
        # Nothing of another path is in them.
        assert inside.nnz == own.matrix.nnz
        np.testing.assert_allclose(whole.row_lower[rows[path]], own.row_lower, rtol=1e-12)
        np.testing.assert_allclose(whole.row_upper[rows[path]], own.row_upper, rtol=1e-12)
        np.testing.assert_array_equal(whole.col_upper[columns[path]], own.col_upper)
        assert_same_numbers(paths.formulation(path).program, own)
    assert set(rows.ravel()) == set(range(whole.n_rows))
    assert set(columns.ravel()) == set(range(whole.n_cols))


def test_objectives_are_means_over_the_paths() -> None:
    paths = lay_out_paths(plan(), prices(3), first=2)
    x = np.random.default_rng(0).uniform(1.0, 2.0, paths.program.n_cols)
    own = [own_program(paths, path) for path in range(3)]
    for name in ("objective", "outflow"):
        each = [getattr(program, name) @ point for program, point in zip(own, paths.points(x), strict=True)]
        assert getattr(paths.program, name) @ x == pytest.approx(np.mean(each), rel=1e-12)


def test_what_is_decided_in_the_first_months_and_what_follows_from_it_is_there_once() -> None:
    paths = lay_out_paths(plan(), prices(3), first=2)
    own = formulate(plan()).program
    shared = {name: int(paths.columns.shared[own.column(name).index].sum()) for name in (b.name for b in own.columns)}
    for name in (
        "compute.cloud.gpus",
        "compute.signed.signed",
        "data.text.bought",
        "people.staff.hired",
        "cash",
        "burn",
    ):
        assert shared[name] == 2, name
    # Ordered in January, sold in February: the month of the sale counts.
    assert shared["compute.own.sold"] == 0
    assert shared["models.small.compute"] == 0
    assert shared["models.small.gain"] == 0
    # Tokens bought in February arrive in March whatever their price is then; GPUs may be sold in March.
    assert shared["data.text.stock"] == 3
    assert shared["compute.own.gpus"] == 2
    rows = paths.rows.shared
    assert rows[own.row("Cash balance").start + 1]
    assert not rows[own.row("Cash balance").start + 2]


def test_with_all_months_shared_and_one_future_there_is_one_plan() -> None:
    same = {field: np.repeat(values[:1], 3, axis=0) for field, values in prices(1).items()}
    paths = lay_out_paths(plan(), same, first=8)
    assert paths.program.n_cols == formulate(plan()).program.n_cols
    assert_same_numbers(paths.program, own_program(paths, 0))


def test_with_all_months_shared_prices_may_differ_and_only_money_does() -> None:
    paths = lay_out_paths(plan(), prices(3, fork=0), first=8)
    own = formulate(plan()).program
    apart = {block.name for block in own.columns if not paths.columns.shared[block.index].all()}
    beyond = {"burn that goes on", "burn after the horizon"}
    assert apart == {
        "compute.signed.commitment", "compute.long.commitment", "spend.compute", "spend.data", "cash", "burn", *beyond
    }  # fmt: skip


def test_a_column_that_is_not_shared_is_noticed() -> None:
    """The count of shared decisions is worked out again from labels alone; a layout that loses one fails it."""
    paths = lay_out_paths(plan(), prices(3), first=2)
    own = formulate(plan()).program
    chosen = np.ones(own.n_cols, dtype=bool)
    chosen[own.states] = False
    chosen &= ~owned_by_repairs(own)
    early = chosen & (months_of(own.columns, plan().labels) <= 2)
    assert np.all(np.ptp(paths.columns.index(early), axis=0) == 0)
    lost = replace(paths.columns, stride=np.where(early & (np.cumsum(early) == 3), 1, paths.columns.stride))
    assert not np.all(np.ptp(lost.index(early), axis=0) == 0)


def test_restoring_the_whole_restores_every_path() -> None:
    paths = lay_out_paths(plan(), prices(3), first=2)
    whole = paths.program
    x = whole.col_scale * np.random.default_rng(4).uniform(0.0, 0.2, whole.n_cols)
    points, restored = paths.points(x), paths.points(whole.restore(x))
    for path in range(3):
        own = own_program(paths, path)
        expected = own.restore(points[path])
        np.testing.assert_allclose(restored[path] / own.col_scale, expected / own.col_scale, atol=1e-12, rtol=1e-11)
        again = paths.formulation(path).program.restore(points[path])
        np.testing.assert_allclose(again / own.col_scale, expected / own.col_scale, atol=1e-12, rtol=1e-11)


def test_a_row_and_a_column_can_be_said_with_their_path() -> None:
    paths = lay_out_paths(plan(), prices(3), first=2)
    own = formulate(plan()).program
    cash = own.row("Cash balance").start
    index = paths.rows.index()
    assert paths.program.say_row(int(index[2, cash + 4])) == "Cash balance, 2026-05, path 3, USD"
    assert paths.program.say_row(int(index[2, cash + 1])) == "Cash balance, 2026-02, USD"
    gain = own.column("models.large.gain").start
    assert paths.program.say_column(int(paths.columns.index()[1, gain])) == "models.large.gain, path 2, gain"
    assert paths.program.curves.names[-1].endswith(", path 3")


def test_labels_are_written_when_they_are_read() -> None:
    labels = PathLabels(["a"], ["b", ""], 1_000_000_000)
    assert len(labels) == 2_000_000_001
    assert [labels[0], labels[1], labels[2], labels[-1]] == ["a", "b, path 1", "path 1", "path 1000000000"]
    assert labels[3:5] == ["b, path 2", "path 2"]
    with pytest.raises(IndexError):
        labels[len(labels)]


def test_a_tiny_program_over_two_paths_by_hand() -> None:
    """Two months, one rented GPU kind at 1 USD an hour, then at 2 or 3: January is shared, February is not."""
    tiny = load_plan(
        {
            "plan": {"start": "2026-01", "months": 2, "cash": 1_000},
            "compute": {"cloud": {"kind": "rent", "price": 1, "flops": "1 TFLOP/s", "utilisation": 1.0}},
            "models": {
                "m": {
                    "law": "table",
                    "inputs": {"x": "compute.flop"},
                    "points": [[0, 0], [1e18, 1]],
                    "deadline": 2,
                    "training_months": 1,
                }
            },
        }
    )
    paths = lay_out_paths(tiny, {"compute.cloud.price": [[1, 2], [1, 3]]}, first=1)
    program = paths.program
    said = {}
    for row in range(program.n_rows):
        entries = program.matrix.tocsr()[row].tocoo()
        said[program.say_row(row)] = {
            program.say_column(int(column)): float(value)
            for column, value in zip(entries.col, entries.data, strict=True)
        }
    # A month has 730 hours.
    assert said["Spending on compute, 2026-01, USD"] == {
        "compute.cloud.gpus, 2026-01, GPU": -730.0,
        "spend.compute, 2026-01, USD": 1.0,
    }
    assert said["Spending on compute, 2026-02, path 1, USD"] == {
        "compute.cloud.gpus, 2026-02, path 1, GPU": -1460.0,
        "spend.compute, 2026-02, path 1, USD": 1.0,
    }
    assert said["Spending on compute, 2026-02, path 2, USD"]["compute.cloud.gpus, 2026-02, path 2, GPU"] == -2190.0
    assert said["Cash balance, 2026-01, USD"] == {"spend.compute, 2026-01, USD": 1.0, "cash, 2026-01, USD": 1.0}
    assert said["Cash balance, 2026-02, path 2, USD"] == {
        "spend.compute, 2026-02, path 2, USD": 1.0,
        "cash, 2026-01, USD": -1.0,
        "cash, 2026-02, path 2, USD": 1.0,
    }
    assert [name for name in said if name.startswith("Cash balance")] == [
        "Cash balance, 2026-01, USD",
        "Cash balance, 2026-02, path 1, USD",
        "Cash balance, 2026-02, path 2, USD",
    ]
    assert program.objective[program.column("models.m.gain").index].tolist() == [0.5, 0.5]


def test_bound_groups_and_states_cover_all_paths() -> None:
    paths = lay_out_paths(plan(), prices(3), first=2)
    own, whole = formulate(plan()).program, paths.program
    for mine, theirs in zip(whole.bound_groups, own.bound_groups, strict=True):
        assert set(mine.columns) == set(paths.columns.index(theirs.columns).ravel())
        assert mine.name == theirs.name
    assert set(whole.states) == set(paths.columns.index(own.states).ravel())
    x = whole.complete(whole.col_scale * 0.1)
    np.testing.assert_allclose(
        (whole.matrix @ x)[whole.state_rows] / whole.row_scale[whole.state_rows],
        whole.row_lower[whole.state_rows] / whole.row_scale[whole.state_rows],
        atol=1e-10,
    )


def test_prices_of_nothing_are_prices_too() -> None:
    free = prices(2)
    free["compute.cloud.price"][1, 3:] = 0.0
    paths = lay_out_paths(plan(), free, first=2)
    inside = paths.program.matrix[paths.rows.index()[1]][:, paths.columns.index()[1]]
    assert abs(inside - own_program(paths, 1).matrix).max() < 1e-9


@pytest.mark.parametrize(
    ("fields", "first", "said"),
    [
        ({}, 0, "no field varies"),
        ({"compute.cloud.cost": np.ones((2, 8))}, 0, "no field of the plan that has a value for each month"),
        ({"cash": np.ones((2, 8))}, 0, "no field of the plan that has a value for each month"),
        ({"compute.cloud.price": np.ones((2, 7))}, 0, r"has the shape \(2, 7\); every field needs one of \(2, 8\)"),
        ({"compute.cloud.price": -np.ones((2, 8))}, 0, "below zero"),
        ({"compute.cloud.price": np.full((2, 8), np.nan)}, 0, "is no number"),
        ({"compute.cloud.price": np.ones((2, 8))}, 9, "first is 9; the shared months are 0 to 8"),
        ({"compute.cloud.max": np.ones((2, 8))}, 0, "moves a bound"),
    ],
)
def test_what_is_no_price_path_is_refused(fields: dict[str, np.ndarray], first: int, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        lay_out_paths(plan(), fields, first=first)


def test_a_map_that_misses_a_number_is_noticed() -> None:
    found = map_prices(plan(), FIELDS)
    verify(found, plan(), np.stack([prices(1)[field][0] for field in FIELDS]))
    for lost in (0, len(found.entry) // 2):
        keep = np.arange(len(found.entry)) != lost
        worse = replace(found, entry=found.entry[keep], slot=found.slot[keep], slope=found.slope[keep])
        with pytest.raises(UsageError, match="in proportion"):
            verify(worse, plan(), 2.0 * np.stack([prices(1)[field][0] for field in FIELDS]))
