"""``[partners.NAME]``: who pays a share of what something costs, and takes a share of what something earns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field

from allocator.plan.sections.base import Section
from allocator.plan.values import SHARE, Reads
from allocator.plan.wrong import WrongValueError, shown

# What a partner may pay for: sections of spending, and in which section of the plan their items stand.
PAID_FOR = {"compute": "compute", "data": "data", "people": "people", "costs": "costs", "marketing": "revenue"}


def _read_paths(value: object) -> object:
    """Shares by ``SECTION.NAME``, however the file nests them."""
    if not isinstance(value, Mapping):
        return value
    flat: dict[str, object] = {}
    for name, entry in value.items():
        if not isinstance(entry, Mapping):
            flat[name] = entry
            continue
        for inner, share in entry.items():
            if isinstance(share, Mapping):
                raise WrongValueError(
                    f"{shown(share)} is not a share",
                    found=shown(share),
                    allowed="a share of what an item costs, SECTION.NAME = 0.5",
                    remedy="write pays = {compute.h100-cloud = 0.5}",
                    where=f".{name}.{inner}",
                )
            flat[f"{name}.{inner}"] = share
    return flat


Share = Annotated[float, Reads(SHARE, above=0, high=1)]


class Partner(Section):
    """``[partners.NAME]``: shares of cost and of revenue, by the items they are of."""

    pays: Annotated[dict[str, Share], BeforeValidator(_read_paths)] = Field(default_factory=dict)
    takes: dict[str, Share] = Field(default_factory=dict)
