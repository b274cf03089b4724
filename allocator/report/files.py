"""Files of a result, by suffix: checked before anything is solved, written after."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from allocator.errors import UsageError, how_to_install

if TYPE_CHECKING:
    from allocator.result.result import Result

SUFFIXES = (".json", ".csv", ".parquet", ".xlsx", ".html", ".md")
_NEEDS = {".parquet": "pyarrow", ".xlsx": "openpyxl"}


def check_outputs(paths: Sequence[Path], plan: Path | None) -> None:
    """Refuse every file that could not be written, before the work is done.

    Parameters
    ----------
    paths : sequence of Path
    plan : Path or None
        The plan file, which is never written over.

    Raises
    ------
    UsageError
        For an unknown suffix, a missing package, or a place that cannot be written.
    """
    for path in paths:
        check_suffix(path, SUFFIXES)
        package = _NEEDS.get(path.suffix.lower())
        if package is not None and find_spec(package) is None:
            raise UsageError(
                f"--out {path}: {path.suffix} files need the package {package}; "
                f"{how_to_install('files')}; or write .csv or .json"
            )
        check_writable(path, plan)


def check_suffix(path: Path, allowed: Sequence[str]) -> None:
    """Refuse a file whose suffix says no format that can be written; raises `UsageError`."""
    if path.suffix.lower() not in allowed:
        found = f"the suffix {path.suffix}" if path.suffix else "a name without a suffix"
        raise UsageError(f"{path}: {found} says no known format; end the name in {', '.join(allowed)}")


def check_writable(path: Path, plan: Path | None = None) -> None:
    """Refuse a path that cannot be written, or that is the plan itself; raises `UsageError`."""
    folder = path.parent
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name a file in it")
    if not folder.is_dir():
        raise UsageError(f"{path}: there is no folder {folder}; make it first, or write somewhere else")
    if plan is not None and path.exists() and plan.exists() and path.samefile(plan):
        raise UsageError(f"{path} is the plan itself; choose another name for the result")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise UsageError(f"{path} may not be written; choose a place where you may write")


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file; raises `UsageError` with the system's reason when that fails."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UsageError(f"{path} could not be written: {error.strerror or error}") from error


def write_result(result: Result, path: Path, table: str | None = None) -> None:
    """Write a result to a file in the format its suffix says.

    Parameters
    ----------
    result : Result
    path : Path
        Ends in one of `SUFFIXES`.
    table : str, optional
        Only this table; an HTML page always holds everything.

    Raises
    ------
    UsageError
        When the file cannot be written.
    """
    write_bytes(path, render_file(result, path.suffix.lower(), table))


def render_file(result: Result, suffix: str, table: str | None = None) -> bytes:
    """Return the bytes of a result's file in the format of `suffix`."""
    from allocator.report.tables import Format, render_table
    from allocator.report.tidy import chosen

    currency = result.plan.plan.currency
    match suffix:
        case ".csv":
            return render_table(chosen(result, table), Format.CSV).encode()
        case ".json" if table is not None:
            return render_table(result.tables[table], Format.JSON).encode()
        case ".json":
            return (result.to_json() + "\n").encode()
        case ".md" if table is not None:
            return render_table(result.tables[table], Format.MARKDOWN, currency).encode()
        case ".md":
            from allocator.report.markdown import summary_markdown
            from allocator.result.summary import summarise

            return summary_markdown(summarise(result)).encode()
        case ".html":
            from allocator.report.html import result_page

            return result_page(result).encode()
        case ".xlsx":
            from allocator.report.workbook import workbook_bytes

            return workbook_bytes(result, table)
        case ".parquet":
            stream = io.BytesIO()
            chosen(result, table).frame().to_parquet(stream, engine="pyarrow", index=False)
            return stream.getvalue()
    raise ValueError(f"no writer for {suffix!r}")
