"""Measure every promised ratio and say which hold: ``.venv/bin/python benchmarks/check_ratios.py [NAME ...]``.

Exit codes: 0 all hold; 1 one does not, or could not be measured; 2 there is none of that name. Run it with
nothing else on the machine.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence

from ratios import Ratio, all_ratios

from allocator.report.layout import align

HEADS = ("name", "measured", "promised", "holds")


def check(ratios: Mapping[str, Ratio]) -> bool:
    """Measure, print, and return whether all hold."""
    rows, told = [], []
    for ratio in ratios.values():
        print(f"measuring {ratio.name} ...", file=sys.stderr, flush=True)
        try:
            found = ratio.measure()
        except Exception as error:  # what was promised and cannot be measured is not kept
            rows.append((ratio.name, "failed", ratio.promised, "NO"))
            told += [f"{ratio.name}: {ratio.sentence}", f"  {type(error).__name__}: {error}"]
            continue
        holds = "yes" if ratio.holds(found.value) else "NO"
        rows.append((ratio.name, f"{found.value:.3g} {ratio.unit}", ratio.promised, holds))
        told += [f"{ratio.name}: {ratio.sentence}", *(f"  {name}: {text}" for name, text in found.details.items())]
    print("\n".join(align([HEADS, *rows], (False, True, False, False))))
    print("\n" + "\n".join(told))
    return all(row[-1] == "yes" for row in rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="which ones; all by default")
    parser.add_argument("--list", action="store_true", help="say what is promised, and measure nothing")
    asked = parser.parse_args(arguments)
    ratios = all_ratios()
    unknown = [name for name in asked.names if name not in ratios]
    if unknown:
        print(f"error: there is no ratio {', '.join(unknown)}; choose {', '.join(ratios)}", file=sys.stderr)
        return 2
    chosen = {name: ratios[name] for name in asked.names} or dict(ratios)
    if asked.list:
        rows = [(ratio.name, ratio.promised, ratio.sentence) for ratio in chosen.values()]
        print("\n".join(align(rows, (False, False, False))))
        return 0
    return 0 if check(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
