"""A tidy table without pandas: columns of plain values, a DataFrame when asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Table:
    """Named columns of equal length.

    Attributes
    ----------
    name : str
        What the table holds: ``spend``, ``compute``, …
    columns : tuple of str
    records : tuple of tuples
        One tuple a row, in the order of `columns`.
    """

    name: str
    columns: tuple[str, ...]
    records: tuple[tuple[Any, ...], ...]

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (dict(zip(self.columns, record, strict=True)) for record in self.records)

    def column(self, name: str) -> list[Any]:
        """All values of one column."""
        position = self.columns.index(name)
        return [record[position] for record in self.records]

    def frame(self) -> pd.DataFrame:
        """The table as a pandas DataFrame."""
        import pandas as pd

        return pd.DataFrame.from_records(list(self.records), columns=list(self.columns))


def table(name: str, columns: Sequence[str], records: Iterable[Sequence[Any]]) -> Table:
    """Make a `Table`; each record has one value for every column."""
    return Table(name, tuple(columns), tuple(map(tuple, records)))
