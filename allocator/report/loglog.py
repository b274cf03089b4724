"""Seconds against size with both axes logarithmic, as characters on a terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

Points = Sequence[tuple[float, float]]

WIDTH, HEIGHT = 56, 14
MARKS = "ox+*#@%&"
_LABEL = 8


def loglog_text(series: Mapping[str, Points], unit: str, width: int = WIDTH, height: int = HEIGHT) -> list[str]:
    """Return the lines of a picture: points as marks, one for each series, with a legend that says which.

    Parameters
    ----------
    series : mapping of str to sequence of (size, seconds)
        All above zero; a series without points is only named.
    unit : str
        What the size counts.
    width, height : int
        Columns and rows of the field inside the axes.

    Returns
    -------
    list of str
        Empty when there is no point at all.
    """
    points = [point for line in series.values() for point in line]
    if not points:
        return []
    sizes = sorted({size for size, _ in points})
    left, right = _span(sizes, 1.0)
    # Whole powers of ten above and below, so that the axis can be read.
    low, high = _span([seconds for _, seconds in points], 1.0)
    low, high = math.floor(low), math.ceil(high)
    field = [[" "] * width for _ in range(height)]
    for mark, line in zip(_marks(len(series)), series.values(), strict=True):
        for size, seconds in line:
            column = round((math.log10(size) - left) / (right - left) * (width - 1))
            row = round((high - math.log10(seconds)) / (high - low) * (height - 1))
            field[row][column] = mark if field[row][column] == " " else "="
    ticks = {round((high - power) / (high - low) * (height - 1)): power for power in range(low, high + 1)}
    lines = [
        f"{_seconds(ticks[row]) if row in ticks else '':>{_LABEL}} |{''.join(cells)}".rstrip()
        for row, cells in enumerate(field)
    ]
    lines.append(f"{'':{_LABEL}} +{'-' * width}")
    lines.append(_size_axis(sizes, left, right, width, unit))
    marks = [f"{mark} {name}" for mark, name in zip(_marks(len(series)), series, strict=True)]
    lines.append(f"{'':{_LABEL}}  {'   '.join([*marks, *(['= several'] if _overlap(field) else [])])}")
    return lines


def _marks(count: int) -> str:
    return (MARKS * (count // len(MARKS) + 1))[:count]


def _overlap(field: list[list[str]]) -> bool:
    return any("=" in row for row in field)


def _span(values: Sequence[float], least: float) -> tuple[float, float]:
    """Logarithms of the smallest and the largest value, kept apart by at least `least` decades' part."""
    low, high = math.log10(min(values)), math.log10(max(values))
    return (low, high) if high > low else (low - least / 2, high + least / 2)


def _seconds(power: int) -> str:
    return f"{10.0**power:g} s" if power > -5 else f"1e{power} s"


def _size_axis(sizes: Sequence[float], left: float, right: float, width: int, unit: str) -> str:
    """The sizes below their columns, as many as fit, and what they count."""
    axis = [" "] * (width + 8)
    free = 0
    for size in sizes:
        text = f"{size:g}"
        column = round((math.log10(size) - left) / (right - left) * (width - 1))
        start = max(0, column - len(text) // 2)
        if start >= free:
            axis[start : start + len(text)] = text
            free = start + len(text) + 1
    return f"{'':{_LABEL}}  {''.join(axis).rstrip()} {unit}"
