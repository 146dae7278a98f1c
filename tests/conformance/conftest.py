from collections.abc import Iterator

import pytest

from tests.conformance.official import Sdk


@pytest.fixture(scope="session")
def sdk() -> Iterator[Sdk]:
    with Sdk() as running:
        yield running
