"""One program over many price paths that share what is decided in the first months.

    maximise    mean over s of objective @ x_s
    subject to  the rows, bounds and curves of the plan at the prices of path s, for x_s, s = 1..S
                x_s = x_1 in everything decided in the first months

What is shared is one column and not S tied together, and a row of shared columns alone is there
once. Everything is laid out by numpy from the plan's own program and from what prices do to it
(`path_prices`): no path is formulated to build the arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from allocator.errors import UsageError
from allocator.formulate.build import Formulation
from allocator.formulate.curves import Curves, FloatArray, IntArray
from allocator.formulate.path_layout import Layout, SmallInts, lay_out
from allocator.formulate.path_prices import PriceMap, map_prices, monthly_field, verify, with_numbers, with_prices
from allocator.formulate.path_repairs import PathRepairs, least_rows
from allocator.formulate.path_sharing import shared, shared_rows
from allocator.formulate.program import BoundGroup, Program
from allocator.plan import Plan


@dataclass(frozen=True)
class Paths:
    """A program over S price paths, and the way back to each of them.

    Attributes
    ----------
    program : Program
        Over all paths; its objective and outflow are means over them.
    plan : Plan
        The plan whose prices vary.
    prices : dict of str to ndarray, shape (S, T)
        The varied fields, base units.
    first : int
        Months whose decisions all paths share.
    columns, rows : Layout
        Where a path's own columns and rows lie.
    price_map : PriceMap
    """

    program: Program
    plan: Plan
    prices: Mapping[str, FloatArray]
    first: int
    columns: Layout
    rows: Layout
    price_map: PriceMap

    def __len__(self) -> int:
        return self.columns.paths

    def points(self, x: FloatArray) -> FloatArray:
        """The plan of every path in a point of the whole, shape (S, n) in the columns of the plan's own program."""
        return np.asarray(x[self.columns.index()])

    def formulation(self, path: int) -> Formulation:
        """The formulation of path `path` (0-based): its plan, and its program in the scales of the whole."""
        values = {name: series[path] for name, series in self.prices.items()}
        numbers = np.arange(len(self.price_map.constant))
        own = self.price_map.values(_joined(self.price_map, self.prices, slice(path, path + 1)), numbers)[0]
        made = with_numbers(self.price_map.base, with_prices(self.plan, values), own)
        alone = lay_out(made.program.columns, np.zeros(made.program.n_cols, dtype=bool), 1)
        repairs = PathRepairs(self.price_map.base.program, alone, least_rows(made.program, lambda at: own[None, at]))
        program = replace(made.program, repairs=(repairs.repair, repairs.hold_up), adjustments=(repairs.adjust,))
        return replace(made, program=program)


def lay_out_paths(plan: Plan, prices: Mapping[str, ArrayLike], *, first: int) -> Paths:
    """Write the plan over price paths as one program.

    Parameters
    ----------
    plan : Plan
    prices : mapping of str to array_like, shape (S, T)
        Monthly fields and their values on each path, base units: ``{"compute.cloud.price": ...}``.
    first : int
        Months, from the first, whose decisions are the same on every path; 0 for none. What
        follows from a shared decision is shared too, unless a price that differs enters it.

    Returns
    -------
    Paths

    Raises
    ------
    UsageError
        When a field is no monthly number of the plan, a price is negative or not a number, or
        the plan's program does not follow the fields in proportion.
    LawError
        As `formulate`.
    """
    series = _checked(plan, prices)
    if not 0 <= first <= plan.plan.months:
        raise UsageError(f"first is {first}; the shared months are 0 to {plan.plan.months}")
    fields = tuple(series)
    price_map = map_prices(plan, fields)
    # One path at random holds the map to the formulation, in every number.
    witness = int(np.random.default_rng(len(fields)).integers(len(series[fields[0]])))
    verify(price_map, plan, np.stack([series[path][witness] for path in fields]))
    return _assemble(plan, series, first, price_map)


