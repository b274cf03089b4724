"""What `import allocator` offers, whatever was imported before it."""

from __future__ import annotations

import subprocess
import sys

import pytest

import allocator


def test_every_public_name_can_be_imported() -> None:
    assert all(getattr(allocator, name) is not None for name in allocator.__all__)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'slove'"):
        allocator.slove  # noqa: B018  (looking it up is the test)


@pytest.mark.parametrize(
    "imports",
    [
        "from allocator import load_plan, solve",
        "import allocator.session; from allocator import load_plan, solve",
        "from allocator.solve.options import Options; from allocator import load_plan, solve",
        "import allocator.solve.engine as engine; from allocator import load_plan, solve",
    ],
)
def test_solve_is_the_function_although_a_room_has_its_name(imports: str) -> None:
    plan = {
        "plan": {"start": "2026-09", "months": 3, "cash": 1e6},
        "compute": {"cloud": {"kind": "rent", "chip": "H100", "price": 2.5}},
        "data": {"text": {"unit": "token", "price": 1e-6, "now": 1e12}},
        "models": {"chat": {"law": "chinchilla-replication", "deadline": 3, "training_months": 1}},
    }
    script = f"{imports}; print(solve(load_plan({plan!r}), horizon_audit=False).status)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout == "optimal\n", done.stderr
