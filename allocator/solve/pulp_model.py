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
from allocator.solve.outer import refined_cuts

if TYPE_CHECKING:
    import pulp

_PLAIN_DIGITS = 9.0


def to_pulp(program: Program, cuts: Cuts | None = None) -> pulp.LpProblem:
    """`program` in natural units, with `cuts` for its curves and names from its blocks.

    Without `cuts`, the tangents of a solve in HiGHS are taken, so that the problem has the
    program's optimum (its relaxation's, with whole units) to about 1e-6.

    Whole columns are counted in their scale, so that PuLP's integers are the units. Columns
    and rows of a magnitude beyond 1e9 (FLOP, tokens) are in a power of ten of their unit,
    ``compute_2026_01_in_1e22``: solvers take 1e20 for infinite.
    """
    if cuts is None:
        cuts = refined_cuts(program)
    rows = as_rows(program.curves, cuts)
    power = _power_of_ten(program.col_scale)
    row_power = np.concatenate([_power_of_ten(program.row_scale), np.ones(len(rows))])
    unit = np.where(program.integer, program.col_scale, power)
    count = len(rows)
    cut_matrix = sparse.csr_matrix(
        (
            (rows.values / program.col_scale[rows.columns]).ravel(),
            (np.repeat(np.arange(count), 2), rows.columns.ravel()),
        ),
        shape=(count, program.n_cols),
    )
    matrix = sparse.diags(1.0 / row_power) @ sparse.vstack([program.matrix, cut_matrix]) @ sparse.diags(unit)
    names = [program.curves.names[curve] for curve in cuts.curve]
    return build_pulp(
        "allocator",
        -program.objective * unit,
        matrix.tocsr(),
        np.concatenate([program.row_lower, rows.lower]) / row_power,
        np.concatenate([program.row_upper, rows.upper]) / row_power,
        program.col_lower / unit,
        program.col_upper / unit,
        program.integer,
        column_names=_in_powers(_names(program.columns), np.where(program.integer, 1.0, power)),
        row_names=_in_powers(_names(program.rows), row_power)
        + [f"{_plain(name)}_tangent_{index}" for index, name in enumerate(names)],
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


def _power_of_ten(scale: FloatArray) -> FloatArray:
    power = 10.0 ** np.floor(np.log10(scale))
    return np.where(np.abs(np.log10(scale)) > _PLAIN_DIGITS, power, 1.0)


def _in_powers(names: list[str], powers: FloatArray) -> list[str]:
    return [
        name if power == 1.0 else f"{name}_in_1e{round(np.log10(power))}"
        for name, power in zip(names, powers, strict=False)
    ]


def _plain(text: str) -> str:
    # The LP format knows no blanks, signs or brackets in names, and none may begin like a number.
    plain = re.sub(r"[^A-Za-z0-9_.]", "_", text)
    return plain if re.match(r"[A-DF-Za-df-z_]", plain) else f"_{plain}"
