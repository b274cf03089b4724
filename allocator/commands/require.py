"""`allocator require`: the least capital that reaches stated targets."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allocator.commands.options import OutFiles, Output, OutputFormat, Overrides, PlanPath, Scenarios, TimeLimit
from allocator.commands.running import counting, loading, read_plan, say, say_warnings, terminal_width, working
from allocator.errors import PlanError, Problem, UsageError

if TYPE_CHECKING:
    from allocator.result.table import Table
    from allocator.study.require import Requirement


def require(
    plan: PlanPath,
    target: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MODEL=VALUE",
            help="What a model has to reach, in its metric: flagship=2.10. May be given again; the plan's own "
            "targets hold beside it.",
        ),
    ] = None,
    of: Annotated[
        str, typer.Option(metavar="FIELD", help="What is made least: plan.cash, or a signed round, funding.NAME.")
    ] = "plan.cash",
    share: Annotated[
        float | None,
        typer.Option(help="Also say capital by the rule of thumb need / share, such as 0.3.", show_default=False),
    ] = None,
    curve: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL=VALUES",
            help="Instead, the least capital for many targets of a model: flagship=2.3:2.1:9, or v1,v2,v3.",
            show_default=False,
        ),
    ] = None,
    overrides: Overrides = None,
    scenarios: Scenarios = None,
    solver: Annotated[str, typer.Option(metavar="NAME", help="auto, highs, cbc, scip, clarabel, scs.")] = "auto",
    gap: Annotated[float | None, typer.Option(help="As for solve.", show_default=False)] = None,
    time_limit: TimeLimit = None,
    form: OutputFormat = Output.TABLE,
    out: OutFiles = None,
) -> int:
    """Find the least capital that reaches stated targets, and when it is needed.

    Exit codes: 0 found; 2 wrong usage or plan; 3 no amount of capital reaches the targets; 4 stopped early; 5 the
    solver is not installed or failed.
    """
    from allocator.report.files import check_outputs

    check_outputs(out or [], None if plan == "-" else Path(plan))
    targets = _targets(target or [])
    loaded = read_plan(plan, overrides, scenarios)
    with loading():
        from allocator.solve.options import Options
        from allocator.study.asked import not_measured
        from allocator.study.require import capital_curve, curve_table
        from allocator.study.require import require as find

    options = Options(solver=solver, gap=gap, time_limit=time_limit).started()
    currency = loaded.plan.currency
    try:
        if curve is not None:
            model, values = _curve(curve)
            beside = loaded.changed({f"models.{name}.target": value for name, value in targets.items()})
            with counting(f"Solving {loaded.plan.name}", "targets") as progress:
                found = capital_curve(beside, model, values, of=of, options=options, progress=progress)
        else:
            with working(f"Solving {loaded.plan.name}"):
                required = find(loaded, targets, of=of, share=share, options=options)
    except PlanError as error:
        raise _as_options(error) from None
    if curve is not None:
        shown = curve_table(found, model)
        left = sum(row["status"] == "stopped" for row in shown)
        missing = not_measured(left, len(shown), "targets")
        say_warnings([missing] if missing else [])
        _write(shown, None, form, out or [], currency)
        return int(found.exit_code)
    say_warnings(required.result.warnings)
    _write(required.by_month, required, form, out or [], currency)
    return int(required.result.exit_code)


def _as_options(error: PlanError) -> PlanError:
    """The same mistakes, found at the options that were given."""
    from dataclasses import replace

    def placed(file: str) -> str:
        file = re.sub(r"^--set models\.(.+?)\.target=", r"--target \1=", file)
        return file.replace("--set objective.of=", "--of ", 1)

    def asked(problem: Problem) -> Problem:
        if problem.key == "objective.goal":
            # The goal is this command's own; what is missing is what it is for.
            remedy = f"give --target MODEL=VALUE, or {problem.remedy}"
            return replace(problem, file="--target", key="none is given", found="no target", remedy=remedy)
        return replace(problem, file=placed(problem.file))

    return PlanError([asked(problem) for problem in error.problems])


def _targets(texts: list[str]) -> dict[str, float | str]:
    from allocator.plan.overrides import parse_value

    found: dict[str, float | str] = {}
    for text in texts:
        name, _, value = (part.strip() for part in text.partition("="))
        if not name or not value:
            raise UsageError(f"--target {text}: a target is MODEL=VALUE, such as flagship=2.10")
        if name in found:
            raise UsageError(f"--target {text}: {name} has a target already; give one")
        found[name] = parse_value(value)
    return found


def _curve(text: str) -> tuple[str, list[float | str]]:
    from allocator.study.vary import read_vary

    name, _, values = (part.strip() for part in text.partition("="))
    if not name or not values or "." in name:
        raise UsageError(
            f"--curve {text}: a curve is MODEL=start:stop:count or MODEL=v1,v2,v3, such as flagship=2.3:2.1:9"
        )
    try:
        return name, read_vary([f"models.{name}.target={values}"])[f"models.{name}.target"]
    except UsageError as error:
        raise UsageError(str(error).replace(f"--vary models.{name}.target", f"--curve {name}")) from None


def _write(shown: Table, required: Requirement | None, form: Output, out: list[Path], currency: str) -> None:
    from allocator.report.table_files import write_table
    from allocator.report.tables import Format, render_table

    document = None if required is None else json.dumps(required.as_dict(), indent=2)
    if required is not None and form is Output.TABLE:
        print("\n".join(required.sentences()))
        print()
    if form is Output.JSON and document is not None:
        print(document)
    else:
        sys.stdout.write(render_table(shown, Format(form), currency, terminal_width()))
    for path in out:
        write_table(shown, path, currency, document=document)
        say(f"Wrote {path}")
