"""Each part of the program alone: golden programs by name, one file for each room of the plan."""

from __future__ import annotations

from golden_cases import compute, data_and_people, funding, limits, models, money
from golden_cases.case import GPU, NOTES, ONE_PERCENT_A_MONTH, SOME_MODEL, TEN_PERCENT_A_MONTH, Case

__all__ = ["CASES", "GPU", "NOTES", "ONE_PERCENT_A_MONTH", "SOME_MODEL", "TEN_PERCENT_A_MONTH", "Case"]

CASES: dict[str, Case] = {
    **money.CASES,
    **compute.CASES,
    **data_and_people.CASES,
    **models.CASES,
    **limits.CASES,
    **funding.CASES,
}
