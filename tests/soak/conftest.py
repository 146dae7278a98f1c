"""A chain that knows the stranger's program, too; the rest is that of the ring of integration."""

import logging
from collections.abc import Iterator

import pytest

from hack.localnet.localnet import Localnet
from hack.program import program_so
from tests.integration.conftest import kubeconfig, namespace, worker
from tests.support.chain.ecosystem import PROGRAM_ID
from tests.support.chain.flood import ECHO, ECHO_SO

logging.getLogger("httpx").setLevel(logging.WARNING)

__all__ = ["chain", "kubeconfig", "namespace", "worker"]


@pytest.fixture(scope="session")
def chain() -> Iterator[Localnet]:
    programs = {PROGRAM_ID: program_so(), ECHO: ECHO_SO}
    with Localnet("soak", programs=programs, slot_ms=200) as localnet:
        yield localnet
