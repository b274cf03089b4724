"""Where the columns and rows of one path lie among those of all, and their names without a string for each.

Families stay together: first the entries that all paths share, then the others path by path. So
entry j of path s is at ``offset[j] + s * stride[j]``, with a stride of 0 where it is shared, and the
private entries of a family are one slice of S x k.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from allocator.formulate.curves import FloatArray
from allocator.formulate.program import Block

BoolArray = np.ndarray[Any, np.dtype[np.bool_]]
SmallInts = np.ndarray[Any, np.dtype[np.int32]]
Number = TypeVar("Number", bound=np.generic)


class PathLabels(Sequence[str]):
    """The labels of a family over all paths, written when one is read: ``2026-09, path 17``.

    Parameters
    ----------
    shared, private : sequence of str
        Labels of the entries that are there once, and of those that each path has.
    paths : int
    """

    def __init__(self, shared: Sequence[str], private: Sequence[str], paths: int) -> None:
        self._shared = tuple(shared)
        self._private = tuple(private)
        self._paths = paths

    def __len__(self) -> int:
        return len(self._shared) + self._paths * len(self._private)

    @overload
    def __getitem__(self, entry: int) -> str: ...

    @overload
    def __getitem__(self, entry: slice) -> Sequence[str]: ...

    def __getitem__(self, entry: int | slice) -> str | Sequence[str]:
        if isinstance(entry, slice):
            return [self[one] for one in range(*entry.indices(len(self)))]
        place = range(len(self))[entry]
        if place < len(self._shared):
            return self._shared[place]
        path, one = divmod(place - len(self._shared), len(self._private))
        label = self._private[one]
        return f"{label}, path {path + 1}" if label else f"path {path + 1}"

    def __iter__(self) -> Iterator[str]:
        return (self[entry] for entry in range(len(self)))


@dataclass(frozen=True)
class Family:
    """One family on the way to all paths.

    Attributes
    ----------
    block : Block
        The family of one path.
    shared, private : ndarray of int
        Its entries of each kind, as positions in the program of one path.
    start : int
        Where its shared entries begin in the program of all paths; the private ones follow.
    """

    block: Block
    shared: SmallInts
    private: SmallInts
    start: int

    def begin(self) -> int:
        """Where the private entries of the first path begin."""
        return self.start + len(self.shared)


@dataclass(frozen=True)
class Layout:
    """Columns, or rows, of S paths.

    Attributes
    ----------
    paths : int
        S.
    shared : ndarray of bool, shape (n,)
        Which entries of one path all paths share.
    families : tuple of Family
    offset, stride : ndarray of int, shape (n,)
    """

    paths: int
    shared: BoolArray
    families: tuple[Family, ...]
    offset: SmallInts
    stride: SmallInts

    def __len__(self) -> int:
        once = int(self.shared.sum())
        return once + self.paths * (len(self.shared) - once)

    def index(self, entries: Any = slice(None)) -> SmallInts:
        """Positions of `entries` of one path on every path, shape (S, len(entries))."""
        steps = np.arange(self.paths, dtype=np.int32)[:, None] * self.stride[entries]
        steps += self.offset[entries]
        return np.asarray(steps, dtype=np.int32)

    def blocks(self) -> tuple[Block, ...]:
        """The families over all paths."""
        return tuple(
            replace(
                family.block,
                labels=PathLabels(
                    [family.block.labels[entry - family.block.start] for entry in family.shared],
                    [family.block.labels[entry - family.block.start] for entry in family.private],
                    self.paths,
                ),
                start=family.start,
            )
            for family in self.families
        )

    def spread(self, values: NDArray[Number]) -> NDArray[Number]:
        """One path's `values`, shape (n,), at all their places."""
        result = np.empty(len(self), dtype=values.dtype)
        for family in self.families:
            result[family.start : family.begin()] = values[family.shared]
            self.private(result, family)[:] = values[family.private]
        return result

    def put(self, target: FloatArray, entries: SmallInts, values: FloatArray) -> None:
        """Set `entries` in `target` to what each path has, shape (S, len(entries)); the last path's where shared."""
        target[self.index(entries)] = values

    def private(self, target: np.ndarray[Any, Any], family: Family) -> np.ndarray[Any, Any]:
        """The private entries of a family in `target`, as a view of shape (S, k)."""
        width = len(family.private)
        return target[family.begin() : family.begin() + self.paths * width].reshape(self.paths, width)


def lay_out(blocks: tuple[Block, ...], shared: BoolArray, paths: int) -> Layout:
    """The layout of S paths of these families, of which `shared` (shape (n,)) are there once."""
    offset = np.empty(len(shared), dtype=np.int32)
    stride = np.zeros(len(shared), dtype=np.int32)
    families = []
    start = 0
    for block in blocks:
        inside = shared[block.start : block.start + len(block)]
        once = (block.start + np.flatnonzero(inside)).astype(np.int32)
        each = (block.start + np.flatnonzero(~inside)).astype(np.int32)
        family = Family(block, once, each, start)
        offset[once] = start + np.arange(len(once))
        offset[each] = family.begin() + np.arange(len(each))
        stride[each] = len(each)
        families.append(family)
        start = family.begin() + paths * len(each)
    return Layout(paths, shared, tuple(families), offset, stride)
