"""How healthy a company is, by itself and against a rival: costs by kind, the financial index, use, talent, risks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allocator.errors import ExitCode, InfeasibleError, StoppedError
from allocator.plan.accounts import Accounts
from allocator.plan.schema import Plan
from allocator.result.result import Result
from allocator.result.table import Table, table
from allocator.session import Session
from allocator.solve.options import Options
from allocator.study.asked import TIME_UP
from allocator.study.diagnose_accounts import from_accounts
from allocator.study.diagnose_company import TABLES, Company
from allocator.study.diagnose_plan import from_result
from allocator.study.diagnose_risks import with_risks
from allocator.study.diagnose_rival import compare

if TYPE_CHECKING:
    import pandas as pd

_KEYS = ("period", "kind", "part", "item", "unit", "risk", "figure", "symbol")
_MONEY = ("money", "opening", "closing", "burn")


@dataclass(frozen=True)
class Diagnosis:
    """What was found.

    Attributes
    ----------
    company : Company
        The plan's own figures.
    rival : Company or None
    comparison : Table or None
        figure, symbol, unit, own, rival, ratio.
    notes : tuple of str
        What the comparison rests on, and what it leaves out.
    missing : tuple of str
        What there was no time for, a sentence each.
    """

    company: Company
    rival: Company | None = None
    comparison: Table | None = None
    notes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def index(self) -> float | None:
        """F = (I - C) / R over all months; None where nothing is spent."""
        return self.company.figures["index"]

    @property
    def warnings(self) -> tuple[str, ...]:
        """A sentence for each of the company's risks beyond its threshold."""
        return self.company.warnings

    @property
    def tables(self) -> dict[str, Table]:
        """The company's tables by name, and ``rival`` where there is one."""
        return self.company.tables | ({} if self.comparison is None else {"rival": self.comparison})

    @property
    def exit_code(self) -> ExitCode:
        """What the command line answers: whether every plan was solved within its gap."""
        ends = {each.status for each in (self.company, self.rival) if each is not None}
        proven = ends <= {"optimal", "accounts"} and not self.missing
        return ExitCode.SOLVED if proven else ExitCode.STOPPED_EARLY

    def frame(self, name: str) -> pd.DataFrame:
        """One of the tables as a pandas DataFrame; a rival's own are at ``diagnosis.rival.frame(name)``."""
        return self.tables[name].frame()

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "company": _company_dict(self.company),
            "rival": None if self.rival is None else _company_dict(self.rival),
            "comparison": None if self.comparison is None else list(self.comparison),
            "notes": list(self.notes),
            "missing": list(self.missing),
        }

    def tidy(self) -> Table:
        """Every figure of every table in one: company, table, period, item, figure, unit, value."""
        records = []
        for company in (self.company, self.rival):
            if company is not None:
                for name in TABLES:
                    records += [(company.name, *record) for record in _long(company.tables[name])]
        if self.comparison is not None:
            for row in self.comparison:
                records.append((self.company.name, "rival", "all", row["figure"], "ratio", "", row["ratio"]))
        return table("diagnosis", ("company", "table", "period", "item", "figure", "unit", "value"), records)


def diagnose(
    plan: Plan | Accounts | Result, rival: Plan | Accounts | Result | None = None, *, options: Options | None = None
) -> Diagnosis:
    """Diagnose a company, and compare it with a rival.

    C = Cc + Cd + Ch + Co is what the certified plan spends on compute, data, people and the rest, over its months. I is
    its income: revenue received, interest on cash, sales of GPUs. R is its expenditure: all money paid out, what rounds
    cost included. The financial index is F = (I - C) / R.

    Parameters
    ----------
    plan : Plan, Accounts or Result
        A plan is solved first; a result is taken as it is; accounts are figures alone.
    rival : Plan, Accounts or Result, optional
    options : Options, optional
        Solver, gap, and the time limit of both plans: the first has half of it, the rival what is left.

    Returns
    -------
    Diagnosis

    Raises
    ------
    UsageError
        When the two count in different currencies.
    InfeasibleError
        When no plan keeps every rule; says so of the rival by name.
    StoppedError, SolverError, LawError
        As `solve`.
    """
    options = (options or Options()).started()
    both = isinstance(plan, Plan) and isinstance(rival, Plan)
    company = _company(plan, options.within(share=0.5) if both else options, "")
    if rival is None:
        return Diagnosis(company)
    try:
        other = _company(rival, options, "the rival, ")
    except StoppedError:
        name = rival.plan.name if isinstance(rival, Plan) else "its plan"
        return Diagnosis(company, missing=(f"the rival, {name}, not solved, and not compared with: {TIME_UP}",))
    comparison, notes = compare(company, other)
    return Diagnosis(company, other, comparison, notes)


def _company(source: Plan | Accounts | Result, options: Options, who: str) -> Company:
    if isinstance(source, Accounts):
        return with_risks(from_accounts(source))
    if isinstance(source, Result):
        return with_risks(from_result(source))
    try:
        result = Session(source, options).solve(horizon_audit=False)
    except InfeasibleError as error:
        if not who:
            raise
        raise InfeasibleError(f"{who}{source.plan.name}: {error}", error.conflict) from None
    return with_risks(from_result(result))


def _company_dict(company: Company) -> dict[str, Any]:
    return {
        "name": company.name,
        "currency": company.currency,
        "months": company.months,
        "status": company.status,
        "given": sorted(company.given),
        "figures": company.figures,
        "tables": {name: list(rows) for name, rows in company.tables.items()},
        "remarks": list(company.remarks),
        "warnings": list(company.warnings),
    }


def _long(rows: Table) -> list[tuple[str, str, str, str, str, float | None]]:
    """One record (table, period, item, figure, unit, value) for each number of a table."""
    records = []
    for row in rows:
        item = ".".join(str(row[key]) for key in ("kind", "part", "item", "risk") if row.get(key))
        for column, value in row.items():
            if column in _KEYS or isinstance(value, str):
                continue
            number = float(value) if value is not None else None
            records.append((rows.name, row.get("period", "all"), item, column, _unit(column, row), number))
    return records


def _unit(column: str, row: dict[str, Any]) -> str:
    if column in _MONEY or column.endswith("_money"):
        return "money"
    if column.endswith("_share"):
        return "share"
    if column.endswith("_flop"):
        return "FLOP"
    if column in ("value", "threshold"):
        return str(row["unit"])
    if column in ("bought", "used", "stock", "opening_items") and "unit" in row:
        return str(row["unit"])
    if column.endswith("gpu_months"):
        return "GPU-month"
    if column.endswith("person_months"):
        return "person-month"
    if column in ("hired", "hires", "leavers", "stock", "need", "most"):
        return "person"
    return "month" if column in ("months", "runway_months", "least_runway", "runway_asked") else ""
