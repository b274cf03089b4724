"""What every section of the plan file shares: frozen models, resolved to base units.

Money is in the plan's currency unit, time in months, shares in 0..1, compute in FLOP. Fields that vary by month are
tuples of T numbers; index t - 1 holds month t.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

MAX_MONTHS = 600
Monthly = tuple[float, ...]


class Section(BaseModel):
    """Base of every section: frozen, unknown keys refused, defaults read like values."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, strict=True)

    @classmethod
    def file_keys(cls) -> dict[str, FieldInfo]:
        """Return the section's fields by the key that the file writes (`from` is no name in Python)."""
        return {field.alias or name: field for name, field in cls.model_fields.items()}
