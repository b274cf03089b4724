"""Repairs and adjustments of all paths at once: the plan's own, path by path, and money by its rows.

A law's repair asks only for its inputs, and is the same on every path: it is called for each, at
some hundredths of a millisecond. What follows from prices (burn, and what goes on of it) is the
least value that its rows allow; it is worked out from the arrays for all paths together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.path_layout import Layout
from allocator.formulate.path_sharing import least_columns
from allocator.formulate.program import Program


@dataclass(frozen=True)
class LeastRows:
    """Rows that hold columns up: ``x[owner] >= (side - sum of coefficients * x[columns]) / lead``.

    Attributes
    ----------
    owner : ndarray of int, shape (r,)
        Column of each row; a column may have several.
    lead : ndarray, shape (r,)
        The owner's own coefficient.
    columns : ndarray of int, shape (k,)
        The other columns of all rows, row after row.
    row : ndarray of int, shape (k,)
        Which of the r rows each belongs to.
    coefficients : ndarray, shape (S, k)
    side : ndarray, shape (S, r)
    """

    owner: IntArray
    lead: FloatArray
    columns: IntArray
    row: IntArray
    coefficients: FloatArray
    side: FloatArray


def least_rows(program: Program, values: Callable[[IntArray], FloatArray]) -> tuple[LeastRows, ...]:
    """The rows of `path_sharing.LEAST`.

    Parameters
    ----------
    program : Program
        The plan's own.
    values : callable
        The numbers at given positions on every path, shape (S, len(positions)): first those of
        ``matrix.data``, then the rows' lower bounds.
    """
    matrix = program.matrix
    places = sparse.csc_matrix((np.arange(1, matrix.nnz + 1), matrix.indices, matrix.indptr), shape=matrix.shape)
    found = []
    for rows, owner in least_columns(program):
        part = places[rows].tocoo()
        order = np.argsort(part.row, kind="stable")
        row, column, entry = part.row[order].astype(np.int64), part.col[order].astype(np.int64), part.data[order] - 1
        own = column == owner[row]
        lead = np.empty(len(rows))
        lead[row[own]] = matrix.data[entry[own]]
        # `values` wants ascending positions.
        ascending = np.argsort(entry[~own])
        coefficients = np.empty_like(values(entry[~own][ascending]))
        coefficients[:, ascending] = values(entry[~own][ascending])
        found.append(
            LeastRows(owner, lead, column[~own], row[~own], coefficients, values(matrix.nnz + np.asarray(rows)))
        )
    return tuple(found)


class PathRepairs:
    """The repairs and adjustments of a program over paths.

    Parameters
    ----------
    program : Program
        The plan's own.
    columns : Layout
    least : tuple of LeastRows
    """

    def __init__(self, program: Program, columns: Layout, least: tuple[LeastRows, ...]) -> None:
        self._program = program
        self._columns = columns
        self._least = least

    def repair(self, point: FloatArray) -> bool:
        """Make every curve exact on every path; whether states follow from some of them."""
        index = self._columns.index()
        each = point[index]
        moved = [bool(repair(path)) for path in each for repair in self._program.repairs]
        point[index] = each
        return any(moved)

    def hold_up(self, point: FloatArray) -> None:
        """Make burn, and what goes on of it, exact on every path; states are complete."""
        index = self._columns.index()
        each = point[index]
        for rows in self._least:
            _hold_up(rows, each, self._program.col_lower)
        point[index] = each

    def adjust(self, point: FloatArray) -> bool:
        """Take back, on every path, what only a tolerance allows."""
        index = self._columns.index()
        each = point[index]
        changed = [[adjust(path) for adjust in self._program.adjustments] for path in each]
        if not np.any(changed):
            return False
        point[index] = each
        return True


def _hold_up(rows: LeastRows, each: FloatArray, lower: FloatArray) -> None:
    terms = rows.coefficients * each[:, rows.columns]
    rest = np.zeros((len(each), len(rows.owner)))
    if len(rows.row):
        begins = np.flatnonzero(np.diff(rows.row, prepend=-1))
        rest[:, rows.row[begins]] = np.add.reduceat(terms, begins, axis=1)
    least = np.maximum((rows.side - rest) / rows.lead, lower[rows.owner])
    each[:, rows.owner] = -np.inf
    for place, owner in enumerate(rows.owner):
        np.maximum(each[:, owner], least[:, place], out=each[:, owner])
