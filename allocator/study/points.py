"""Which points a sweep solves, and in which order: grids, values side by side, Latin hypercubes, a table of points."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from allocator.errors import UsageError
from allocator.plan.overrides import parse_value
from allocator.study.path import every, nearest
from allocator.study.walk import Point

Mode = Literal["grid", "zip", "sample"]
MODES = ("grid", "zip", "sample")
_NUMBER = re.compile(r"([-+]?[\d_.]+(?:e[-+]?\d+)?)(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Range:
    """Where a sampled field lies: between two ends, even in its value or in its logarithm.

    Attributes
    ----------
    low, high : float
    log : bool
    unit : str
        What follows the number in the plan, `` USD/hour``.
    """

    low: float
    high: float
    log: bool = False
    unit: str = ""

    def at(self, share: float) -> Any:
        """The value at a share of the way from `low` to `high`."""
        if self.log:
            value = float(np.exp(np.log(self.low) + share * (np.log(self.high) - np.log(self.low))))
        else:
            value = self.low + share * (self.high - self.low)
        # Twelve digits: 0.3, not 0.30000000000000004.
        value = float(f"{value:.12g}")
        return f"{value:.12g}{self.unit}" if self.unit else value


def side_by_side(fields: Mapping[str, Sequence[Any]]) -> tuple[list[Point], list[int]]:
    """Points of the first values, the second values and so on, and an order of small steps."""
    if len({len(values) for values in fields.values()}) > 1:
        lengths = ", ".join(f"{key} has {len(values)}" for key, values in fields.items())
        raise UsageError(f"values side by side must be as many for each field; {lengths}")
    rows = list(zip(*fields.values(), strict=True))
    return [dict(zip(fields, values, strict=True)) for values in rows], nearest(rows)


def grid(fields: Mapping[str, Sequence[Any]]) -> tuple[list[Point], list[tuple[int, ...]]]:
    """All combinations in the order of a table, and each one's place on the axes."""
    places = every(list(fields.values()))
    return [
        {key: values[at] for (key, values), at in zip(fields.items(), place, strict=True)} for place in places
    ], places


def sample(fields: Mapping[str, Range], samples: int, seed: int = 0) -> dict[str, list[Any]]:
    """A Latin hypercube: each field's range in `samples` parts, one value from each, in an order of its own.

    Parameters
    ----------
    fields : mapping of str to Range
    samples : int
    seed : int
        The same seed gives the same points.

    Returns
    -------
    dict of str to list
        Values side by side.
    """
    from scipy.stats import qmc

    if samples < 1:
        raise UsageError(f"samples is {samples}; it must be at least 1")
    for key, span in fields.items():
        if not isinstance(span, Range):
            raise UsageError(f"{key} needs a range to be sampled from, low:high, such as 2:4")
        if span.log and min(span.low, span.high) <= 0.0:
            raise UsageError(f"{key}: the logarithm of {min(span.low, span.high):g} does not exist; leave out log")
    shares = qmc.LatinHypercube(d=len(fields), rng=np.random.default_rng(seed)).random(samples)
    return {
        key: [span.at(float(share)) for share in shares[:, place]] for place, (key, span) in enumerate(fields.items())
    }


def read_points(path: Path) -> dict[str, list[Any]]:
    """Read a CSV of points: a column a field of the plan, a line a point.

    Raises
    ------
    UsageError
        A file that cannot be read, or a cell that is missing; names the line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = list(csv.reader(stream))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise UsageError(f"--points {path} cannot be read: {reason}") from None
    lines = [line for line in lines if any(cell.strip() for cell in line)]
    if len(lines) < 2:
        raise UsageError(
            f"--points {path} holds no points; write a line of fields, such as plan.cash, and a line a point"
        )
    names = [name.strip() for name in lines[0]]
    if len(set(names)) < len(names) or not all(names):
        raise UsageError(f"--points {path}: each column needs a field of its own; found {', '.join(lines[0])}")
    fields: dict[str, list[Any]] = {name: [] for name in names}
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(names) or not all(cell.strip() for cell in line):
            raise UsageError(
                f"--points {path}: line {number} has {len(line)} values for {len(names)} fields, or an empty one"
            )
        for name, cell in zip(names, line, strict=True):
            fields[name].append(parse_value(cell.strip()))
    return fields
