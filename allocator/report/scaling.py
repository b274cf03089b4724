"""A scaling study for people and for files: tables, the fitted exponents, the picture."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allocator.report.cells import raw
from allocator.report.files import write_bytes
from allocator.report.layout import align, shorten
from allocator.report.loglog import Points, loglog_text
from allocator.report.tables import csv_text, markdown_table

if TYPE_CHECKING:
    from allocator.result.table import Table
    from allocator.study.scaling import Study

SUFFIXES = (".csv", ".json", ".md", ".html", ".png", ".svg")
PICTURES = (".png", ".svg")
# Column of the study, its heading, and whether it is a number.
_SHOWN = (
    ("size", "{unit}", True),
    ("rows", "rows", True),
    ("columns", "columns", True),
    ("entries", "entries", True),
    ("solver", "solver", False),
    ("phase", "phase", False),
    ("status", "status", False),
    ("gap", "gap", True),
    ("seconds", "seconds", True),
    ("seconds_min", "min", True),
    ("seconds_max", "max", True),
    ("peak_mb", "MB", True),
    ("times_bare", "x bare", True),
)
# Left out, in this order, where a screen is too narrow for all; files and pipes have every one.
_GIVE_WAY = ("rows", "columns", "seconds_min", "seconds_max")
_REASON_WIDTH = 110
_NO_EXPONENT = "No growth exponent: it takes three sizes that were solved."

Grid = tuple[tuple[str, ...], tuple[bool, ...], list[tuple[str, ...]]]


def study_text(study: Study, width: int | None = None) -> str:
    """Return the study as plain text: a table, what went wrong, exponents and a picture for each family.

    Parameters
    ----------
    study : Study
    width : int, optional
        Columns of the screen; some columns of the table give way where there are too few.
    """
    lines: list[str] = []
    for family, unit in _families(study):
        lines += [f"{family}, by {unit}", *_fitting(study, family, unit, width), ""]
        lines += [*_reasons(study, family), *_growth_lines(study, family)]
        phase, picture = _last_phase(study, family), series(study, family)
        drawn = loglog_text(picture.get(phase, {}), unit)
        if drawn:
            lines += [f"{family}, {phase}: median seconds, both axes logarithmic", *drawn, ""]
    return "\n".join(lines)


def study_markdown(study: Study) -> str:
    """Return the study as Markdown, without the picture."""
    parts = []
    for family, unit in _families(study):
        heads, numeric, rows = _grid(study, family, unit)
        parts += [f"## {family}, by {unit}\n", markdown_table(heads, numeric, rows)]
        parts += [f"- {line.strip()}" for line in (*_reasons(study, family), *_growth_lines(study, family)) if line]
        parts.append("")
    return "\n".join(parts)


def study_json(study: Study) -> str:
    """Return the study as JSON: ``machine``, ``planned``, ``rows``, ``growth``; every digit."""
    document = {
        "machine": study.machine,
        "planned": study.planned,
        "rows": _records(study.rows),
        "growth": _records(study.growth),
    }
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def series(study: Study, family: str) -> dict[str, dict[str, Points]]:
    """Median seconds by size: for each phase, for each solver, over the rows that finished."""
    from allocator.study.scaling import FINISHED

    found: dict[str, dict[str, list[tuple[float, float]]]] = {}
    for row in study.rows:
        if row["family"] == family and row["status"] in FINISHED and row["seconds"]:
            lines = found.setdefault(row["phase"], {})
            lines.setdefault(row["solver"] or "any solver", []).append((row["size"], row["seconds"]))
    return {phase: {name: sorted(points) for name, points in lines.items()} for phase, lines in found.items()}


def write_study(study: Study, path: Path) -> None:
    """Write the study in the format of the file's suffix, one of `SUFFIXES`; raises `UsageError` when it fails."""
    write_bytes(path, _file(study, path.suffix.lower()))


