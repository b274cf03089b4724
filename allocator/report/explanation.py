"""An explanation as a page of sentences and small tables, on a terminal, in Markdown and in files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from allocator.errors import UsageError
from allocator.plan.wording import money
from allocator.report.cells import cell
from allocator.report.found_files import write_found
from allocator.report.layout import align, wrap
from allocator.report.table_files import write_table
from allocator.report.terminal import WIDTH, Line, grid_lines, write_lines
from allocator.report.tidy import check_table_name
from allocator.result.summary import Grid, Summary, proven_within
from allocator.result.trace import LEFT, RULE
from allocator.study.explain import TABLES
from allocator.study.explain_prices import SHARE, Price

if TYPE_CHECKING:
    from allocator.study.explain import Explanation

# Rows of a small table that still read at a glance.
MOST_ROWS = 12
# What money went to has a column each as far as they fit, and what is small one together.
FEWEST_USES = 2
OTHERS = "others"
MOST_MONTHS = 3


def check_explain_table(name: str | None, *, changed: bool) -> None:
    """Refuse a table that the explanation will not have.

    Raises
    ------
    UsageError
        Naming the tables there are.
    """
    check_table_name(name, TABLES)
    if name == "changes" and not changed:
        raise UsageError("--table changes: nothing is compared; say what to change with --with KEY=VALUE")


def summarise_explanation(found: Explanation) -> Summary:
    """Say an explanation in a few sentences and small tables."""
    result = found.result
    plan = result.plan.plan
    grids: list[Grid | None] = [_months(found), _unused(found), _sources(found)]
    if found.change is not None:
        grids.insert(0, _changes(found))
    headline = "Why this answer" if found.change is None else found.change.sentences[0]
    status = (
        f"proven within {proven_within(found.result.objective['gap'])}" if result.status == "optimal" else result.status
    )
    solves = f"{found.priced.solves} certified re-solves, {found.priced.rebuilt} of them with a program built anew"
    return Summary(
        title=plan.name,
        headline=headline,
        subtitle=f"{plan.name}: {plan.months} months, {status}; prices: {found.price_kind}",
        solved=result.status == "optimal",
        grids=tuple(grid for grid in grids if grid is not None),
        binding=tuple(found.rule_sentences()),
        warnings=found.missing,
        footer=f"prices and ranges from {solves}; money {RULE}",
    )


def print_explanation(found: Explanation, stream: IO[str]) -> None:
    """Write an explanation to a stream, with colours where it is a terminal that allows them."""
    write_lines(_lines(found, summarise_explanation(found)), stream)


def _lines(found: Explanation, summary: Summary) -> Iterator[Line]:
    yield from ((line, f"bold {'green' if summary.solved else 'yellow'}") for line in wrap(summary.headline, WIDTH))
    if found.change is not None:
        for sentence in found.change.sentences[1:]:
            yield from ((line, "") for line in wrap(sentence, WIDTH, "  - ", "    "))
    yield from ((line, "") for line in wrap(summary.subtitle, WIDTH))
    if found.change is not None:
        yield "", ""
        yield from grid_lines(replace(_changes(found), note=""))
    if found.priced.rules:
        yield "", ""
        yield "What holds the plan back, and what it is worth", "bold"
        groups = _groups(found)
        for price, sentence in zip(found.priced.rules, summary.binding, strict=True):
            yield from ((line, "") for line in wrap(sentence, WIDTH, "  - ", "    "))
            yield from _months_of(found, [group for group in groups if group[0].rule == price.rule])
    if found.unused:
        yield "", ""
        yield "Not used", "bold"
        for sentence in found.unused_sentences():
            yield from ((line, "") for line in wrap(sentence, WIDTH, "  - ", "    "))
    yield "", ""
    yield from grid_lines(_sources(found))
    yield "", ""
    for sentence in found.missing:
        yield from ((line, "yellow") for line in wrap(sentence, WIDTH, "  ! ", "    "))
    yield from ((line, "dim") for line in wrap(summary.footer, WIDTH))


def _months_of(found: Explanation, groups: list[list[Price]]) -> Iterator[Line]:
    """Where a rule has other prices in other months: a line for each of the first few."""
    if len(groups) < 2:
        return
    for group in groups[:MOST_MONTHS]:
        about = "about " if group[0].one and group[0].value != group[-1].value else ""
        said = f"{_span(group)}: {about}{found.words.said(_shown_of(group))}"
        yield from ((line, "") for line in wrap(said, WIDTH, "      ", "        "))
    if len(groups) > MOST_MONTHS:
        yield f"      and {len(groups) - MOST_MONTHS} more: --table prices", ""


def _changes(found: Explanation) -> Grid:
    assert found.change is not None  # asked for only where there is one
    currency = found.result.plan.plan.currency
    rows = [
        (row["what"], *(cell(name, row, currency) for name in ("before", "after", "change")))
        for row in found.change.table
    ][:MOST_ROWS]
    notes = found.change.sentences[1:]
    note = f"{'. '.join(notes)}." if notes else ""
    return Grid(
        "Before and after", ("", "Before", "After", "Change"), (False, True, True, True), tuple(rows), note=note
    )


def _months(found: Explanation) -> Grid | None:
    """Prices month by month, months in a row with one price as one line."""
    rows = tuple((group[0].rule, _span(group), found.words.said(_shown_of(group))) for group in _groups(found))
    return Grid("Month by month", ("Rule", "Month", "Worth"), (False, False, False), rows) if rows else None


def _groups(found: Explanation) -> list[list[Price]]:
    """Months in a row in which a rule has about one price; rules in the order of their sentences."""
    place = {price.rule: number for number, price in enumerate(found.priced.rules)}
    groups: list[list[Price]] = []
    for price in found.priced.months:
        if groups and _joins(groups[-1][0], price):
            groups[-1].append(price)
        else:
            groups.append([price])
    return sorted(groups, key=lambda group: place.get(group[0].rule, len(place)))


def _joins(one: Price, other: Price) -> bool:
    return (
        one.rule == other.rule
        and _alike(one.value, other.value)
        and _alike(one.more.price, other.more.price)
        and _alike(one.less.price, other.less.price)
    )


def _alike(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= SHARE * max(abs(one), abs(other))


def _span(group: list[Price]) -> str:
    first, last = group[0].month, group[-1].month
    return f"{first} to {last}" if last != first else first or "all months"


def _shown_of(group: list[Price]) -> Price:
    """The one whose range was looked for, or the first."""
    return next((price for price in group if price.more.holds is not None), group[0])


def _unused(found: Explanation) -> Grid | None:
    rows = tuple((sentence,) for sentence in found.unused_sentences())
    return Grid("Not used", ("Why, and at what price it would be",), (False,), rows) if rows else None


def _sources(found: Explanation) -> Grid:
    """What each source paid for: the largest categories a column each, the others in one, so that names fit."""
    spent: dict[str, float] = {}
    for row in found.tables["sources"]:
        if row["category"] != LEFT:
            spent[row["category"]] = spent.get(row["category"], 0.0) + row["money"]
    ordered = sorted(spent, key=spent.__getitem__, reverse=True)
    grid = _sources_grid(found, ordered, len(ordered))
    for most in range(len(ordered) - 2, FEWEST_USES - 1, -1):
        if max(map(len, align((grid.columns, *grid.rows), grid.numeric))) <= WIDTH - 2:
            break
        grid = _sources_grid(found, ordered, most)
    return grid


def _sources_grid(found: Explanation, ordered: list[str], most: int) -> Grid:
    currency = found.result.plan.plan.currency
    others = ordered[most:]
    uses = [*ordered[:most], *([OTHERS] if others else []), LEFT]
    totals: dict[str, dict[str, float]] = {}
    for row in found.tables["sources"]:
        by_use = totals.setdefault(row["source"], dict.fromkeys(uses, 0.0))
        by_use[OTHERS if row["category"] in others else row["category"]] += row["money"]
    names = _without_section(list(totals))
    rows = [
        (name, *(money(value, currency) if value else "" for value in (sum(by_use.values()), *by_use.values())))
        for name, by_use in zip(names, totals.values(), strict=True)
    ]
    columns = ("From", "Money", *(name.capitalize() for name in uses))
    note = f"Others: {', '.join(others)}" if others else ""
    return Grid("Where the money went", columns, (False, *[True] * (len(columns) - 1)), tuple(rows), note=note)


def _without_section(sources: list[str]) -> list[str]:
    """``funding.seed`` as ``seed``, where no other source is called so."""
    short = [source.partition(".")[2] or source for source in sources]
    return [name if short.count(name) == 1 else source for name, source in zip(short, sources, strict=True)]


def explanation_json(found: Explanation) -> str:
    """Return everything as JSON, every digit kept."""
    return json.dumps(found.as_dict(), indent=2, allow_nan=False) + "\n"


def write_explanation(found: Explanation, path: Path, name: str | None = None) -> None:
    """Write an explanation in the format that the file's suffix says.

    Parameters
    ----------
    found : Explanation
    path : Path
        Ends in .json .csv .parquet .xlsx .html or .md.
    name : str, optional
        Only this table; .csv and .parquet have the rules where none is named.

    Raises
    ------
    UsageError
        When the file cannot be written.
    """
    currency = found.result.plan.plan.currency
    if name is not None:
        write_table(found.tables[name], path, currency)
        return
    write_found(
        path,
        currency,
        summary=summarise_explanation(found),
        tables=_shown(found),
        rows=found.tables["rules"],
        document=explanation_json(found),
    )


def _shown(found: Explanation) -> dict[str, Any]:
    return {name: table for name, table in found.tables.items() if len(table)}
