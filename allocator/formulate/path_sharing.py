"""What all price paths share: decisions of the first months, and what follows from them alone.

A column is shared when it is chosen in a shared month, or when everything it follows from is
shared and no price that differs between the paths enters its rows. A row is shared when all its
columns are and it is the same on every path. Nothing is tied together by equality rows: a shared
column is there once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from allocator.formulate.curves import IntArray
from allocator.formulate.program import Block, Program

BoolArray = np.ndarray[Any, np.dtype[np.bool_]]
# Columns that are the least value their rows allow: (columns, rows), in the order in which they follow.
LEAST = (
    ("burn", "Net burn"),
    ("burn that goes on", "Burn that goes on"),
    ("burn after the horizon", "Burn after the horizon"),
)


def months_of(columns: tuple[Block, ...], labels: tuple[str, ...]) -> IntArray:
    """The month (1..T) in which each column is decided: its label's, the last of two; T + 1 where it names none."""
    position = {label: month for month, label in enumerate(labels, start=1)}
    unknown = len(labels) + 1
    return np.array([position.get(label.rsplit(" > ", 1)[-1], unknown) for block in columns for label in block.labels])


def least_columns(program: Program) -> list[tuple[IntArray, IntArray]]:
    """For each family of `LEAST` that is there: its rows and the column that each of them holds up."""
    found = []
    names = {block.name for block in program.rows}
    for columns, rows in LEAST:
        if rows in names and program.has_column(columns):
            row, column = program.row(rows).index, program.column(columns).index
            owner = column if len(column) == len(row) else np.repeat(column, len(row))
            found.append((row, owner))
    return found


def shared(program: Program, labels: tuple[str, ...], first: int, varied: IntArray, rows_varied: IntArray) -> BoolArray:
    """Which columns all paths share, shape (n_cols,).

    Parameters
    ----------
    program : Program
        The plan's own program.
    labels : tuple of str
        Its T months.
    first : int
        Months whose decisions are shared.
    varied : ndarray of int
        Positions in ``program.matrix.data`` of coefficients that differ between paths.
    rows_varied : ndarray of int
        Rows whose bounds differ between paths.
    """
    if first == 0:
        # Opening stocks are the same on every path, but then nobody asked for anything to be shared.
        return np.zeros(program.n_cols, dtype=bool)
    pattern = _pattern(program)
    differs = np.zeros(program.n_rows, dtype=bool)
    differs[program.matrix.indices[varied]] = True
    differs[rows_varied] = True
    owned = owned_by_repairs(program)
    chosen = np.ones(program.n_cols, dtype=bool)
    chosen[program.states] = False
    chosen &= ~owned
    result = chosen & (months_of(program.columns, labels) <= first)
    # What has rows of its own: a column is known once all its rows hold nothing else that is private.
    rows = np.concatenate([program.state_rows, *(row for row, _ in least_columns(program))])
    columns = np.concatenate([program.states, *(column for _, column in least_columns(program))])
    groups, members = _groups(program, owned, np.setdiff1d(np.flatnonzero(owned), columns))
    while True:
        before = int(result.sum())
        private = pattern @ (~result).astype(np.int32)
        unknown = np.zeros(program.n_cols, dtype=np.int32)
        np.add.at(unknown, columns, ((private[rows] - ~result[columns]) > 0) | differs[rows])
        known = np.unique(columns)
        result[known] |= unknown[known] == 0
        for group in range(groups):
            inside = np.zeros(program.n_cols, dtype=bool)
            inside[members[group]] = True
            result[members[group]] |= _closed(program, pattern, result | inside, inside, differs)
        if int(result.sum()) == before:
            return result


def shared_rows(program: Program, columns: BoolArray, varied: IntArray, rows_varied: IntArray) -> BoolArray:
    """Which rows are there once: those of shared columns alone that are the same on every path."""
    result = np.asarray(_pattern(program) @ (~columns).astype(np.int32) == 0)
    result[program.matrix.indices[varied]] = False
    result[rows_varied] = False
    return result


def owned_by_repairs(program: Program) -> BoolArray:
    """Columns that some repair sets: found by letting the repairs work on noise."""
    draw = np.random.default_rng(7)
    noise = draw.uniform(0.5, 1.5, program.n_cols) * program.col_scale
    point = noise.copy()
    for repair in program.repairs:
        repair(point)
    return np.asarray(point != noise)


def _groups(program: Program, owned: BoolArray, rest: IntArray) -> tuple[int, list[IntArray]]:
    """The columns `rest` (of laws) in groups that share rows or curves: one for each model."""
    if len(rest) == 0:
        return 0, []
    position = np.full(program.n_cols, -1)
    position[rest] = np.arange(len(rest))
    part = _pattern(program)[:, rest]
    curves = program.curves
    inside = owned[curves.x] & owned[curves.y] & (position[curves.x] >= 0) & (position[curves.y] >= 0)
    x, y = position[curves.x[inside]], position[curves.y[inside]]
    links = sparse.coo_matrix((np.ones(len(x)), (x, y)), shape=(len(rest), len(rest)))
    count, label = connected_components(part.T @ part + links, directed=False)
    return count, [rest[label == group] for group in range(count)]


def _closed(
    program: Program, pattern: sparse.csr_matrix, known: BoolArray, inside: BoolArray, differs: BoolArray
) -> bool:
    """Whether the columns `inside` touch, over rows and curves, only what is known and the same on every path."""
    touched = pattern @ inside.astype(np.int32) > 0
    if bool(differs[touched].any()) or bool((pattern[touched] @ (~known).astype(np.int32)).any()):
        return False
    curves = program.curves
    linked = inside[curves.x] | inside[curves.y]
    return bool(known[curves.x[linked]].all() and known[curves.y[linked]].all())


def _pattern(program: Program) -> sparse.csr_matrix:
    matrix = program.matrix
    ones = np.ones(matrix.nnz, dtype=np.int32)
    return sparse.csc_matrix((ones, matrix.indices, matrix.indptr), shape=matrix.shape).tocsr()
