"""The fenced blocks of the documentation, and how what a command prints is held against what a page shows."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    page for pattern in ("*.md", "docs/**/*.md", "models/**/*.md", "benchmarks/**/*.md") for page in ROOT.glob(pattern)
)

_FENCE = re.compile(r"^(?P<mark>`{3,})(?P<language>\w*)\s*$")
_NOTE = re.compile(r"^<!-- (?P<key>[a-z]+)(?:: (?P<value>.*))? -->$")
_NUMBER = re.compile(r"(?<![\w.])\d[\d,_]*(?:\.\d+)?(?:e[+-]?\d+)?")
# Last digits may differ between versions of a solver and between processors.
NUMBER_TOLERANCE = 0.01


@dataclass(frozen=True)
class Block:
    """One fenced block: where it is, its language, its lines, and the notes (``<!-- exit: 3 -->``) just above it."""

    page: Path
    line: int
    language: str
    text: str
    notes: dict[str, str]

    @property
    def place(self) -> str:
        """File and line, for messages."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


@dataclass(frozen=True)
class Command:
    """One ``$`` line of a console block and the output shown below it."""

    line: str
    shown: str


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page in order."""
    found: list[Block] = []
    notes: dict[str, str] = {}
    opened: tuple[str, int, str] | None = None
    body: list[str] = []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
        if opened is not None:
            if line.rstrip() == opened[0]:
                found.append(Block(page, opened[1], opened[2], "\n".join(body), notes))
                opened, notes, body = None, {}, []
            else:
                body.append(line)
            continue
        fence, note = _FENCE.match(line), _NOTE.match(line)
        if fence:
            opened = (fence["mark"], number, fence["language"])
        elif note:
            notes[note["key"]] = note["value"] or ""
        elif line.strip():
            notes = {}
    assert opened is None, f"{page.relative_to(ROOT)}: the block of line {opened and opened[1]} is not closed"
    return found


def commands(block: Block) -> Iterator[Command]:
    """Split a console block into its commands and what is shown after each."""
    parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    assert not parts[0].strip(), f"{block.place}: a console block begins with a `$ ` line"
    for part in parts[1:]:
        line, _, shown = part.partition("\n")
        yield Command(line.strip(), shown)


def run(line: str, folder: Path) -> tuple[int, str]:
    """Run an ``allocator`` command in `folder`; return its exit code and what it wrote, errors first."""
    words = shlex.split(line)
    assert words[0] == "allocator", f"a console block runs allocator, not {words[0]!r}"
    done = subprocess.run(
        [sys.executable, "-m", "allocator", *words[1:]],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "COLUMNS": "100", "NO_COLOR": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return done.returncode, done.stderr + done.stdout


def difference(shown: str, printed: str) -> str:
    """Say where `printed` does not match `shown`, empty when it does.

    ``...`` stands for anything, also for many lines; spaces count as one; a number may differ by one per cent.
    """
    first, *rest = (piece.split() for piece in shown.split("..."))
    words = printed.split()
    if not _equal(first, words[: len(first)]):
        return f"it does not begin with {' '.join(first)!r}"
    position = len(first)
    if not rest:
        return f"more is printed than shown: {' '.join(words[position:])!r}" if words[position:] else ""
    *middle, last = rest
    for piece in middle:
        starts = range(position, len(words) - len(piece) + 1)
        start = next((start for start in starts if _equal(piece, words[start : start + len(piece)])), None)
        if start is None:
            return f"not found, or not in this order: {' '.join(piece)!r}"
        position = start + len(piece)
    end = len(words) - len(last)
    return "" if end >= position and _equal(last, words[end:]) else f"it does not end with {' '.join(last)!r}"


def _equal(expected: list[str], found: list[str]) -> bool:
    return len(expected) == len(found) and all(map(_same_word, expected, found))


def _same_word(expected: str, found: str) -> bool:
    if expected == found:
        return True
    if _NUMBER.sub("#", expected) != _NUMBER.sub("#", found):
        return False
    pairs = zip(_numbers(expected), _numbers(found), strict=True)
    return all(abs(one - other) <= NUMBER_TOLERANCE * max(abs(one), abs(other)) for one, other in pairs)


def _numbers(text: str) -> list[float]:
    return [float(number.replace(",", "").replace("_", "")) for number in _NUMBER.findall(text)]
