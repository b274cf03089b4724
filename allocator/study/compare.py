"""Two plans, two results or two scenarios side by side: what changed in, and what changed out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from allocator.errors import ExitCode, StoppedError, UsageError
from allocator.plan import Month, Plan
from allocator.plan.fields import kind_of
from allocator.result.result import Result
from allocator.result.table import Table, table
from allocator.session import Session
from allocator.solve.options import Options
from allocator.solve.solution import Status
from allocator.study.asked import TIME_UP

if TYPE_CHECKING:
    import pandas as pd

# A change below this share of the larger side is rounding.
SAME = 1e-6
# What follows from the horizon's text, and would be said twice.
_LEFT_OUT = frozenset({"plan.name"})
_SECTIONS = frozenset({"objective", "models", "tables", "certificate", "plan", "status"})
MONEY = "money"
SHARE = "share"
# What is added up over the months of each table: its name, the column, the words for it, and its unit where that is
# not the row's own.
_TOTALS: tuple[tuple[str, str, str, str], ...] = (
    ("compute", "quantity", "GPU-months", ""),
    ("compute", "ordered", "ordered", ""),
    ("compute", "resale", "resale", MONEY),
    ("data", "quantity", "bought", ""),
    ("people", "quantity", "person-months", ""),
    ("people", "hired", "hired", ""),
    ("people", "laid_off", "laid_off", ""),
    ("revenue", "money", "revenue", MONEY),
    ("partners", "money", "paid_less_taken", MONEY),
    ("treasury", "interest", "interest", MONEY),
    ("funding", "money", "raised", MONEY),
    ("funding", "repaid", "repaid", MONEY),
    ("funding", "dilution", "dilution", SHARE),
)
# The same over all items.
_IN_ALL: tuple[tuple[str, str, str, str], ...] = (
    ("revenue", "money", "total.revenue", MONEY),
    ("funding", "money", "total.raised", MONEY),
    ("funding", "dilution", "total.dilution", SHARE),
)

Record = tuple[str, Any, Any, float | None, str]


@dataclass(frozen=True)
class Comparison:
    """Two answers side by side.

    Attributes
    ----------
    names : (str, str)
        What the two are called.
    currency : str
        Of both.
    inputs : Table
        ``field, one, other, unit``: every resolved value of the plan that differs, months by their calendar;
        values by month that differ are said by their first and last. The unit is the currency of amounts of money.
    outputs : Table
        ``quantity, one, other, change, unit``: goal, models, spending, revenue, money raised and what it cost,
        GPUs, data, people, partners, treasury, cash, runway.
    by_month : Table
        ``month, closing_one, closing_other, spend_one, spend_other``.
    exit_code : ExitCode
        What the command line answers: whether what was solved is proven as good as was asked.
    missing : tuple of str
        What there was no time for, a sentence each.
    """

    names: tuple[str, str]
    currency: str
    inputs: Table
    outputs: Table
    by_month: Table
    exit_code: ExitCode = ExitCode.SOLVED
    missing: tuple[str, ...] = ()

    def frame(self) -> pd.DataFrame:
        """`outputs` as a pandas DataFrame."""
        return self.outputs.frame()

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "names": list(self.names),
            "currency": self.currency,
            "inputs": list(self.inputs),
            "outputs": list(self.outputs),
            "by_month": list(self.by_month),
            "missing": list(self.missing),
        }


def compare(
    one: Plan | Result | str | Path,
    other: Plan | Result | str | Path,
    *,
    names: tuple[str, str] | None = None,
    options: Options | None = None,
) -> Comparison:
    """Compare two plans or two results.

    Parameters
    ----------
    one, other : Plan, Result, or path of a result's JSON file
        Plans are solved first.
    names : (str, str), optional
        What to call them; by default the plans' names.
    options : Options, optional
        For the solves. Of two plans the first has half of the time limit, the second what is left.

    Returns
    -------
    Comparison

    Raises
    ------
    UsageError
        A file that holds no result, or plans in different currencies.
    InfeasibleError, StoppedError, SolverError
        As `allocator.solve`.
    """
    # Files are read before anything is solved: a name misspelt is said at once.
    read = [source if isinstance(source, Plan | Result) else _read(source) for source in (one, other)]
    options = (options or Options()).started()
    both = all(isinstance(source, Plan) for source in read)
    (first, ended), (second, then) = (
        _document(read[0], options.within(share=0.5) if both else options),
        _document(read[1], options),
    )
    currencies = {document["plan"]["plan"]["currency"] for document in (first, second)}
    if len(currencies) > 1:
        raise UsageError(f"the two plans count in {' and '.join(sorted(currencies))}; write both in one currency")
    called = names or _names(first, second)
    statuses = zip(called, (first, second), (ended, then), strict=True)
    missing = tuple(
        f"{name} not proven best: {TIME_UP}"
        for name, document, code in statuses
        if code is ExitCode.STOPPED_EARLY and document["status"] == Status.TIME_LIMIT
    )
    (currency,) = currencies
    tables = _inputs(first, second), _outputs(first, second), _by_month(first, second)
    return Comparison(called, currency, *tables, max(ended, then), missing)


def _document(source: Plan | Result | dict[str, Any], options: Options) -> tuple[dict[str, Any], ExitCode]:
    """A result in plain values, and how its solve ended where it was made here."""
    if isinstance(source, Plan):
        try:
            result = Session(source, options).solve(horizon_audit=False)
        except StoppedError as error:
            raise StoppedError(f"{source.plan.name}: {error}") from None
        return result.as_dict(), result.exit_code
    return source.as_dict() if isinstance(source, Result) else source, ExitCode.SOLVED


def _read(path: str | Path) -> dict[str, Any]:
    try:
        document = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None
    except ValueError:
        document = None
    if not isinstance(document, dict) or not document.keys() >= _SECTIONS:
        raise UsageError(f"{path} is not a result; write one with `allocator solve PLAN --out FILE.json`")
    try:
        # All that will be asked of it: a file that lacks some of it was edited, or written by another version.
        _outputs(document, document), _inputs(document, document), _by_month(document, document)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise UsageError(
            f"{path} is no result of this version, or was changed since ({error!r}); "
            "write it again with `allocator solve PLAN --out FILE.json`"
        ) from None
    return document


def _names(first: Mapping[str, Any], second: Mapping[str, Any]) -> tuple[str, str]:
    one, other = (str(document["plan"]["plan"]["name"]) for document in (first, second))
    return (one, other) if one != other else (one, f"{other} (other)")


def _inputs(first: Mapping[str, Any], second: Mapping[str, Any]) -> Table:
    mine, theirs = (dict(_fields(document["plan"], "")) for document in (first, second))
    starts = [Month.parse(document["plan"]["plan"]["start"]) for document in (first, second)]
    currency = str(first["plan"]["plan"]["currency"])
    records = []
    for field in [*mine, *(field for field in theirs if field not in mine)]:
        pair = [_one_number(fields.get(field)) for fields in (mine, theirs)]
        kind = kind_of(field)
        if kind == "month":
            # The same month of the calendar has another number in a plan that starts later.
            pair = [_month(value, start) for value, start in zip(pair, starts, strict=True)]
        # Nothing beside what is not there is no difference.
        if field not in _LEFT_OUT and pair[0] != pair[1] and any(pair):
            records.append((field, *map(_shown, pair), currency if kind == "money" else ""))
    return table("inputs", ["field", "one", "other", "unit"], records)


def _fields(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every value of a resolved plan by its dotted path; a limit by its text."""
    if not isinstance(value, Mapping):
        yield path, value
    elif path.startswith("limits.") and "text" in value:
        yield path, value["text"]
    else:
        for key, inner in value.items():
            yield from _fields(inner, f"{path}.{key}" if path else str(key))


