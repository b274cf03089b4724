"""`allocator solve`: the best plan, its certificate and its tables."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allocator.commands.options import OutFiles, Output, OutputFormat, Overrides, PlanPath, Scenarios, TimeLimit
from allocator.commands.running import loading, read_plan, say, say_warnings, terminal_width, working
from allocator.errors import InfeasibleError, UsageError

if TYPE_CHECKING:
    from allocator.result.result import Result


def solve(
    plan: PlanPath,
    overrides: Overrides = None,
    scenarios: Scenarios = None,
    solver: Annotated[
        str, typer.Option(metavar="NAME", help="auto, highs, cbc, scip, clarabel, scs, or cvxpy:NAME.")
    ] = "auto",
    gap: Annotated[
        float | None,
        typer.Option(
            help="Stop when the plan is proven this near the best (share of the loss that can be reduced). "
            "Default 1e-6, or 3e-3 with whole units.",
            show_default=False,
        ),
    ] = None,
    time_limit: TimeLimit = None,
    form: OutputFormat = Output.TABLE,
    out: OutFiles = None,
    table: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Only one table: cash, spend, revenue, earning, partners, treasury, funding, compute, use, data, "
            "people, prices.",
            show_default=False,
        ),
    ] = None,
    lock: Annotated[
        Path | None,
        typer.Option(
            metavar="RESULT",
            help="Keep the decisions of an earlier result, a .json file that --out wrote, and plan the rest.",
            show_default=False,
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="MONTH", help="The last month that --lock keeps; all when left out.", show_default=False),
    ] = None,
    audit: Annotated[
        bool, typer.Option("--audit/--no-audit", help="Solve with a year more too, and say what that would change.")
    ] = True,
) -> int:
    """Find the best plan: what to rent, buy, label and hire by month.

    Exit codes: 0 solved within the asked gap; 2 wrong usage or plan; 3 infeasible; 4 stopped early, best
    plan and gap given; 5 the solver is not installed or failed.
    """
    from allocator.report.files import check_outputs, write_result
    from allocator.report.tidy import check_table_name

    check_table_name(table)
    check_outputs(out or [], None if plan == "-" else Path(plan))
    if until is not None and lock is None:
        raise UsageError("--until is the last month that --lock keeps; give --lock RESULT.json too")
    loaded = read_plan(plan, overrides, scenarios)
    if lock is not None:
        from allocator.result.locks import read_locks

        loaded = loaded.with_limits(read_locks(lock, loaded, until))
    with loading():
        from allocator.session import Session
        from allocator.solve.options import Options

    options = Options(solver=solver, gap=gap, time_limit=time_limit).started()
    try:
        with working(f"Solving {loaded.plan.name}"):
            result = Session(loaded, options).solve(horizon_audit=audit)
    except InfeasibleError as error:
        if form is Output.JSON:
            answer = {"status": "infeasible", "conflict": list(error.conflict), "message": str(error)}
            print(json.dumps(answer, indent=2))
        if lock is not None:
            raise
        hint = _how_to_repair(plan, overrides or [], scenarios or [])
        raise InfeasibleError(f"{error}\n{hint}", error.conflict) from None
    _print(result, form, table)
    for path in out or []:
        write_result(result, path, table)
        say(f"Wrote {path}")
    return int(result.exit_code)


def _how_to_repair(plan: str, overrides: list[str], scenarios: list[str]) -> str:
    options = [("--scenario", name) for name in scenarios] + [("--set", override) for override in overrides]
    asked = [word for option in options for word in option]
    return f"What repairs it: {shlex.join(['allocator', 'explain', plan, *asked])}"


def _print(result: Result, form: Output, table: str | None) -> None:
    from allocator.result.summary import summarise

    summary_on_screen = form is Output.TABLE and table is None and sys.stdout.isatty()
    if not summary_on_screen:
        say_warnings(result.warnings)
    currency = result.plan.plan.currency
    if table is not None or form is Output.CSV:
        from allocator.report.tables import Format, render_table
        from allocator.report.tidy import chosen

        text = render_table(chosen(result, table), Format(form), currency, terminal_width())
        sys.stdout.write(text)
    elif form is Output.JSON:
        print(result.to_json())
    elif form is Output.MARKDOWN:
        from allocator.report.markdown import summary_markdown

        sys.stdout.write(summary_markdown(summarise(result)))
    else:
        from allocator.report.terminal import print_summary

        print_summary(summarise(result), sys.stdout)
