"""A diagnosis as text for programs, and as a file by its suffix."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from allocator.errors import UsageError
from allocator.report.diagnosis import summarise_diagnosis
from allocator.report.found_files import write_found
from allocator.report.table_files import write_table
from allocator.report.tidy import check_table_name
from allocator.result.table import Table
from allocator.study.diagnose_company import TABLES

if TYPE_CHECKING:
    from allocator.study.diagnose import Diagnosis

TABLE_NAMES = (*TABLES, "rival")


def check_diagnosis_table(name: str | None, *, rival: bool) -> None:
    """Refuse a table that the diagnosis will not have.

    Raises
    ------
    UsageError
        Naming the tables there are.
    """
    check_table_name(name, TABLE_NAMES)
    if name == "rival" and not rival:
        raise UsageError("--table rival: nothing is compared; name the rival's file with --rival")


def diagnosis_json(found: Diagnosis) -> str:
    """Return everything as JSON, every digit kept."""
    return json.dumps(found.as_dict(), indent=2, allow_nan=False) + "\n"


def write_diagnosis(found: Diagnosis, path: Path, name: str | None = None) -> None:
    """Write a diagnosis in the format that the file's suffix says.

    Parameters
    ----------
    found : Diagnosis
    path : Path
        Ends in .json .csv .parquet .xlsx .html or .md.
    name : str, optional
        Only this table.

    Raises
    ------
    UsageError
        When the file cannot be written.
    """
    currency = found.company.currency
    if name is not None:
        write_table(found.tables[name], path, currency)
        return
    write_found(
        path,
        currency,
        summary=summarise_diagnosis(found),
        tables=_all_tables(found),
        rows=found.tidy(),
        document=diagnosis_json(found),
    )


def _all_tables(found: Diagnosis) -> dict[str, Table]:
    """Every table with the name of its sheet: those of the rival after the company's own."""
    tables = dict(found.tables)
    if found.rival is not None:
        tables |= {f"rival {name}": table for name, table in found.rival.tables.items()}
    return tables
