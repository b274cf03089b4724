"""Every card as a fixture, so that what holds for laws is asked of all of them."""

import pytest
from ready_laws import LABELS, ready_law

from allocator.quality import Law


@pytest.fixture(params=LABELS)
def law(request: pytest.FixtureRequest) -> Law:
    return ready_law(request.param)
