"""From a file or a dictionary to a plain document: what can go wrong before any key is looked at."""

from __future__ import annotations

import numbers
import re
import tomllib
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Any

from allocator.errors import PlanError, Problem
from allocator.plan.slips import toml_remedy
from allocator.plan.wrong import shown

MAX_BYTES = 5 * 1024 * 1024
_MAX_DEPTH = 8
_AT = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")


def read_file(path: Path) -> tuple[dict[str, Any], str]:
    """Return the document and the text of a TOML file; raises `PlanError` with a remedy for every way it can fail."""
    place = str(path)

    def refuse(message: str, found: str, allowed: str, remedy: str, line: int | None = None) -> PlanError:
        return PlanError([Problem("", message, found, allowed, remedy, place, line)])

    allowed = "a TOML file in UTF-8, up to 5 MB"
    try:
        if path.is_dir():
            raise refuse("this is a folder, not a plan file", "a folder", allowed, "name the plan file inside it")
        if not path.is_file():
            near = sorted(entry.name for entry in path.parent.glob("*.toml"))[:5] if path.parent.is_dir() else []
            remedy = f"check the name; here are: {', '.join(near)}" if near else "check the path"
            raise refuse("there is no such file", "nothing", allowed, remedy)
        if path.stat().st_size > MAX_BYTES:
            size = f"{path.stat().st_size / 1e6:.1f} MB"
            raise refuse("the file is too large for a plan", size, allowed, "check that this is the plan file")
        raw = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        remedy = "check the path and that you may read it"
        raise refuse(f"the file cannot be read: {reason}", place, allowed, remedy) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        found = f"byte {raw[error.start]:#04x}"
        raise refuse("the file is not UTF-8 text", found, allowed, "save it as UTF-8 text", line) from None
    if not text.strip():
        raise refuse("the file is empty", "nothing", allowed, "write a plan; `allocator new` starts you off")
    try:
        return tomllib.loads(text), text
    except RecursionError:
        message = "values are nested too deeply"
        raise refuse(
            message, "hundreds of levels", "at most a few levels", "flatten the nested lists or tables"
        ) from None
    except ValueError as error:
        raise PlanError([_toml_problem(str(error), text, place)]) from None


def _toml_problem(error: str, text: str, place: str) -> Problem:
    """Say a TOML parser's message for the person who wrote the file."""
    match = _AT.search(error)
    message = _AT.sub("", error).strip().rstrip(".")
    lines = text.splitlines()
    line = int(match[1]) if match and match[1] else len(lines) if match else None
    found = shown(lines[line - 1].strip())[1:-1] if line and line <= len(lines) else ""
    if message.startswith(("Cannot overwrite", "Cannot declare", "Cannot mutate", "Duplicate")):
        # The parser stops after the repeated value, which may be on the line below.
        if not found and line and line > 1:
            line -= 1
            found = shown(lines[line - 1].strip())[1:-1]
        return Problem(
            "",
            "the same key or table is written twice",
            found,
            "each key once, each [table] once",
            "keep one of the two, or rename one",
            place,
            line,
        )
    slip = toml_remedy(lines[line - 1].strip()) if line and line <= len(lines) else None
    remedy = "correct the line; text stands in quotes, a table begins with [NAME], a key with NAME ="
    if slip is not None:
        remedy = slip
    elif "Invalid value" in message and re.search(r"=\s*[A-Za-z]", found):
        remedy = "put text in quotes; true and false are written in small letters"
    elif re.search(r"=\s*[+-]?[\d.,_]+\s*[A-Za-z%$€]", found):
        remedy = 'put a number with a unit in quotes, such as "150 kUSD/year"'
    return Problem("", f"this is not TOML: {message[:1].lower()}{message[1:]}", found, "TOML 1.0", remedy, place, line)


def plain(source: Mapping[Any, Any], file: str) -> dict[str, Any]:
    """Return a deep copy of a mapping as TOML could hold it: text keys, no None; raises `PlanError`."""
    problems: list[Problem] = []
    document = _plain(source, "", 0, problems)
    if problems:
        raise PlanError([Problem(p.key, p.message, p.found, p.allowed, p.remedy, file) for p in problems])
    return dict(document)


def _plain(value: Any, key: str, depth: int, problems: list[Problem]) -> Any:
    if depth > _MAX_DEPTH:
        problems.append(Problem(key, "values are nested too deeply", "", f"{_MAX_DEPTH} levels", "flatten the value"))
        return None
    if isinstance(value, Mapping):
        inner = {
            str(name): _plain(entry, f"{key}.{name}".lstrip("."), depth + 1, problems) for name, entry in value.items()
        }
        return {name: entry for name, entry in inner.items() if entry is not None}
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(entry, key, depth + 1, problems) for entry in value]
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, date | time):
        # TOML reads an unquoted date; as text, the field it stands in says what it wants instead.
        return str(value)
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value)
    found = f"{type(value).__name__} {shown(str(value))}"
    allowed = "numbers, text, true, false, lists, tables"
    remedy = "write a number, text, list or table"
    problems.append(Problem(key, "this value has no meaning in a plan", found, allowed, remedy))
    return None
