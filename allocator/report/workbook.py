"""A result as a spreadsheet: the summary first, then one sheet a table, numbers as numbers."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from allocator.report.cells import MONEY, raw
from allocator.report.tidy import TABLE_NAMES
from allocator.result.summary import Summary, summarise
from allocator.result.table import Table

if TYPE_CHECKING:
    from allocator.result.result import Result

_MONEY_FORMAT = "#,##0.00"
_COUNT_FORMAT = "#,##0.00"
_SMALL_FORMAT = "0.000E+00"
_LARGEST_PLAIN = 1e12
_SMALLEST_PLAIN = 1e-2


def workbook_bytes(result: Result, name: str | None = None) -> bytes:
    """Return an .xlsx file with every table, or with the one called `name`."""
    if name is not None:
        return table_workbook(result.tables[name])
    return tables_workbook(summarise(result), {title: result.tables[title] for title in TABLE_NAMES})


def tables_workbook(summary: Summary, tables: Mapping[str, Table]) -> bytes:
    """Return an .xlsx file with a summary and a sheet for each table."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "summary"
    _fill(sheet, _summary_rows(summary), header=False)
    for title, table in tables.items():
        _add_sheet(book, title, table)
    return _saved(book)


def table_workbook(table: Table) -> bytes:
    """Return an .xlsx file with one table."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    _add_sheet(book, table.name, table)
    return _saved(book)


def _add_sheet(book: Any, title: str, table: Table) -> None:
    sheet = book.create_sheet(title)
    _fill(sheet, [table.columns, *table.records], header=True)
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions


def _saved(book: Any) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _fill(sheet: Any, rows: Iterable[Iterable[Any]], *, header: bool) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    columns: tuple[str, ...] = ()
    widths: dict[int, int] = {}
    for number, row in enumerate(rows, start=1):
        entries = tuple(row)
        if header and number == 1:
            columns = tuple(str(entry) for entry in entries)
        for place, entry in enumerate(entries, start=1):
            value = raw(entry)
            if value is None:
                continue
            target = sheet.cell(number, place, value)
            if isinstance(value, str):
                # Text stays text, also when it begins like a formula.
                target.data_type = "s"
            elif isinstance(value, float):
                target.number_format = _number_format(columns[place - 1] if columns else "", value)
            if header and number == 1:
                target.font = Font(bold=True)
            if header or len(entries) > 1:
                widths[place] = min(40, max(widths.get(place, 10), len(str(value)) + 2 if header else 14))
    for place, width in widths.items():
        sheet.column_dimensions[get_column_letter(place)].width = width


def _number_format(column: str, value: float) -> str:
    if column in MONEY or column.endswith("_money"):
        return _MONEY_FORMAT
    plain = value == 0.0 or _SMALLEST_PLAIN <= abs(value) < _LARGEST_PLAIN
    return _COUNT_FORMAT if plain else _SMALL_FORMAT


def _summary_rows(summary: Summary) -> Iterable[tuple[str, ...]]:
    yield (summary.title,)
    yield (summary.headline,)
    yield (summary.subtitle,)
    for grid in summary.grids:
        yield ()
        yield (grid.title,)
        yield grid.columns
        yield from grid.rows
        if grid.note:
            yield (grid.note,)
    for title, sentences in (("What holds the plan back", summary.binding), ("Warnings", summary.warnings)):
        if sentences:
            yield ()
            yield (title,)
            yield from ((sentence,) for sentence in sentences)
    yield ()
    yield (summary.footer,)