def _assemble(plan: Plan, series: dict[str, FloatArray], first: int, price_map: PriceMap) -> Paths:
    base = price_map.base.program
    prices = _joined(price_map, series, slice(None))
    paths = len(prices)
    varied = price_map.following(np.ptp(prices, axis=0) > 0.0)
    nnz, n_rows, n_cols = base.matrix.nnz, base.n_rows, base.n_cols
    coefficients = varied[varied < nnz]
    sides = (varied[(varied >= nnz) & (varied < nnz + 2 * n_rows)] - nnz) % n_rows
    columns = lay_out(base.columns, shared(base, plan.labels, first, coefficients, sides), paths)
    rows = lay_out(base.rows, shared_rows(base, columns.shared, coefficients, sides), paths)

    def over_paths(begin: int, numbers: IntArray) -> FloatArray:
        return price_map.values(prices, begin + numbers)

    def constant(begin: int, size: int) -> tuple[FloatArray, IntArray]:
        """The numbers on the first path, and which of them differ between paths."""
        own = price_map.values(prices[:1], np.arange(begin, begin + size))[0]
        return own, varied[(varied >= begin) & (varied < begin + size)] - begin

    own, differ = constant(0, nnz)
    matrix = _matrix(base, columns, rows, own, differ, over_paths(0, differ))
    row_bounds = []
    for begin in (nnz, nnz + n_rows):
        own, differ = constant(begin, n_rows)
        bound = rows.spread(own)
        rows.put(bound, differ.astype(np.int32), over_paths(begin, differ))
        row_bounds.append(bound)
    objectives = []
    weight = np.where(columns.shared, 1.0, 1.0 / paths)
    for begin in (nnz + 2 * n_rows, nnz + 2 * n_rows + n_cols):
        own, differ = constant(begin, n_cols)
        each = over_paths(begin, differ)
        own[differ] = each.mean(axis=0)
        objective = columns.spread(own * weight)
        private = ~columns.shared[differ]
        columns.put(objective, differ[private].astype(np.int32), each[:, private] / paths)
        objectives.append(objective)
    repairs = PathRepairs(base, columns, least_rows(base, lambda at: price_map.values(prices, at)))
    program = Program(
        matrix=matrix,
        col_lower=columns.spread(base.col_lower),
        col_upper=columns.spread(base.col_upper),
        col_scale=columns.spread(base.col_scale),
        row_lower=row_bounds[0],
        row_upper=row_bounds[1],
        row_scale=rows.spread(base.row_scale),
        objective=objectives[0],
        outflow=objectives[1],
        integer=columns.spread(base.integer),
        curves=_curves(base.curves, columns),
        columns=columns.blocks(),
        rows=rows.blocks(),
        bound_groups=tuple(_bound_group(group, columns) for group in base.bound_groups),
        states=_in_order(columns, base.states),
        state_rows=_in_order(rows, base.state_rows),
        repairs=(repairs.repair, repairs.hold_up),
        adjustments=(repairs.adjust,) if base.adjustments else (),
        reference=base.reference,
        tolerance=base.tolerance,
    )
    return Paths(program, plan, series, first, columns, rows, price_map)


def _matrix(
    base: Program, columns: Layout, rows: Layout, own: FloatArray, differ: IntArray, each: FloatArray
) -> sparse.csc_matrix:
    """The coefficients of all paths, written once into their places.

    `own` are those of the first path, `differ` the positions that differ between paths, `each`
    what they are on every path, shape (S, len(differ)).
    """
    matrix, paths = base.matrix, columns.paths
    counts = np.diff(matrix.indptr)
    of_column = np.repeat(np.arange(base.n_cols), counts)
    once = rows.shared[matrix.indices]
    # A shared column meets its shared rows once and the private ones on every path.
    sizes = np.bincount(of_column, weights=np.where(columns.shared[of_column] & ~once, paths, 1), minlength=base.n_cols)
    indptr = np.zeros(len(columns) + 1, dtype=np.int64)
    np.cumsum(columns.spread(sizes), out=indptr[1:])
    total = int(indptr[-1])
    small = np.int32 if total < np.iinfo(np.int32).max else np.int64
    data, indices = np.empty(total), np.empty(total, dtype=small)
    place = np.full(len(own), -1)
    place[differ] = np.arange(len(differ))
    for family in columns.families:
        entries = _entries(matrix.indptr, family.private)
        if len(entries):
            begin = int(indptr[family.begin()])
            block = slice(begin, begin + paths * len(entries))
            values, targets = data[block].reshape(paths, -1), indices[block].reshape(paths, -1)
            values[:] = own[entries]
            varied = np.flatnonzero(place[entries] >= 0)
            values[:, varied] = each[:, place[entries][varied]]
            row = matrix.indices[entries]
            np.multiply(np.arange(paths, dtype=small)[:, None], rows.stride[row], out=targets)
            np.add(targets, rows.offset[row], out=targets)
        for place_of_shared, column in enumerate(family.shared):
            at = int(indptr[family.start + place_of_shared])
            entries = np.arange(matrix.indptr[column], matrix.indptr[column + 1])
            alone = entries[once[entries]]
            spread = entries[~once[entries]]
            values = np.repeat(own[spread][None, :], paths, axis=0)
            varied = np.flatnonzero(place[spread] >= 0)
            values[:, varied] = each[:, place[spread][varied]]
            where = np.concatenate([rows.offset[matrix.indices[alone]], rows.index(matrix.indices[spread]).ravel()])
            order = np.argsort(where)
            end = at + len(where)
            indices[at:end] = where[order]
            data[at:end] = np.concatenate([own[alone], values.ravel()])[order]
    made = sparse.csc_matrix((data, indices, indptr.astype(small)), shape=(len(rows), len(columns)))
    made.has_sorted_indices = True
    made.has_canonical_format = True
    return made


