"""`allocator laws`: the quality laws that come with the package, one of them in full."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from allocator.commands.options import Output, OutputFormat
from allocator.commands.running import terminal_width

if TYPE_CHECKING:
    from allocator.quality.cards import Card

WIDTH = 80


def laws(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="A law, or the path of a card; none lists them.", show_default=False),
    ] = None,
    form: OutputFormat = Output.TABLE,
) -> None:
    """List the quality laws, or show one card in full."""
    from allocator.quality.cards import law_names, read_card
    from allocator.report.tables import Format, render_table
    from allocator.result.table import table

    if name is None:
        cards = [read_card(entry) for entry in law_names()]
        rows = [(card.name, card.table.metric, card.table.form, card.table.title) for card in cards]
        listing = table("laws", ["law", "metric", "form", "title"], rows)
        sys.stdout.write(render_table(listing, Format(form), width=terminal_width()))
        return
    card = read_card(name)
    lines = list(_lines(card))
    if form is Output.JSON:
        print(card.table.model_dump_json(indent=2))
    elif form is Output.TABLE:
        from allocator.report.layout import wrap

        widest = max(len(key) for key, _ in lines) + 2
        for key, text in lines:
            print("\n".join(wrap(text, WIDTH, key.ljust(widest), " " * widest)))
    else:
        sys.stdout.write(render_table(table("law", ["key", "says"], lines), Format(form), width=terminal_width()))


def _lines(card: Card) -> Iterator[tuple[str, str]]:
    """Every key of a card with its value in words."""
    law = card.table
    yield "law", card.name
    yield "title", law.title
    yield "metric", f"{law.metric}, {law.unit}"
    yield "form", law.form
    for name, entry in law.inputs.items():
        fitted = f", fitted on {_number(entry.range[0])} to {_number(entry.range[1])}" if entry.range else ""
        yield f"inputs.{name}", f"{entry.unit}, {entry.role}; everyone has {_number(entry.floor)}{fitted}"
    if law.terms:
        terms = (f"{term.coefficient} {_product(term.exponents, '-')}" for term in law.terms)
        yield "terms", f"{law.offset} + {' + '.join(terms)}" if law.offset else " + ".join(terms)
    for name, value in law.parameters.items():
        error = f" +- {_number(law.uncertainty[name])}" if name in law.uncertainty else ""
        assumed = f" (assumed: {law.assumed[name]})" if name in law.assumed else ""
        yield f"parameters.{name}", f"{_number(value)}{error}{assumed}"
    for name, text in law.level.items():
        yield f"level.{name}", text
    if card.measured:
        yield "measured", f"needs one result of your own, measured = {{{', '.join(card.measured)}}}"
    if law.points:
        yield "points", ", ".join(f"({_number(at)}, {_number(value)})" for at, value in law.points)
    if law.repeats is not None:
        repeats = law.repeats
        fades = f"a pass counts for less and less, with R = {_number(repeats.constant)}"
        yield "repeats", f"{repeats.unique} may be used again, {repeats.processed} in all; {fades}"
    if law.excess is not None:
        support = f"{law.excess.coefficient} * unique^({law.excess.exponent})"
        yield "excess", f"{law.excess.input} above {support} count for less, with R = {_number(law.excess.constant)}"
    if law.flop is not None:
        yield "flop", f"{law.flop.constant} {_product(law.flop.exponents, '')}; {law.flop.source}"
        if law.flop.range:
            yield "flop.range", f"{_number(law.flop.range[0])} to {_number(law.flop.range[1])} FLOP"
    yield "source", law.source
    yield "licence", law.licence
    if law.note:
        yield "note", law.note


def _product(exponents: dict[str, float] | dict[str, float | str], sign: str) -> str:
    powers = (
        name if exponent == 1.0 and not sign else f"{name}^{sign}{_number(exponent)}"
        for name, exponent in exponents.items()
    )
    return " * ".join(["", *powers]).strip()


def _number(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.6g}"
