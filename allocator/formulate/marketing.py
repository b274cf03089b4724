"""Marketing: what is spent in a month adds monthly revenue from the next one on, ever less of it, and then churns."""

from __future__ import annotations

import numpy as np

from allocator.formulate.curves import CurveKind, FloatArray
from allocator.formulate.frame import Site, leaving_share
from allocator.plan.sections import Marketing


def add_marketing(site: Site, name: str, terms: Marketing, churn: float, paid_after: int) -> None:
    """Spending x_t, its return y_t <= z / (1 + z) of z = x_t / half, and the revenue that all months have added.

    The curve feeds cash, where tangents promise too much. Its value follows from what is spent, so
    a plan is put on the true curve before balances are worked out.
    """
    builder, months = site.builder, site.months
    typical = site.typical(f"revenue.{name}.marketing", terms.half)
    spent = site.monthly_columns(
        f"revenue.{name}.marketing",
        unit=site.currency,
        sentence=f"Spent on marketing for {name} in the month",
        upper=np.asarray(terms.max),
        scale=typical,
    )
    most = f"at most {max(terms.max):,.0f} {site.currency} a month are spent on marketing for {name}"
    builder.group_bounds(f"revenue.{name}.marketing.max", most, spent)
    site.pay("marketing", name, "spending", spent, 1.0)
    if months == 1:
        return
    # What the last month's spending adds is earned after the plan: it has no curve.
    operand = site.monthly_columns(
        f"revenue.{name}.operand",
        last=months - 1,
        unit="1",
        sentence="Marketing in the month, over what adds half of the most",
        lower=-np.inf,
    )
    rows = builder.add_rows(
        f"Scale of marketing: {name}",
        site.labels[:-1],
        unit="1",
        sentence="the same, rescaled",
        lower=0.0,
        upper=0.0,
        defines=operand,
    )
    builder.put(rows, operand, 1.0)
    builder.put(rows, spent[:-1], -1.0 / terms.half)
    won = site.monthly_columns(
        f"revenue.{name}.return",
        last=months - 1,
        unit="1",
        sentence=f"What marketing in the month adds to {name}, over the most that a month can add",
        lower=-np.inf,
    )
    builder.add_curves(
        CurveKind.HYPERBOLA, operand, won, names=[f"marketing of {name}, {label}" for label in site.labels[:-1]]
    )
    scale = site.typical(f"revenue.{name}.added", terms.adds)
    added = site.monthly_columns(
        f"revenue.{name}.added",
        unit=site.currency,
        sentence=f"Revenue of {name} in the month that marketing before it has added",
        lower=-np.inf,
        scale=scale,
    )
    stock = site.balance(
        f"Added by marketing: {name}",
        added,
        unit=site.currency,
        sentence="what marketing added = last month's less churn, plus what last month's spending adds",
        right=0.0,
        scale=scale,
    )
    builder.put(stock[1:], added[:-1], leaving_share(churn) - 1.0)
    builder.put(stock[1:], won, -terms.adds)
    earned = np.arange(1, max(months - paid_after, 1))
    site.receive("revenue", name, "marketing", added[earned], 1.0, months=earned + paid_after, burn=True)

    def exact(point: FloatArray) -> bool:
        shares = np.maximum(point[operand], 0.0)
        point[won] = shares / (1.0 + shares)
        return True

    builder.repair(exact)
