"""Serving: a launched model answers so many items a month, at FLOP that grow with its size.

The size n = N / N0 is bounded below by the exponential of its log, which the law uses, and the
FLOP of a month are linear in it. So the point is made exact by keeping the size that can be
served and choosing the log again below it: never the other way round, which would ask for more
FLOP than there are. See `models/program/serving.md`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allocator.formulate.curves import CurveKind, FloatArray, IntArray
from allocator.formulate.frame import Site
from allocator.formulate.model_block import ModelBlock
from allocator.quality.serving import SIZE


@dataclass(frozen=True, eq=False)
class Serving:
    """What a model serves.

    Attributes
    ----------
    demand : ndarray, shape (T,)
        Items by month.
    flop : float
        FLOP of an item for each parameter.
    utilisation : float
    """

    demand: FloatArray
    flop: float
    utilisation: float

    @property
    def months(self) -> IntArray:
        """0-based months in which something is served."""
        return np.flatnonzero(self.demand)


def add_size(site: Site, name: str, least: float) -> int:
    """The column of a model's size against its reference, which is what it takes to serve it."""
    return int(
        site.builder.add_columns(
            f"models.{name}.size",
            ("",),
            unit="1",
            sentence=f"Parameters that {name} has at most, against their reference",
            lower=least,
        )[0]
    )


def add_size_curve(site: Site, block: ModelBlock, logs: IntArray) -> None:
    """n >= exp(u): a model has no more parameters than are served."""
    assert block.size is not None  # the caller asks only then
    log = logs[block.law.input_names.index(SIZE)]
    site.builder.add_curves(CurveKind.EXP, [log], [block.size], names=[f"size of {block.name}, served"])


def add_serving(
    site: Site, block: ModelBlock, serving: Serving, size: int, typical: float
) -> tuple[IntArray, FloatArray]:
    """FLOP of serving by month, and the rows that ask for it; `size` is the column of the size that is served.

    Returns
    -------
    columns : ndarray of int, shape (k,)
    asked : ndarray, shape (k,)
        FLOP of each month at size 1.
    """
    name, builder = block.name, site.builder
    labels: Sequence[str] = [site.labels[month] for month in serving.months]
    asked = serving.flop * block.reference[SIZE] * serving.demand[serving.months]
    scale = min(float(asked.max()), typical)
    columns = builder.add_columns(
        f"models.{name}.serving",
        labels,
        unit="FLOP",
        sentence=f"Compute that {name} is served with in the month",
        scale=scale,
    )
    rows = builder.add_rows(
        f"Serving of {name}",
        labels,
        unit="FLOP",
        sentence=f"{name} is served with the FLOP that its items take at its size",
        lower=0.0,
        scale=scale,
        group=f"models.{name}.serving",
    )
    builder.put(rows, columns, 1.0)
    builder.put(rows, size, -asked)
    site.columns[f"models.{name}.serving"] = columns
    return columns, asked
