"""Pieces to one set of arrays: all of them anew, or only those that differ from a like program's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Any

import numpy as np
from scipy import sparse

from allocator.formulate.curves import Curves, FloatArray, IntArray, equal, join, with_data
from allocator.formulate.pieces import COLUMN_ARRAYS, ROW_ARRAYS, Piece, Terms

# Row and column numbers below this are sorted by their digits, which takes no comparisons.
_SHORT = 2**16
_LISTS = ("columns", "rows", "groups", "repairs", "adjustments")


@dataclass(frozen=True, eq=False)
class Places:
    """Where the coefficients of a program stand in its matrix.

    Attributes
    ----------
    rows, columns : ndarray of int, shape (k,)
        Of each coefficient, in the order they were added; equal positions add up.
    slots : ndarray of int, shape (k,)
        Which entry of the matrix each adds to.
    indices, indptr : ndarray of int32
        The entries, column by column, zeros included.
    """

    rows: IntArray
    columns: IntArray
    slots: IntArray
    indices: Any
    indptr: Any


@dataclass(frozen=True, eq=False)
class Arrays:
    """All arrays of a program, and what it takes to make the next ones from them.

    Attributes
    ----------
    pieces : tuple of Piece
    places : Places
    values : ndarray, shape (k,)
        Coefficients in the order they were added.
    firsts : tuple of int
        Which of them is the first of each piece.
    kept : ndarray of bool, or None
        Which entries of `places` are not zero; None where all are not.
    matrix : scipy.sparse.csc_matrix
        Without zeros.
    stacked : dict of str to ndarray
        Bounds and scales of columns and rows by name.
    objective, outflow : ndarray, shape (n_cols,)
    curves : Curves
    states, state_rows : ndarray of int
    columns, rows : tuple of Block
    groups : tuple of BoundGroup
    repairs, adjustments : tuple of callables
    """

    pieces: tuple[Piece, ...]
    places: Places
    values: FloatArray
    firsts: tuple[int, ...]
    kept: Any
    matrix: sparse.csc_matrix
    stacked: dict[str, Any]
    objective: FloatArray
    outflow: FloatArray
    curves: Curves
    states: IntArray
    state_rows: IntArray
    columns: tuple[Any, ...]
    rows: tuple[Any, ...]
    groups: tuple[Any, ...]
    repairs: tuple[Any, ...]
    adjustments: tuple[Any, ...]


def assemble(pieces: Sequence[Piece], shape: tuple[int, int], like: Arrays | None = None) -> Arrays:
    """The arrays of a program of `pieces`, which follow each other.

    Parameters
    ----------
    pieces : sequence of Piece
    shape : (n_rows, n_cols)
    like : Arrays, optional
        Of another program. What is the same in both is the same object in both.

    Returns
    -------
    Arrays
        Equal, entry for entry, to those made without `like`.
    """
    fresh = None if like is None else _changed(pieces, like.pieces)
    if like is None or fresh is None:
        return _from_all(tuple(pieces), shape)
    return _from_like(tuple(pieces), fresh, shape, like)


def _changed(pieces: Sequence[Piece], known: Sequence[Piece]) -> list[int] | None:
    """Positions of the pieces that are not those of the other program; None where the two are built differently."""
    if len(pieces) != len(known):
        return None
    changed = [number for number, (new, old) in enumerate(zip(pieces, known, strict=True)) if new is not old]
    return changed if all(pieces[number].stands_like(known[number]) for number in changed) else None


def _from_all(pieces: tuple[Piece, ...], shape: tuple[int, int]) -> Arrays:
    puts = [put for piece in pieces for put in piece.puts]
    rows, columns, values = (
        tuple(np.concatenate(arrays) for arrays in zip(*puts, strict=True))
        if puts
        else (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    )
    places = _places(rows, columns, shape)
    matrix, kept = _matrix(places, values, shape)
    states = [pair for piece in pieces for pair in piece.states]
    none = np.empty(0, dtype=np.int64)
    return Arrays(
        pieces=pieces,
        places=places,
        values=values,
        firsts=tuple(accumulate((sum(len(put[2]) for put in piece.puts) for piece in pieces), initial=0)),
        kept=kept,
        matrix=matrix,
        stacked={name: _stack(pieces, name) for name in (*COLUMN_ARRAYS, *ROW_ARRAYS)},
        objective=_accumulate([piece.objective for piece in pieces], shape[1]),
        outflow=_accumulate([piece.outflow for piece in pieces], shape[1]),
        curves=join([curves for piece in pieces for curves in piece.curves]),
        states=np.concatenate([pair[0] for pair in states]) if states else none,
        state_rows=np.concatenate([pair[1] for pair in states]) if states else none,
        **{name: _chained(pieces, name) for name in _LISTS},
    )


def _from_like(pieces: tuple[Piece, ...], changed: list[int], shape: tuple[int, int], like: Arrays) -> Arrays:
    """Copies of the other program's arrays with the numbers of the changed pieces; the rest is shared."""
    pairs = [(pieces[number], like.pieces[number]) for number in changed]
    found = _patched_values(pieces, changed, like)
    if found is None or any(_states_differ(new, old) for new, old in pairs):
        return _from_all(pieces, shape)
    values = found
    if values is like.values:
        matrix, kept = like.matrix, like.kept
    else:
        matrix, kept = _matrix(like.places, values, shape, like)
    stacked = dict(like.stacked)
    for new, _ in pairs:
        _patch(stacked, COLUMN_ARRAYS, new, new.first_column, new.n_columns)
        _patch(stacked, ROW_ARRAYS, new, new.first_row, new.n_rows)
    objective, outflow, curves = like.objective, like.outflow, like.curves
    if not all(_same_terms(new.objective, old.objective) for new, old in pairs):
        objective = _accumulate([piece.objective for piece in pieces], shape[1])
    if not all(_same_terms(new.outflow, old.outflow) for new, old in pairs):
        outflow = _accumulate([piece.outflow for piece in pieces], shape[1])
    if not all(_same_curves(new.curves, old.curves) for new, old in pairs):
        curves = join([part for piece in pieces for part in piece.curves])
    lists = {
        name: getattr(like, name)
        if all(_same_objects(getattr(new, name), getattr(old, name)) for new, old in pairs)
        else _chained(pieces, name)
        for name in _LISTS
    }
    return Arrays(
        pieces=pieces,
        places=like.places,
        values=values,
        firsts=like.firsts,
        kept=kept,
        matrix=matrix,
        stacked=stacked,
        objective=objective,
        outflow=outflow,
        curves=curves,
        states=like.states,
        state_rows=like.state_rows,
        **lists,
    )


