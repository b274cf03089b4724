"""How much time is left: the one place that reads it for a limit."""

from __future__ import annotations

import time

# What finishes a plan at hand may take this long beyond a time limit.
FINISHING_SECONDS = 1.0


class Clock:
    """Time left of a limit in seconds; None is no limit.

    Parameters
    ----------
    limit : float or None
        Seconds from now on.
    """

    # Tests put a clock of their own in its place.
    now = staticmethod(time.perf_counter)

    def __init__(self, limit: float | None) -> None:
        self._began = self.now()
        self._limit = limit

    @property
    def elapsed(self) -> float:
        return self.now() - self._began

    @property
    def left(self) -> float | None:
        """Seconds left, never below zero; None without a limit."""
        return None if self._limit is None else max(self._limit - self.elapsed, 0.0)

    @property
    def over(self) -> bool:
        return self.left == 0.0

    def part(self, *, share: float = 1.0, most: float | None = None) -> Clock:
        """A clock for one step of several: a share of what is left, and no more than `most` seconds."""
        left = self.left
        if left is None:
            return Clock(most)
        return Clock(share * left if most is None else min(share * left, most))

    def grace(self, seconds: float = FINISHING_SECONDS) -> Clock:
        """A clock for what finishes a plan: what is left, but at least `seconds`."""
        left = self.left
        return Clock(None if left is None else max(left, seconds))
