"""The register of the parts of a company: where each part's statements are kept.

A part is one thing that a plan can say (a credit line, tiers of a price, layoffs). Each stands in the
plan file, the program, the ledger, the tests, the docs and an example; `test_parts.py` fails where a
part lacks one of them, and where a field of the plan file belongs to no part.

A file `part_*.py` beside this one holds ``PARTS``, a dictionary of `Part` by name.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@dataclass(frozen=True)
class Part:
    """Where one part of a company is stated.

    Attributes
    ----------
    fields : tuple of str
        Fields of the plan file, class and field of the schema: ``Offer.term``.
    golden : tuple of str
        Cases of `tests/formulate/golden_cases/` that show its rows.
    rows_by_hand, ledger_by_hand, audited : tuple of str
        Tests, ``tests/result/test_ledger_by_hand.py::test_name``: its rows worked out by hand, three months of its
        books worked out by hand, and optima that use it and that the ledger replays.
    ledger : tuple of str
        Lines of the books, category and line: ``compute.upfront``; empty for a part that moves no money itself.
    examples : tuple of str
        Plans in `examples/` that use it.
    docs : tuple of str
        Pages and headings that explain it: ``docs/ledger.md#compute``.
    """

    fields: tuple[str, ...]
    golden: tuple[str, ...]
    rows_by_hand: tuple[str, ...]
    ledger_by_hand: tuple[str, ...]
    audited: tuple[str, ...]
    examples: tuple[str, ...]
    docs: tuple[str, ...]
    ledger: tuple[str, ...] = ()


def parts() -> dict[str, Part]:
    """All parts by name, from every `part_*.py`."""
    found: dict[str, Part] = {}
    for path in sorted(HERE.glob("part_*.py")):
        for name, part in importlib.import_module(path.stem).PARTS.items():
            assert name not in found, f"two parts are called {name}"
            found[name] = part
    return found
