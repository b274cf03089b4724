"""Arguments and options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

PlanPath = Annotated[
    str, typer.Argument(metavar="PLAN", help="The plan file (TOML), or - to read it from standard input.")
]
Overrides = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Override a field of the plan by its path: compute.h100-cloud.price=2.2, plan.cash=8M. "
        "May be given again; a later one wins.",
    ),
]

Scenarios = Annotated[
    list[str] | None,
    typer.Option(
        "--scenario",
        metavar="NAME",
        help="Lay a scenario of the plan over it, below any --set. May be given again, where the scenarios "
        "change different fields.",
    ),
]


TimeLimit = Annotated[
    float | None,
    typer.Option(
        metavar="SECONDS",
        help="Of the whole command: stop after so long; what is finished is given, and what is not is said.",
        show_default=False,
    ),
]


class Output(StrEnum):
    """The values of ``--format``."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"


def _read_format(text: str) -> Output:
    try:
        return Output(text.lower())
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not one of {', '.join(Output)}") from None


OutputFormat = Annotated[
    Output,
    typer.Option(
        "--format",
        help="How results are written to standard output.",
        parser=_read_format,
        metavar=f"[{'|'.join(Output)}]",
    ),
]
OutFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="Also write a file: .json .csv .parquet .xlsx .html .md. May be given again.",
    ),
]