def _places(rows: IntArray, columns: IntArray, shape: tuple[int, int]) -> Places:
    """The pattern of the coefficients: sorted by column and row, equal positions once."""
    order = _stable_order(rows, shape[0])
    order = order[_stable_order(columns[order], shape[1])]
    sorted_rows, sorted_columns = rows[order], columns[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (sorted_rows[1:] != sorted_rows[:-1]) | (sorted_columns[1:] != sorted_columns[:-1])
    slots = np.empty(len(order), dtype=np.int64)
    slots[order] = np.cumsum(first) - 1
    counts = np.bincount(sorted_columns[first], minlength=shape[1])
    indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return Places(rows, columns, slots, sorted_rows[first].astype(np.int32), indptr)


def _stable_order(numbers: IntArray, below: int) -> IntArray:
    return np.argsort(numbers.astype(np.uint16) if below <= _SHORT else numbers, kind="stable")


def _matrix(
    places: Places, values: FloatArray, shape: tuple[int, int], like: Arrays | None = None
) -> tuple[sparse.csc_matrix, Any]:
    """The matrix without zeros, and which entries that leaves; with the index arrays of `like` where they are these."""
    data = np.bincount(places.slots, weights=values, minlength=len(places.indices))
    nonzero = data != 0.0
    kept = None if nonzero.all() else nonzero
    if kept is not None:
        data = data[kept]
    if like is not None and _same_kept(kept, like.kept):
        return with_data(like.matrix, data), kept
    indices, indptr = places.indices, places.indptr
    if kept is not None:
        before = np.concatenate([[0], np.cumsum(kept)])
        indices, indptr = indices[kept], before[indptr].astype(np.int32)
    matrix = sparse.csc_matrix((data, indices, indptr), shape=shape)
    matrix.has_canonical_format = True
    return matrix, kept


def _same_kept(one: Any, other: Any) -> bool:
    return one is other if one is None or other is None else equal(one, other)


def _patched_values(pieces: tuple[Piece, ...], changed: list[int], like: Arrays) -> FloatArray | None:
    """The coefficients with those of the changed pieces; None where they stand at other places than before."""
    values = like.values
    for number in changed:
        rows, columns, numbers = pieces[number].entries
        old_rows, old_columns, old_numbers = like.pieces[number].entries
        if len(rows) != len(old_rows) or not (equal(rows, old_rows) and equal(columns, old_columns)):
            return None
        if not equal(numbers, old_numbers):
            values = values.copy() if values is like.values else values
            values[like.firsts[number] : like.firsts[number] + len(numbers)] = numbers
    return values


def _patch(stacked: dict[str, Any], names: Sequence[str], piece: Piece, first: int, size: int) -> None:
    """Replace an array by a copy with the piece's numbers, where they differ."""
    if size == 0:
        return
    here = slice(first, first + size)
    for name in names:
        numbers, array = piece.stacked(name), stacked[name]
        if not equal(array[here], numbers):
            stacked[name] = array = array.copy()
            array[here] = numbers


def _chained(pieces: Sequence[Piece], name: str) -> tuple[Any, ...]:
    return tuple(chain.from_iterable([getattr(piece, name) for piece in pieces]))


def _stack(pieces: Sequence[Piece], name: str) -> Any:
    arrays = list(chain.from_iterable(getattr(piece, name) for piece in pieces))
    if not arrays:
        return np.empty(0, dtype=bool if name == "integer" else float)
    return np.concatenate(arrays)


def _accumulate(parts: Sequence[Terms], size: int) -> FloatArray:
    terms = list(chain.from_iterable(parts))
    if not terms:
        return np.zeros(size)
    columns, values = zip(*terms, strict=True)
    summed = np.bincount(np.concatenate(columns), weights=np.concatenate(values), minlength=size)
    return np.asarray(summed, dtype=float)


def _states_differ(new: Piece, old: Piece) -> bool:
    return len(new.states) != len(old.states) or not all(
        equal(one, other)
        for pair, known in zip(new.states, old.states, strict=True)
        for one, other in zip(pair, known, strict=True)
    )


def _same_terms(new: Terms, old: Terms) -> bool:
    return len(new) == len(old) and all(
        equal(columns, old_columns) and equal(values, old_values)
        for (columns, values), (old_columns, old_values) in zip(new, old, strict=True)
    )


def _same_curves(new: Sequence[Curves], old: Sequence[Curves]) -> bool:
    return len(new) == len(old) and all(one.same_as(other) for one, other in zip(new, old, strict=True))


def _same_objects(new: Sequence[Any], old: Sequence[Any]) -> bool:
    return len(new) == len(old) and all(one is other for one, other in zip(new, old, strict=True))
