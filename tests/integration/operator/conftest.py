"""An ecosystem with a root and a secondary, set up; most modules here make their own instead."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hack.localnet.localnet import Localnet
from tests.support.chain.ecosystem import PROGRAM_ID
from tests.support.cluster.api_server import Namespace
from tests.support.tenant import Tenant


@pytest.fixture(scope="module")
def tenant(
    request: pytest.FixtureRequest,
    namespace: Namespace,
    chain: Localnet,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Tenant]:
    """The module names its ecosystem: all modules share the chain."""
    folder: Path = tmp_path_factory.mktemp("operator")
    tenant = Tenant(namespace, chain, PROGRAM_ID, request.module.ECOSYSTEM, folder)
    root, apple = tenant.launch("root", spl=True), tenant.launch("apple")
    with tenant.operator:
        tenant.apply_ecosystem()
        tenant.apply_token("root", root.mint, "Root")
        tenant.apply_token("apple", apple.mint)
        tenant.set_up()
        yield tenant
