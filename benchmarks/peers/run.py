"""Every route on every size, each in a process of its own with a time limit; tables and CSV.

A peer that is not installed, fails, or runs out of time is a row with the reason. Seconds are of processors, medians
of several runs; only ratios within one run mean anything.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

from .routes import ROUTES, Route
from .table import COLUMNS, Row, as_table, who

ROOT = Path(__file__).resolve().parents[2]
CHILD = "benchmarks.peers.child"
SIZES = {"curves": (5, 20, 100, 300), "build": (1, 20, 200, 1000), "solve": (1, 20)}
# What each suite is run on, besides its sizes.
VARIANTS: dict[str, tuple[dict[str, Any], ...]] = {
    "curves": (
        {"family": "hyperbola", "unit": 1.0},
        {"family": "root", "unit": 1.0},
        {"family": "hyperbola", "unit": 1e-6},
    ),
}
UNITS = {1.0: "money in millions", 1e-6: "money in dollars"}
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def main(words: Sequence[str] | None = None) -> None:
    """Measure what is asked for and print a table for each suite, variant and size."""
    parser = _parser()
    asked = parser.parse_args(words)
    if unknown := set(asked.suite) - set(SIZES):
        parser.error(f"no suite is called {', '.join(sorted(unknown))}; choose of {', '.join(SIZES)}")
    rows: list[Row] = []
    for suite in asked.suite or SIZES:
        routes = chosen(suite, asked.only)
        print(f"## {suite}\n\n{who(routes)}")
        for variant in VARIANTS.get(suite, ({},)):
            group: list[Row] = []
            for size, route in product(asked.sizes or SIZES[suite], routes):
                print(f"{suite} {title(variant)} {size}: {route.name} ...", file=sys.stderr, flush=True)
                group.append(measure(route, size, variant, asked.repeats, asked.limit, asked.threads))
            print(f"\n### {title(variant) or suite}\n\n{as_table(suite, group)}\n", flush=True)
            rows += group
    if asked.csv:
        write_csv(asked.csv, rows)


def chosen(suite: str, only: Sequence[str]) -> list[Route]:
    """Return the routes of a suite, or those with one of the words `only` in their names."""
    found = [route for route in ROUTES if route.suite == suite]
    return [route for route in found if not only or any(word.lower() in route.name.lower() for word in only)]


def measure(route: Route, size: int, variant: dict[str, Any], repeats: int, limit: float, threads: int) -> Row:
    """Measure one route in a child process of at most `limit` seconds; `threads` 0 leaves them to the libraries."""
    row = Row(route.suite, title(variant), size, route.name, route.versions, route.settings)
    if route.missing:
        return row.ended_because(f"not installed: {', '.join(route.missing)}")
    environment = dict(os.environ)
    if threads:
        environment |= dict.fromkeys(_THREADS, str(threads))
    with tempfile.TemporaryDirectory() as folder:
        request, answer = Path(folder, "request.json"), Path(folder, "answer.json")
        question = {"suite": route.suite, "name": route.name, "size": size, "variant": variant, "repeats": repeats}
        request.write_text(json.dumps(question), encoding="utf-8")
        command = [sys.executable, "-m", CHILD, str(request), str(answer)]
        try:
            done = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=limit, check=False
            )
        except subprocess.TimeoutExpired:
            return row.ended_because(f"no answer within {limit:g} s")
        if not answer.exists():
            last = (done.stderr.strip().splitlines() or ["no word"])[-1]
            return row.ended_because(f"ended with {done.returncode}: {last}")
        return row.with_answer(json.loads(answer.read_text(encoding="utf-8")))


def title(variant: dict[str, Any]) -> str:
    """A variant in words."""
    return f"{variant['family']}, {UNITS[variant['unit']]}" if variant else ""


def write_csv(path: Path, rows: Sequence[Row]) -> None:
    """Write all rows with all columns."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(row.flat() for row in rows)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__.split(";")[0])
    parser.add_argument("suite", nargs="*", help=f"of {', '.join(SIZES)}; all when left out")
    parser.add_argument("--only", nargs="+", default=[], help="parts of the names of routes")
    parser.add_argument("--sizes", nargs="+", type=int, default=[], help="curves, or price paths")
    parser.add_argument("--repeats", type=int, default=5, help="runs of each, of which the median is shown")
    parser.add_argument("--limit", type=float, default=600.0, help="seconds that a route may take in all")
    parser.add_argument("--threads", type=int, default=1, help="of linear algebra; 0 leaves them to the libraries")
    parser.add_argument("--csv", type=Path, help="where all rows are written")
    return parser
