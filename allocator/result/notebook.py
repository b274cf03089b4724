"""A summary as HTML: what a notebook shows, and the top of the report page."""

from __future__ import annotations

from html import escape

from allocator.result.summary import Grid, Summary

STYLE = """
.allocator {font: 14px/1.45 system-ui, sans-serif; max-width: 60rem}
.allocator table {border-collapse: collapse; margin: .3rem 0 .2rem}
.allocator th, .allocator td {padding: .15rem .7rem .15rem 0; text-align: left; white-space: nowrap}
.allocator th {font-weight: 600; border-bottom: 1px solid #8888}
.allocator .number {text-align: right; font-variant-numeric: tabular-nums}
.allocator .marked td {font-weight: 600; background: #fd02}
.allocator .bar {display: inline-block; height: .7em; background: #4a7ab5}
.allocator h3 {margin: 1rem 0 .2rem; font-size: 1em}
.allocator small {opacity: .75}
"""


def summary_html(summary: Summary) -> str:
    """Return the summary as one HTML element that brings its own style and loads nothing."""
    sign = "✓" if summary.solved else "!"
    parts = [
        f"<style>{STYLE}</style>",
        f"<p><strong>{sign} {escape(summary.headline)}</strong><br>{escape(summary.subtitle)}</p>",
        *(grid_html(grid) for grid in summary.grids),
        _sentences("What holds the plan back", summary.binding),
        _sentences(f"Warnings ({len(summary.warnings)})", summary.warnings),
        f"<p><small>{escape(summary.footer)}</small></p>",
    ]
    return f'<div class="allocator">{"".join(parts)}</div>'


def grid_html(grid: Grid) -> str:
    """Return one small table as HTML."""
    classes = [' class="number"' if numeric else "" for numeric in grid.numeric]
    head = "".join(f"<th{style}>{escape(column)}</th>" for style, column in zip(classes, grid.columns, strict=True))
    body = []
    for index, row in enumerate(grid.rows):
        cells = "".join(f"<td{style}>{escape(cell)}</td>" for style, cell in zip(classes, row, strict=True))
        if grid.bars:
            cells += f'<td><span class="bar" style="width:{120 * grid.bars[index]:.0f}px"></span></td>'
        marked = ' class="marked"' if index == grid.marked else ""
        body.append(f"<tr{marked}>{cells}</tr>")
    note = f"<p><small>{escape(grid.note)}</small></p>" if grid.note else ""
    bar_head = "<th></th>" if grid.bars else ""
    return f"<h3>{escape(grid.title)}</h3><table><tr>{head}{bar_head}</tr>{''.join(body)}</table>{note}"


def _sentences(title: str, sentences: tuple[str, ...]) -> str:
    if not sentences:
        return ""
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f"<h3>{escape(title)}</h3><ul>{items}</ul>"
