"""A company's figures from its accounts: what is not given stays unknown."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.plan.accounts import Accounts
from allocator.plan.wording import money
from allocator.result.table import table
from allocator.study.diagnose_company import (
    ALL,
    CASH_COLUMNS,
    COMPUTE_COLUMNS,
    DATA_COLUMNS,
    INDEX_COLUMNS,
    KINDS,
    PEOPLE_COLUMNS,
    TALENT_COLUMNS,
    Company,
    costs_table,
    index_figures,
    index_record,
    largest,
)


def from_accounts(accounts: Accounts) -> Company:
    """Return the figures of a company that has published some."""
    costs = accounts.costs()
    spent = sum(sum(parts.values()) for parts in costs.values())
    expenditure = spent if accounts.expenditure is None else accounts.expenditure
    record = index_record(ALL, accounts.months, costs, accounts.income, expenditure)
    figures = index_figures(record)
    # A kind that is not given is unknown, not free.
    figures |= {kind: None for kind in KINDS if kind not in costs}
    burn = max(0.0, expenditure - accounts.income) / accounts.months
    idle = None if accounts.utilisation is None else 1.0 - accounts.utilisation
    kind, share = largest(costs)
    figures |= {
        "burn": burn,
        "runway": accounts.cash / burn if accounts.cash is not None and burn > 0.0 else None,
        "closing": accounts.cash,
        "utilisation": accounts.utilisation,
        "efficiency": accounts.efficiency,
        "idle": idle,
        "idle_cost": None if idle is None or accounts.compute is None else idle * accounts.compute,
        "largest": share if len(costs) > 1 else None,
    }
    cash = (ALL, None, accounts.cash, burn * accounts.months, figures["runway"], figures["runway"], "", None)
    offers = []
    if accounts.compute is not None:
        shares = (accounts.utilisation, accounts.efficiency)
        offers.append((ALL, "compute", None, None, None, *shares, None, None, accounts.compute, figures["idle_cost"]))
    return Company(
        name=accounts.name,
        currency=accounts.currency,
        months=accounts.months,
        status="accounts",
        given=frozenset(costs),
        figures=figures,
        notes={"largest": kind},
        tables={
            "costs": costs_table([(ALL, costs)]),
            "index": table("index", INDEX_COLUMNS, [record]),
            "cash": table("cash", CASH_COLUMNS, [cash]),
            "compute": table("compute", COMPUTE_COLUMNS, offers),
            "data": table("data", DATA_COLUMNS, []),
            "people": table("people", PEOPLE_COLUMNS, []),
            "talent": table("talent", TALENT_COLUMNS, []),
        },
        remarks=tuple(_remarks(accounts, spent, expenditure)),
    )


def _remarks(accounts: Accounts, spent: float, expenditure: float) -> Iterator[str]:
    if expenditure < spent:
        paid, cost = money(expenditure, accounts.currency), money(spent, accounts.currency)
        yield f"The expenditure given, {paid}, is below the costs given, {cost}: not all of them are paid in the period"