def _one_number(value: Any) -> Any:
    """A value in every month alike as that value: two plans may differ in length alone."""
    if isinstance(value, list) and value and all(entry == value[0] for entry in value):
        return value[0]
    return value


def _month(value: Any, start: Month) -> Any:
    return str(start.plus(value - 1)) if isinstance(value, int) else value


def _shown(value: Any) -> Any:
    """A value in few words."""
    if isinstance(value, list):
        if len(value) > 2 and all(isinstance(entry, int | float) for entry in value):
            return f"{value[0]:g} to {value[-1]:g}"
        return json.dumps(value)
    return value


def _outputs(first: Mapping[str, Any], second: Mapping[str, Any]) -> Table:
    mine, theirs = dict(_figures(first)), dict(_figures(second))
    records: list[Record] = []
    for name in [*mine, *(name for name in theirs if name not in mine)]:
        (one, unit), (other, its) = mine.get(name, (None, "")), theirs.get(name, (None, ""))
        if not one and not other:
            continue
        if isinstance(one, int | float) and isinstance(other, int | float):
            change: float | None = float(other - one)
            if abs(other - one) <= SAME * max(abs(one), abs(other)):
                change = 0.0
        else:
            change = None
        records.append((name, one, other, change, unit or its))
    return table("outputs", ["quantity", "one", "other", "change", "unit"], records)


