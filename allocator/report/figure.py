"""The picture of a scaling study as .png or .svg, drawn by matplotlib (extra ``plots``)."""

from __future__ import annotations

import io
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from allocator.errors import UsageError, how_to_install
from allocator.report.scaling import series

if TYPE_CHECKING:
    from allocator.study.scaling import Study

# A marker and a line style for each solver, so that colour is never the only sign.
_MARKERS, _STYLES = "osD^vP*X", ("-", "--", "-.", ":")


def can_draw() -> bool:
    """Whether matplotlib is installed; imports nothing."""
    return find_spec("matplotlib") is not None


def check_can_draw(path: Path) -> None:
    """Refuse a picture where matplotlib is missing; raises `UsageError`."""
    if not can_draw():
        raise UsageError(
            f"--out {path}: {path.suffix} files need the package matplotlib; "
            f"{how_to_install('plots')}; or write .html, .csv or .json"
        )


def figure_bytes(study: Study, form: str) -> bytes:
    """Draw seconds against size, a row of axes for each family and a column for each phase.

    Parameters
    ----------
    study : Study
    form : {"png", "svg"}
    """
    from matplotlib.figure import Figure

    units = dict(zip(study.rows.column("family"), study.rows.column("unit"), strict=True))
    phases = list(dict.fromkeys(study.rows.column("phase")))
    fits = {(row["family"], row["solver"], row["phase"]): row for row in study.growth}
    # Without pyplot: no window, no state that outlives the call.
    figure = Figure(figsize=(4.2 * len(phases), 3.6 * len(units)), layout="constrained")
    axes = figure.subplots(len(units), len(phases), squeeze=False)
    for row, (family, unit) in enumerate(units.items()):
        drawn = series(study, family)
        for column, phase in enumerate(phases):
            place = axes[row][column]
            place.set_title(f"{family}, {phase}")
            place.set(xscale="log", yscale="log", xlabel=unit, ylabel="median seconds")
            for number, (solver, points) in enumerate(drawn.get(phase, {}).items()):
                fit = fits.get((family, "" if solver == "any solver" else solver, phase))
                sizes, seconds = zip(*points, strict=True)
                place.plot(
                    sizes,
                    seconds,
                    marker=_MARKERS[number % len(_MARKERS)],
                    linestyle=_STYLES[number % len(_STYLES)],
                    label=f"{solver}, p = {fit['exponent']:.2f}" if fit else solver,
                )
            sizes_here = sorted({size for points in drawn.get(phase, {}).values() for size, _ in points})
            if sizes_here:
                place.set_xticks(sizes_here, [f"{size:g}" for size in sizes_here])
                place.minorticks_off()
                place.legend()
    stream = io.BytesIO()
    figure.savefig(stream, format=form, dpi=150)
    return stream.getvalue()
