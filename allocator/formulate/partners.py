"""Partners: a share of what an item costs comes back from them, a share of what one earns goes to them."""

from __future__ import annotations

from collections.abc import Iterable

from allocator.formulate.frame import FixedFlow, Flow, Frame, Site
from allocator.plan.schema import Partner

Shared = tuple[tuple[float, Flow | FixedFlow], ...]


def add_partners(frame: Frame) -> None:
    """Add every partner; all that is paid and earned is written already."""
    paid: tuple[Flow | FixedFlow, ...] = (*frame.spending, *frame.fixed)
    received: tuple[Flow | FixedFlow, ...] = (*frame.received, *frame.received_fixed)
    for name, partner in frame.plan.partners.items():
        frame.part(_add_partner, name, _paid_for(partner, paid), _taken(partner, received))


def _paid_for(partner: Partner, flows: Iterable[Flow | FixedFlow]) -> Shared:
    return tuple((partner.pays[key], flow) for flow in flows if (key := f"{flow.category}.{flow.item}") in partner.pays)


def _taken(partner: Partner, flows: Iterable[Flow | FixedFlow]) -> Shared:
    return tuple(
        (partner.takes[flow.item], flow) for flow in flows if flow.category == "revenue" and flow.item in partner.takes
    )


def _add_partner(site: Site, name: str, costs: Shared, earned: Shared) -> None:
    """Money from and to a partner in the month of what it is a share of; it burns where that does."""
    for share, flow in costs:
        # What contracts owe beyond the plan does not go on, and neither does the partner's share of it.
        _receive(site, name, "tail" if flow.line == "tail" else "pays", share, flow)
    for share, flow in earned:
        _receive(site, name, "takes", -share, flow)


def _receive(site: Site, name: str, line: str, share: float, flow: Flow | FixedFlow) -> None:
    if isinstance(flow, FixedFlow):
        site.receive_fixed("partners", name, line, share * flow.amounts, burn=flow.burn)
    else:
        coefficients = share * flow.coefficients
        site.receive("partners", name, line, flow.columns, coefficients, months=flow.months, burn=flow.burn)
