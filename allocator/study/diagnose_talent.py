"""Who is there, who is needed, who leaves, and what it costs to replace them or to keep them."""

from __future__ import annotations

import math

from allocator.result.result import Result
from allocator.result.table import Table, table
from allocator.study.diagnose_company import TALENT_COLUMNS, Figures, quotient

# Lines of the spend table that are pay; the rest of people's money is hiring.
_PAY = ("salary", "overhead")
# Fewer leavers than this are the rounding of a solver.
_NOTHING = 1e-9


def talent_of(result: Result) -> tuple[Table, Figures]:
    """One row a role: opening stock, need, hires, leavers, replacement against the raise that costs as much.

    Replacing one leaver costs the hire and the pay of a newcomer's months that count for nothing yet: a hire counts
    (k + 1) / (ramp + 1) in the k-th month, so of `ramp` months half are lost. The raise is what everybody of the role
    could be paid more for the same money: if it kept all leavers, it would pay up to that.
    """
    plan = result.plan
    pay: dict[str, float] = {}
    for row in result.tables["spend"]:
        if row["category"] == "people" and row["line"] in _PAY:
            pay[row["item"]] = pay.get(row["item"], 0.0) + row["money"]
    records = []
    gone, employed, spent = [], [], []
    for name, role in plan.people.items():
        rows = [row for row in result.tables["people"] if row["item"] == name]
        heads = [row["quantity"] for row in rows]
        orders = [row["hired"] for row in rows]
        arrivals = [*[0.0] * role.hiring.delay, *orders][: len(heads)]
        # Who was laid off, or was kept, is not among them.
        leavers = math.fsum(max(0.0, row["leavers"]) for row in rows)
        leavers = leavers if leavers > _NOTHING * max(1.0, role.now) else 0.0
        months = math.fsum(heads)
        paid = pay.get(name, 0.0)
        each = role.hiring.cost + 0.5 * role.hiring.ramp * (quotient(paid, months) or 0.0)
        replacement = leavers * each
        records.append(
            (
                name,
                role.now,
                heads[-1],
                max(heads),
                math.fsum(arrivals),
                leavers,
                quotient(12.0 * leavers, months),
                each,
                replacement,
                quotient(replacement, months),
                quotient(replacement, paid),
            )
        )
        gone.append(leavers)
        employed.append(months)
        spent.append(replacement)
    figures: Figures = {
        "leaving": quotient(12.0 * math.fsum(gone), math.fsum(employed)),
        "replacement": math.fsum(spent) if records else None,
    }
    return table("talent", TALENT_COLUMNS, records), figures
