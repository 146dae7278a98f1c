from collections.abc import Iterator

import pytest

from tests.support.conformance.official_sdks import Sdk


@pytest.fixture(scope="session")
def sdk() -> Iterator[Sdk]:
    with Sdk() as running:
        yield running
