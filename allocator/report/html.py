"""A result as one HTML page that loads nothing: summary, charts, every table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

from allocator.plan.wording import money
from allocator.report.cells import cell, is_number
from allocator.report.chart import line_chart
from allocator.report.tidy import TABLE_NAMES
from allocator.result.notebook import summary_html
from allocator.result.summary import Summary, summarise
from allocator.result.table import Table

if TYPE_CHECKING:
    from allocator.result.result import Result

_STYLE = """
body {margin: 2rem auto; max-width: 62rem; padding: 0 1rem; font: 14px/1.45 system-ui, sans-serif}
@media (prefers-color-scheme: dark) {body {background: #181a1d; color: #ddd}}
svg {max-width: 100%; height: auto}
"""


def result_page(result: Result) -> str:
    """Return a complete, self-contained page."""
    return summary_page(
        summarise(result),
        {name: result.tables[name] for name in TABLE_NAMES},
        result.plan.plan.currency,
        charts=_charts(result),
    )


def summary_page(summary: Summary, tables: Mapping[str, Table], currency: str, *, charts: str = "") -> str:
    """Return a page with a summary and every table; `charts` is HTML that stands between the two."""
    details = "".join(_details(table, currency, title) for title, table in tables.items())
    return _page(
        summary.title,
        f"<h1>{escape(summary.title)}</h1>{summary_html(summary)}{charts}"
        f'<div class="allocator"><h2>Tables</h2>{details}</div>',
    )


def table_page(table: Table, currency: str) -> str:
    """Return a page with one table."""
    return _page(table.name, f'<div class="allocator">{_details(table, currency, table.name)}</div>')


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>{body}</body></html>\n"
    )


def _charts(result: Result) -> str:
    cash = result.tables["cash"]
    labels, currency = cash.column("month"), result.plan.plan.currency
    parts = [
        "<h2>Cash at each close</h2>",
        line_chart("Cash at each close", labels, cash.column("closing"), lambda value: money(value, currency)),
    ]
    asked = cash.column("runway_asked")
    if any(months is not None for months in asked):
        # Far above the rule nothing is decided, and it would flatten the months that matter.
        ceiling = 6 * max(months for months in asked if months is not None)
        covered = [_capped(months, ceiling) for months in cash.column("runway_months")]
        parts.append(f"<h2>Months of runway, up to {ceiling:g} (dashed: what the plan asks)</h2>")
        parts.append(
            line_chart("Months of runway", labels, covered, lambda value: f"{value:.1f}", asked, "what the plan asks")
        )
    return "".join(parts)


def _capped(months: float | None, ceiling: float) -> float | None:
    if months is None or ceiling <= 0 or math.isnan(months):
        return None
    return min(months, ceiling)


def _details(table: Table, currency: str, title: str) -> str:
    if not len(table):
        return ""
    numeric = [any(is_number(value) for value in table.column(name)) for name in table.columns]
    classes = [' class="number"' if right else "" for right in numeric]
    head = "".join(f"<th{style}>{escape(name)}</th>" for style, name in zip(classes, table.columns, strict=True))
    rows = []
    for row in table:
        cells = (
            f"<td{style}>{escape(cell(name, row, currency))}</td>"
            for style, name in zip(classes, table.columns, strict=True)
        )
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return (
        f"<details><summary>{escape(title)} ({len(table)} rows)</summary>"
        f"<table><tr>{head}</tr>{''.join(rows)}</table></details>"
    )
