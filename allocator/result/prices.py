"""Shadow prices in the plan's words: what one more unit of each rule is worth."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

import numpy as np

from allocator.formulate.build import Formulation
from allocator.formulate.curves import FloatArray
from allocator.result.table import Table, table

# Below this share of the largest price a price is noise.
NEGLIGIBLE = 1e-9
MONEY_ROWS = ("Cash balance",)


def price_table(
    formulation: Formulation, duals: FloatArray | None, reduced_costs: FloatArray | None, metric_slope: float | None
) -> Table:
    """Prices of the user's rules and of cash, by constraint and month.

    Parameters
    ----------
    formulation : Formulation
    duals, reduced_costs : ndarray or None
        Change of the objective per unit of each row's right-hand side and column's bound.
    metric_slope : float or None
        Change of the single model's metric per unit of the objective; None with several.

    Returns
    -------
    Table
        ``constraint, month, says, unit, price`` (objective per unit) and ``metric`` (the
        model's own metric per unit, None with several models).
    """
    columns = ["constraint", "month", "says", "unit", "price", "metric"]
    if duals is None or reduced_costs is None:
        return table("prices", columns, [])
    found = list(_prices(formulation, duals, reduced_costs))
    records = [
        (name, month, says, unit, price, None if metric_slope is None else price * metric_slope)
        for name, month, says, unit, price in found
        if price != 0.0
    ]
    return table("prices", columns, records)


def _prices(
    formulation: Formulation, duals: FloatArray, reduced_costs: FloatArray
) -> Iterator[tuple[str, str, str, str, float]]:
    program = formulation.program
    scaled = np.abs(duals) * program.row_scale
    negligible = NEGLIGIBLE * float(np.max(scaled, initial=0.0))
    for block in program.rows:
        if not block.group and block.name not in MONEY_ROWS:
            continue
        for entry in np.flatnonzero(scaled[block.index] > negligible):
            name = block.group or "cash"
            yield name, block.labels[int(entry)], block.sentence, block.unit, float(duals[block.start + entry])
    starts = [block.start for block in program.columns]
    for group in program.bound_groups:
        costs = reduced_costs[group.columns]
        # A bound group relaxes one side only; the sign says which side holds the plan.
        lower_side = program.col_upper[group.columns] == group.upper
        mine = np.where(lower_side, costs < 0.0, costs > 0.0)
        heavy = np.abs(costs) * program.col_scale[group.columns] > negligible
        # Fixed at whole numbers, a column's reduced cost is the price of the fixing.
        chosen = ~program.integer[group.columns]
        for entry in np.flatnonzero(mine & heavy & chosen):
            column = int(group.columns[entry])
            block = program.columns[bisect_right(starts, column) - 1]
            yield group.name, block.labels[column - block.start], group.sentence, block.unit, float(costs[entry])
