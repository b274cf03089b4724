"""``FIELD=start:stop:count`` and ``FIELD=v1,v2,v3``: the values of a field as a user writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import prod
from typing import Any

from allocator.errors import UsageError
from allocator.plan.overrides import parse_value
from allocator.plan.wrong import shown
from allocator.study.points import Range

FORMS = "FIELD=start:stop:count, such as plan.cash=4M:8M:5, or FIELD=v1,v2,v3"
SAMPLED = "FIELD=low:high, such as plan.cash=4M:8M, or FIELD=low:high:log"
# A table that no memory holds is a slip of the keyboard.
MOST_POINTS = 1_000_000
_NUMBER = re.compile(r"\s*([-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:e[-+]?\d+)?)(\s*)(.*?)\s*", re.IGNORECASE)
_WHOLE = re.compile(r"\s*[-+]?[\d_]+\s*")
_FIELD = re.compile(r"[\w-]+(\.[\w-]+)+")
_OPENING, _CLOSING = "[{(", "]})"


def read_vary(texts: Sequence[str], *, sampled: bool = False, combined: bool = True) -> dict[str, Any]:
    """Return the values of each field.

    Parameters
    ----------
    texts : sequence of str
        ``"plan.cash=4M:8M:5"``: five values with equal steps, both ends among them, whole where the ends and
        steps are; ``"plan.cash=1M:100M:5:log"``: with equal ratios; ``"compute.h100.price=2,2.5 USD/hour"``: these
        values, each as ``--set`` takes it.
    sampled : bool
        Read ranges to sample from instead, ``"plan.cash=4M:8M"`` or ``"plan.cash=1M:100M:log"``.
    combined : bool
        Whether all combinations are meant, which are to be counted.

    Raises
    ------
    UsageError
        With every mistake, and what is allowed.
    """
    forms = SAMPLED if sampled else FORMS
    if not texts:
        raise UsageError(f"nothing is varied; give at least one --vary {forms}")
    found: dict[str, Any] = {}
    mistakes = []
    for text in texts:
        field, _, values = text.partition("=")
        field = field.strip()
        try:
            if not _FIELD.fullmatch(field) or not values.strip():
                raise _MistakeError(f"is not {forms}")
            if field in found:
                raise _MistakeError(f"{field} is varied already; give all its values in one --vary")
            found[field] = _sampled(values) if sampled else _values(values)
        except _MistakeError as mistake:
            mistakes.append(f"--vary {text}: {mistake}")
    points = prod(len(values) for values in found.values()) if combined and not sampled else 0
    if not mistakes and points > MOST_POINTS:
        mistakes.append(f"--vary asks for {points:,} points; take fewer values, for at most {MOST_POINTS:,} at once")
    if mistakes:
        raise UsageError("\n".join(mistakes))
    return found


class _MistakeError(Exception):
    """What is wrong with one text."""


def _values(text: str) -> list[Any]:
    parts = _split(text, ":")
    if len(parts) == 4 and parts[3].strip() == "log":
        return _range(*parts[:3], log=True)
    if len(parts) == 3:
        return _range(*parts)
    if len(parts) != 1:
        raise _MistakeError(
            f"{len(parts)} parts between colons; a range has three, start:stop:count, such as 2:4:11, "
            "and may end in :log"
        )
    entries = [entry.strip() for entry in _split(text, ",")]
    if not all(entries):
        raise _MistakeError("an empty value between commas; write v1,v2,v3")
    return [parse_value(entry) for entry in entries]


def _sampled(text: str) -> Range:
    """A range without a count: values are drawn from it."""
    low, high, *rest = [*_split(text, ":"), ""]
    if not high or [part.strip() for part in rest if part] not in ([], ["log"]):
        raise _MistakeError(f"{shown(text)} is not a range to sample from; write low:high or low:high:log, such as 2:4")
    (first, unit), (last, other) = _end("low end", low), _end("high end", high)
    if unit.strip() != other.strip():
        raise _MistakeError("the two ends have different units; give both the same")
    if first == last:
        raise _MistakeError(f"both ends are {low.strip()}; write another, or set the field with --set")
    return Range(first, last, log=bool(rest and rest[0].strip() == "log"), unit=unit)


def _range(start: str, stop: str, count: str, *, log: bool = False) -> list[Any]:
    (first, unit), (last, other) = _end("start", start), _end("stop", stop)
    if unit.strip() != other.strip():
        units = " and ".join(each.strip() or "none" for each in (unit, other))
        raise _MistakeError(f"start and stop have different units, {units}; give both the same")
    try:
        number = int(count.replace("_", ""))
    except ValueError:
        raise _MistakeError(f"the count {shown(count)} is not a whole number; write 2 or more") from None
    if number < 2:
        raise _MistakeError(f"the count is {number}, so the range is empty or one value; write 2 or more")
    if number > MOST_POINTS:
        raise _MistakeError(f"the count is {number:,}; at most {MOST_POINTS:,} points can be solved at once")
    if first == last:
        raise _MistakeError(f"start and stop are both {start.strip()}; write another stop, or that value alone")
    if log and min(first, last) <= 0.0:
        raise _MistakeError(f"equal ratios need ends above 0, and one is {min(first, last):g}; leave out :log")
    span = Range(first, last, log=log)
    numbers = [span.at(place / (number - 1)) for place in range(number)]
    if unit:
        return [f"{value:.12g}{unit}" for value in numbers]
    # Months and heads are whole numbers, and a plan takes no 12.0 for them.
    whole = _WHOLE.fullmatch(start) and _WHOLE.fullmatch(stop) and all(value.is_integer() for value in numbers)
    return [int(value) for value in numbers] if whole else list(numbers)


def _end(name: str, text: str) -> tuple[float, str]:
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise _MistakeError(f"the {name} {shown(text)} is not a number; a range is such as 2:4:11 or 4M:8M:5")
    return float(match[1].replace("_", "")), match[2] + match[3] if match[3] else ""


def _split(text: str, mark: str) -> list[str]:
    """Split at `mark`, but not within quotes, lists or tables."""
    parts, depth, quote = [""], 0, ""
    for letter in text:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        else:
            depth += (letter in _OPENING) - (letter in _CLOSING)
        if letter == mark and not quote and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts
