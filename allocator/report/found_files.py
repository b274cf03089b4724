"""What a study found, as a file by its suffix: a page with its tables for people, one table for programs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from allocator.report.files import write_bytes
from allocator.report.markdown import summary_markdown
from allocator.report.table_files import write_table
from allocator.result.summary import Summary
from allocator.result.table import Table


def write_found(
    path: Path, currency: str, *, summary: Summary, tables: Mapping[str, Table], rows: Table, document: str
) -> None:
    """Write what was found in the format that the file's suffix says.

    Parameters
    ----------
    path : Path
        Ends in .json .csv .parquet .xlsx .html or .md.
    currency : str
        The plan's currency unit, for what people read.
    summary : Summary
        The page of .md, .html and .xlsx.
    tables : mapping of str to Table
        What .html and .xlsx show besides, by title.
    rows : Table
        What .csv and .parquet hold.
    document : str
        What .json holds.

    Raises
    ------
    UsageError
        When the file cannot be written.
    """
    match path.suffix.lower():
        case ".md":
            write_bytes(path, summary_markdown(summary).encode())
        case ".html":
            from allocator.report.html import summary_page

            write_bytes(path, summary_page(summary, tables, currency).encode())
        case ".xlsx":
            from allocator.report.workbook import tables_workbook

            write_bytes(path, tables_workbook(summary, tables))
        case _:
            write_table(rows, path, currency, document=document)
