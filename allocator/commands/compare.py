"""`allocator compare`: two plans or two results side by side."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allocator.commands.options import OutFiles, Output, OutputFormat, Overrides, Scenarios, TimeLimit
from allocator.commands.running import loading, read_plan, say, say_warnings, terminal_width, working
from allocator.errors import UsageError

if TYPE_CHECKING:
    from allocator.plan import Plan
    from allocator.study.compare import Comparison


def compare(
    one: Annotated[str, typer.Argument(metavar="ONE", help="A plan (.toml), or a result (.json) of solve.")],
    other: Annotated[
        str | None,
        typer.Argument(
            metavar="OTHER", help="The other plan or result; by default the same plan with --with.", show_default=False
        ),
    ] = None,
    overrides: Overrides = None,
    scenarios: Scenarios = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="KEY=VALUE", help="Override a field of the other plan only, as --set does."),
    ] = None,
    laid: Annotated[
        list[str] | None,
        typer.Option(
            "--with-scenario", metavar="NAME", help="Lay a scenario over the other plan only, as --scenario does."
        ),
    ] = None,
    solver: Annotated[str, typer.Option(metavar="NAME", help="auto, highs, cbc, scip, clarabel, scs.")] = "auto",
    time_limit: TimeLimit = None,
    every: Annotated[bool, typer.Option("--all", help="Also what did not change.")] = False,
    form: OutputFormat = Output.TABLE,
    out: OutFiles = None,
) -> int:
    """Set two plans or results side by side: what changed in, what changed out.

    Exit codes: 0 compared; 2 wrong usage or plan; 3 one of them is infeasible; 4 stopped early; 5 the solver is not
    installed or failed.
    """
    from allocator.report.files import check_outputs

    check_outputs(out or [], Path(one))
    if other is None and not changes and not laid:
        raise UsageError(
            "there is nothing to compare with; give another plan or result, --with KEY=VALUE or --with-scenario NAME"
        )
    both = scenarios or []
    sources = [_source(one, overrides or [], both), _source(other or one, _more(overrides, changes), _more(both, laid))]
    with loading():
        from allocator.solve.options import Options
        from allocator.study.compare import compare as side_by_side

    names = None if other is not None else ("as it is", "with " + ", ".join(_more(laid, changes)))
    options = Options(solver=solver, time_limit=time_limit).started()
    with working("Solving both"):
        found = side_by_side(*sources, names=names, options=options)
    say_warnings(found.missing)
    _print(found, form, every)
    for path in out or []:
        from allocator.report.table_files import write_table

        write_table(found.outputs, path, found.currency, document=json.dumps(found.as_dict(), indent=2))
        say(f"Wrote {path}")
    return int(found.exit_code)


def _more(some: list[str] | None, others: list[str] | None) -> list[str]:
    return [*(some or []), *(others or [])]


def _source(text: str, overrides: list[str], scenarios: list[str]) -> Plan | str:
    if text.endswith(".json"):
        if overrides or scenarios:
            raise UsageError(
                f"{text} is a result, and a result cannot be changed; give its plan with --set, --scenario or --with"
            )
        return text
    return read_plan(text, overrides, scenarios)


def _print(found: Comparison, form: Output, every: bool) -> None:
    from allocator.report.comparison import comparison_tables
    from allocator.report.tables import Format, render_table

    if form is Output.JSON:
        print(json.dumps(found.as_dict(), indent=2))
        return
    if form is Output.CSV:
        sys.stdout.write(render_table(found.outputs, Format.CSV))
        return
    for title, shown in comparison_tables(found, every=every):
        print(f"## {title}\n" if form is Output.MARKDOWN else title)
        sys.stdout.write(render_table(shown, Format(form), found.currency, terminal_width()))
        print()
