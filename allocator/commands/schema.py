"""`allocator schema`: the plan file's JSON Schema, for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from allocator.commands.running import say


def schema(
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write it to a file, ending in .json.", show_default=False),
    ] = None,
) -> None:
    """Print the JSON Schema of the plan file.

    An editor that knows it completes and checks plans; a plan's first line names it:
    #:schema allocator.schema.json
    """
    from allocator.report.files import check_suffix, check_writable, write_bytes

    if out is not None:
        check_suffix(out, (".json",))
        check_writable(out)
    from allocator.plan import plan_schema

    text = json.dumps(plan_schema(), indent=2, ensure_ascii=False)
    if out is None:
        print(text)
        return
    write_bytes(out, f"{text}\n".encode())
    say(f"Wrote {out}")
