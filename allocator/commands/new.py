"""`allocator new`: a plan to start from."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from allocator.commands.options import Output, OutputFormat
from allocator.commands.running import say, terminal_width
from allocator.errors import UsageError


def new(
    template: Annotated[
        str | None,
        typer.Argument(metavar="[TEMPLATE]", help="Which plan to start from; none lists them.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where to write it; TEMPLATE.toml by default.", show_default=False),
    ] = None,
    form: OutputFormat = Output.TABLE,
) -> None:
    """Write a starter plan that solves as it is, or list them."""
    templates = _templates()
    if template is None:
        if out is not None:
            raise UsageError(f"--out {out}: name the template to write; there are {', '.join(templates)}")
        _list(templates, form)
        return
    if template not in templates:
        raise UsageError(_unknown(template, list(templates)))
    path = out or Path(f"{template}.toml")
    from allocator.report.files import check_writable, write_bytes

    if path.exists():
        raise UsageError(f"{path} exists and is left as it is; choose another name with --out")
    check_writable(path)
    write_bytes(path, templates[template].read_bytes())
    say(f"Wrote {path}. Next: allocator check {path}, allocator solve {path}")


def _templates() -> dict[str, Path]:
    from allocator.resources import examples_dir

    return {path.stem: path for path in sorted(examples_dir().glob("*.toml"))}


def _list(templates: dict[str, Path], form: Output) -> None:
    from allocator.report.tables import Format, render_table
    from allocator.result.table import table

    rows = [(name, _about(path)) for name, path in templates.items()]
    sys.stdout.write(
        render_table(table("templates", ["template", "about"], rows), Format(form), width=terminal_width())
    )


def _about(path: Path) -> str:
    """The first line of the plan's story."""
    first = path.read_text(encoding="utf-8").splitlines()[0]
    return first.lstrip("# ").rstrip(".")


def _unknown(name: str, known: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"choose {', '.join(known)}"
    return f"there is no template {name!r}; {hint}"
