"""A frontier for people: a line a point, with a bar for the quality it reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allocator.plan.wording import count, money
from allocator.report.layout import noted
from allocator.result.summary import Grid

if TYPE_CHECKING:
    from allocator.study.frontier import Frontier

_TITLES = {
    "capital": "Quality against opening cash",
    "runway": "Quality against months of runway",
    "time": "Quality against months by which every deadline moves",
    "weight": "One model against the other, by the first one's weight",
}


def frontier_grid(found: Frontier) -> Grid:
    """One small table of a frontier; bars show the gain between its least and its most."""
    rows = list(found.table)
    names = list(found.plan.models)
    gains = [row["value"] if found.against == "weight" else row["gain"] for row in rows]
    known = [gain for gain in gains if gain is not None]
    low, high = min(known), max(known)
    bars = [-1.0 if gain is None else (gain - low) / (high - low or 1.0) for gain in gains]
    step, unit = _step(found)
    rates = found.measure if found.against == "weight" else f"{found.measure} per {unit}"
    columns = (_head(found), *names, rates, "")
    shown = tuple(
        (
            _place(found, row["x"]),
            *(f"{row[f'models.{name}']:.4g}" if row[f"models.{name}"] is not None else "-" for name in names),
            _rate(row, step),
            row["status"] if row["status"] != "optimal" else "",
        )
        for row in rows
    )
    numeric = (True, *(True for _ in names), True, False)
    note = noted(_note(found), found.missing)
    return Grid(_TITLES[found.against], columns, numeric, shown, bars=tuple(bars), note=note)


def _step(found: Frontier) -> tuple[float, str]:
    """The amount of x that a rate is said for."""
    if found.against == "capital":
        most = max(float(row["x"]) for row in found.table)
        step = float(f"{most / 100:.0e}")
        return step, money(step, found.unit)
    return 1.0, "month"


def _head(found: Frontier) -> str:
    return {"capital": "Cash", "runway": "Months", "time": "Months", "weight": "Weight"}[found.against]


def _place(found: Frontier, x: float) -> str:
    if found.against == "capital":
        return money(x, found.unit)
    return f"{x:+.0f}" if found.against == "time" else f"{x:.3g}" if found.against == "weight" else count(round(x, 2))


def _rate(row: dict[str, Any], step: float) -> str:
    """Both sides' rates where they differ."""
    below, above = row["rate_below"], row["rate_above"]
    said = [None if rate is None else f"{rate * step:+.3g}" for rate in (below, above)]
    if said[0] is None or said[1] is None:
        return said[0] or said[1] or ""
    differs = abs(below - above) > 0.01 * max(abs(below), abs(above))
    return f"{said[0]} | {said[1]}" if differs else str(said[1])


def _note(found: Frontier) -> str:
    return (
        "Where two rates stand, the first is towards less and the second towards more. Between points the curve is "
        f"within {100 * found.most:.2g} % of its range of a straight line."
    )
