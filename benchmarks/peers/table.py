"""One row for each route and size, and rows as Markdown tables."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from .routes import Route


@dataclass(frozen=True)
class Row:
    """What one route did on one size.

    Attributes
    ----------
    suite, variant, size, name, versions, settings
        What was measured.
    ended : str
        Why there is no answer; empty where there is one.
    said : str
        The peer's own word on its answer.
    seconds : tuple of float
        Processor seconds of each run.
    figures : dict
        Whatever else the suite measures.
    """

    suite: str
    variant: str
    size: int
    name: str
    versions: str
    settings: str
    ended: str = ""
    said: str = ""
    seconds: tuple[float, ...] = ()
    figures: dict[str, float | None] = field(default_factory=dict)

    def ended_because(self, reason: str) -> Row:
        """This row without an answer."""
        return replace(self, ended=reason)

    def with_answer(self, answer: dict[str, Any]) -> Row:
        """This row with what its process wrote."""
        figures = {key: value for key, value in answer.items() if key not in ("ended", "said", "seconds")}
        seconds = tuple(answer.get("seconds", ()))
        return replace(self, ended=answer["ended"], said=answer.get("said", ""), seconds=seconds, figures=figures)

    @property
    def median(self) -> float | None:
        return statistics.median(self.seconds) if self.seconds else None

    def flat(self) -> dict[str, Any]:
        """All of it as one level, for CSV; the fastest and slowest run beside the median."""
        flat = {key: value for key, value in asdict(self).items() if key in COLUMNS}
        if self.seconds:
            flat |= {"median": self.median, "fastest": min(self.seconds), "slowest": max(self.seconds)}
        return flat | {"runs": len(self.seconds), **{key: self.figures.get(key) for key in FIGURES}}


FIGURES = (
    *("wall", "compiling", "objective", "gap", "unspent", "excess", "negative"),
    *("handover", "both", "per_million", "megabytes", "before", "rows", "columns", "entries"),
)
COLUMNS = (
    *("suite", "variant", "size", "name", "versions", "settings", "ended", "said"),
    *("runs", "median", "fastest", "slowest", *FIGURES),
)
_SHOWN = {
    "curves": ("wall", "compiling", "objective", "gap", "unspent"),
    "build": ("handover", "both", "wall", "per_million", "megabytes", "before", "rows", "entries"),
    "solve": ("wall", "objective"),
}
_SIZES = {"curves": "k", "build": "paths", "solve": "paths"}
_HEADINGS = {
    "compiling": "compiling before, s",
    "gap": "below the optimum",
    "unspent": "unspent",
    "handover": "hand over, s",
    "both": "both, s",
    "wall": "wall, s",
    "per_million": "s a million coefficients",
    "megabytes": "peak, MB",
    "before": "before, MB",
    "entries": "coefficients",
}


def as_table(suite: str, rows: Sequence[Row]) -> str:
    """Figures of one suite and variant as Markdown; ratios are to allocator as it comes, at the same size."""
    shown = [key for key in _SHOWN[suite] if any(row.figures.get(key) is not None for row in rows)]
    heads = [_SIZES[suite], "route", "runs", "build, s" if suite == "build" else "seconds", "ratio"]
    heads += [_HEADINGS.get(key, key) for key in shown] + ["its own word"]
    ours = {row.size: row.median for row in rows if row.name == "allocator"}
    lines = [_line(heads), _line(["---"] * len(heads))]
    for row in rows:
        base = ours.get(row.size)
        cells = [str(row.size), row.name, str(len(row.seconds)), _number("seconds", row.median)]
        cells.append(f"{row.median / base:.3g}" if base and row.median else "")
        cells += [_number(key, row.figures.get(key)) for key in shown] + [row.ended or row.said]
        lines.append(_line(cells))
    return "\n".join(lines)


def who(routes: Sequence[Route]) -> str:
    """Versions and settings of routes as Markdown."""
    lines = [_line(["route", "version", "settings"]), _line(["---"] * 3)]
    return "\n".join([*lines, *(_line([route.name, route.versions, route.settings]) for route in routes)])


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def _number(key: str, value: float | None) -> str:
    if value is None:
        return ""
    if key in ("seconds", "wall", "compiling", "handover", "both", "per_million"):
        return f"{value:.3g}"
    if key == "objective":
        return f"{value:.9f}"
    if key in ("gap", "unspent", "excess"):
        return f"{value:.1e}" if abs(value) > 1e-12 else "0"
    return f"{value:,.0f}"
