"""An ecosystem with a root and a secondary, set up; most modules here make their own instead."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hack.localnet.localnet import Localnet
from tests.support.chain.ecosystem import PROGRAM_ID
from tests.support.cluster.api_server import Namespace
from tests.support.team import Stage


@pytest.fixture(scope="module")
def stage(
    request: pytest.FixtureRequest,
    namespace: Namespace,
    chain: Localnet,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stage]:
    """The module names its ecosystem: all modules share the chain."""
    folder: Path = tmp_path_factory.mktemp("operator")
    stage = Stage(namespace, chain, PROGRAM_ID, request.module.ECOSYSTEM, folder)
    root, apple = stage.launch("root", spl=True), stage.launch("apple")
    with stage.operator:
        stage.apply_ecosystem()
        stage.apply_token("root", root.mint, "Root")
        stage.apply_token("apple", apple.mint)
        stage.set_up()
        yield stage
