"""A chain for the whole ring, with the true pump.fun programs and ours; an API server for those who ask."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from dat_operator.chain.rpc.client import RpcClient
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.job_config import EcosystemConfig
from dat_operator.domain.report import Outcome
from devcluster.cluster import Cluster
from hack.common.paths import REPO
from hack.localnet.localnet import Localnet
from hack.program import program_so
from hack.pump.coin import Coin
from tests.support.chain.ecosystem import PROGRAM_ID, LocalEcosystem, MakeEcosystem, new_local_ecosystem
from tests.support.chain.rpc_proxy import RpcProxy
from tests.support.cluster.api_server import Namespace
from tests.support.cluster.kubectl import kubectl


@pytest.fixture(scope="session")
def worker() -> str:
    """Which of the processes that share the ring this is: each has a chain and an API server of its own."""
    return os.environ.get("PYTEST_XDIST_WORKER", "gw0")


@pytest.fixture(scope="session")
def chain(worker: str) -> Iterator[Localnet]:
    # What a run waits for is counted in slots.
    with Localnet(f"integration-{worker}", programs={PROGRAM_ID: program_so()}, slot_ms=200) as localnet:
        yield localnet


@pytest.fixture(scope="session")
def chain_url(chain: Localnet) -> str:
    return chain.rpc_url


@pytest.fixture(scope="module")
def proxy(chain_url: str) -> Iterator[RpcProxy]:
    with RpcProxy(chain_url) as proxy:
        yield proxy


@pytest.fixture(scope="session")
def kubeconfig(worker: str) -> Iterator[Path]:
    """An API server: that of ``DAT_KUBECONFIG``, else one of our own; never the current context."""
    if given := os.environ.get("DAT_KUBECONFIG"):
        cluster = None
        path = Path(given)
    else:
        cluster = Cluster(f"it-{worker}", node=False)
        path = cluster.up()
    try:
        for crds in (
            ["apply", "-f", str(REPO / "crds")],
            ["wait", "--for=condition=Established", "crd", "--all"],
        ):
            kubectl(path, *crds)
        yield path
    finally:
        if cluster:
            cluster.down()


@pytest.fixture(scope="module")
def namespace(kubeconfig: Path, request: pytest.FixtureRequest) -> Iterator[Namespace]:
    """A namespace for one module, with the ServiceAccount of Jobs."""
    module = request.module.__name__.rsplit(".", 1)[1].removeprefix("test_").replace("_", "-")
    found = Namespace(kubeconfig, f"{module}-{uuid.uuid4().hex[:6]}")
    found.create_namespace()
    found.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "dat-jobs"}})
    yield found
    found.close()


@pytest.fixture
async def make_ecosystem(chain: Localnet) -> AsyncIterator[MakeEcosystem]:
    """Makes ecosystems; each has its own name on the shared chain."""
    clients: list[RpcClient] = []

    def make(name: str, **limits: int) -> LocalEcosystem:
        local = new_local_ecosystem(chain, name, **limits)
        clients.append(local.rpc)
        return local

    yield make
    await asyncio.gather(*(client.close() for client in clients))


OnChain = tuple[EcosystemConfig, dict[str, Coin]]


@pytest.fixture(scope="session")
def pair_on_chain(chain: Localnet) -> OnChain:
    """A root and a secondary that are set up once, for all tests that only run cycles."""
    return set_up_once(chain, "pair", secondaries=1)


@pytest.fixture(scope="session")
def crowd_on_chain(chain: Localnet) -> OnChain:
    """The same with more tokens than one transaction takes."""
    return set_up_once(chain, "crowd", secondaries=6)


def set_up_once(chain: Localnet, name: str, *, secondaries: int) -> OnChain:
    async def make() -> LocalEcosystem:
        local = new_local_ecosystem(chain, name)
        async with local.rpc:
            local.launch("root", Role.ROOT, spl=True)
            for number in range(secondaries):
                local.launch(f"second{number or ''}", Role.SECONDARY, spl=number % 2 == 1)
            report = await local.set_up()
        assert report.outcome is Outcome.COMPLETED, report
        return local

    local = asyncio.run(make())
    return local.config, local.coins


@pytest.fixture
async def pair(chain: Localnet, pair_on_chain: OnChain) -> AsyncIterator[LocalEcosystem]:
    async with again(chain, "pair", pair_on_chain) as local:
        yield local


@pytest.fixture
async def crowd(chain: Localnet, crowd_on_chain: OnChain) -> AsyncIterator[LocalEcosystem]:
    async with again(chain, "crowd", crowd_on_chain) as local:
        yield local


@asynccontextmanager
async def again(chain: Localnet, name: str, on_chain: OnChain) -> AsyncIterator[LocalEcosystem]:
    local = new_local_ecosystem(chain, name)
    local.config, local.coins = on_chain
    async with local.rpc:
        yield local
