"""A result as Markdown: the whole summary, every warning in full."""

from __future__ import annotations

from allocator.report.tables import markdown_table
from allocator.result.summary import Grid, Summary


def summary_markdown(summary: Summary) -> str:
    """Return the summary as Markdown, ending in a line break."""
    parts = [f"# {summary.title}\n", f"**{summary.headline}**\n", f"{summary.subtitle}\n"]
    parts += [grid_markdown(grid) for grid in summary.grids]
    for title, sentences in (("What holds the plan back", summary.binding), ("Warnings", summary.warnings)):
        if sentences:
            parts.append(f"## {title}\n")
            parts.append("".join(f"- {sentence}\n" for sentence in sentences))
    parts.append(f"{summary.footer}\n")
    return "\n".join(parts)


def grid_markdown(grid: Grid) -> str:
    """Return one small table as Markdown, with its title and note, ending in a line break."""
    parts = [f"## {grid.title}\n", markdown_table(grid.columns, grid.numeric, list(grid.rows))]
    if grid.note:
        parts.append(f"{grid.note}\n")
    return "\n".join(parts)
