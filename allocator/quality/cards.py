"""Law cards: TOML files of ``models/laws`` or the user's own, read and checked in one pass.

A card says the form of a law, its parameters, inputs and the FLOP of a run;
`allocator.quality.build` turns it into numbers.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from allocator.errors import LawError, Problem
from allocator.quality.consistency import EXPRESSION_HINT, inconsistencies, suggestion
from allocator.quality.expressions import names_in
from allocator.quality.schema import (
    CardTable,
    ExcessTable,
    FlopTable,
    InputTable,
    RepeatsTable,
    StrictTable,
    TermTable,
)
from allocator.resources import models_dir


@dataclass(frozen=True)
class Card:
    """A card and where it came from; `file` is what messages call it."""

    name: str
    file: str
    table: CardTable

    @property
    def measured(self) -> tuple[str, ...]:
        """What one measured point must hold: the inputs the level is computed from, and ``value``; nothing without."""
        if not self.table.level:
            return ()
        used = {name for text in self.table.level.values() for name in names_in(text)}
        return (*(name for name in self.table.inputs if name in used), "value")


def law_names() -> tuple[str, ...]:
    """Names of the cards that come with the package, in alphabetical order."""
    return tuple(sorted(path.stem for path in _laws_dir().glob("*.toml")))


def read_card(card: str, base: Path | None = None) -> Card:
    """Read and check a card by name or by path.

    Parameters
    ----------
    card : str
        A name of `law_names`, or a path (it holds a separator or ends in ``.toml``).
    base : Path, optional
        Folder a relative path starts from; the current one by default.

    Raises
    ------
    LawError
        Every mistake of the file at once, or the card is not there.
    """
    path = _locate(card, base or Path())
    return _shipped(path) if path.parent == _laws_dir() else _read(path)


@cache
def _shipped(path: Path) -> Card:
    """A card of the package, read once: a sweep asks for the same one thousands of times."""
    return _read(path)


def _read(path: Path) -> Card:
    document = _extended(path, ())
    file = path.name if path.parent == _laws_dir() else str(path)
    try:
        table = CardTable.model_validate(document)
    except ValidationError as error:
        problems = {problem.key: problem for problem in map(_problem, error.errors(include_url=False))}
        raise LawError([replace(problem, file=file) for problem in problems.values()]) from error
    found = [replace(problem, file=file) for problem in inconsistencies(table)]
    if found:
        raise LawError(found)
    return Card(path.stem, file, table)


def _laws_dir() -> Path:
    return models_dir() / "laws"


def is_path(card: str) -> bool:
    """Whether a card is named by its path rather than as one of the package."""
    return "/" in card or "\\" in card or card.endswith(".toml")


def _locate(card: str, base: Path) -> Path:
    if is_path(card):
        path = base / Path(card).expanduser()
        if path.is_file():
            return path
        raise LawError([Problem("law", "there is no such card file", str(path), remedy="check the path")])
    names = law_names()
    if card in names:
        return _laws_dir() / f"{card}.toml"
    remedy = suggestion(card, names) or "choose one of these, or write the path of your own card, ./my-law.toml"
    raise LawError([Problem("law", "there is no law of that name", card, ", ".join(names), remedy)])


def _extended(path: Path, chain: tuple[Path, ...]) -> dict[str, Any]:
    """The document with what it extends beneath it; tables merge, anything else is replaced."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise LawError([Problem("", f"the card cannot be read: {error}", file=str(path))]) from error
    if "extends" not in document:
        return document
    parent = document.pop("extends")
    if not isinstance(parent, str):
        raise LawError([Problem("extends", "is not text", repr(parent), "a law's name or a path", file=str(path))])
    try:
        below_path = _locate(parent, path.parent)
    except LawError as error:
        raise LawError([replace(item, key="extends", file=str(path)) for item in error.problems]) from error
    if below_path.resolve() in {link.resolve() for link in (*chain, path)}:
        raise LawError([Problem("extends", "leads back to this card", parent, file=str(path))])
    below = _extended(below_path, (*chain, path))
    # A restated number brings its own standard error, or none; the old one says nothing of it.
    for name in _names(document, "parameters"):
        for section in ("uncertainty", "assumed"):
            if name in _names(below, section):
                below[section].pop(name)
    return _merged(below, document)


def _names(document: dict[str, Any], section: str) -> list[str]:
    table = document.get(section, {})
    return list(table) if isinstance(table, dict) else []


def _merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    result = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = _merged(result[key], value) if both else value
    return result


def _problem(item: Any) -> Problem:
    """A finding of the schema in the card's own words."""
    # Where a value may be a number or text, the schema reports both branches: one is enough.
    location = [part for part in item["loc"] if part not in ("float", "str")]
    key = ""
    for part in location:
        key += f"[{part}]" if isinstance(part, int) else f".{part}" if key else str(part)
    if item["type"] == "extra_forbidden":
        known = _fields_beside(location)
        return Problem(key, "unknown key", allowed=", ".join(known), remedy=suggestion(str(location[-1]), known))
    if item["type"] == "missing":
        return Problem(key, "is missing", remedy=f"add {location[-1]} = …")
    allowed = EXPRESSION_HINT if {"coefficient", "constant", "offset"} & set(location) else ""
    message = str(item["msg"])
    return Problem(key, message[0].lower() + message[1:], repr(item["input"]), allowed)


def _fields_beside(location: list[Any]) -> list[str]:
    """Keys the table that holds `location` may have."""
    tables: dict[str, type[StrictTable]] = {
        "inputs": InputTable,
        "terms": TermTable,
        "repeats": RepeatsTable,
        "excess": ExcessTable,
        "flop": FlopTable,
    }
    if len(location) == 1:
        return [*CardTable.model_fields, "extends"]
    return list(tables[location[0]].model_fields)
