import asyncio

import pytest


class Clock:
    """Fake time: sleeping takes none."""

    def __init__(self) -> None:
        self.slept = 0.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    time = Clock()
    really_sleep = asyncio.sleep

    async def sleep(seconds: float, *_: object) -> None:
        time.slept += seconds
        await really_sleep(0)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return time
