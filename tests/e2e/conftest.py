"""The cluster of this ring: that of the demo, brought up once for all modules."""

from collections.abc import Iterator

import pytest

from hack.demo.environment import Environment
from hack.demo.scenario import Scenario


@pytest.fixture(scope="session")
def environment() -> Iterator[Environment]:
    environment = Environment.of("e2e")
    environment.down()
    try:
        yield Environment.up("e2e")
    finally:
        environment.down()


@pytest.fixture(scope="session")
def scenario(environment: Environment) -> Scenario:
    """The demo, up to the end of its first round."""
    scenario = Scenario(environment)
    scenario.launch()
    scenario.declare()
    return scenario
