"""A diagnosis as a page of small tables, on a terminal, in Markdown and in files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

from allocator.plan.wording import count, money, plural, share
from allocator.report.layout import wrap
from allocator.report.terminal import WIDTH, Line, grid_lines, write_lines
from allocator.result.summary import Grid, Summary
from allocator.study.diagnose_company import ALL, KINDS, SYMBOLS, Company
from allocator.study.diagnose_risks import RISKS

if TYPE_CHECKING:
    from allocator.study.diagnose import Diagnosis

Row = dict[str, Any]
UNKNOWN = "-"
WARNS = "!"
_KIND_TITLES = {"compute": "Compute", "data": "Data", "people": "People", "other": "Other"}
FORMULAS = (
    "C = Cc + Cd + Ch + Co is what was spent on each kind, I income (revenue, interest, GPUs sold), R expenditure (all "
    "money paid out), F = (I - C) / R."
)


def summarise_diagnosis(found: Diagnosis) -> Summary:
    """Say a diagnosis in a few small tables and sentences."""
    company, rival = found.company, found.rival
    grids = [_costs(company), _index(company)]
    grids += [
        grid for grid in (_compute(company), _data(company), _people(company), _talent(company)) if grid is not None
    ]
    grids.append(_risks(company, rival))
    comparison = _comparison(found)
    if comparison is not None:
        grids.append(comparison)
    warnings = [*company.warnings]
    if rival is not None:
        warnings += [f"{rival.name}: {sentence}" for sentence in rival.warnings]
    return Summary(
        title=company.name,
        headline=_headline(company),
        subtitle=f"{company.name}: {plural(company.months, 'month')}, {_origin(company)}",
        solved=not company.warnings,
        grids=tuple(grids),
        binding=(),
        warnings=tuple(warnings),
        footer=FORMULAS,
    )


def print_diagnosis(found: Diagnosis, stream: IO[str]) -> None:
    """Write a diagnosis to a stream, with colours where it is a terminal that allows them."""
    write_lines(_lines(summarise_diagnosis(found)), stream)


def _lines(summary: Summary) -> Iterator[Line]:
    colour = "green" if summary.solved else "yellow"
    yield from ((line, f"bold {colour}") for line in wrap(summary.headline, WIDTH))
    yield from ((line, "") for line in wrap(summary.subtitle, WIDTH))
    for grid in summary.grids:
        yield "", ""
        yield from grid_lines(grid)
    if summary.warnings:
        yield "", ""
        yield f"Warnings ({len(summary.warnings)})", "bold yellow"
        for warning in summary.warnings:
            yield from ((line, "yellow") for line in wrap(warning, WIDTH, "  ! ", "    "))
    yield "", ""
    yield from ((line, "dim") for line in wrap(summary.footer, WIDTH))


def _headline(company: Company) -> str:
    figures = company.figures
    index = figures["index"]
    if index is None:
        return "Nothing is spent, so there is no financial index"
    sums = (_money(company, figures[name]) for name in ("cost", "income", "expenditure"))
    cost, income, expenditure = sums
    return f"F = {index:.4g}: income of {income}, costs of {cost}, expenditure of {expenditure}"


def _origin(company: Company) -> str:
    if company.status == "accounts":
        return "from its accounts"
    if company.status == "optimal":
        return "from its certified plan"
    return "from the best plan found before the solve was stopped"


def _money(company: Company, value: float | None) -> str:
    return UNKNOWN if value is None else money(value, company.currency)


def _share(value: float | None) -> str:
    return UNKNOWN if value is None else share(value)


def _runway(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.1f}"


def _number(value: float | None) -> str:
    return UNKNOWN if value is None else count(0.0 if abs(value) < 1e-6 else value)


def _costs(company: Company) -> Grid:
    rows = []
    whole = [row for row in company.tables["costs"] if row["period"] == ALL]
    cost = company.figures["cost"] or 0.0
    for kind in KINDS:
        parts = [row for row in whole if row["kind"] == kind]
        paid = sum(row["money"] for row in parts)
        named = ", ".join(f"{row['part']} {money(row['money'], company.currency)}" for row in parts)
        if len(parts) == 1:
            # Accounts call the one part of a kind as the kind, or what it is in general.
            named = "" if parts[0]["part"] in (kind, "resource") else parts[0]["part"]
        if kind not in company.given:
            rows.append((SYMBOLS[kind], _KIND_TITLES[kind], UNKNOWN, UNKNOWN, "not given, so left out of C"))
        else:
            rows.append(
                (
                    SYMBOLS[kind],
                    _KIND_TITLES[kind],
                    money(paid, company.currency),
                    _share(paid / cost if cost > 0.0 else None),
                    named,
                )
            )
    rows.append(("C", "All", money(cost, company.currency), "", ""))
    columns = ("", "Kind", "Money", "Share", "Of which")
    note = " ".join(f"{remark}." for remark in company.remarks)
    return Grid("Costs", columns, (False, False, True, True, False), tuple(rows), note=note)


def _index(company: Company) -> Grid:
    rows = []
    for index, cash in zip(company.tables["index"], company.tables["cash"], strict=True):
        whole = index["period"] == ALL
        rows.append(
            (
                f"all {plural(company.months, 'month')}" if whole else f"to {index['period'].split()[-1]}",
                *(_money(company, index[name]) for name in ("cost_money", "income_money", "expenditure_money")),
                UNKNOWN if index["index"] is None else f"{index['index']:.3f}",
                _money(company, cash["burn"] / index["months"]),
                _money(company, cash["closing"]),
                _runway(cash["least_runway"]),
            )
        )
    columns = ("", "C", "I", "R", "F", "Burn/month", "Cash", "Runway")
    return Grid(
        "Financial index and cash (runway: the least of the period, in months)",
        columns,
        (False, *[True] * 7),
        tuple(rows),
    )


def _whole(company: Company, name: str) -> list[Row]:
    """A table's rows of all months."""
    return [row for row in company.tables[name] if row.get("period", ALL) == ALL]


