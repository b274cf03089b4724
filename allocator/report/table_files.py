"""One table as a file, by suffix."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from allocator.report.files import write_bytes
from allocator.report.tables import Format, render_table
from allocator.result.table import Table
from allocator.result.table import table as make_table


def write_table(table: Table, path: Path, currency: str = "USD", *, document: str | None = None) -> None:
    """Write a table in the format that the file's suffix says.

    Parameters
    ----------
    table : Table
    path : Path
        Ends in .json .csv .parquet .xlsx .html or .md.
    currency : str
        The plan's currency unit, for what people read.
    document : str, optional
        The JSON document around the table; by default a list of its rows.

    Raises
    ------
    UsageError
        When the file cannot be written.
    """
    match path.suffix.lower():
        case ".csv":
            content = render_table(flat(table), Format.CSV).encode()
        case ".json":
            content = (document or render_table(table, Format.JSON)).encode()
        case ".md":
            content = render_table(table, Format.MARKDOWN, currency).encode()
        case ".html":
            from allocator.report.html import table_page

            content = table_page(table, currency).encode()
        case ".xlsx":
            from allocator.report.workbook import table_workbook

            content = table_workbook(flat(table))
        case ".parquet":
            stream = io.BytesIO()
            flat(table, one_kind=True).frame().to_parquet(stream, engine="pyarrow", index=False)
            content = stream.getvalue()
        case suffix:
            raise ValueError(f"no writer for {suffix!r}")
    write_bytes(path, content)


def flat(table: Table, *, one_kind: bool = False) -> Table:
    """Return a table whose values are numbers or text; with `one_kind`, a column of both becomes text."""
    columns = [[_flat(value) for value in table.column(name)] for name in table.columns]
    if one_kind:
        columns = [_text(column) if _mixed(column) else column for column in columns]
    return make_table(table.name, table.columns, list(zip(*columns, strict=True)))


def _flat(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, list | tuple | dict) else value


def _mixed(column: list[Any]) -> bool:
    return len({isinstance(value, str) for value in column if value is not None}) > 1


def _text(column: list[Any]) -> list[Any]:
    return [None if value is None else str(value) for value in column]
