"""The order in which many plans are solved: neighbours one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from allocator.formulate.curves import FloatArray


def snake(axes: Sequence[Sequence[Any]], outermost: Sequence[int]) -> list[tuple[int, ...]]:
    """Every point of a grid, each one step from the last.

    Parameters
    ----------
    axes : sequence of sequences
        Values of each field; walked in rising order where they are numbers.
    outermost : sequence of int
        The axes from the one that changes least often to the one that changes at every step.

    Returns
    -------
    list of tuple of int
        Positions on each axis, in the order of `axes`.
    """
    path: list[tuple[int, ...]] = [()]
    for axis in outermost:
        forth = _rising(axes[axis])
        path = [
            (*stem, position)
            for number, stem in enumerate(path)
            for position in (forth if number % 2 == 0 else forth[::-1])
        ]
    order = np.argsort(np.asarray(outermost))
    return [tuple(point[place] for place in order) for point in path]


def nearest(points: Sequence[Sequence[Any]]) -> list[int]:
    """Positions of `points` in an order of small steps: from each to the nearest that is left.

    Distances are in shares of each field's range; what is not a number counts by its rank.
    """
    if not points:
        return []
    place = np.stack([_coordinates(values) for values in zip(*points, strict=True)], axis=1)
    left = np.ones(len(points), dtype=bool)
    here = int(np.argmin(place.sum(axis=1)))
    path = []
    for _ in points:
        path.append(here)
        left[here] = False
        distance = np.where(left, np.abs(place - place[here]).sum(axis=1), np.inf)
        here = int(np.argmin(distance))
    return path


def every(axes: Sequence[Sequence[Any]]) -> list[tuple[int, ...]]:
    """Every point of a grid in the order of a table: the last field changes fastest."""
    return list(product(*(range(len(values)) for values in axes)))


def _rising(values: Sequence[Any]) -> list[int]:
    return [int(position) for position in np.argsort(_coordinates(values), kind="stable")]


def _coordinates(values: Sequence[Any]) -> FloatArray:
    """Numbers as shares of their range, anything else as the rank it first appears at."""
    if all(isinstance(value, int | float | np.number) and not isinstance(value, bool) for value in values):
        numbers = np.array([float(value) for value in values])
    else:
        seen = list(dict.fromkeys(repr(value) for value in values))
        numbers = np.array([float(seen.index(repr(value))) for value in values])
    span = float(np.ptp(numbers))
    return np.asarray((numbers - numbers.min()) / span if span else numbers * 0.0)
