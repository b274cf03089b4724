"""`allocator explain`: why this answer, and what if."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allocator.commands.options import OutFiles, Output, OutputFormat, Overrides, PlanPath, Scenarios, TimeLimit
from allocator.commands.repairing import Keep, show_repairs
from allocator.commands.running import counting, loading, read_plan, say, say_missing, say_warnings, terminal_width
from allocator.errors import PlanError, StoppedError, UsageError

if TYPE_CHECKING:
    from allocator.study.explain import Explanation

# Tables of an infeasible plan.
REPAIRS = ("repairs", "conflict", "arithmetic")


def explain(
    plan: PlanPath,
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            metavar="KEY=VALUE",
            help="Compare with the plan with this value changed, and say why where nothing moves. May be given again.",
        ),
    ] = None,
    overrides: Overrides = None,
    scenarios: Scenarios = None,
    keep: Keep = None,
    every: Annotated[
        bool, typer.Option("--all", help="Look for the range of every month's price, not only of the dearest.")
    ] = False,
    solver: Annotated[
        str, typer.Option(metavar="NAME", help="auto, highs, cbc, scip, clarabel, scs, or cvxpy:NAME.")
    ] = "auto",
    gap: Annotated[float | None, typer.Option(help="As for solve.", show_default=False)] = None,
    time_limit: TimeLimit = None,
    form: OutputFormat = Output.TABLE,
    out: OutFiles = None,
    table: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Only one table: rules, prices, unused, sources, trace, changes; of an infeasible plan repairs, "
            "conflict, arithmetic.",
            show_default=False,
        ),
    ] = None,
) -> int:
    """Say why the answer is what it is: what binds and is worth what, where each dollar went, what is not used and why.

    Exit codes: 0 explained; 2 wrong usage or plan; 3 infeasible, the plan or what --with makes of it; 4 stopped early,
    the best plan is explained; 5 the solver is not installed or failed.
    """
    from allocator.report.files import check_outputs

    check_outputs(out or [], None if plan == "-" else Path(plan))
    with loading():
        from allocator.report.explanation import check_explain_table, write_explanation
        from allocator.solve.options import Options
        from allocator.study.explain import RANGED, UnexplainedError
        from allocator.study.explain import explain as find

    if table not in REPAIRS:
        check_explain_table(table, changed=bool(changes))
    loaded = read_plan(plan, overrides, scenarios)
    if keep:
        from allocator.study.repair import check_kept

        for name in keep:
            check_kept(loaded, name)
    options = Options(solver=solver, gap=gap, time_limit=time_limit).started()
    try:
        with counting(f"Explaining {loaded.plan.name}", "prices") as progress:
            found = find(loaded, changes or (), ranged=None if every else RANGED, options=options, progress=progress)
    except PlanError as error:
        raise _as_with(error, changes or []) from None
    except UnexplainedError as error:
        shown = table if table in REPAIRS else None
        return show_repairs(error.plan, keep or (), options, form, out or (), shown, error.found)
    if table in REPAIRS:
        raise UsageError(f"--table {table}: the plan has an answer, so that there is nothing to repair")
    if table is not None and table not in found.tables:
        raise StoppedError(f"--table {table}: {found.missing[0]}; give --time-limit more")
    say_warnings((found.result if found.change is None else found.change.result).warnings)
    say_missing(found.missing, form if table is None else Output.CSV)
    _print(found, form, table)
    for path in out or []:
        write_explanation(found, path, table)
        say(f"Wrote {path}")
    return int(found.exit_code)


def _as_with(error: PlanError, changes: list[str]) -> PlanError:
    """The same mistakes, found at the option that was given."""
    from dataclasses import replace

    def placed(file: str) -> str:
        given = file.removeprefix("--set ")
        return f"--with {given}" if given in changes else file

    return PlanError([replace(problem, file=placed(problem.file)) for problem in error.problems])


def _print(found: Explanation, form: Output, table: str | None) -> None:
    currency = found.result.plan.plan.currency
    if table is not None or form is Output.CSV:
        from allocator.report.tables import Format, render_table

        shown = found.tables[table or "rules"]
        sys.stdout.write(render_table(shown, Format(form), currency, terminal_width()))
    elif form is Output.JSON:
        from allocator.report.explanation import explanation_json

        sys.stdout.write(explanation_json(found))
    elif form is Output.MARKDOWN:
        from allocator.report.explanation import summarise_explanation
        from allocator.report.markdown import summary_markdown

        sys.stdout.write(summary_markdown(summarise_explanation(found)))
    else:
        from allocator.report.explanation import print_explanation

        print_explanation(found, sys.stdout)
