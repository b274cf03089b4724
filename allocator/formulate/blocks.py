"""Named families of columns and rows, and the user's rules that set bounds of columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from allocator.formulate.curves import FloatArray, IntArray


@dataclass(frozen=True)
class Block:
    """A named family of columns or rows.

    Attributes
    ----------
    name : str
        ``compute.h100-cloud.gpus`` for columns, ``Cash balance`` for rows.
    labels : sequence of str
        One label an entry, usually its month, ``2026-09``; written when read where there are many.
    unit : str
        Unit of an entry: ``USD``, ``GPU``, ``person``, ``1``.
    sentence : str
        What the family says, in one plain sentence.
    start : int
        Index of its first entry in the program.
    group : str
        Name of the user's rule the rows come from; empty for definitions and balances,
        which can never be given up.
    """

    name: str
    labels: Sequence[str]
    unit: str
    sentence: str
    start: int
    group: str = ""

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def index(self) -> IntArray:
        """Program indices of the entries, shape (len(self),); read-only, for programs share it."""
        index = np.arange(self.start, self.start + len(self), dtype=np.int64)
        index.flags.writeable = False
        return index

    def say(self, entry: int) -> str:
        """Entry `entry` in words: ``Cash balance, 2026-07, USD``."""
        label = self.labels[entry]
        return ", ".join(part for part in (self.name, label, self.unit if self.unit != "1" else "") if part)


@dataclass(frozen=True)
class BoundGroup:
    """Bounds that come from one of the user's rules and what they become without it."""

    name: str
    sentence: str
    columns: IntArray
    lower: FloatArray
    upper: FloatArray


def find(blocks: tuple[Block, ...], name: str) -> Block:
    """The family called `name`; raises KeyError when there is none."""
    for block in blocks:
        if block.name == name:
            return block
    raise KeyError(name)


def say(blocks: tuple[Block, ...], position: int) -> str:
    """The entry at program index `position` in words."""
    for block in blocks:
        if block.start <= position < block.start + len(block):
            return block.say(position - block.start)
    raise IndexError(position)
