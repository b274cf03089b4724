"""The table of chips: peak FLOP per second and power of each, with their source."""

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
    power : float or None
        Largest power of the chip alone, kW; None where its vendor prints none.
    source : str
        The vendor's sheet the figures come from.
    """

    name: str
    flops: float
    format: str
    power: float | None
    source: str


@cache
def chips() -> dict[str, Chip]:
    """Return every chip of ``models/chips.toml`` by name."""
    table = tomllib.loads((models_dir() / "chips.toml").read_text(encoding="utf-8"))
    return {
        name: Chip(
            name,
            float(entry["flops"].removesuffix(" TFLOP/s")) * 1e12,
            entry["format"],
            float(entry["power"].removesuffix(" W")) / 1e3 if "power" in entry else None,
            entry["source"],
        )
        for name, entry in table.items()
    }