def _file(study: Study, suffix: str) -> bytes:
    match suffix:
        case ".csv":
            return csv_text(study.rows).encode()
        case ".json":
            return study_json(study).encode()
        case ".md":
            return study_markdown(study).encode()
        case ".html":
            return _page(study).encode()
    from allocator.report.figure import figure_bytes

    return figure_bytes(study, suffix.removeprefix("."))


def _page(study: Study) -> str:
    """One page that loads nothing: the text of the study, and the drawing where matplotlib is there to make it."""
    from html import escape

    from allocator.report.figure import can_draw, figure_bytes

    drawing = ""
    if can_draw() and any(series(study, family) for family, _ in _families(study)):
        drawing = figure_bytes(study, "svg").decode()
        drawing = drawing[drawing.index("<svg") :]
    about = ", ".join(f"{name} {value}" for name, value in study.machine.items())
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>allocator bench</title></head><body>'
        f"<h1>Scaling study</h1><p>{escape(about)}</p>{drawing}<pre>{escape(study_text(study))}</pre></body></html>\n"
    )


def _records(rows: Table) -> list[dict[str, Any]]:
    return [{name: raw(value) for name, value in row.items()} for row in rows]


def _families(study: Study) -> list[tuple[str, str]]:
    return list(dict.fromkeys(zip(study.rows.column("family"), study.rows.column("unit"), strict=True)))


def _last_phase(study: Study, family: str) -> str:
    """The phase that is drawn where there is room for one: the last that finished, the whole way by default."""
    return next(reversed(series(study, family)), "")


def _fitting(study: Study, family: str, unit: str, width: int | None) -> list[str]:
    """The table's lines with as many columns as fit."""
    for gone in range(len(_GIVE_WAY) + 1):
        heads, numeric, rows = _grid(study, family, unit, _GIVE_WAY[:gone])
        lines = align([heads, *rows], numeric)
        if width is None or max(map(len, lines)) <= width:
            break
    return lines


def _grid(study: Study, family: str, unit: str, without: Sequence[str] = ()) -> Grid:
    shown = [column for column in _SHOWN if column[0] not in without]
    rows = [tuple(_cell(name, row[name]) for name, _, _ in shown) for row in study.rows if row["family"] == family]
    heads = tuple(head.format(unit=unit) for _, head, _ in shown)
    return heads, tuple(numeric for _, _, numeric in shown), rows


def _cell(column: str, value: Any) -> str:
    if value is None:
        return ""
    if column.startswith("seconds"):
        return f"{value:.3f}" if value < 100 else f"{value:.0f}"
    if column == "gap":
        return f"{value:.1e}"
    if column in ("peak_mb", "rows", "columns", "entries"):
        return f"{value:,.0f}"
    return f"{value:.1f}" if column == "times_bare" else str(value) or "-"


def _reasons(study: Study, family: str) -> list[str]:
    """What stands behind every row that did not finish, once each."""
    said = []
    for row in study.rows:
        if row["family"] == family and row["reason"]:
            place = " ".join(filter(None, (str(row["size"]), row["unit"], row["solver"], row["phase"])))
            said.append("  " + shorten(f"{place}: {row['status']}: {row['reason']}", _REASON_WIDTH))
    return [*said, ""] if said else []


def _growth_lines(study: Study, family: str) -> list[str]:
    return [*_growth(study, family), ""]


def _growth(study: Study, family: str) -> Iterator[str]:
    fits = [row for row in study.growth if row["family"] == family]
    if not fits:
        yield _NO_EXPONENT
        return
    yield f"Growth: seconds ~ {fits[0]['unit']}^p"
    rows = [
        (
            row["solver"] or "-",
            row["phase"],
            f"p = {row['exponent']:.2f}",
            f"+- {row['standard_error']:.2f}",
            "" if row["r_squared"] is None else f"R2 = {row['r_squared']:.3f}",
            f"{row['sizes']} sizes",
        )
        for row in fits
    ]
    yield from (f"  {line}" for line in align(rows, (False, False, True, True, True, True)))