def _figures(document: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Any, str]]]:
    """What a result comes to, by name: value and unit."""
    currency = str(document["plan"]["plan"]["currency"])
    units = {MONEY: currency}
    goal = document["objective"]
    yield "status", (document["status"], "")
    if goal["kind"] != "quality":
        yield goal["kind"], (goal["value"], str(goal["unit"]).partition(",")[0])
    for model in document["models"]:
        name = f"models.{model['name']}"
        yield f"{name}.{model['metric']}", (model["value"], model["unit"])
        for entry, amount in model["inputs"].items():
            yield f"{name}.{entry}", (amount, "")
        yield f"{name}.compute", (model["compute_flop"], "FLOP")
    yield "total.spend", (sum(row["money"] for row in document["tables"]["spend"]), currency)
    for name, column, words, unit in _IN_ALL:
        yield words, (sum(row[column] for row in document["tables"][name]), units.get(unit, unit))
    yield from _sums(document["tables"]["spend"], ("category",), "money", "{}.spend", currency)
    yield from _sums(document["tables"]["spend"], ("category", "item"), "money", "{}.{}.spend", currency)
    for name, column, words, unit in _TOTALS:
        rows = document["tables"][name]
        if column == "ordered":
            # Rented GPUs are ordered anew every month.
            rows = [row for row in rows if document["plan"]["compute"][row["item"]]["kind"] != "rent"]
        yield from _sums(rows, ("item",), column, f"{name}.{{}}.{words}", units.get(unit, unit))
    for row in document["tables"]["earning"]:
        yield f"revenue.{row['item']}.earned_share", (row["earned_share"], SHARE)
    cash = document["tables"]["cash"]
    covered = [row["runway_months"] for row in cash if row["runway_months"] is not None]
    yield "cash.least", (min(row["closing"] for row in cash), currency)
    yield "cash.closing", (cash[-1]["closing"], currency)
    yield "runway.least", (min(covered, default=None), "months")


def _sums(
    rows: list[dict[str, Any]], keys: tuple[str, ...], column: str, name: str, unit: str
) -> Iterator[tuple[str, tuple[Any, str]]]:
    found: dict[str, float] = {}
    units: dict[str, str] = {}
    for row in rows:
        called = name.format(*(row[key] for key in keys))
        found[called] = found.get(called, 0.0) + float(row[column] or 0.0)
        units[called] = unit or str(row.get("unit", ""))
    for called, amount in found.items():
        yield called, (amount, units[called])


def _by_month(first: Mapping[str, Any], second: Mapping[str, Any]) -> Table:
    mine, theirs = ({row["month"]: row for row in document["tables"]["cash"]} for document in (first, second))
    records = []
    for month in sorted({*mine, *theirs}):
        pair = mine.get(month), theirs.get(month)
        records.append(
            (month, *(None if row is None else row[column] for column in ("closing", "spend") for row in pair))
        )
    return table("by_month", ["month", "closing_one", "closing_other", "spend_one", "spend_other"], records)
