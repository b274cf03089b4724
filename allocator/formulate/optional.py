"""Optional models: one binary each, funded or not.

A model that is not funded counts as what is used in its place, or as its law's gain of nothing, so
that the objective tells a plan that leaves it out from one that never had it by a constant alone.
See `models/program/optional.md`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocator.formulate.curves import FloatArray
from allocator.formulate.frame import Site
from allocator.formulate.model_block import ModelBlock
from allocator.formulate.relaxed import undecided


@dataclass(frozen=True)
class Option:
    """What a choice between funding a model and not takes from its law.

    Attributes
    ----------
    nothing : float
        Gain of a run of nothing.
    most : float
        A bound on the gain of any run.
    target : float or None
        Gain of the target.
    otherwise : float
        Gain that counts where it is not funded.
    """

    nothing: float
    most: float
    target: float | None
    otherwise: float


def add_funded(site: Site, name: str) -> int:
    """The column of whether a model is funded."""
    column = site.builder.add_columns(
        f"models.{name}.funded",
        ("",),
        unit="1",
        sentence=f"Whether {name} is funded",
        upper=1.0,
        integer=True,
    )
    site.columns[f"models.{name}.funded"] = column
    return int(column[0])


def add_counted(site: Site, block: ModelBlock, gain: int, option: Option) -> int:
    """The gain that counts: the model's own where it is funded, that of what stands in for it where it is not."""
    assert block.funded is not None  # the caller asks only then
    builder, name, funded = site.builder, block.name, block.funded
    # A run of nothing gains so much less than what counts in its place.
    better = max(option.otherwise - option.nothing, 0.0)
    otherwise, most = option.otherwise, max(option.most, option.otherwise)
    counted = builder.add_columns(
        f"models.{name}.counted",
        ("",),
        unit="gain",
        sentence=f"Gain of {name} that counts: that of what stands in for it where it is not funded",
        lower=-np.inf,
    )
    rows = builder.add_rows(
        f"Funding of {name}",
        ("no more than it gains", "no more unless funded"),
        unit="gain",
        sentence=f"what counts is the gain of {name} if it is funded, and of what stands in for it if not",
        upper=(better, option.otherwise),
    )
    builder.put(rows, counted, 1.0)
    builder.put(rows[0], gain, -1.0)
    if better > 0.0:
        builder.put(rows[0], funded, better)
    builder.put(rows[1], funded, otherwise - most)
    if option.target is not None:
        row = builder.add_rows(
            f"Target of {name}",
            ("",),
            unit="gain",
            sentence=f"{name} reaches its target if it is funded",
            lower=option.nothing,
            group=f"models.{name}.target",
        )
        builder.put(row, gain, 1.0)
        builder.put(row, funded, option.nothing - option.target)

    def exact(point: FloatArray) -> None:
        share = float(point[funded])
        if undecided(share):
            # Only a relaxation has this: what counts is what both rows let.
            reached = point[gain] + better * (1.0 - share)
            point[counted] = min(reached, otherwise + share * (most - otherwise))
            return
        point[counted] = point[gain] if share > 0.5 else otherwise

    builder.repair(exact)
    return int(counted[0])


def add_served_size(site: Site, block: ModelBlock, least: float) -> int:
    """The size that is served: that of the model if it is funded, and none if not."""
    assert block.size is not None  # the caller asks only then
    assert block.funded is not None
    builder, name = site.builder, block.name
    served = builder.add_columns(
        f"models.{name}.size_served", ("",), unit="1", sentence=f"Size of {name} that is served, none if not funded"
    )
    # An unfunded model has the least size of all, so that the row gives way by no more than that.
    row = builder.add_rows(
        f"Size served of {name}",
        ("",),
        unit="1",
        sentence=f"{name} is served at its size if it is funded",
        lower=-least,
    )
    builder.put(row, served, 1.0)
    builder.put(row, block.size, -1.0)
    builder.put(row, block.funded, -least)
    return int(served[0])
