"""Numbers with a unit: "150 kUSD/year", "2 USD/Mtoken", "989 TFLOP/s", "8 %".

Only the units a plan needs exist; a unit of another dimension, or another currency, is an error.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from allocator.plan import slips
from allocator.plan.wrong import WrongValueError, did_you_mean, shown

if TYPE_CHECKING:
    import pint

HOURS_PER_MONTH = 730.0

_NUMBER = r"[+-]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?"
_TEXT = re.compile(rf"\s*({_NUMBER})\s*(.*?)\s*", re.DOTALL)
_COUNTS = {"k": 1e3, "M": 1e6, "G": 1e9, "B": 1e9, "bn": 1e9, "T": 1e12}
_CURRENCY = re.compile(r"(k|M|bn|B)?([A-Z]{3})")
_PLAN_CURRENCY = re.compile(r"(k|M)?([A-Z]{3})")
_ITEMS = ("token", "image", "label", "item", "person", "GPU", "FLOP")
_PLURALS = {"people": "person", "persons": "person", "staff": "person"}
_POWERS = {
    "W": "watt",
    "kW": "kilowatt",
    "MW": "megawatt",
    "GW": "gigawatt",
    "Wh": "watt_hour",
    "kWh": "kilowatt_hour",
    "MWh": "megawatt_hour",
    "GWh": "gigawatt_hour",
}
_TIMES = ("second", "hour", "day", "month", "year")
_SHORT = {"s": "second", "sec": "second", "h": "hour", "hr": "hour", "mo": "month", "yr": "year", "y": "year"}
_PREFIXES = {"k": "kilo", "M": "mega", "G": "giga", "B": "billion", "T": "tera", "P": "peta", "E": "exa"}


@dataclass(frozen=True)
class Currency:
    """The plan's currency and the unit its bare money is in.

    Attributes
    ----------
    name : str
        As written, ``USD``, ``kUSD`` or ``MUSD``.
    code : str
        The three letters.
    unit : float
        Whole currency in one plan unit: 1, 1e3 or 1e6.
    """

    name: str
    code: str
    unit: float

    @classmethod
    def parse(cls, text: str) -> Currency:
        """Read ``USD``, ``kUSD`` or ``MUSD``; raises `WrongValueError` for anything else."""
        match = _PLAN_CURRENCY.fullmatch(text)
        if match is None or match[2] == "GPU":
            raise WrongValueError(
                f"{shown(text)} is not a currency",
                allowed="three capital letters, after k or M where bare money is in thousands or millions: USD, MEUR",
                remedy='write the three-letter code of the currency, such as "USD"',
            )
        return cls(text, match[2], {None: 1.0, "k": 1e3, "M": 1e6}[match[1]])


# Stands for a currency that could not be read: then none is foreign, and only the currency is reported.
UNKNOWN = Currency("USD", "", 1.0)


@dataclass(frozen=True)
class Wanted:
    """The dimension a field has.

    Attributes
    ----------
    words : str
        With its article, ``a price per GPU-hour``.
    units : tuple of str
        The unit expressions accepted, ``money/hour``; bare numbers are in the first. Empty for plain numbers.
    example : str
        A string that is right.
    money : bool
        Whether bare numbers are in the plan's money.
    """

    words: str
    units: tuple[str, ...]
    example: str
    money: bool = False


@cache
def _registry() -> pint.UnitRegistry[Any]:
    """Build the registry from nothing, so that no unit exists which a plan does not need."""
    import pint

    registry: pint.UnitRegistry[Any] = pint.UnitRegistry(None)
    lines = [
        "kilo- = 1e3",
        "mega- = 1e6",
        "giga- = 1e9",
        "billion- = 1e9",
        "tera- = 1e12",
        "peta- = 1e15",
        "exa- = 1e18",
        "money = [money]",
        "second = [time]",
        "hour = 3600 * second",
        # A month is 730 h in every price of this program, so a year is twelve of them.
        "month = 730 * hour",
        "year = 12 * month",
        "day = 24 * hour",
        "watt = [power]",
        "watt_hour = watt * hour",
        *(f"{item} = [{item}]" for item in _ITEMS),
    ]
    for line in lines:
        registry.define(line)
    return registry


def read_number(value: object, wanted: Wanted, currency: Currency) -> float:
    """Return a number in the unit of a field: bare, with a prefix (``8M``), or with a unit.

    Parameters
    ----------
    value : object
        Number or string, as in the file.
    wanted : Wanted
        The field's dimension.
    currency : Currency
        The plan's currency; money is returned in its unit.

    Raises
    ------
    WrongValueError
        Not a finite number, a unit that does not exist, of another dimension, or of another currency.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise WrongValueError(
            f"{shown(value)} is not a number",
            found=shown(value),
            allowed=_allowed(wanted),
            remedy=f"write a number, {_written(wanted)}",
        )
    number = _parse(value, wanted, currency) if isinstance(value, str) else _finite(value)
    if not math.isfinite(number):
        raise WrongValueError(
            f"{shown(value)} is not a finite number",
            found=shown(value),
            allowed=_allowed(wanted),
            remedy="write a finite number, or leave the key out where none is meant",
        )
    return number


