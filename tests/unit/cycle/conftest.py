import pytest

from tests.unit.chain.conftest import Clock, clock

__all__ = ["clock"]


@pytest.fixture(autouse=True)
def _no_time_passes(clock: Clock) -> Clock:
    return clock
