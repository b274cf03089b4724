"""Why there is no plan and what repairs it, as a page, in Markdown and in files."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from allocator.errors import UsageError
from allocator.report.layout import wrap
from allocator.report.terminal import WIDTH, Line, write_lines
from allocator.result.table import Table

if TYPE_CHECKING:
    from allocator.study.repair import Repair
    from allocator.study.repair_workshop import Remedy

TABLES = ("repairs", "conflict", "arithmetic")
ARITHMETIC = "Sums that do not work out"
CONFLICT = "Rules that cannot hold together"
REPAIRS = "What repairs it"


def check_repair_table(name: str | None) -> None:
    """Refuse a table that no repair has.

    Raises
    ------
    UsageError
        Naming the tables there are.
    """
    if name is not None and name not in TABLES:
        raise UsageError(f"--table {name}: an infeasible plan has no such table; choose {', '.join(TABLES)}")


def repair_table(found: Repair, name: str | None = None) -> Table:
    """One of the tables of a repair, ``repairs`` when no name is given."""
    return {"repairs": found.repairs, "conflict": found.rules, "arithmetic": found.arithmetic}[name or "repairs"]


def print_repair(found: Repair, stream: IO[str]) -> None:
    """Write the page to a stream, with colours where it is a terminal that allows them."""
    write_lines(_lines(found), stream)


def repair_markdown(found: Repair) -> str:
    """Return the page as Markdown, ending in a line break."""
    parts = [f"# {found.plan.plan.name}: no plan keeps all the rules\n"]
    if len(found.arithmetic):
        parts += [f"## {ARITHMETIC}\n", "".join(f"- {row['sentence']}\n" for row in found.arithmetic)]
    if found.conflict.groups:
        parts += [f"## {CONFLICT}\n", "".join(f"- {first}{rest}\n" for first, rest in _rules(found))]
    if found.remedies:
        said = [f"{place}. {remedy.sentence}: `{_set(remedy)}`\n" for place, remedy in _numbered(found)]
        parts += [f"## {REPAIRS}\n", "".join(said)]
    parts += [f"{finding}\n" for finding in _findings(found)]
    return "\n".join(parts)


def repair_json(found: Repair) -> str:
    """Return the whole answer as JSON with stable keys, ending in a line break."""
    return json.dumps(found.as_dict(), indent=2) + "\n"


def write_repair(found: Repair, path: Path, name: str | None = None) -> None:
    """Write a file by its suffix: the whole answer as .json, else one table, or the page as .md.

    Raises
    ------
    UsageError
        When the file cannot be written.
    """
    from allocator.report.files import write_bytes
    from allocator.report.table_files import write_table

    if path.suffix.lower() == ".md" and name is None:
        write_bytes(path, repair_markdown(found).encode())
        return
    document = repair_json(found) if name is None else None
    write_table(repair_table(found, name), path, found.plan.plan.currency, document=document)


def _lines(found: Repair) -> Iterator[Line]:
    yield f"{found.plan.plan.name}: no plan keeps all the rules", "bold yellow"
    if len(found.arithmetic):
        yield from (("", ""), (ARITHMETIC, "bold"))
        for row in found.arithmetic:
            yield from ((line, "") for line in wrap(row["sentence"], WIDTH, "  - ", "    "))
    if found.conflict.groups:
        yield from (("", ""), (CONFLICT, "bold"))
        for first, rest in _rules(found):
            yield from ((line, "") for line in wrap(f"{first}{rest}", WIDTH, "  - ", "    "))
    if found.remedies:
        yield from (("", ""), (REPAIRS, "bold"))
        for place, remedy in _numbered(found):
            yield from ((line, "") for line in wrap(remedy.sentence, WIDTH, f"  {place}. ", "     "))
            # Never broken: it is there to be copied.
            yield f"     {_set(remedy)}", "dim"
        if any(len(remedy.changes) > 1 for remedy in found.remedies):
            said = "Where a repair has several parts, none of them can be left out."
            yield from ((line, "") for line in wrap(said, WIDTH, "  ", "  "))
        said = "Each was solved and certified with these values; the easiest to have comes first."
        yield from ((line, "") for line in wrap(said, WIDTH, "  ", "  "))
    for finding in _findings(found):
        yield "", ""
        yield from ((line, "yellow") for line in wrap(finding, WIDTH))


def _rules(found: Repair) -> Iterator[tuple[str, str]]:
    """Each rule's sentence, and by how much it would have to give alone."""
    said = found.said.splitlines()
    for group, sentence in zip(found.conflict.groups, found.conflict.sentences, strict=True):
        place = said.index(f"  - {group}: {sentence}")
        gives = said[place + 1].strip() if said[place + 1 : place + 2] and said[place + 1].startswith("      ") else ""
        yield f"{group}: {sentence}", f" ({gives})" if gives else ""


def _findings(found: Repair) -> list[str]:
    return [*found.conflict.findings, *found.findings]


def _numbered(found: Repair) -> Iterator[tuple[int, Remedy]]:
    return iter(enumerate(found.remedies, start=1))


def _set(remedy: Remedy) -> str:
    return " ".join(f"--set {shlex.quote(override)}" for override in remedy.overrides)
