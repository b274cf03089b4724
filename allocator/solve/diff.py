"""What changed between two programs, as arrays; or why the second cannot take the place of the first.

A pure comparison of scaled programs: nothing native is touched before it has said that
everything fits.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from allocator.formulate.curves import Curves, FloatArray, IntArray
from allocator.formulate.program import Block
from allocator.solve.scaling import ScaledProgram


class RebuildReason(StrEnum):
    """Why a program has to be built anew instead of being changed in place."""

    COLUMNS = "columns"
    ROWS = "rows"
    PATTERN = "pattern"
    WHOLE = "whole"
    CURVES = "curves"
    SCALE = "scale"
    REFERENCE = "reference"


@dataclass(frozen=True)
class Rebuild:
    """The second program does not fit into the first.

    Attributes
    ----------
    reason : RebuildReason
    sentence : str
        What differs, in words.
    """

    reason: RebuildReason
    sentence: str


@dataclass(frozen=True)
class Difference:
    """Everything in which the second program differs from the first, in scaled units.

    Attributes
    ----------
    cost, outflow : ndarray of int, shape (k,)
        Columns whose entry in the first or second objective differs.
    columns : ndarray of int, shape (k,)
        Columns whose bounds differ.
    rows : ndarray of int, shape (k,)
        Rows whose bounds differ.
    coefficient_rows, coefficient_columns : ndarray of int, shape (k,)
        Places of the coefficients that differ.
    coefficients : ndarray, shape (k,)
        Their new values.
    """

    cost: IntArray
    outflow: IntArray
    columns: IntArray
    rows: IntArray
    coefficient_rows: IntArray
    coefficient_columns: IntArray
    coefficients: FloatArray

    @property
    def counts(self) -> dict[str, int]:
        """How many entries of each kind differ."""
        return {
            "cost": len(self.cost),
            "outflow": len(self.outflow),
            "column bounds": len(self.columns),
            "row bounds": len(self.rows),
            "coefficients": len(self.coefficients),
        }

    def __len__(self) -> int:
        return sum(self.counts.values())


def compare(old: ScaledProgram, new: ScaledProgram) -> Difference | Rebuild:
    """What has to be changed in `old` to make it `new`.

    A coefficient, or an entry of an objective that the second pass holds as a row, that is
    zero in one program only is a difference of pattern: whoever holds the arrays keeps them
    without zeros, and such changes (a price of nothing) are rare.

    Parameters
    ----------
    old, new : ScaledProgram

    Returns
    -------
    Difference or Rebuild
        `Rebuild` where columns, rows, whole units, curves, scales or the pattern of the
        coefficients differ.
    """
    rebuild = _structure(old, new)
    if rebuild is not None:
        return rebuild
    changed = np.flatnonzero(old.matrix.data != new.matrix.data)
    columns = np.searchsorted(new.matrix.indptr, changed, side="right") - 1
    return Difference(
        cost=np.flatnonzero(old.cost != new.cost),
        outflow=np.flatnonzero(old.outflow != new.outflow),
        columns=np.flatnonzero((old.col_lower != new.col_lower) | (old.col_upper != new.col_upper)),
        rows=np.flatnonzero((old.row_lower != new.row_lower) | (old.row_upper != new.row_upper)),
        coefficient_rows=new.matrix.indices[changed].astype(np.int64),
        coefficient_columns=columns,
        coefficients=new.matrix.data[changed],
    )


def _structure(old: ScaledProgram, new: ScaledProgram) -> Rebuild | None:
    """The first thing, if any, that no change of numbers can bridge."""
    for reason, word, before, after in (
        (RebuildReason.COLUMNS, "columns", old.program.columns, new.program.columns),
        (RebuildReason.ROWS, "rows", old.program.rows, new.program.rows),
    ):
        said = _blocks(before, after)
        if said:
            return Rebuild(reason, f"the {word} differ: {said}")
    if not np.array_equal(old.integer, new.integer):
        return Rebuild(RebuildReason.WHOLE, "other columns come in whole units")
    if not _same_curves(old.curves, new.curves):
        return Rebuild(RebuildReason.CURVES, "the curves of the laws differ, so that their tangents no longer hold")
    for name, before_scale, after_scale, say in (
        ("column", old.program.col_scale, new.program.col_scale, new.program.say_column),
        ("row", old.program.row_scale, new.program.row_scale, new.program.say_row),
    ):
        moved = np.flatnonzero(before_scale != after_scale)
        if len(moved):
            return Rebuild(RebuildReason.SCALE, f"the scale of {name} '{say(int(moved[0]))}' differs")
    if not (
        np.array_equal(old.matrix.indptr, new.matrix.indptr) and np.array_equal(old.matrix.indices, new.matrix.indices)
    ):
        return Rebuild(RebuildReason.PATTERN, "other coefficients are zero than before")
    if not np.array_equal(old.cost == 0.0, new.cost == 0.0):
        return Rebuild(RebuildReason.PATTERN, "other columns are in the objective than before")
    return None


def _blocks(before: tuple[Block, ...], after: tuple[Block, ...]) -> str:
    """How two lists of families differ, in words; empty where they do not."""
    old = {block.name: len(block) for block in before}
    new = {block.name: len(block) for block in after}
    for name in new:
        if name not in old:
            return f"{name} is new"
    for name, size in old.items():
        if name not in new:
            return f"{name} is gone"
        if new[name] != size:
            return f"{name} has {new[name]} entries instead of {size}"
    if [block.name for block in before] != [block.name for block in after]:
        return "their order is another"
    return ""


def _same_curves(old: Curves, new: Curves) -> bool:
    return all(
        np.array_equal(getattr(old, name), getattr(new, name)) for name in ("x", "y", "kind", "shift", "exponent")
    )
