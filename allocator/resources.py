"""Where the cards and tables of ``models/`` are, in a checkout, an editable install and a wheel alike."""

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
    package = Path(__file__).resolve().parent
    for folder in (package / "_models", package.parent / "models"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"the installation lacks its models folder (looked beside and inside {package}); reinstall")
