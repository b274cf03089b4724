"""Free-format MPS straight from arrays, for programs too large for one object a coefficient."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from allocator.formulate.curves import FloatArray

# CBC reads a marker only with these blanks.
_MARKER = "    MARKER                 'MARKER'                 '{}'"


def write_mps(
    path: Path,
    cost: FloatArray,
    matrix: sparse.csc_matrix,
    row_lower: FloatArray,
    row_upper: FloatArray,
    col_lower: FloatArray,
    col_upper: FloatArray,
    integer: np.ndarray[Any, np.dtype[np.bool_]],
) -> None:
    """Write ``minimise cost @ x`` with columns c0, c1, … and rows r0, r1, …, all digits kept."""
    sense = np.where(
        row_lower == row_upper, "E", np.where(np.isfinite(row_upper), "L", np.where(np.isfinite(row_lower), "G", "N"))
    )
    lines = ["NAME allocator", "ROWS", " N  objective"]
    lines += [f" {kind}  r{row}" for row, kind in enumerate(sense)]
    lines.append("COLUMNS")
    starts, rows, values = matrix.indptr.tolist(), matrix.indices.tolist(), matrix.data.tolist()
    inside = False
    for column, whole in enumerate(integer.tolist()):
        if whole != inside:
            lines.append(_MARKER.format("INTORG" if whole else "INTEND"))
            inside = whole
        # Every column is named here, or a reader would not know it.
        lines.append(f" c{column} objective {float(cost[column])!r}")
        lines += [f" c{column} r{rows[k]} {values[k]!r}" for k in range(starts[column], starts[column + 1])]
    if inside:
        lines.append(_MARKER.format("INTEND"))
    lines.append("RHS")
    side = np.where(np.isfinite(row_upper), row_upper, np.where(np.isfinite(row_lower), row_lower, 0.0))
    lines += [f" RHS r{row} {float(side[row])!r}" for row in np.flatnonzero(side)]
    ranged = np.isfinite(row_lower) & np.isfinite(row_upper) & (row_lower != row_upper)
    lines.append("RANGES")
    lines += [f" RNG r{row} {float(row_upper[row] - row_lower[row])!r}" for row in np.flatnonzero(ranged)]
    lines.append("BOUNDS")
    for column, (low, high) in enumerate(zip(col_lower.tolist(), col_upper.tolist(), strict=True)):
        lines += _bounds(column, low, high, whole=bool(integer[column]))
    lines.append("ENDATA")
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


def _bounds(column: int, low: float, high: float, *, whole: bool) -> list[str]:
    infinite_low, infinite_high = low == -np.inf, high == np.inf
    if low == high:
        return [f" FX BND c{column} {low!r}"]
    if infinite_low and infinite_high:
        return [f" FR BND c{column}"]
    lines = [f" MI BND c{column}"] if infinite_low else ([f" LO BND c{column} {low!r}"] if low != 0.0 else [])
    if not infinite_high:
        lines.append(f" UP BND c{column} {high!r}")
    elif whole:
        # Without it, readers take whole columns for binaries.
        lines.append(f" PL BND c{column}")
    return lines
