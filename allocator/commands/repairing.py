"""What `allocator explain` says of a plan that cannot be: the conflict, and what repairs it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allocator.commands.options import Output
from allocator.commands.running import loading, say, terminal_width, working

if TYPE_CHECKING:
    from allocator.plan import Plan
    from allocator.solve.conflict import Conflict
    from allocator.solve.options import Options

Keep = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="Where the plan is infeasible: a rule, field or section that no repair may change: runway, "
        "people.engineers.min, limits.most-on-chips. May be given again.",
    ),
]


def show_repairs(
    plan: Plan,
    keep: Sequence[str],
    options: Options,
    form: Output,
    out: Sequence[Path],
    table: str | None,
    conflict: Conflict | None,
) -> int:
    """Find and print why `plan` is infeasible (`conflict`, where it is known) and what repairs it; the exit code."""
    with loading():
        from allocator.report.repairs import (
            check_repair_table,
            print_repair,
            repair_json,
            repair_markdown,
            repair_table,
            write_repair,
        )
        from allocator.report.tables import Format, render_table
        from allocator.study.repair import repair

    check_repair_table(table)
    with working(f"Repairing {plan.plan.name}"):
        found = repair(plan, keep, options=options, conflict=conflict)
    if table is not None or form is Output.CSV:
        shown = repair_table(found, table)
        sys.stdout.write(render_table(shown, Format(form), plan.plan.currency, terminal_width()))
    elif form is Output.JSON:
        sys.stdout.write(repair_json(found))
    elif form is Output.MARKDOWN:
        sys.stdout.write(repair_markdown(found))
    else:
        print_repair(found, sys.stdout)
    for path in out:
        write_repair(found, path, table)
        say(f"Wrote {path}")
    return int(found.exit_code)