def _compute(company: Company) -> Grid | None:
    offers = _whole(company, "compute")
    if not any(row["gpu_months"] is not None or row["used_share"] is not None for row in offers):
        return None
    rows = tuple(
        (
            row["item"],
            _number(row["gpu_months"]),
            _share(row["used_share"]),
            _share(row["efficiency_share"]),
            _money(company, row["money"]),
            _money(company, row["idle_money"]),
        )
        for row in offers
    )
    figures = company.figures
    note = ""
    if figures.get("used_price") is not None:
        note = (
            f"1e21 FLOP cost {_money(company, figures['peak_price'])} at peak and "
            f"{_money(company, figures['used_price'])} used: at peak / ({_share(figures['utilisation'])} used x "
            f"{_share(figures['efficiency'])} of peak reached)."
        )
    columns = ("Offer", "GPU-months", "Used", "Of peak", "Paid", "Idle, worth")
    return Grid("Compute", columns, (False, *[True] * 5), rows, note=note)


def _data(company: Company) -> Grid | None:
    rows = tuple(
        (
            row["item"],
            _number(row["opening_items"]),
            _number(row["bought"]),
            _number(row["used"]),
            _share(row["used_share"]),
            _money(company, row["money"]),
            _money(company, row["unused_money"]),
        )
        for row in company.tables["data"]
    )
    columns = ("Data", "At first", "Bought", "Used", "Share", "Paid", "Unused, worth")
    return Grid("Data, by items", columns, (False, *[True] * 6), rows) if rows else None


def _people(company: Company) -> Grid | None:
    rows = tuple(
        (
            row["item"],
            _number(row["person_months"]),
            _number(row["effective_person_months"]),
            _share(row["effective_share"]),
            _money(company, row["money"]),
        )
        for row in _whole(company, "people")
    )
    columns = ("People", "Person-months", "Effective", "Share", "Paid")
    return Grid("People", columns, (False, *[True] * 4), rows) if rows else None


def _talent(company: Company) -> Grid | None:
    rows = tuple(
        (
            row["item"],
            *(_number(row[name]) for name in ("stock", "need", "hires", "leavers")),
            _share(row["leaving_share"]),
            _money(company, row["replace_money"]),
            _money(company, row["replacement_money"]),
            _share(row["raise_share"]),
        )
        for row in company.tables["talent"]
    )
    if not rows:
        return None
    columns = ("Talent", "Now", "Need", "Hires", "Leave", "A year", "For one", "For all", "Raise")
    note = (
        "For one, for all: what it costs to replace leavers, the hire and the pay of a newcomer's lost months. Raise: "
        "what everyone could be paid more for the same money; it pays if it keeps them."
    )
    return Grid(
        "Talent (need: heads at the end of the plan)",
        columns,
        (False, *[True] * 8),
        rows,
        note=note,
    )


def _risks(company: Company, rival: Company | None) -> Grid:
    companies = [company] if rival is None else [company, rival]
    rows = []
    for place, risk in enumerate(RISKS):
        found = []
        for each in companies:
            row = list(each.tables["risks"])[place]
            mark = f" {WARNS}" if row["warns"] else "  "
            found.append(f"{UNKNOWN if row['value'] is None else risk.written(row['value'])}{mark}")
        rows.append((risk.name, *found, risk.bound))
    columns = ("Risk", *(each.name for each in companies), "Warns at")
    numeric = (False, *[True] * len(companies), False)
    return Grid(f"Risks ({WARNS} warns)", columns, numeric, tuple(rows))


def _comparison(found: Diagnosis) -> Grid | None:
    if found.rival is None or found.comparison is None:
        return None
    rows = tuple(
        (
            row["symbol"],
            row["figure"],
            _figure(found.company, row["own"], row["unit"]),
            _figure(found.company, row["rival"], row["unit"]),
            UNKNOWN if row["ratio"] is None else f"{row['ratio']:.3f}",
        )
        for row in found.comparison
        if row["own"] is not None or row["rival"] is not None
    )
    columns = ("", "Figure", found.company.name, found.rival.name, "Ratio")
    note = " ".join(f"{note}." for note in found.notes)
    return Grid("Against the rival", columns, (False, False, True, True, True), rows, note=note)


def _figure(company: Company, value: float | None, unit: str) -> str:
    if unit.startswith("money"):
        return _money(company, value)
    if unit == "share":
        return _share(value)
    if unit == "months":
        return _runway(value)
    return UNKNOWN if value is None else f"{value:.4f}".rstrip("0").rstrip(".")
