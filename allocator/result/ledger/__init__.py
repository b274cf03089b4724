"""The independent ledger: the second statement of every convention of the plan file.

Plain lists and sums, one file for each part of a company: how it is booked, and the rules it keeps.
"""

from allocator.result.ledger.books import Ledger, Row, Training
from allocator.result.ledger.replay import replay

__all__ = ["Ledger", "Row", "Training", "replay"]
