"""The cluster of this ring: that of the demo, brought up once for all modules."""

from collections.abc import Iterator

import pytest

from hack.demo.play import Play
from hack.demo.stage import Stage


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    stage = Stage.of("e2e")
    stage.down()
    try:
        yield Stage.up("e2e")
    finally:
        stage.down()


@pytest.fixture(scope="session")
def play(stage: Stage) -> Play:
    """The demo, up to the end of its first round."""
    play = Play(stage)
    play.launch()
    play.declare()
    return play
