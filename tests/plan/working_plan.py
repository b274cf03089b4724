"""A working plan, and ways to write it to a folder with one change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

WORKING = """\
[plan]
name = "small-lab"
currency = "USD"
start = "2026-09"
months = 24
cash = 20e6
whole = "2027-02"

[runway]
months = 6
basis = "trailing"

[funding.seed]
kind = "equity"
amount = "5 MUSD"
month = "2027-03"

[revenue.product]
amount = {start = 100e3, monthly_change = 0.02}
paid_after = 1

[costs.office]
amount = 1_500
per_person = true

[compute.cloud]
kind = "rent"
chip = "H100"
price = {start = 2.49, yearly_change = -0.12}
utilisation = 0.40
max = 512
lot = 8

[compute.owned]
kind = "buy"
chip = "H100"
price = "33 kUSD"
lead = 3
running = 180

[data.web]
unit = "token"
price = "2 USD/Mtoken"
now = 1e12
max = 20e12

[people.researchers]
salary = "190 kUSD/year"
overhead = 0.33
now = 20
max = 40
hiring = {cost = 30e3, per_month = 3, delay = 2, ramp = 3}
attrition = 0.15
research = 1.0

[models.chat]
law = "chinchilla-replication"
deadline = "2028-02"
training_months = 6
research_effect = 0.2

[objective]
goal = "quality"

[limits]
chips-share = "compute.spend <= 0.6 * total.spend"
signed-hire = "people.researchers.hires[2026-10] = 2"
"""


@dataclass(frozen=True)
class Case:
    """One broken plan.

    Attributes
    ----------
    name : str
        What is broken, as the end of a sentence: "a plan with … is refused".
    make : callable
        Writes the file into a folder and returns its path.
    key : str
        Key of the problem an error must name; empty for the whole file.
    remedy_fragment : str
        Part of the remedy it must give.
    """

    name: str
    make: Callable[[Path], Path]
    key: str
    remedy_fragment: str


def working(folder: Path) -> Path:
    """Write the unbroken plan."""
    return write(folder, WORKING.encode())


def write(folder: Path, content: bytes) -> Path:
    """Write a plan file with this content."""
    path = folder / "plan.toml"
    path.write_bytes(content)
    return path


def edited(old: str, new: str) -> Callable[[Path], Path]:
    """Write the working plan with one passage replaced."""
    if WORKING.count(old) != 1:
        raise ValueError(f"{old!r} stands {WORKING.count(old)} times in the working plan")
    return lambda folder: write(folder, WORKING.replace(old, new).encode())
