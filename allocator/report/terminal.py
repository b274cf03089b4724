"""A summary on a terminal: eighty columns, aligned, colour never the only sign."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import IO

from allocator.report.layout import align, shorten, wrap
from allocator.result.summary import Grid, Summary

WIDTH = 80
# A long plan's summary still fits a tall screen: what binds and warns is shortened to leave room.
MOST_LINES = 45
MOST_WARNINGS = 3
FEWEST_BINDING = 2
# With one of these set, colours are wanted where nothing looks like a terminal.
FORCE = ("FORCE_COLOR", "TTY_COMPATIBLE")
BAR = "█"
_PLAIN = str.maketrans({BAR: "#", "…": "~", "€": "EUR ", "£": "GBP ", "–": "-", "×": "x", "−": "-"})

Line = tuple[str, str]


def print_summary(summary: Summary, stream: IO[str]) -> None:
    """Write a summary to a stream: coloured on a terminal that allows it, plain text anywhere else.

    ``NO_COLOR`` and ``FORCE_COLOR`` are honoured; where the stream's encoding has no blocks, bars are of ``#``.
    """
    write_lines(lines(summary), stream)


def write_lines(printed: Iterable[Line], stream: IO[str]) -> None:
    """Write lines with their styles to a stream, as `print_summary` does."""
    if not fits_encoding(stream):
        printed = ((text.translate(_PLAIN), style) for text, style in printed)
    if stream.isatty() or any(os.environ.get(name) for name in FORCE):
        stream.write(_coloured(printed, stream))
    else:
        stream.writelines(f"{text}\n" for text, _ in printed)


def _coloured(printed: Iterable[Line], stream: IO[str]) -> str:
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, width=WIDTH, highlight=False, markup=False, emoji=False, soft_wrap=True)
    # Written by hand: rich would end the program by itself when the reader has gone.
    with console.capture() as capture:
        for text, style in printed:
            console.print(Text(text, style=style), soft_wrap=True)
    return capture.get()


def fits_encoding(stream: IO[str]) -> bool:
    """Whether a stream can carry block characters and currency signs."""
    try:
        f"{BAR}…€£".encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def lines(summary: Summary) -> Iterator[Line]:
    """Every line of the summary, at most `WIDTH` columns, with its style."""
    colour = "green" if summary.solved else "yellow"
    head: list[Line] = [(line, f"bold {colour}") for line in wrap(summary.headline, WIDTH)]
    head += [(line, "") for line in wrap(summary.subtitle, WIDTH)]
    for grid in summary.grids:
        head += [("", ""), *grid_lines(grid)]
    foot: list[Line] = [*_warnings(summary.warnings), ("", "")]
    foot += [(line, "dim") for line in wrap(summary.footer, WIDTH)]
    yield from head
    yield from _binding(summary.binding, MOST_LINES - len(head) - len(foot))
    yield from foot


def grid_lines(grid: Grid) -> Iterator[Line]:
    """Every line of one small table, with its style."""
    yield from ((line, "bold") for line in wrap(grid.title, WIDTH))
    rows = [grid.columns, *grid.rows]
    if grid.bars:
        bars = ["", *(BAR * max(1, round(16 * part)) if part >= 0.0 else "" for part in grid.bars)]
        rows = [(*row[:-1], bar, row[-1]) for row, bar in zip(rows, bars, strict=True)]
        numeric = (*grid.numeric[:-1], False, grid.numeric[-1])
    else:
        numeric = grid.numeric
    for index, text in enumerate(align(rows, numeric, WIDTH - 2)):
        style = "dim" if index == 0 else "yellow" if index - 1 == grid.marked else ""
        yield f"  {text}", style
    if grid.note:
        yield from ((line, "") for line in wrap(grid.note, WIDTH, "  ", "  "))


def _binding(sentences: tuple[str, ...], room: int) -> Iterator[Line]:
    """The dearest rules, as many as fit into so many lines; the heading counts them where some do not."""
    if not sentences:
        return
    room -= 2
    texts = [wrap(sentence, WIDTH, "  - ", "    ") for sentence in sentences]
    shown = 0
    for text in texts:
        if shown >= FEWEST_BINDING and len(text) > room:
            break
        room -= len(text)
        shown += 1
    count = "" if shown == len(texts) else f" ({shown} of {len(texts)}; --table prices has all)"
    yield "", ""
    yield f"What holds the plan back{count}", "bold"
    yield from ((line, "") for text in texts[:shown] for line in text)


def _warnings(warnings: tuple[str, ...]) -> Iterator[Line]:
    if not warnings:
        return
    yield "", ""
    yield f"Warnings ({len(warnings)})", "bold yellow"
    for warning in warnings[:MOST_WARNINGS]:
        yield f"  ! {shorten(warning, WIDTH - 4)}", "yellow"
    if len(warnings) > MOST_WARNINGS:
        yield f"  and {len(warnings) - MOST_WARNINGS} more; --format markdown has all in full", ""
