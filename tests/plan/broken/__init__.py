"""Broken plans: each a working plan with one change, the key an error must name, a part of its remedy."""

from __future__ import annotations

from working_plan import Case

from broken import contradictions, files, money_raised, references, research_and_limits, selling, values

__all__ = ["CASES"]

CASES: list[Case] = [
    *files.CASES,
    *values.CASES,
    *money_raised.CASES,
    *contradictions.CASES,
    *references.CASES,
    *selling.CASES,
    *research_and_limits.CASES,
]
