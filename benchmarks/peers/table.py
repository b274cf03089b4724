"""One row of a table, and rows as a Markdown table beside the first one of allocator."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any


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
        Each run.
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
    *("compiling", "objective", "gap", "unspent", "excess", "negative"),
    *("handover", "both", "per_million", "megabytes", "before", "rows", "columns", "entries"),
)
COLUMNS = (
    *("suite", "variant", "size", "name", "versions", "settings", "ended", "said"),
    *("runs", "median", "fastest", "slowest", *FIGURES),
)
_SHOWN = {
    "curves": ("compiling", "objective", "gap", "unspent"),
    "build": ("handover", "both", "per_million", "megabytes", "before", "rows", "entries"),
    "solve": ("objective",),
}
_HEADINGS = {
    "compiling": "compiling before, s",
    "gap": "below the optimum",
    "unspent": "unspent",
    "handover": "hand over, s",
    "both": "both, s",
    "per_million": "s a million coefficients",
    "megabytes": "peak, MB",
    "before": "before, MB",
    "entries": "coefficients",
}


def as_table(suite: str, rows: Sequence[Row]) -> str:
    """Markdown; ratios are to allocator as it comes, where it is among the rows."""
    shown = [key for key in _SHOWN[suite] if any(row.figures.get(key) is not None for row in rows)]
    heads = ["route", "version", "settings", "runs", "build, s" if suite == "build" else "median, s", "ratio"]
    heads += [_HEADINGS.get(key, key) for key in shown] + ["its own word"]
    base = next((row.median for row in rows if row.name == "allocator"), None)
    lines = [_line(heads), _line(["---"] * len(heads))]
    for row in rows:
        cells = [row.name, row.versions, row.settings, str(len(row.seconds)), _number("seconds", row.median)]
        cells.append(f"{row.median / base:.3g}" if base and row.median else "")
        cells += [_number(key, row.figures.get(key)) for key in shown] + [row.ended or row.said]
        lines.append(_line(cells))
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def _number(key: str, value: float | None) -> str:
    if value is None:
        return ""
    if key in ("seconds", "compiling", "handover", "both", "per_million"):
        return f"{value:.3g}"
    if key == "objective":
        return f"{value:.9f}"
    if key in ("gap", "unspent", "excess"):
        return f"{value:.1e}" if abs(value) > 1e-12 else "0"
    return f"{value:,.0f}"
