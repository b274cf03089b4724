"""What changed between two programs, as arrays; or why the second cannot take the place of the first.

A pure comparison of scaled programs: nothing native is touched before it has said that
everything fits.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from allocator.formulate.curves import Curves, FloatArray, IntArray, equal
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
    changed = _moved((old.matrix.data, new.matrix.data))
    return Difference(
        cost=_moved((old.cost, new.cost)),
        outflow=_moved((old.outflow, new.outflow)),
        columns=_moved((old.col_lower, new.col_lower), (old.col_upper, new.col_upper)),
        rows=_moved((old.row_lower, new.row_lower), (old.row_upper, new.row_upper)),
        coefficient_rows=new.matrix.indices[changed].astype(np.int64),
        coefficient_columns=np.searchsorted(new.matrix.indptr, changed, side="right") - 1,
        coefficients=new.matrix.data[changed],
    )


def _moved(*pairs: tuple[FloatArray, FloatArray]) -> IntArray:
    """Where the arrays of any pair differ; an array is not compared with itself."""
    moved = [before != after for before, after in pairs if before is not after]
    if not moved:
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(moved[0] if len(moved) == 1 else moved[0] | moved[1])


def _structure(old: ScaledProgram, new: ScaledProgram) -> Rebuild | None:
    """The first thing, if any, that no change of numbers can bridge."""
    for reason, word, before, after in (
        (RebuildReason.COLUMNS, "columns", old.program.columns, new.program.columns),
        (RebuildReason.ROWS, "rows", old.program.rows, new.program.rows),
    ):
        said = _blocks(before, after)
        if said:
            return Rebuild(reason, f"the {word} differ: {said}")
    if not equal(old.integer, new.integer):
        return Rebuild(RebuildReason.WHOLE, "other columns come in whole units")
    if not _same_curves(old.curves, new.curves):
        return Rebuild(RebuildReason.CURVES, "the curves of the laws differ, so that their tangents no longer hold")
    for name, before_scale, after_scale, say in (
        ("column", old.program.col_scale, new.program.col_scale, new.program.say_column),
        ("row", old.program.row_scale, new.program.row_scale, new.program.say_row),
    ):
        moved = _moved((before_scale, after_scale))
        if len(moved):
            return Rebuild(RebuildReason.SCALE, f"the scale of {name} '{say(int(moved[0]))}' differs")
    if not (equal(old.matrix.indptr, new.matrix.indptr) and equal(old.matrix.indices, new.matrix.indices)):
        return Rebuild(RebuildReason.PATTERN, "other coefficients are zero than before")
    if old.cost is not new.cost and not np.array_equal(old.cost == 0.0, new.cost == 0.0):
        return Rebuild(RebuildReason.PATTERN, "other columns are in the objective than before")
    return None


def _blocks(before: tuple[Block, ...], after: tuple[Block, ...]) -> str:
    """How two lists of families differ, in words; empty where they do not."""
    if before is after or (
        len(before) == len(after)
        and all(
            one is other or (one.name == other.name and len(one) == len(other))
            for one, other in zip(before, after, strict=True)
        )
    ):
        return ""
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
    return old is new or all(
        equal(getattr(old, name), getattr(new, name)) for name in ("x", "y", "kind", "shift", "exponent")
    )
