"""Every promised ratio, as a frozen specification that registers itself; `check_ratios.py` measures them.

A new one is a file here (or in any folder beside it) that calls `register`, and its name in `MODULES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module

# One line each.
MODULES = (
    "ratios.certified_answer",
    "ratios.sweep_points",
    "ratios.start_up",
    "ratios.whole_units",
    "ratios.price_paths",
    "ratios.curves",
)


@dataclass(frozen=True)
class Measured:
    """What one measurement found.

    Attributes
    ----------
    value : float
        In the unit of the ratio.
    details : mapping of str to str
        What it is made of: medians, counts, shares.
    """

    value: float
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ratio:
    """One promise.

    Attributes
    ----------
    name : str
        Unique; what the command line takes.
    sentence : str
        The promise in words.
    limit : float
    measure : callable
        Measures it on this machine, as medians of at least five within one run. It may take minutes.
    unit : str
        ``x`` for a ratio, ``s`` or ``ms``.
    at_least : bool
        Whether the limit is the least that is promised, not the most.
    """

    name: str
    sentence: str
    limit: float
    measure: Callable[[], Measured]
    unit: str = "x"
    at_least: bool = False

    def holds(self, value: float) -> bool:
        """Whether a measured value keeps the promise; one that is no number does not."""
        return value >= self.limit if self.at_least else value <= self.limit

    @property
    def promised(self) -> str:
        """The limit in words."""
        return f"at {'least' if self.at_least else 'most'} {self.limit:g} {self.unit}"


RATIOS: dict[str, Ratio] = {}


def register(ratio: Ratio) -> Ratio:
    """Add a promise.

    Raises
    ------
    ValueError
        When another one has its name.
    """
    if ratio.name in RATIOS:
        raise ValueError(f"there are two ratios named {ratio.name!r}")
    RATIOS[ratio.name] = ratio
    return ratio


def all_ratios() -> dict[str, Ratio]:
    """Import every module of `MODULES`; return what they registered."""
    for module in MODULES:
        import_module(module)
    return RATIOS
