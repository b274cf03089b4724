"""Finished points on disk, so that a sweep which was cut off goes on where it was.

The journal is a CSV file that grows by a line a point, in the order they are finished. Its first column says which
sweep it belongs to, its second which point; a line that was cut off is not counted.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from allocator import __version__
from allocator.errors import UsageError
from allocator.study.walk import Point, Question, Row

_FIRST = ("sweep", "point")
# What is no number in a row.
_TEXTS = frozenset({"status", "reason"})


def sweep_key(question: Question, points: Sequence[Point]) -> str:
    """Return what tells one sweep from another: its plan, its points, its options, the version."""
    asked = [__version__, question.plan.sha256(), repr(question.options), question.horizon_audit, list(points)]
    return hashlib.sha256(json.dumps(asked, default=repr).encode()).hexdigest()[:16]


class Journal:
    """A file of finished points.

    Parameters
    ----------
    path : Path
    key : str
        Of `sweep_key`.
    columns : sequence of str
        What is written of each row, besides the varied fields.
    points : sequence of dict
    resume : bool
        Whether to go on with what the file holds.

    Raises
    ------
    UsageError
        When the file holds an unfinished sweep and `resume` is not asked for, or holds another sweep.
    """

    def __init__(self, path: Path, key: str, columns: Sequence[str], points: Sequence[Point], *, resume: bool) -> None:
        self._path, self._key, self._points = path, key, points
        self._fields = list(points[0]) if points else []
        self._columns = [name for name in columns if name not in self._fields]
        self.finished: dict[int, Row] = {}
        self._file: TextIO | None = None
        if path.exists():
            self._read(resume)

    def _read(self, resume: bool) -> None:
        text = self._path.read_text(encoding="utf-8")
        # What follows the last line break was cut off while it was written.
        whole = text[: text.rfind("\n") + 1]
        for record in csv.DictReader(io.StringIO(whole)):
            if not set(_FIRST) <= record.keys() or record["sweep"] != self._key:
                raise UsageError(
                    f"{self._path} belongs to another sweep: another plan, other values, options or version; "
                    "write to another file, or delete it"
                )
            position = int(record["point"])
            self.finished[position] = self._row(position, record)
        if not resume and self.finished:
            raise UsageError(
                f"{self._path} holds {len(self.finished):,} finished points of this sweep, which was cut off; go on "
                "with --resume (resume=True), or delete it to begin anew"
            )
        if whole != text:
            self._path.write_text(whole, encoding="utf-8")

    def _row(self, position: int, record: dict[str, str]) -> Row:
        row: Row = dict(self._points[position])
        for name in self._columns:
            text = record[name]
            if name in _TEXTS:
                row[name] = text
            elif name == "in_place":
                row[name] = text == "True"
            else:
                row[name] = float(text) if text else None
        return row

    def __enter__(self) -> Journal:
        begun = self._path.exists() and self._path.stat().st_size > 0
        self._file = self._path.open("a", encoding="utf-8", newline="")
        if not begun:
            csv.writer(self._file, lineterminator="\n").writerow([*_FIRST, *self._fields, *self._columns])
            self._file.flush()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, position: int, row: Row) -> None:
        """Add a finished point; it is on its way to the disk when this returns."""
        assert self._file is not None  # only inside the with block
        line = io.StringIO()
        values = [row[name] for name in (*self._fields, *self._columns)]
        csv.writer(line, lineterminator="\n").writerow([self._key, position, *map(_cell, values)])
        # One write for the whole line, so that another process never sees half of one.
        self._file.write(line.getvalue())
        self._file.flush()

    def left(self, path: Sequence[int]) -> list[int]:
        """Return the positions of `path` that are not finished."""
        return [position for position in path if position not in self.finished]

    def delete(self) -> None:
        """Remove the file, once what it holds is written elsewhere."""
        self._path.unlink(missing_ok=True)


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        # A line is a point: nothing in it may break it.
        return " ".join(value.split("\n"))
    return json.dumps(value) if isinstance(value, list | tuple | dict) else value


def finished_rows(journal: Journal) -> Iterator[tuple[int, Row]]:
    """Yield what the journal held when it was opened."""
    yield from journal.finished.items()
