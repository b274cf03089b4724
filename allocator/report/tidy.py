"""All monthly tables of a result as one long table: table, month, item, quantity, unit, money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from allocator.errors import UsageError
from allocator.result.table import Table, table

if TYPE_CHECKING:
    from allocator.result.result import Result

COLUMNS = ("table", "month", "item", "quantity", "unit", "money")
# The names of `Result.tables`, known before anything is solved.
TABLE_NAMES = (
    "cash",
    "spend",
    "revenue",
    "earning",
    "partners",
    "treasury",
    "funding",
    "compute",
    "use",
    "data",
    "people",
    "prices",
)
# Further quantities of a table's rows: their column, their unit (empty: the row's own) and their money's column.
_FURTHER: dict[str, tuple[tuple[str, str, str], ...]] = {
    "funding": (
        ("repaid", "", "repaid"),
        ("interest", "", "interest"),
        ("fee", "", "fee"),
        ("owed", "", "owed"),
        ("dilution", "share", ""),
    ),
    "compute": (("ordered", "GPU", ""), ("sold", "GPU", "resale"), ("delivered_flop", "FLOP", "")),
    "data": (("stock", "", ""),),
    "people": (("hired", "person", ""), ("effective", "person", "")),
}

Record = tuple[str, str, str, float | None, str, float | None]


def check_table_name(name: str | None, known: Sequence[str] = TABLE_NAMES) -> None:
    """Refuse a table that is none of the `known`, by default those that a result has.

    Raises
    ------
    UsageError
        Naming the tables there are.
    """
    if name is not None and name not in known:
        raise UsageError(f"--table {name}: there is no such table; choose {', '.join(known)}")


def tidy(result: Result) -> Table:
    """Return every monthly table in one; shadow prices are not monthly quantities and stay apart.

    Money of ``cash`` is each balance and flow under its own name; of every other table it is what
    the row costs, or brings (``revenue``, ``partners``, ``funding``, ``compute.sold``). What a model's quality
    earns (``earning``) has no months and stays apart too.
    """
    records: list[Record] = list(_cash(result))
    for row in result.tables["spend"]:
        item = f"{row['category']}.{row['item']}.{row['line']}"
        records.append(("spend", row["month"], item, None, "", row["money"]))
    for name in ("revenue", "partners"):
        for row in result.tables[name]:
            records.append((name, row["month"], f"{row['item']}.{row['line']}", None, "", row["money"]))
    for row in result.tables["treasury"]:
        for column in ("placed", "returned", "interest", "lent"):
            records.append(("treasury", row["month"], f"{row['item']}.{column}", None, "", row[column]))
    for name in ("funding", "compute", "use", "data", "people"):
        records.extend(_rows(name, result.tables[name]))
    return table("tidy", COLUMNS, records)


def chosen(result: Result, name: str | None) -> Table:
    """One table of the result, or the long one when no name is given."""
    return tidy(result) if name is None else result.tables[name]


def _cash(result: Result) -> Iterator[Record]:
    for row in result.tables["cash"]:
        for column, value in row.items():
            if column == "month":
                continue
            if column.startswith("runway"):
                yield ("cash", row["month"], column, value, "month", None)
            else:
                yield ("cash", row["month"], column, None, "", value)


def _rows(name: str, rows: Table) -> Iterator[Record]:
    for row in rows:
        yield (name, row["month"], row["item"], row["quantity"], row["unit"], row["money"])
    for column, unit, money in _FURTHER.get(name, ()):
        title = f"{name}.{column.removesuffix('_flop')}"
        for row in rows:
            paid: Any = row[money] if money else None
            yield (title, row["month"], row["item"], row[column], unit or row["unit"], paid)
