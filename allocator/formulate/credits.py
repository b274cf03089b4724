"""Credits of a cloud: they pay bills of named offers until they lapse, and never turn into cash.

`models/program/credits.md` has the mathematics.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from allocator.formulate.cash import LATER_IS_CHEAPER
from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.frame import FixedFlow, Flow, Frame, Site
from allocator.formulate.raising import Wait, add_wait
from allocator.plan.schema import Round

# Of a bill that credits pay a little stays, so that nothing is rented only because it is free.
CREDIT_SAVES = 0.999

_Kind = TypeVar("_Kind", Flow, FixedFlow)
Grants = tuple[tuple[str, Round, Wait | None], ...]


def add_credits(frame: Frame, grants: Grants) -> None:
    """Add credits to what offers cost; the offers must be there before."""
    bills = tuple(
        (offer, _bill(frame.spending, offer), _bill(frame.fixed, offer))
        for offer in dict.fromkeys(offer for _, round_, _ in grants for offer in round_.only_for or ())
    )
    frame.part(_add_grants, grants, bills)


def _bill(flows: Sequence[_Kind], offer: str) -> tuple[_Kind, ...]:
    """What an offer costs; not what its contracts owe for the months after the plan, which no credit outlives."""
    return tuple(flow for flow in flows if flow.category == "compute" and flow.item == offer and flow.line != "tail")


def _add_grants(
    site: Site,
    grants: Grants,
    bills: tuple[tuple[str, tuple[Flow, ...], tuple[FixedFlow, ...]], ...],
) -> None:
    """Credits pay bills of named offers until they lapse: in a month, all of them no more than an offer costs."""
    builder, months = site.builder, site.months
    uses: dict[str, list[tuple[IntArray, IntArray]]] = {offer: [] for offer, _, _ in bills}
    for name, round_, wait in grants:
        first, last = round_.window(months)
        if wait is not None:
            first = max(first, wait.first)
        window = np.arange(first, last + 1) - 1
        scale = site.typical(f"funding.{name}", round_.most or site.money)
        used = []
        for offer in round_.only_for or ():
            columns = builder.add_columns(
                f"funding.{name}.used.{offer}",
                site.labels[first - 1 : last],
                unit=site.currency,
                sentence=f"Credits of {name} that pay for {offer} in the month",
                scale=scale / max(len(window), 1),
            )
            uses[offer].append((window, columns))
            used.append(columns)
            site.receive("funding", name, "used", columns, 1.0, months=window)
            builder.spend(columns, -CREDIT_SAVES * (1.0 + LATER_IS_CHEAPER) ** (-(window + 1) / 12.0))
        rows = builder.add_rows(
            f"Credits of {name}",
            ("",),
            unit=site.currency,
            sentence=f"no more credits of {name} are used than were granted",
            upper=round_.most if wait is None else 0.0,
            scale=scale,
            group=f"funding.{name}.amount",
        )
        builder.put(rows, np.concatenate(used), 1.0)
        if wait is not None:
            builder.put(rows, add_wait(site, name, wait), -round_.most)
    for offer, flows, fixed in bills:
        _pay_bills(site, offer, flows, fixed, uses[offer])


def _pay_bills(
    site: Site,
    offer: str,
    flows: tuple[Flow, ...],
    fixed: tuple[FixedFlow, ...],
    uses: list[tuple[IntArray, IntArray]],
) -> None:
    """Credits used for an offer in a month are at most what it costs in it: credits never turn into cash."""
    builder = site.builder
    owed = sum((constant.amounts for constant in fixed), start=np.zeros(site.months))
    rows = builder.add_rows(
        f"Bills of {offer}",
        site.labels,
        unit=site.currency,
        sentence=f"credits pay no more in a month than {offer} costs in it",
        upper=owed,
        scale=site.money / site.months,
    )
    for window, columns in uses:
        builder.put(rows[window], columns, 1.0)
    for flow in flows:
        builder.put(rows[flow.months], flow.columns, -flow.coefficients)

    def within_bills(point: FloatArray) -> bool:
        """A row's tolerance is credit for a bill that nobody has: take it back."""
        due, paid = owed.copy(), np.zeros(site_months)
        for flow in flows:
            np.add.at(due, flow.months, flow.coefficients * point[flow.columns])
        for window, columns in uses:
            paid[window] += point[columns]
        over = paid > np.maximum(due, 0.0)
        if not over.any():
            return False
        share = np.where(over, np.maximum(due, 0.0) / np.where(over, paid, 1.0), 1.0)
        for window, columns in uses:
            point[columns] *= share[window]
        return True

    site_months = site.months
    builder.adjust(within_bills)
