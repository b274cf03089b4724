"""``[accounts]``: the figures of a company whose plan nobody outside it knows, for `allocator diagnose` to compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError
from pydantic import WithJsonSchema as FileSchema

from allocator.errors import PlanError, Problem
from allocator.plan.loading import placed_in_file, validated
from allocator.plan.overrides import apply_overrides
from allocator.plan.reading import plain, read_file
from allocator.plan.sections import Section
from allocator.plan.sections.base import MAX_MONTHS
from allocator.plan.sections.horizon import Horizon
from allocator.plan.timeline import Month, Timeline
from allocator.plan.units import UNKNOWN, Currency
from allocator.plan.values import MONEY, SHARE, Context, Reads, Whole
from allocator.plan.wrong import WrongValueError, did_you_mean, listed, shown

SECTION = "accounts"
# Figures are of a length of time, not of dates; months are read nowhere in them.
_NO_DATES = Month(2000, 1)


def _read_currency(value: object) -> str:
    if not isinstance(value, str):
        raise WrongValueError(f"{shown(value)} is not a currency", allowed="USD, kUSD, MUSD, …", remedy='write "USD"')
    return Currency.parse(value).name


class DataCosts(Section):
    """What data cost, by what was paid for; what is not given is None."""

    acquisition: Annotated[float | None, Reads(MONEY, low=0)] = None
    processing: Annotated[float | None, Reads(MONEY, low=0)] = None
    storage: Annotated[float | None, Reads(MONEY, low=0)] = None


class Accounts(Section):
    """A company's figures over some months, as it publishes them; what is not given is None, not zero.

    Attributes
    ----------
    name, currency : str
    months : int
        How long the figures cover.
    income, expenditure : float
        I and R. Expenditure left out is the sum of the costs given.
    compute, people, other : float or None
        Cc, Ch and Co.
    data : DataCosts
        The parts of Cd.
    cash : float or None
        At the end of the period.
    utilisation, efficiency : float or None
        Share of the compute paid for that was used; share of its peak that is reached while it is.
    """

    name: str = Field("accounts", min_length=1, max_length=200)
    currency: Annotated[
        str, BeforeValidator(_read_currency), FileSchema(Horizon.model_json_schema()["properties"]["currency"])
    ] = "USD"
    months: Annotated[int, Whole(1, MAX_MONTHS, "a number of months")] = 12
    income: Annotated[float, Reads(MONEY, low=0)]
    expenditure: Annotated[float | None, Reads(MONEY, above=0)] = None
    compute: Annotated[float | None, Reads(MONEY, low=0)] = None
    data: DataCosts = DataCosts.model_construct()
    people: Annotated[float | None, Reads(MONEY, low=0)] = None
    other: Annotated[float | None, Reads(MONEY, low=0)] = None
    cash: Annotated[float | None, Reads(MONEY, low=0)] = None
    utilisation: Annotated[float | None, Reads(SHARE, above=0, high=1)] = None
    efficiency: Annotated[float | None, Reads(SHARE, above=0, high=1)] = None

    def costs(self) -> dict[str, dict[str, float]]:
        """Return money by kind of cost and part; kinds that are not given are missing."""
        data = {part: paid for part, paid in self.data if paid is not None}
        given = {
            "compute": {} if self.compute is None else {"resource": self.compute},
            "data": data,
            "people": {} if self.people is None else {"people": self.people},
            "other": {} if self.other is None else {"other": self.other},
        }
        return {kind: parts for kind, parts in given.items() if parts}


def is_accounts(document: Mapping[str, Any]) -> bool:
    """Whether a document holds a company's figures rather than a plan."""
    return SECTION in document and "plan" not in document


def load_accounts(
    source: str | Path | Mapping[str, Any], *, overrides: Sequence[str] = (), file: str | None = None
) -> Accounts:
    """Read a company's figures.

    Parameters
    ----------
    source : str, Path or mapping
        Path of a TOML file with the one section ``[accounts]``, or the same as a dictionary.
    overrides : sequence of str
        ``"accounts.income=25M"`` each.
    file : str, optional
        What errors call the source.

    Raises
    ------
    PlanError
        With every mistake at once.
    """
    text, place = None, file or "<dict>"
    if isinstance(source, Mapping):
        document = plain(source, place)
    else:
        place = file or str(source)
        document, text = read_file(Path(source))
        document = plain(document, place)
    problems = apply_overrides(document, list(overrides), ())
    found: list[Problem] = []
    accounts = _read(document, found)
    problems += placed_in_file(found, place, text, list(overrides))
    if problems or accounts is None:
        raise PlanError(problems)
    return accounts


def _read(document: Mapping[str, Any], problems: list[Problem]) -> Accounts | None:
    for name, content in document.items():
        if name != SECTION:
            message = f"`{name}` is not a section of a file of accounts"
            problems.append(Problem(name, message, shown(content), f"[{SECTION}]", "remove it, or move it to a plan"))
    table = document.get(SECTION)
    if not isinstance(table, Mapping):
        message, found = f"the section [{SECTION}] is missing", "nothing" if table is None else shown(table)
        problems.append(Problem(SECTION, message, found, f"[{SECTION}]", f"add [{SECTION}] with income = 20e6"))
        return None
    table = dict(table)
    _drop_unknown(table, SECTION, Accounts, problems)
    if isinstance(table.get("data"), Mapping):
        table["data"] = dict(table["data"])
        _drop_unknown(table["data"], f"{SECTION}.data", DataCosts, problems)
    read = validated(Accounts, SECTION, table, Context(_currency(table), Timeline(_NO_DATES, 1)), problems)
    if read is None:
        return None
    assert isinstance(read, Accounts)
    if read.expenditure is None and not any(sum(parts.values()) for parts in read.costs().values()):
        problems.append(
            Problem(
                SECTION,
                "nothing is spent: neither expenditure nor a cost above zero is given",
                "nothing",
                "expenditure, or one of compute, data, people, other",
                "add what the company spends; the index divides by it",
            )
        )
    return read


def _drop_unknown(table: dict[str, Any], key: str, model: type[Section], problems: list[Problem]) -> None:
    for name in [name for name in table if name not in model.model_fields]:
        fields = list(model.model_fields)
        remedy = did_you_mean(name, fields, "remove it")
        message = f"`{name}` is not a key of [{key}]"
        problems.append(Problem(f"{key}.{name}", message, shown(table.pop(name)), listed(fields), remedy))


def _currency(table: Mapping[str, Any]) -> Currency:
    """The currency that money is read in; unknown where its own mistake will be said."""
    try:
        return Currency.parse(_read_currency(table.get("currency", "USD")))
    except (WrongValueError, ValidationError):
        return UNKNOWN
