import pytest

from tests.support.fakes.clock import Clock


@pytest.fixture(autouse=True)
def _no_time_passes(clock: Clock) -> Clock:
    return clock
