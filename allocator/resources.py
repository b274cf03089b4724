"""Where ``models/`` and ``examples/`` are, in a checkout, an editable install and a wheel alike."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def models_dir() -> Path:
    """Return the folder that holds ``chips.toml`` and ``laws/``.

    A wheel carries it inside the package as ``allocator/_models``; a checkout has it beside the package.

    Raises
    ------
    FileNotFoundError
        Neither folder exists: the installation is broken.
    """
    return _shipped("models")


@cache
def examples_dir() -> Path:
    """Return the folder of the example plans: ``allocator/_examples`` in a wheel, ``examples`` in a checkout.

    Raises
    ------
    FileNotFoundError
        Neither folder exists: the installation is broken.
    """
    return _shipped("examples")


def _shipped(name: str) -> Path:
    package = Path(__file__).resolve().parent
    for folder in (package / f"_{name}", package.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the installation lacks its {name} folder (looked beside and inside {package}); reinstall")
