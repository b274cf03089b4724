"""Revenue, by the month in which it is paid: earned anyway, added by marketing, earned by a model's quality."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from allocator.formulate.cash import tolerance_of
from allocator.formulate.curves import FloatArray
from allocator.formulate.frame import Frame, Site, leaving_share
from allocator.formulate.launch import add_launch
from allocator.formulate.marketing import add_marketing
from allocator.plan.schema import Revenue
from allocator.quality import Law, earning


def add_revenue(frame: Frame, laws: Mapping[str, Law]) -> None:
    """Add every revenue of the plan; `laws` are those of its models, which are written already."""
    models = frame.plan.models
    if any(revenue.model is not None or revenue.marketing is not None for revenue in frame.plan.revenue.values()):
        frame.tolerance = tolerance_of(frame.plan, frame.money)
    for name, revenue in frame.plan.revenue.items():
        kept = (1.0 - leaving_share(revenue.churn)) ** np.arange(frame.months)
        amount = np.asarray(revenue.amount) * kept
        if revenue.model is None:
            frame.part(_add_amount, name, amount, revenue.paid_after)
        else:
            terms, model = revenue.model, models[revenue.model.name]
            how = earning(laws[terms.name], terms.nothing_at, terms.all_at)
            if model.otherwise is not None:
                # What counts of a model that is not funded may be less than a run of nothing.
                how = replace(how, least=min(how.least, float(laws[terms.name].gain_of_metric(model.otherwise))))
            delay = max(revenue.paid_after, 0)
            frame.part(add_launch, name, terms.name, model.deadline, amount, delay, how, model.optional)
        if revenue.marketing is not None:
            frame.part(add_marketing, name, revenue.marketing, _churn(revenue), max(revenue.paid_after, 0))


def _churn(revenue: Revenue) -> float:
    """What leaves in a year of what marketing added: as much as of the rest, unless the plan says otherwise."""
    assert revenue.marketing is not None  # the caller asks only then
    return revenue.churn if revenue.marketing.churn is None else revenue.marketing.churn


def _add_amount(site: Site, name: str, amount: FloatArray, paid_after: int) -> None:
    """What is earned, when it is paid; what other months than the plan's earned is not known."""
    received = np.zeros(site.months)
    paid = np.arange(site.months) + paid_after
    inside = (paid >= 0) & (paid < site.months)
    received[paid[inside]] = amount[inside]
    site.receive_fixed("revenue", name, "amount", received, burn=True)
