"""Golden programs: ``pytest tests/formulate --golden-update`` writes them anew."""

from pathlib import Path

import pytest

GOLDEN = Path(__file__).parents[2] / "models" / "program" / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden-update", action="store_true", help="write the golden programs anew")


@pytest.fixture
def golden_update(request: pytest.FixtureRequest) -> bool:
    """Whether golden programs are written rather than compared."""
    return bool(request.config.getoption("--golden-update", default=False))


@pytest.fixture
def golden_folder() -> Path:
    """Where the golden programs lie."""
    return GOLDEN
