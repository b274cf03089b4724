"""The program as PuLP objects: with readable names for people, with short ones for CBC."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from allocator.formulate.curves import FloatArray
from allocator.formulate.program import Block, Program
from allocator.solve.cuts import Cuts, as_rows

if TYPE_CHECKING:
    import pulp


def to_pulp(program: Program, cuts: Cuts) -> pulp.LpProblem:
    """`program` in natural units, with `cuts` for its curves and names from its blocks.

    Whole columns whose unit is not one (their scale is the unit's size) are counted in
    units, so that PuLP's integers are the units.
    """
    rows = as_rows(program.curves, cuts)
    unit = np.where(program.integer, program.col_scale, 1.0)
    count = len(rows)
    cut_matrix = sparse.csr_matrix(
        (
            (rows.values / program.col_scale[rows.columns]).ravel(),
            (np.repeat(np.arange(count), 2), rows.columns.ravel()),
        ),
        shape=(count, program.n_cols),
    )
    matrix = sparse.vstack([program.matrix, cut_matrix]).tocsc() @ sparse.diags(unit)
    names = [program.curves.names[curve] for curve in cuts.curve]
    return build_pulp(
        "allocator",
        -program.objective * unit,
        matrix.tocsr(),
        np.concatenate([program.row_lower, rows.lower]),
        np.concatenate([program.row_upper, rows.upper]),
        program.col_lower / unit,
        program.col_upper / unit,
        program.integer,
        column_names=_names(program.columns),
        row_names=_names(program.rows) + [f"{_plain(name)}_tangent_{index}" for index, name in enumerate(names)],
    )


def build_pulp(
    title: str,
    cost: FloatArray,
    matrix: sparse.csr_matrix,
    row_lower: FloatArray,
    row_upper: FloatArray,
    col_lower: FloatArray,
    col_upper: FloatArray,
    integer: np.ndarray[Any, np.dtype[np.bool_]],
    *,
    column_names: Sequence[str],
    row_names: Sequence[str],
) -> pulp.LpProblem:
    """Minimise ``cost @ x`` as PuLP objects; rows with two finite sides become two."""
    import pulp

    problem = pulp.LpProblem(title, pulp.LpMinimize)
    columns = [
        problem.add_variable(
            name,
            None if np.isneginf(low) else float(low),
            None if np.isposinf(high) else float(high),
            cat=pulp.LpInteger if whole else pulp.LpContinuous,
        )
        for name, low, high, whole in zip(column_names, col_lower, col_upper, integer, strict=True)
    ]
    chosen = np.flatnonzero(cost)
    problem.setObjective(pulp.LpAffineExpression([(columns[j], float(cost[j])) for j in chosen]))
    for index, name in enumerate(row_names):
        span = slice(matrix.indptr[index], matrix.indptr[index + 1])
        terms = [(columns[j], float(v)) for j, v in zip(matrix.indices[span], matrix.data[span], strict=True)]
        low, high = float(row_lower[index]), float(row_upper[index])
        sides = [(pulp.LpConstraintEQ, low, "")] if low == high else []
        if low != high and np.isfinite(high):
            sides.append((pulp.LpConstraintLE, high, ""))
        if low != high and np.isfinite(low):
            sides.append((pulp.LpConstraintGE, low, "_at_least" if np.isfinite(high) else ""))
        for sense, side, suffix in sides:
            problem.addConstraint(pulp.LpConstraint(pulp.LpAffineExpression(terms), sense, name + suffix, side))
    return problem


def _names(blocks: Sequence[Block]) -> list[str]:
    """One unique readable name an entry: ``compute.h100.gpus_2026.09``."""
    names: list[str] = []
    seen: dict[str, int] = {}
    for block in blocks:
        for label in block.labels:
            name = _plain(f"{block.name}_{label}" if label else block.name)
            seen[name] = seen.get(name, 0) + 1
            names.append(name if seen[name] == 1 else f"{name}__{seen[name]}")
    return names


def _plain(text: str) -> str:
    # The LP format knows no blanks, signs or brackets in names, and none may begin like a number.
    plain = re.sub(r"[^A-Za-z0-9_.]", "_", text)
    return plain if re.match(r"[A-DF-Za-df-z_]", plain) else f"_{plain}"
