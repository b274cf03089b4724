"""The table of chips: peak FLOP per second of each, with its source."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from allocator.resources import models_dir


@dataclass(frozen=True)
class Chip:
    """One chip of the table.

    Attributes
    ----------
    name : str
        As the plan file calls it, ``H100``.
    flops : float
        Peak dense throughput, FLOP/s, in `format`.
    format : str
        ``bf16``, or ``fp16`` where the chip has no bf16.
    source : str
        The vendor's sheet the figure comes from.
    """

    name: str
    flops: float
    format: str
    source: str


@cache
def chips() -> dict[str, Chip]:
    """Return every chip of ``models/chips.toml`` by name."""
    table = tomllib.loads((models_dir() / "chips.toml").read_text(encoding="utf-8"))
    return {
        name: Chip(name, float(entry["flops"].removesuffix(" TFLOP/s")) * 1e12, entry["format"], entry["source"])
        for name, entry in table.items()
    }
