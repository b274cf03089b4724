"""The plan as allocator builds programs: one path with `ProgramBuilder`, repeated for all paths with whole arrays.

`build` is the one function to exchange when another maker of the same arrays is to be measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from allocator.formulate.program import Program, ProgramBuilder

from .plans import CorePlan, FloatArray

_WAY = {"unit": "1", "sentence": ""}


@dataclass(frozen=True)
class Arrays:
    """Maximise ``cost @ x`` within bounds; rows of `matrix` by path, then the rows that tie the paths together."""

    cost: FloatArray
    matrix: sparse.csr_matrix
    col_lower: FloatArray
    col_upper: FloatArray
    row_lower: FloatArray
    row_upper: FloatArray


@dataclass(frozen=True)
class Template:
    """The program of one path, where its prices stand, and which of its columns are shared between paths."""

    program: Program
    spend_rows: NDArray[np.int64]
    gpus: NDArray[np.int64]
    shared: NDArray[np.int64]


def build(plan: CorePlan) -> Arrays:
    """Return the plan's arrays."""
    template = one_path(plan)
    program, paths = template.program, plan.paths
    block = program.matrix.tocsr()
    rows, columns, entries = *block.shape, block.nnz
    data = np.tile(block.data, (paths, 1))
    data[:, price_places(template, block)] = -plan.price.reshape(paths, -1)
    # Ties: each shared column of a path equals that of the path before.
    later = np.arange(1, paths)[:, None] * columns + template.shared
    ties = np.stack([later, later - columns], axis=-1).ravel()
    count = later.size
    offsets = np.arange(paths)[:, None]
    matrix = sparse.csr_matrix(
        (
            np.concatenate([data.ravel(), np.tile([1.0, -1.0], count)]),
            np.concatenate([(block.indices + (offsets * columns).astype(np.int32)).ravel(), ties.astype(np.int32)]),
            np.concatenate(
                [
                    (block.indptr[:-1] + (offsets * entries).astype(np.int32)).ravel(),
                    paths * entries + np.arange(0, 2 * count + 1, 2, dtype=np.int32),
                ]
            ).astype(np.int32),
        ),
        shape=(paths * rows + count, paths * columns),
    )
    level = np.zeros(count)
    return Arrays(
        cost=np.tile(program.objective / paths, paths),
        matrix=matrix,
        col_lower=np.tile(program.col_lower, paths),
        col_upper=np.tile(program.col_upper, paths),
        row_lower=np.concatenate([np.tile(program.row_lower, paths), level]),
        row_upper=np.concatenate([np.tile(program.row_upper, paths), level]),
    )


def price_places(template: Template, block: sparse.csr_matrix) -> NDArray[np.int64]:
    """Where in the rows' data the prices of GPUs stand, by month and offer, shape (months * offers,)."""
    places = np.empty(template.gpus.shape, dtype=np.int64)
    for month, row in enumerate(template.spend_rows):
        span = np.arange(block.indptr[row], block.indptr[row + 1])
        order = np.argsort(block.indices[span])
        places[month] = span[order[np.searchsorted(block.indices[span], template.gpus[month], sorter=order)]]
    return places.ravel()