def _finite(value: int | float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _allowed(wanted: Wanted) -> str:
    return f'{wanted.words}: a number, or a string such as "{wanted.example}"' if wanted.example else wanted.words


def _written(wanted: Wanted) -> str:
    return f'or a string with a unit such as "{wanted.example}"' if wanted.example else "without quotes or unit"


def _parse(text: str, wanted: Wanted, currency: Currency) -> float:
    match = _TEXT.fullmatch(text)
    if len(text) <= 200:
        _refuse_slips(text, wanted, currency)
    if match is None or len(text) > 200:
        raise WrongValueError(
            f"{shown(text)} is not a number",
            found=shown(text),
            allowed=_allowed(wanted),
            remedy=f"write a number, {_written(wanted)}",
        )
    number = float(match[1].replace("_", ""))
    unit = match[2]
    if not unit:
        return number
    if unit in _COUNTS:
        if wanted.money and currency.unit != 1.0:
            raise WrongValueError(
                f"{shown(text)} could mean {unit} of {currency.code} or {unit} of {currency.name}",
                found=shown(text),
                allowed=_allowed(wanted),
                remedy=f'write "{match[1]} {unit}{currency.code}", or a bare number in {currency.name}',
            )
        return number * _COUNTS[unit]
    if unit.split("/")[0].strip() == "%":
        return _percent(number, unit, text, wanted)
    return _convert(number, unit, text, wanted, currency)


def _refuse_slips(text: str, wanted: Wanted, currency: Currency) -> None:
    """Refuse ``"6,000,000"``, ``"6 million"``, ``"$6M"`` and ``"3 percent"`` with the way a plan writes them."""
    percent = slips.percent(text)
    if percent is not None and "share" in wanted.units:
        raise WrongValueError(
            f"{shown(text)} is not a number", found=shown(text), allowed=_allowed(wanted), remedy=f'write "{percent}"'
        )
    amount = slips.amount(text, currency.code)
    if amount is None or not amount.slipped:
        return
    code = amount.code or currency.code
    if wanted.money and currency.code not in ("", code):
        raise _foreign(text, code, currency)
    if wanted.money and (amount.code or amount.per or currency.unit != 1.0):
        tail = "" if amount.per else "".join(wanted.example.partition("/")[1:])
        remedy = f'write "{amount.in_code(code)}{tail}"'
    else:
        remedy = f"write {amount.bare}" if not (amount.code or amount.per) else f"write a number, {_written(wanted)}"
    raise WrongValueError(
        f"{shown(text)} is not a number as a plan writes it", found=shown(text), allowed=_allowed(wanted), remedy=remedy
    )


def _foreign(text: str, code: str, currency: Currency) -> WrongValueError:
    return WrongValueError(
        f"{shown(text)} is in {code}, and the plan is in {currency.code}",
        found=shown(text),
        allowed=f"money in {currency.code}; there are no exchange rates in a plan",
        remedy=f"convert it to {currency.code} at the rate you plan with",
    )


def _percent(number: float, unit: str, text: str, wanted: Wanted) -> float:
    if "share" not in wanted.units:
        raise WrongValueError(
            f"{shown(text)} is a share, and {wanted.words} is wanted",
            found=shown(text),
            allowed=_allowed(wanted),
            remedy=f"write {wanted.words}, {_written(wanted)}",
        )
    period = unit[1:].replace(" ", "")
    if period and not ("rate" in wanted.units and period in ("/year", "/yr", "/y")):
        raise WrongValueError(
            f"{shown(text)} has a period that does not fit {wanted.words}",
            found=shown(text),
            allowed=_allowed(wanted),
            remedy='write "12 %" or 0.12' + (" (a year)" if "rate" in wanted.units else ""),
        )
    return number / 100.0


@lru_cache(maxsize=1024)
def _convert(number: float, unit: str, text: str, wanted: Wanted, currency: Currency) -> float:
    above, *below = re.split(r"\s*/\s*|\s+per\s+", unit)
    factors: list[tuple[str, int]] = [(name, 1) for name in _factors(above)]
    for part in below:
        factors += [(name, -1) for name in _factors(part)]
    quantity = _registry().Quantity(number, "")
    words: list[str] = []
    for name, sign in factors:
        base, scale, word = _unit(name, text, wanted, currency)
        quantity = quantity * _registry().Quantity(scale, base) ** sign
        if word not in words or sign > 0:
            words.append(word if sign > 0 else f"per {word}")
    for accepted in (name for name in wanted.units if name not in ("share", "rate")):
        target = _registry().Quantity(1.0, accepted)
        if quantity.dimensionality == target.dimensionality:
            return float((quantity / target).to("").magnitude)
    raise WrongValueError(
        f"{shown(text)} is {' '.join(words)}, and {wanted.words} is wanted",
        found=shown(text),
        allowed=_allowed(wanted),
        remedy=f"write a number, {_written(wanted)}",
    )


def _factors(part: str) -> list[str]:
    return [name for name in re.split(r"[\s*·-]+", part) if name]


def _unit(name: str, text: str, wanted: Wanted, currency: Currency) -> tuple[str, float, str]:
    """Return the registry's unit, a scale and a word for one unit name."""
    plain = _PLURALS.get(name, _SHORT.get(name, name))
    if plain.endswith("s") and plain[:-1] in (*_ITEMS, *_TIMES):
        plain = plain[:-1]
    if plain in _TIMES or plain in _ITEMS:
        return plain, 1.0, plain
    if name in _POWERS:
        return _POWERS[name], 1.0, "energy" if name.endswith("h") else "power"
    if re.fullmatch(r"[kMGTPE]?FLOPS", plain):
        return f"{_PREFIXES.get(plain[0], '')}FLOP/second", 1.0, "FLOP per second"
    singular = plain.removesuffix("s")
    if singular[:1] in _PREFIXES and singular[1:] in _ITEMS:
        return _PREFIXES[singular[0]] + singular[1:], 1.0, singular[1:]
    match = _CURRENCY.fullmatch(name)
    if match:
        if currency.code not in ("", match[2]):
            raise _foreign(text, match[2], currency)
        return "money", _COUNTS.get(match[1], 1.0) / currency.unit, "money"
    known = (*_ITEMS, *_TIMES, currency.code, f"k{currency.code}", f"M{currency.code}")
    raise WrongValueError(
        f"{shown(text)} has a unit that is not known: {shown(name)}",
        found=shown(text),
        allowed=_allowed(wanted),
        remedy=did_you_mean(name, known, f"use units such as {', '.join(known[:6])}, year, {currency.code}"),
    )
