"""``--set compute.h100-cloud.price=2.2``: one value of the document replaced by its dotted path."""

from __future__ import annotations

import json
import numbers
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from allocator.errors import Problem
from allocator.plan.wrong import did_you_mean, listed, shown

_KEY = re.compile(r"[\w-]+")
_EXAMPLE = "write a key and a value, such as compute.h100-cloud.price=2.2"


def parse_value(text: str) -> Any:
    """Return a value as TOML reads it, or the text itself where it is not TOML (``8M``, ``2026-09``)."""
    text = text.strip()
    try:
        document = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    # A line break would let one value smuggle in other keys.
    return document["value"] if list(document) == ["value"] else text


def as_override(key: str, value: object) -> str:
    """Return the override that sets `key` to a Python value: numbers, text, lists and tables.

    >>> as_override("compute.h100.price", {"start": 2.5, "yearly_change": -0.1})
    'compute.h100.price={"start" = 2.5, "yearly_change" = -0.1}'
    """
    return f"{key}={_as_toml(value)}"


def _as_toml(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(str(key))} = {_as_toml(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_as_toml(entry) for entry in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, numbers.Integral):
        return str(int(value))
    if isinstance(value, numbers.Real):
        return repr(float(value))
    return json.dumps(str(value))


def apply_overrides(
    document: dict[str, Any], overrides: Sequence[str], named: Sequence[str], known: Mapping[str, Any] | None = None
) -> list[Problem]:
    """Replace values of `document`, whose tables are copied on the way rather than changed.

    Parameters
    ----------
    document : dict
        The document as read; changed, but none of the tables in it.
    overrides : sequence of str
        ``"key.path=value"`` each.
    named : sequence of str
        Sections whose items must exist already: a new item cannot be made from one key.
    known : mapping of str to object, optional
        What stands behind some keys of `overrides`: numbers that need not be read from their text again.

    Returns
    -------
    list of Problem
        Overrides that could not be applied, with the override itself as the file.
    """
    problems: list[Problem] = []
    for override in overrides:
        path, equals, value = override.partition("=")
        keys = [key.strip().strip('"') for key in path.split(".")]
        place = f"--set {override}"
        if equals and value.strip() and len(keys) == 1 and _KEY.fullmatch(keys[0]):
            message = f"`{keys[0]}` is no path of a field: it names no section, or no field in it"
            problems.append(Problem(keys[0], message, shown(override), "KEY.PATH=VALUE", _EXAMPLE, place))
            continue
        if not equals or not all(_KEY.fullmatch(key) for key in keys) or len(keys) < 2 or not value.strip():
            problems.append(
                Problem(
                    path.strip(),
                    f"{shown(override)} is not key=value",
                    shown(override),
                    "KEY.PATH=VALUE",
                    _EXAMPLE,
                    place,
                )
            )
            continue
        items = document.get(keys[0])
        if keys[0] in named and (not isinstance(items, dict) or keys[1] not in items):
            listing = list(items) if isinstance(items, dict) else []
            remedy = did_you_mean(keys[1], listing, "name an item of the plan, or add it to the file")
            message = f"the plan has no `{keys[0]}.{keys[1]}` to override"
            problems.append(Problem(".".join(keys), message, shown(override), listed(listing), remedy, place))
            continue
        table: Any = document
        for depth, key in enumerate(keys[:-1], start=1):
            below = table.get(key, {})
            if not isinstance(below, dict):
                above = ".".join(keys[:depth])
                problems.append(
                    Problem(
                        ".".join(keys),
                        f"`{above}` is one value, so nothing below it can be set",
                        shown(below),
                        f"{above}=VALUE",
                        f"set {above} as a whole",
                        place,
                    )
                )
                break
            table[key] = dict(below)
            table = table[key]
        else:
            number = None if known is None else known.get(path)
            table[keys[-1]] = number if type(number) in (int, float, bool) else parse_value(value)
    return problems


def override_of(key: str, overrides: Sequence[str]) -> str | None:
    """Return the override that set a field or something around it, if one did."""
    for override in reversed(overrides):
        path = override.partition("=")[0].strip()
        if path and (key == path or key.startswith((f"{path}.", f"{path}["))):
            return override
    return None
