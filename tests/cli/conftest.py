"""A small plan and a way to run commands as the shell does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from allocator.cli import main

PLAN = """\
[plan]
name = "small-lab"
start = "2026-09"
months = 12
cash = 8e6
cash_yield = 0.04

[runway]
months = 3

[costs.office]
amount = 60_000

[compute.h100]
kind = "rent"
chip = "H100"
price = 2.5
max = 512

[data.web]
unit = "token"
price = "1 USD/Mtoken"
max = 2e12

[models.small]
law = "chinchilla-replication"
deadline = 9
"""


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN)
    return path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Run a command in this process."""

    def command(*arguments: object) -> Answer:
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return command


@pytest.fixture
def shell() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Run a command in a process of its own."""

    def command(*arguments: object, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "allocator", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            env={**os.environ, **environment},
            timeout=120,
        )

    return command
