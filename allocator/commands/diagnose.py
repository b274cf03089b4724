"""`allocator diagnose`: how healthy is a company, by itself and against a rival?"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from allocator.commands.options import OutFiles, Output, OutputFormat, Overrides, Scenarios, TimeLimit
from allocator.commands.running import STDIN, loading, say, say_warnings, standard_input, terminal_width, working
from allocator.errors import StoppedError, UsageError

if TYPE_CHECKING:
    from allocator.plan import Plan
    from allocator.plan.accounts import Accounts
    from allocator.study.diagnose import Diagnosis


def diagnose(
    plan: Annotated[
        str, typer.Argument(metavar="PLAN", help="A plan, or a file of [accounts] (TOML); - for standard input.")
    ],
    rival: Annotated[
        str | None,
        typer.Option(metavar="OTHER", help="Compare with this company, a plan or accounts.", show_default=False),
    ] = None,
    overrides: Overrides = None,
    scenarios: Scenarios = None,
    solver: Annotated[
        str, typer.Option(metavar="NAME", help="auto, highs, cbc, scip, clarabel, scs, or cvxpy:NAME.")
    ] = "auto",
    gap: Annotated[
        float | None,
        typer.Option(help="Of each plan: stop when it is proven this near the best.", show_default=False),
    ] = None,
    time_limit: TimeLimit = None,
    form: OutputFormat = Output.TABLE,
    out: OutFiles = None,
    table: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Only one table: costs, index, cash, compute, data, people, talent, risks, rival.",
            show_default=False,
        ),
    ] = None,
) -> int:
    """Say what a plan costs by kind, its financial index, what is idle, who leaves, and what is at risk.

    Costs C = Cc + Cd + Ch + Co, financial index F = (I - C) / R of the certified plan or of accounts; warnings with
    their thresholds; each figure beside a rival's. Exit codes: 0 done; 2 wrong usage, plan or accounts; 3 a plan is
    infeasible; 4 a solve stopped early, its best plan is diagnosed; 5 the solver is not installed or failed.
    """
    from allocator.report.diagnosis_files import check_diagnosis_table, write_diagnosis
    from allocator.report.files import check_outputs

    check_diagnosis_table(table, rival=rival is not None)
    if plan == "-" and rival == "-":
        raise UsageError("PLAN and --rival are both -: only one of them can come from standard input")
    for source in (plan, rival):
        check_outputs(out or [], None if source is None or source == "-" else Path(source))
    own = _read(plan, overrides or (), scenarios or ())
    other = None if rival is None else _read(rival, ())
    with loading():
        from allocator.solve.options import Options
        from allocator.study.diagnose import diagnose as diagnose_company

    options = Options(solver=solver, gap=gap, time_limit=time_limit).started()
    with working("Diagnosing"):
        found = diagnose_company(own, other, options=options)
    if table is not None and table not in found.tables:
        raise StoppedError(f"--table {table}: {found.missing[0]}; give --time-limit more")
    say_warnings(found.missing)
    _print(found, form, table)
    for path in out or []:
        write_diagnosis(found, path, table)
        say(f"Wrote {path}")
    return int(found.exit_code)


def _read(source: str, overrides: Sequence[str], scenarios: Sequence[str] = ()) -> Plan | Accounts:
    """A plan, or accounts where the file holds some."""
    with loading():
        from allocator.plan import load_plan
        from allocator.plan.accounts import is_accounts, load_accounts
        from allocator.plan.reading import read_file

    given: Path | dict[str, Any] = standard_input() if source == "-" else Path(source)
    document = given if isinstance(given, dict) else read_file(given)[0]
    file = STDIN if source == "-" else None
    if is_accounts(document):
        if scenarios:
            raise UsageError(f"{file or source} holds accounts, which have no scenarios; leave out --scenario")
        return load_accounts(given, overrides=overrides, file=file)
    return load_plan(given, overrides=overrides, scenarios=scenarios, file=file)


def _print(found: Diagnosis, form: Output, table: str | None) -> None:
    if not (form is Output.TABLE and table is None):
        say_warnings(found.warnings)
    if table is not None or form is Output.CSV:
        from allocator.report.tables import Format, render_table

        shown = found.tidy() if table is None else found.tables[table]
        sys.stdout.write(render_table(shown, Format(form), found.company.currency, terminal_width()))
    elif form is Output.JSON:
        from allocator.report.diagnosis_files import diagnosis_json

        sys.stdout.write(diagnosis_json(found))
    elif form is Output.MARKDOWN:
        from allocator.report.diagnosis import summarise_diagnosis
        from allocator.report.markdown import summary_markdown

        sys.stdout.write(summary_markdown(summarise_diagnosis(found)))
    else:
        from allocator.report.diagnosis import print_diagnosis

        print_diagnosis(found, sys.stdout)
