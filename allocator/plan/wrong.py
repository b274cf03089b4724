"""A mistake in one value, raised where it is found and placed in the file later."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class WrongValueError(ValueError):
    """One value that cannot stand where it stands.

    Parameters
    ----------
    message : str
        What is wrong, in one clause.
    allowed, remedy : str
        What may stand there, and what to do.
    found : str or None
        The value as the user wrote it; None takes the value of the field.
    where : str
        Path below the field, ``.2026-12`` or ``[3]``.
    """

    def __init__(
        self, message: str, *, allowed: str = "", remedy: str = "", found: str | None = None, where: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.allowed = allowed
        self.remedy = remedy
        self.found = found
        self.where = where

    def below(self, where: str) -> WrongValueError:
        """Return the same mistake one level further down the path."""
        return WrongValueError(
            self.message, allowed=self.allowed, remedy=self.remedy, found=self.found, where=where + self.where
        )


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that `name` was most likely meant to be, if any is near."""
    by_lower = {entry.lower(): entry for entry in known}
    matches = difflib.get_close_matches(name.lower(), list(by_lower), n=1, cutoff=0.6)
    return by_lower[matches[0]] if matches else None


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """Return "did you mean `x`?" when a known name is near, else `otherwise`."""
    known = list(known)
    match = nearest(name, known)
    return f"did you mean `{match}`?" if match else otherwise


def listed(names: Iterable[str]) -> str:
    """Join names for an error: ``a, b, c``; at most 30 of them."""
    names = list(names)
    shown = ", ".join(names[:30])
    return f"{shown}, … ({len(names)} in all)" if len(names) > 30 else shown


def shown(value: object) -> str:
    """Return a value as the user would have written it in TOML, cut to one short line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        text = "{" + ", ".join(f"{key} = {shown(item)}" for key, item in list(value.items())[:6]) + "}"
    elif isinstance(value, list | tuple):
        text = "[" + ", ".join(shown(item) for item in value[:8]) + (", …]" if len(value) > 8 else "]")
    elif isinstance(value, str):
        text = f'"{value}"'
    elif isinstance(value, float) and value.is_integer() and 1e4 <= abs(value) < 1e9:
        text = f"{value:_.0f}"
    elif isinstance(value, float):
        short = f"{value:g}"
        text = (short if abs(value) >= 1e9 and float(short) == value else str(value)).replace("e+", "e")
    elif isinstance(value, int) and abs(value) >= 10**20:
        text = f"a whole number of about {value.bit_length() * 30103 // 100000 + 1} digits"
    else:
        text = str(value)
    text = " ".join(text.split())
    return text if len(text) <= 80 else text[:77] + "…"
