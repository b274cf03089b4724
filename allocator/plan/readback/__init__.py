"""A plan read back in sentences, one file for each part of a company."""

from allocator.plan.readback.whole import COMPARED_CURRENCIES, opening_burn, readback

__all__ = ["COMPARED_CURRENCIES", "opening_burn", "readback"]
