"""Numbers and lines as people write them elsewhere, and how the same is written here."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
_DOLLARS = ("USD", "CAD", "AUD", "NZD", "SGD", "HKD")
_MAGNITUDES = {
    "k": "k",
    "thousand": "k",
    "m": "M",
    "mn": "M",
    "mio": "M",
    "million": "M",
    "millions": "M",
    "b": "bn",
    "bn": "bn",
    "billion": "bn",
    "billions": "bn",
}
# What a bare number takes: bn stands before a currency only.
_ALONE = {"k": "k", "M": "M", "bn": "B"}
_AMOUNT = re.compile(
    r"(?P<sign>[+-]?)\s*(?P<symbol>[$€£¥]|[A-Z]{3}|)\s*(?P<number>\d[\d.,_' ]*?)\s*"
    r"(?P<magnitude>(?i:thousand|millions?|billions?|mio|mn|bn|[kmb]))?\s*"
    r"(?P<behind>[$€£¥]|(?!GPU)[A-Z]{3}|dollars?|euros?|pounds?)?\s*(?P<per>(?:/|per\b).*)?"
)
_GROUPED = re.compile(r"\d{1,3}(?:[,' ]\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3}){2,}")
_PERCENT = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*(?:percent|per\s+cent|pct\.?|per\s*centage)", re.IGNORECASE)
_DAYS = re.compile(r"\s*(\d{1,6})\s*(days?|weeks?)\s*")
_DAYS_IN_A_MONTH = {"d": 730.0 / 24.0, "w": 730.0 / 168.0}


@dataclass(frozen=True)
class Amount:
    """An amount of money or a count as somebody wrote it.

    Attributes
    ----------
    number : str
        Its digits as TOML reads them, thousands apart by underscores: ``6_000_000``.
    prefix : str
        ``k``, ``M``, ``bn`` or nothing.
    code : str
        The currency its symbol or word stands for; empty without one.
    per : str
        What follows, from the slash on.
    slipped : bool
        False where everything is written as a plan has it.
    """

    number: str
    prefix: str
    code: str
    per: str
    slipped: bool

    @property
    def bare(self) -> str:
        """The whole number in digits, and in short where that is shorter: ``6_000_000 or "6M"``."""
        value = float(self.number.replace("_", "")) * {"": 1.0, "k": 1e3, "M": 1e6, "bn": 1e9}[self.prefix]
        digits = f"{value:_.0f}" if value.is_integer() else f"{value!r}"
        for size, letter in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
            if abs(value) >= size and float(f"{value / size:.3g}") * size == value:
                return f'{digits} or "{value / size:.3g}{_ALONE[letter]}"'
        return digits

    def in_code(self, code: str) -> str:
        """The amount with a currency: ``6 MEUR``."""
        number, prefix = self.number, self.prefix
        value = float(number.replace("_", ""))
        if not prefix and abs(value) >= 1e6 and value % 1e4 == 0:
            number, prefix = f"{value / 1e6:g}", "M"
        elif not prefix and abs(value) >= 1e3 and value % 1e2 == 0:
            number, prefix = f"{value / 1e3:g}", "k"
        return f"{number} {prefix}{code}{self.per}"


def amount(text: str, plan_code: str) -> Amount | None:
    """Return `text` read as people write amounts, ``"$6M"``, ``"6,000,000"``, ``"6 million"``; None if it is none."""
    # Blanks of any width are one; many of them would keep the pattern busy.
    match = _AMOUNT.fullmatch(" ".join(text.split()))
    if match is None:
        return None
    number, word = match["number"].strip(), match["magnitude"] or ""
    grouped = _GROUPED.fullmatch(number) is not None
    if grouped:
        separators = r"[,' ]" if number.count(".") <= 1 else r"\."
        number = re.sub(separators, "_", number)
    elif re.fullmatch(r"\d+,\d+", number):
        number = number.replace(",", ".")
    elif not re.fullmatch(r"\d[\d_]*(?:\.\d*)?", number):
        return None
    mark = match["symbol"] or match["behind"] or ""
    prefix = _MAGNITUDES.get(word.lower(), "")
    spelt = number != match["number"].strip() or word not in ("", "k", "M", "B", "bn")
    return Amount(
        match["sign"] + number, prefix, _code(mark, plan_code), _per(match["per"] or ""), spelt or not _plain(match)
    )


def percent(text: str) -> str | None:
    """Return ``3 %`` for ``3 percent``; None for anything else."""
    match = _PERCENT.fullmatch(" ".join(text.split()))
    return f"{match[1]} %" if match else None


def in_months(text: str) -> int | None:
    """Return a number of days or weeks in whole months, at least 1; None for anything else."""
    match = _DAYS.fullmatch(text)
    return max(1, round(int(match[1]) / _DAYS_IN_A_MONTH[match[2][0]])) if match else None


def _plain(match: re.Match[str]) -> bool:
    """Whether the currency stands behind the number, in its three letters, or is not said."""
    return not match["symbol"] and re.fullmatch(r"[A-Z]{3}|", match["behind"] or "") is not None


def _per(text: str) -> str:
    return re.sub(r"^per\s+", "/", text).replace(" ", "")


def _code(mark: str, plan_code: str) -> str:
    word = {"dollar": "$", "euro": "€", "pound": "£"}.get(mark.rstrip("s"), mark)
    if word == "$" and plan_code in _DOLLARS:
        return plan_code
    if word == "¥" and plan_code == "CNY":
        return plan_code
    return _SYMBOLS.get(word, word)


def toml_remedy(line: str) -> str | None:
    """Return what to do about a line that is not TOML, where a common slip explains it.

    Parameters
    ----------
    line : str
        The line the parser stopped at.
    """
    line = line[:400]
    value = line.partition("=")[2].strip()
    if re.search(r"(?:^|[=\[,{])\s*[\u201c\u201d\u201e\u00ab\u00bb\u2018\u2019]", line):
        return "put text in straight quotes, \"…\" or '…'; a word processor bends them"
    if re.match(r"\[|[^=\"']*[^\x00-\x7f][^=\"']*=", line):
        return _name_remedy(line)
    spaced = re.match(r"([A-Za-z][\w-]*(?:[ \t]+[\w-]+)+)\s*=", line)
    if spaced:
        return f"a key has no spaces: write {'_'.join(spaced[1].split())} = {value}"
    colon = re.match(r"([\w-]+)\s*:\s*(\S.*)", line)
    if colon:
        return f"write = for the colon: {colon[1]} = {colon[2]}"
    return _value_remedy(line, value)


def _name_remedy(line: str) -> str | None:
    """What is wrong with a name in brackets, or with a key that has letters TOML does not take."""
    if not line.partition("#")[0].isascii():
        return "a name has the letters a to z, digits, - and _ only: write it without accents"
    header = re.match(r"\[\s*([\w.-]+(?:[ \t]+[\w.-]+)+)\s*\]", line)
    return f"a name has no spaces: write [{'-'.join(header[1].split())}], with hyphens" if header else None


def _value_remedy(line: str, value: str) -> str | None:
    month = re.search(r"=\s*(\d{4}-\d{1,2})(?![\d-])", line)
    if month:
        year, _, number = month[1].partition("-")
        return f'put months in quotes: "{year}-{number:0>2}"'
    thousands = re.search(r"=\s*([+-]?\d{1,3}(?:(?:,\d{3})+|(?: \d{3})+|(?:'\d{3})+))(?![\d,.])", line)
    if thousands:
        digits = re.sub(r"[, ']", "_", thousands[1])
        also = (
            f" (a decimal comma is a point: {thousands[1].replace(',', '.')})" if thousands[1].count(",") == 1 else ""
        )
        return f"write {digits}, thousands apart by underscores{also}"
    comma = re.search(r"=\s*([+-]?\d+),(\d+)", line)
    if comma:
        return f"write a decimal point: {comma[1]}.{comma[2]}"
    symbol = re.match(r"[+-]?[$€£¥]\s*([\d.]+)\s*([A-Za-z]*)", value)
    if symbol:
        code = _SYMBOLS[value.lstrip("+-")[0]]
        prefix = _MAGNITUDES.get(symbol[2].lower(), "")
        return f'write the code of the currency, in quotes: "{symbol[1]} {prefix}{code}"'
    return None