def one_path(plan: CorePlan) -> Template:
    """Return the program of the plan's first path."""
    builder, months = ProgramBuilder(), [f"month {month}" for month in range(1, plan.months + 1)]
    now = np.arange(plan.months)

    def columns(name: str, kinds: int, **bounds: Any) -> NDArray[np.int64]:
        """Columns by month and kind; bounds by kind."""
        wide = {key: np.tile(value, plan.months) for key, value in bounds.items()}
        labels = [f"{month} {kind}" for month in months for kind in range(1, kinds + 1)]
        return builder.add_columns(name, labels, **wide, **_WAY).reshape(plan.months, kinds)

    gpus = columns("gpus", len(plan.power), upper=plan.most_gpus)
    data = columns("data", len(plan.fee), upper=plan.most_data)
    hires = columns("hires", len(plan.salary), upper=plan.most_hires)
    heads = columns("heads", len(plan.salary))
    spend, cash, burn, stock = (columns(name, 1)[:, 0] for name in ("spend", "cash", "burn", "stock"))
    training = [
        builder.add_columns(f"training {place}", months[model.begin : model.end], **_WAY)
        for place, model in enumerate(plan.models)
    ]

    def rows(name: str, labels: list[str], terms: list[tuple[Any, Any]], lower: Any, upper: Any) -> NDArray[np.int64]:
        """Rows with one term for each entry, of columns shape (rows,) or (rows, kinds)."""
        made = builder.add_rows(name, labels, lower=lower, upper=upper, **_WAY)
        for index, values in terms:
            builder.put(made if np.ndim(index) == 1 else made[:, None], index, values)
        return made

    spent = [(spend, 1.0), (gpus, -plan.price[0]), (data, -plan.fee), (heads, -plan.salary), (hires, -plan.bonus)]
    spend_rows = rows("spend", months, spent, plan.office, plan.office)
    kept = rows("cash", months, [(cash, 1.0), (spend, 1.0)], plan.income, plan.income)
    builder.put(kept[1:], cash[:-1], -(1.0 + plan.interest))
    rows("burn", months, [(burn, 1.0), (spend, -1.0)], -plan.revenue, np.inf)
    held = rows("runway", months, [(cash, 1.0)], 0.0, np.inf)
    for back in range(plan.window):
        builder.put(held[back:], burn[: plan.months - back], -plan.cushion[back:])
    stored = rows("stock", months, [(stock, 1.0), (data, -1.0)], 0.0, 0.0)
    builder.put(stored[1:], stock[:-1], -1.0)
    for role, (opening, leaving) in enumerate(zip(plan.opening_heads, plan.attrition, strict=True)):
        side = np.where(now == 0, (1.0 - leaving) * opening, 0.0)
        staffed = rows(f"heads {role}", months, [(heads[:, role], 1.0), (hires[:, role], -1.0)], side, side)
        builder.put(staffed[1:], heads[:-1, role], leaving - 1.0)
    delivered = rows("delivered", months, [(gpus, -plan.power)], -np.inf, 0.0)
    engineers, researchers, annotators = plan.per_head
    rows("engineers", months, [(gpus, 1.0), (heads[:, 0], -engineers)], -np.inf, 0.0)
    research = rows("researchers", months, [(heads[:, 1], -researchers)], -np.inf, 0.0)
    rows("annotators", months, [(data, 1.0), (heads[:, 2], -annotators)], -np.inf, 0.0)
    for place, model in enumerate(plan.models):
        builder.put(delivered[model.begin : model.end], training[place], 1.0)
        builder.put(research[model.begin : model.end], training[place], 1.0)
        _law(builder, plan, place, training[place], stock[model.begin - 1])
    early = [block[: plan.shared].ravel() for block in (gpus, data, hires)]
    early += [block[: max(plan.shared - model.begin, 0)] for block, model in zip(training, plan.models, strict=True)]
    return Template(builder.build(), spend_rows, gpus, np.concatenate(early))


def _law(builder: ProgramBuilder, plan: CorePlan, place: int, training: NDArray[np.int64], stock: int) -> None:
    """Total, logs and quality of one model."""
    model = plan.models[place]
    total = builder.add_columns(f"total {place}", [""], **_WAY)
    size, tokens, compute = (
        builder.add_columns(f"{name} log {place}", [""], lower=-20.0, upper=20.0, **_WAY)
        for name in ("size", "data", "compute")
    )
    quality = builder.add_columns(f"quality {place}", [""], lower=-20.0, upper=20.0, **_WAY)
    summed = builder.add_rows(f"total {place}", [""], lower=0.0, upper=0.0, **_WAY)
    builder.put(summed, total, 1.0)
    builder.put(summed, training, -1.0)
    evenly = builder.add_rows(f"evenly {place}", [""] * len(training), upper=0.0, **_WAY)
    builder.put(evenly, training, 1.0)
    builder.put(evenly, total, -2.0 / len(training))
    slopes, sides = plan.log_tangents
    for name, log, argument in (("data", tokens, np.array([stock])), ("compute", compute, total)):
        made = builder.add_rows(f"{name} log {place}", [""] * len(slopes), upper=sides, **_WAY)
        builder.put(made, log, 1.0)
        builder.put(made, argument, -slopes)
    fitting = builder.add_rows(f"size and data {place}", [""], upper=0.0, **_WAY)
    builder.put(fitting, np.concatenate([size, tokens, compute]), [1.0, 1.0, -1.0])
    by_size, by_data, sides = plan.quality_tangents(model)
    reached = builder.add_rows(f"quality {place}", [""] * len(sides), upper=sides, **_WAY)
    builder.put(reached, quality, 1.0)
    builder.put(reached, size, -by_size)
    builder.put(reached, tokens, -by_data)
    builder.maximise(quality, model.weight)


def pass_to_highs(arrays: Arrays) -> Any:
    """Return HiGHS with the program loaded, through its array interface."""
    import highspy

    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    matrix = arrays.matrix
    count = len(arrays.cost)
    solver.passModel(
        count,
        matrix.shape[0],
        matrix.nnz,
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMaximize),
        0.0,
        arrays.cost,
        arrays.col_lower,
        arrays.col_upper,
        arrays.row_lower,
        arrays.row_upper,
        matrix.indptr,
        matrix.indices,
        matrix.data,
        np.zeros(count, dtype=np.int32),
    )
    return solver


def as_program(arrays: Arrays) -> Program:
    """Return the arrays as a program for allocator's engine, one nameless family each of columns and rows."""
    rows, columns = arrays.matrix.shape
    builder = ProgramBuilder()
    builder.add_columns("quantity", [""] * columns, lower=arrays.col_lower, upper=arrays.col_upper, **_WAY)
    builder.add_rows("rule", [""] * rows, lower=arrays.row_lower, upper=arrays.row_upper, **_WAY)
    entries = arrays.matrix.tocoo()
    builder.put(entries.row, entries.col, entries.data)
    builder.maximise(np.arange(columns), arrays.cost)
    return builder.build()