def _entries(indptr: IntArray, columns: SmallInts) -> IntArray:
    """Positions of all entries of `columns`, in order."""
    counts = indptr[columns + 1] - indptr[columns]
    if counts.sum() == 0:
        return np.empty(0, dtype=np.int64)
    begins = np.repeat(indptr[columns] - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
    return np.asarray(begins + np.arange(int(counts.sum())), dtype=np.int64)


def _curves(curves: Curves, columns: Layout) -> Curves:
    """Every curve on every path; once where its columns are shared."""
    once = columns.shared[curves.y]
    each, paths = np.flatnonzero(~once), columns.paths
    order = np.concatenate([np.flatnonzero(once), np.tile(each, paths)])
    names = [curves.names[curve] for curve in np.flatnonzero(once)]
    names += [f"{curves.names[curve]}, path {path}" for path in range(1, paths + 1) for curve in each]

    def places(of: IntArray) -> IntArray:
        return np.concatenate([columns.offset[of[once]], columns.index(of[each]).ravel()]).astype(np.int64)

    return Curves(
        places(curves.x),
        places(curves.y),
        curves.kind[order],
        curves.shift[order],
        curves.exponent[order],
        tuple(names),
    )


def _bound_group(group: BoundGroup, columns: Layout) -> BoundGroup:
    once = columns.shared[group.columns]
    each = np.flatnonzero(~once)
    order = np.concatenate([np.flatnonzero(once), np.tile(each, columns.paths)])
    return replace(
        group,
        columns=_in_order(columns, group.columns),
        lower=group.lower[order],
        upper=group.upper[order],
    )


def _in_order(layout: Layout, entries: IntArray) -> IntArray:
    """The places of `entries`: the shared ones, then those of each path, each in the order given."""
    once = layout.shared[entries]
    return np.concatenate([layout.offset[entries[once]], layout.index(entries[~once]).ravel()]).astype(np.int64)


def _joined(price_map: PriceMap, prices: Mapping[str, FloatArray], which: slice) -> FloatArray:
    """The prices of some paths side by side, shape (S, F * T)."""
    return np.concatenate([prices[path][which] for path in price_map.fields], axis=1)


def _checked(plan: Plan, prices: Mapping[str, ArrayLike]) -> dict[str, FloatArray]:
    series = {path: np.array(values, dtype=float) for path, values in prices.items()}
    if not series:
        raise UsageError("no field varies; name at least one, for instance compute.cloud.price")
    paths = len(next(iter(series.values())))
    for path, values in series.items():
        months = len(monthly_field(plan, path))
        if values.shape != (paths, months) or paths == 0:
            raise UsageError(f"{path} has the shape {values.shape}; every field needs one of ({paths}, {months})")
        if not (np.isfinite(values).all() and (values >= 0.0).all()):
            raise UsageError(f"{path} holds a value that is no number or is below zero; prices are 0 or more")
    return series
