"""Columns of plain text: aligned, and shortened where a line would not fit."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

GAP = 2
LEAST = 8
ELLIPSIS = "…"


def align(rows: Sequence[Sequence[str]], numeric: Sequence[bool], width: int | None = None) -> list[str]:
    """Return one line a row, numbers to the right, within `width` columns where one is given.

    The widest column of text gives way first, down to a few characters; numbers are never shortened.
    """
    from rich.cells import cell_len, set_cell_size

    widths = [max(cell_len(row[place]) for row in rows) for place in range(len(numeric))]
    texts = [place for place, right in enumerate(numeric) if not right]
    while width is not None and texts and sum(widths) + GAP * (len(widths) - 1) > width:
        widest = max(texts, key=widths.__getitem__)
        if widths[widest] <= LEAST:
            break
        widths[widest] -= 1
    lines = []
    for row in rows:
        entries = []
        for entry, size, right in zip(row, widths, numeric, strict=True):
            text = entry if cell_len(entry) <= size else set_cell_size(entry, size - 1).rstrip() + ELLIPSIS
            blank = " " * (size - cell_len(text))
            entries.append(blank + text if right else text + blank)
        lines.append((" " * GAP).join(entries).rstrip())
    return lines


def wrap(sentence: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """Break a sentence into lines of at most `width`, the first and the other lines with their own indent."""
    return textwrap.wrap(
        sentence, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False, break_long_words=True
    )


def shorten(sentence: str, width: int) -> str:
    """Return a sentence on one line, cut at a word where it is too long."""
    return textwrap.shorten(sentence, width, placeholder=" " + ELLIPSIS)


def noted(note: str, missing: Sequence[str]) -> str:
    """A note with what there was no time for after it, a sentence each."""
    return " ".join([*([note] if note else []), *(f"{said[0].upper()}{said[1:]}." for said in missing)])
