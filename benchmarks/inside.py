"""Seconds spent inside a solver's adapter, wherever in a program it is called from."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any


@dataclass
class Inside:
    """Seconds so far on the wall and of this process's processor time, and how many calls they took."""

    seconds: float = 0.0
    cpu: float = 0.0
    calls: int = 0
    depth: int = 0

    def wrapped(self, method: Callable[..., Any]) -> Callable[..., Any]:
        """The same method, counted; a call from within another counted one is part of that."""

        @wraps(method)
        def counted(*args: Any, **kwargs: Any) -> Any:
            if self.depth:
                return method(*args, **kwargs)
            self.depth += 1
            self.calls += 1
            began, cpu = time.perf_counter(), time.process_time()
            try:
                return method(*args, **kwargs)
            finally:
                self.seconds += time.perf_counter() - began
                self.cpu += time.process_time() - cpu
                self.depth -= 1

        return counted


@contextmanager
def inside(*methods: tuple[type, str]) -> Iterator[Inside]:
    """Count the time in these methods of these classes while the body runs.

    Parameters
    ----------
    methods : tuples of class and name
        Each defined by the class itself, not by one it comes from.
    """
    counter = Inside()
    before = [(owner, name, owner.__dict__[name]) for owner, name in methods]
    for owner, name, method in before:
        setattr(owner, name, counter.wrapped(method))
    try:
        yield counter
    finally:
        for owner, name, method in before:
            setattr(owner, name, method)


def public_methods(*owners: type) -> list[tuple[type, str]]:
    """Every public method of these classes, once and where it is defined: an adapter's ways into its solver."""
    defining = dict.fromkeys(cls for owner in owners for cls in owner.__mro__ if cls is not object)
    return [(cls, name) for cls in defining for name, value in vars(cls).items() if callable(value) and name[:1] != "_"]
