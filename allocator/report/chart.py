"""A line by month as a small inline SVG, readable without its colours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

WIDTH, HEIGHT = 720, 200
LEFT, RIGHT, TOP, BOTTOM = 70, 12, 12, 28


def line_chart(
    title: str,
    labels: Sequence[str],
    values: Sequence[float | None],
    write: Callable[[float], str],
    floor: Sequence[float | None] | None = None,
    floor_title: str = "",
) -> str:
    """Return an SVG of one series, with a dashed line for what the rules ask.

    Parameters
    ----------
    title : str
        Said to readers who cannot see it, and above it by the caller.
    labels, values : sequences of equal length
        Months and values; None leaves a hole.
    write : callable
        A value as text, for the axis and the tips.
    floor : sequence of float or None, optional
    floor_title : str
    """
    known = [value for value in (*values, *(floor or ())) if value is not None]
    if not known:
        return ""
    top = max(*known, 0.0) or 1.0
    bottom = min(*known, 0.0)
    step = (WIDTH - LEFT - RIGHT) / max(1, len(values) - 1)

    def point(index: int, value: float) -> tuple[float, float]:
        share = (value - bottom) / (top - bottom)
        return LEFT + step * index, HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)

    axis = "".join(_axis(point(0, value)[1], write(value)) for value in (bottom, (bottom + top) / 2, top))
    every = max(1, -(-len(labels) // 8))
    months = "".join(
        f'<text x="{point(index, bottom)[0]:.1f}" y="{HEIGHT - 8}" text-anchor="middle">{escape(label)}</text>'
        for index, label in enumerate(labels)
        if index % every == 0
    )
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"><title>{escape(f"{labels[index]}: {write(value)}")}</title></circle>'
        for index, value in enumerate(values)
        if value is not None
        for x, y in [point(index, value)]
    )
    dashed = ""
    if floor is not None:
        dashed = _path(floor, point, f'stroke="#b54a4a" stroke-dasharray="5 4" aria-label="{escape(floor_title)}"')
    line = _path(values, point, 'stroke="#4a7ab5" stroke-width="2"')
    return (
        f'<svg role="img" aria-label="{escape(title)}" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'font-size="11" fill="currentColor">{axis}{months}{dashed}'
        f'{line}<g fill="#4a7ab5">{dots}</g></svg>'
    )


def _axis(height: float, text: str) -> str:
    return (
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{height:.1f}" y2="{height:.1f}" stroke="#8884"/>'
        f'<text x="{LEFT - 6}" y="{height + 4:.1f}" text-anchor="end">{escape(text)}</text>'
    )


def _path(values: Sequence[float | None], point: Callable[[int, float], tuple[float, float]], attributes: str) -> str:
    """A line through the values; it is lifted over holes."""
    commands, drawing = [], False
    for index, value in enumerate(values):
        if value is None:
            drawing = False
            continue
        x, y = point(index, value)
        commands.append(f"{'L' if drawing else 'M'}{x:.1f} {y:.1f}")
        drawing = True
    return f'<path d="{" ".join(commands)}" fill="none" {attributes}/>'
