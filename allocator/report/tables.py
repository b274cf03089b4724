"""Any table as text, CSV, JSON or Markdown."""

from __future__ import annotations

import csv
import io
import json
from enum import StrEnum

from allocator.report.cells import cell, is_number, raw
from allocator.report.layout import align
from allocator.result.table import Table


class Format(StrEnum):
    """How results are written to standard output."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"


def render_table(table: Table, form: Format, currency: str = "USD", width: int | None = None) -> str:
    """Return a table in one of the formats, ending in a line break.

    Parameters
    ----------
    table : Table
    form : Format
        For people (``table``, ``markdown``: rounded, with units) or programs (``csv``, ``json``: every digit).
    currency : str
        The plan's currency unit, for money written for people.
    width : int, optional
        Columns of the screen; text that is longer is shortened. Files and pipes have no limit.
    """
    if form is Format.CSV:
        return csv_text(table)
    if form is Format.JSON:
        records = [{name: raw(value) for name, value in row.items()} for row in table]
        return json.dumps(records, indent=2, allow_nan=False) + "\n"
    rows = [tuple(cell(column, row, currency) for column in table.columns) for row in table]
    numeric = tuple(any(is_number(value) for value in table.column(name)) for name in table.columns)
    if form is Format.MARKDOWN:
        return markdown_table(table.columns, numeric, rows)
    lines = align([tuple(table.columns), *rows], numeric, width)
    return "".join(f"{line}\n" for line in lines)


def csv_text(table: Table) -> str:
    """Return a table as CSV with a header; numbers keep every digit, missing values are empty."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([raw(value) for value in record] for record in table.records)
    return stream.getvalue()


def markdown_table(columns: tuple[str, ...], numeric: tuple[bool, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a pipe table with aligned numbers."""
    rule = ["---:" if right else "---" for right in numeric]
    lines = [tuple(columns), tuple(rule), *rows]
    return "".join(f"| {' | '.join(entry.replace('|', chr(92) + '|') for entry in line)} |\n" for line in lines)
