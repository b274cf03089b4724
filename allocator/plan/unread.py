"""What can still be read of a table that has a mistake: its other keys, each on its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError

from allocator.plan.sections import Section
from allocator.plan.values import Context


@cache
def adapter(model: type[Section], field: str) -> TypeAdapter[Any]:
    """Reads one field of a section without the others."""
    return TypeAdapter(get_type_hints(model, include_extras=True)[field])


@dataclass(frozen=True)
class Unread:
    """An item that stands in the file and could not be read as a whole.

    Attributes
    ----------
    model : type of Section
    table : mapping
        Its keys, as they stand in the file.
    wrong : frozenset of str
        Keys that are missing or have mistakes, which are said already.
    """

    model: type[Section]
    table: Mapping[str, Any]
    wrong: frozenset[str]

    def read(self, fields: tuple[str, ...], context: Context) -> Section | None:
        """The item with these fields alone; None where one of them has a mistake.

        Only fields that are read without knowing others: the unit of a source decides what its price is per.
        """
        read: dict[str, Any] = {}
        for field in fields:
            entry = self.model.model_fields[field]
            key = entry.alias or field
            if key in self.wrong:
                return None
            value = self.table[key] if key in self.table else entry.get_default(call_default_factory=True)
            try:
                read[key] = adapter(self.model, field).validate_python(value, context=context)
            except ValidationError:
                return None
        return self.model.model_construct(set(fields), **read)
