"""Months of the plan: calendar months, month numbers, and values that vary by month."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from allocator.plan.wrong import WrongValueError, did_you_mean, shown

_CALENDAR = re.compile(r"(\d{4})-(\d{2})")
_NUMBER = re.compile(r"\d{1,5}")


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month, ``2026-09``.

    Attributes
    ----------
    year, month : int
        The year, and the month of it from 1 to 12.
    """

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read ``2026-09``; raises `WrongValueError` for anything else."""
        match = _CALENDAR.fullmatch(text.strip())
        if match is None or not 1 <= int(match[2]) <= 12 or int(match[1]) < 1:
            raise WrongValueError(
                f"{shown(text)} is not a month",
                found=shown(text),
                allowed='a month written "YYYY-MM", such as "2026-09"',
                remedy='write the year in four digits, a hyphen, the month in two: "2026-09"',
            )
        return cls(int(match[1]), int(match[2]))

    def plus(self, months: int) -> Month:
        """Return the month so many months later."""
        count = self.year * 12 + self.month - 1 + months
        return Month(count // 12, count % 12 + 1)

    def minus(self, other: Month) -> int:
        """Return how many months `other` lies before this one."""
        return (self.year - other.year) * 12 + self.month - other.month

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True)
class Timeline:
    """The months 1..T a plan runs over.

    Attributes
    ----------
    start : Month
        Calendar month of month 1.
    months : int
        T.
    sure : bool
        False when ``[plan]`` itself could not be read: lengths and ranges are then not checked against it,
        so that one mistake is not reported many times.
    """

    start: Month
    months: int
    sure: bool = True

    def label(self, index: int) -> str:
        """Return the calendar month of month number `index`: 1 is the first, 0 the month before it."""
        return str(self.start.plus(index - 1))

    @property
    def span(self) -> str:
        """The months of the plan in words, for errors."""
        if not self.sure:
            return 'its date, "2026-09", or its number from 1 on'
        return f"{self.label(1)} to {self.label(self.months)}, or 1 to {self.months}"

    def index(self, value: object, *, first: int = 1) -> int:
        """Return the number of a month given as ``"2026-09"`` or as a number.

        Raises
        ------
        WrongValueError
            Not a month, or outside `first`..T.
        """
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise WrongValueError(
                f"{shown(value)} is not a month",
                found=shown(value),
                allowed=f"a month of the plan: {self.span}",
                remedy='write a month as "2026-09" (with quotes) or as its number in the plan, 1, 2, …',
            )
        if isinstance(value, int):
            index = value
        elif _NUMBER.fullmatch(value.strip()):
            index = int(value)
        else:
            index = Month.parse(value).minus(self.start) + 1
        if self.sure and not first <= index <= self.months:
            raise WrongValueError(
                f"month {shown(value)} lies outside the plan",
                found=shown(value),
                allowed=self.span,
                remedy="choose a month inside the plan, or make plan.months larger",
            )
        return min(max(index, first), self.months)


def spread(value: object, timeline: Timeline, read: Callable[[object], float]) -> tuple[float, ...]:
    """Return T values from any of the four ways to say a value that varies by month.

    A number or string holds always; a list has an entry for each month; a table of months holds each value until
    the next; ``{start, yearly_change | monthly_change}`` grows by ``(1 + r)^(1/12)`` a month or by ``1 + r``.

    Parameters
    ----------
    value : object
        As it stands in the file.
    timeline : Timeline
        The months of the plan.
    read : callable
        Reads one entry in the field's unit; raises `WrongValueError`.

    Returns
    -------
    tuple of float, length T
        Index t - 1 holds the value of month t.
    """
    if isinstance(value, Mapping):
        if "start" in value or any(str(key).endswith("_change") for key in value):
            return _trend(value, timeline, read)
        return _table(value, timeline, read)
    if isinstance(value, list | tuple):
        return _list(value, timeline, read)
    return (read(value),) * timeline.months


def _list(
    value: list[object] | tuple[object, ...], timeline: Timeline, read: Callable[[object], float]
) -> tuple[float, ...]:
    if timeline.sure and len(value) != timeline.months:
        raise WrongValueError(
            f"the list has {len(value)} entries and the plan has {timeline.months} months",
            found=shown(value),
            allowed=f"one entry for each of the {timeline.months} months",
            remedy='add or remove entries, or write {"2026-09" = …, "2027-03" = …}: each holds until the next',
        )
    entries = []
    for position, entry in enumerate(value, start=1):
        try:
            entries.append(read(entry))
        except WrongValueError as wrong:
            raise wrong.below(f"[{position}]") from None
    return tuple(entries) if timeline.sure else (entries[0] if entries else 0.0,) * timeline.months


def _table(value: Mapping[object, object], timeline: Timeline, read: Callable[[object], float]) -> tuple[float, ...]:
    entries: dict[int, float] = {}
    for key, entry in value.items():
        try:
            index = timeline.index(key if isinstance(key, int) else str(key))
            if index in entries and timeline.sure:
                raise WrongValueError(
                    f"month {timeline.label(index)} is given twice",
                    found=shown(value),
                    allowed="each month once, by its date or by its number",
                    remedy="keep one of the two",
                )
            entries[index] = read(entry)
        except WrongValueError as wrong:
            raise wrong.below(f".{key}") from None
    if not entries or (timeline.sure and min(entries) != 1):
        earliest = timeline.label(min(entries)) if entries else "the end of the plan"
        first = timeline.label(1) if timeline.sure else "1"
        raise WrongValueError(
            f"nothing says what holds before {earliest}",
            found=shown(value),
            allowed=f"a table whose first month is {first}, the first of the plan",
            remedy=f'add "{first}" = … with the value on opening day',
        )
    held = entries[min(entries)]
    values = []
    for index in range(1, timeline.months + 1):
        held = entries.get(index, held)
        values.append(held)
    return tuple(values)


def _trend(value: Mapping[object, object], timeline: Timeline, read: Callable[[object], float]) -> tuple[float, ...]:
    allowed = ("start", "yearly_change", "monthly_change")
    for key in value:
        if key not in allowed:
            given = any(entry in value for entry in allowed[1:])
            otherwise = "remove it" if given else "use yearly_change or monthly_change, a share: 0.06 for 6 %"
            raise WrongValueError(
                f"`{key}` is not a key of a value with a trend",
                found=shown(value),
                allowed="start, and yearly_change or monthly_change",
                remedy=did_you_mean(str(key), allowed, otherwise),
                where=f".{key}",
            )
    changes = [key for key in allowed[1:] if key in value]
    if "start" not in value or len(changes) != 1:
        raise WrongValueError(
            "a trend needs `start` and exactly one of `yearly_change` and `monthly_change`",
            found=shown(value),
            allowed="{start = 2.5, yearly_change = -0.12} or {start = 2.5, monthly_change = -0.01}",
            remedy="complete it, or write one number that holds always",
        )
    try:
        start = read(value["start"])
    except WrongValueError as wrong:
        raise wrong.below(".start") from None
    change = value[changes[0]]
    if isinstance(change, str) and re.fullmatch(r"[+-]?[\d.]+\s*%", change.strip()):
        change = float(change.strip().rstrip("% ")) / 100 if change.count(".") <= 1 else change
    if isinstance(change, bool) or not isinstance(change, int | float) or not -1 < change <= 100:
        raise WrongValueError(
            f"{shown(change)} is not a rate of change",
            found=shown(change),
            allowed="a share above -1 and at most 100: -0.12 falls by 12 %",
            remedy='write a number such as -0.12, or "-12 %"',
            where=f".{changes[0]}",
        )
    factor = (1.0 + change) ** (1.0 / 12.0 if changes[0] == "yearly_change" else 1.0)
    values = []
    held = start
    for _ in range(timeline.months):
        values.append(held)
        held *= factor
        if abs(held) > 1e300:
            raise WrongValueError(
                "the value grows beyond any number before the plan ends",
                found=shown(value),
                allowed="a change that keeps the value finite",
                remedy="lower the rate of change; it is a share, 0.04 for 4 %",
                where=f".{changes[0]}",
            )
    return tuple(values)
