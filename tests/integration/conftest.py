"""A chain of its own for each module, with the true pump.fun programs and ours."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.history import cycles_of
from dat_operator.chain.reader import read_chain
from dat_operator.chain.rpc import RpcClient
from dat_operator.cycle.run import CycleRun
from dat_operator.cycle.session import Session, subject_of
from dat_operator.cycle.setup import set_up
from dat_operator.domain.chain_state import ChainState, Role
from dat_operator.domain.config import EcosystemConfig, LimitsConfig, PriorityFeeConfig, TokenConfig
from dat_operator.domain.cycle_event import Landed
from dat_operator.domain.report import Outcome, Report
from hack.cluster.cluster import Cluster
from hack.common.paths import REPO
from hack.demo.market import Market
from hack.localnet.localnet import Localnet
from hack.localnet.transactions import keypair
from hack.program import idl, program_so
from hack.pump.coin import Coin
from tests.integration.kube_api import Namespace
from tests.integration.kubectl import kubectl

SOL = 10**9
PROGRAM_ID = str(idl()["address"])


@pytest.fixture(scope="session")
def chain() -> Iterator[Localnet]:
    with Localnet("integration", programs={PROGRAM_ID: program_so()}) as localnet:
        yield localnet


@pytest.fixture(scope="session")
def chain_url(chain: Localnet) -> str:
    return chain.rpc_url


@pytest.fixture(scope="session")
def kubeconfig() -> Iterator[Path]:
    """An API server with its controllers: ``DAT_KUBECONFIG``, else one of our own; never the current context."""
    if given := os.environ.get("DAT_KUBECONFIG"):
        cluster = None
        path = Path(given)
    else:
        cluster = Cluster("it", node=False)
        path = cluster.up()
    try:
        for crds in (["apply", "-f", str(REPO / "crds")], ["wait", "--for=condition=Established", "crd", "--all"]):
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


@dataclass
class World:
    """An ecosystem on the chain, and everybody around it."""

    chain: Localnet
    rpc: RpcClient
    market: Market
    admin: Keypair
    operator: Keypair
    trader: Keypair
    config: EcosystemConfig
    coins: dict[str, Coin]

    def admin_session(self) -> Session:
        return Session(self.config, self.rpc, self.admin)

    def operator_session(self) -> Session:
        return Session(self.config, self.rpc, self.operator)

    def launch(self, name: str, role: Role, *, spl: bool, root_share_bps: int | None = None) -> Coin:
        """Launch a coin whose creator is its authority, and put it into the configuration."""
        mint = Keypair()
        program = Pubkey.from_string(self.config.program_id)
        state = at.state_address(program, self.admin.pubkey(), self.config.name)
        authority = at.authority_address(program, state, mint.pubkey())
        self.coins[name] = self.market.launch(mint, authority, name.upper()[:10], spl=spl)
        token = TokenConfig(name=name, mint=str(mint.pubkey()), role=role, root_share_bps=root_share_bps)
        self.config = self.config.model_copy(update={"tokens": [*self.config.tokens, token]})
        return self.coins[name]

    def trade(self, name: str, lamports: int) -> None:
        self.market.buy(self.trader, self.coins[name], lamports)

    async def set_up(self) -> Report:
        return await set_up(self.admin_session(), bytes(16))

    async def cycle(self, run_id: bytes) -> Report:
        return await CycleRun(self.operator_session(), run_id).run()

    async def read(self) -> ChainState:
        return await read_chain(self.rpc, subject_of(self.config))

    async def cycles(self, name: str) -> list[Landed]:
        mint = str(self.coins[name].mint)
        stats = (await self.read()).tokens[mint].addresses.stats
        return [landed async for landed in cycles_of(self.rpc, self.config.program_id, stats, mint)]


@pytest.fixture
async def make_world(chain: Localnet) -> AsyncIterator[Callable[..., World]]:
    """Makes ecosystems; each has its own name on the shared chain."""
    clients: list[RpcClient] = []

    def make(name: str, **limits: int) -> World:
        world = new_world(chain, name, **limits)
        clients.append(world.rpc)
        return world

    yield make
    await asyncio.gather(*(client.close() for client in clients))


@pytest.fixture(scope="session")
def pair_on_chain(chain: Localnet) -> tuple[EcosystemConfig, dict[str, Coin]]:
    """A root and a secondary that are set up once, for all tests that only run cycles."""

    async def make() -> World:
        world = new_world(chain, "pair")
        async with world.rpc:
            world.launch("root", Role.ROOT, spl=True)
            world.launch("second", Role.SECONDARY, spl=False)
            report = await world.set_up()
        assert report.outcome is Outcome.COMPLETED, report
        return world

    world = asyncio.run(make())
    return world.config, world.coins


@pytest.fixture
async def pair(
    chain: Localnet, pair_on_chain: tuple[EcosystemConfig, dict[str, Coin]]
) -> AsyncIterator[World]:
    world = new_world(chain, "pair")
    world.config, world.coins = pair_on_chain
    async with world.rpc:
        yield world


def new_world(chain: Localnet, name: str, **limits: int) -> World:
    """An ecosystem that is not on chain yet, without tokens."""
    admin, operator = keypair(chain.wallet("admin")), keypair(chain.wallet("operator"))
    rpc = RpcClient([chain.rpc_url])
    defaults = {
        "root_share_bps": 4480,
        "min_fees_root_lamports": 2_000_000,
        "min_fees_secondary_lamports": 5_690_000,
        "max_fees_per_cycle_lamports": SOL,
        "min_interval_seconds": 0,
        "max_price_impact_bps": 100,
    }
    config = EcosystemConfig(
        name=name,
        network="localnet",
        program_id=PROGRAM_ID,
        rpc_urls=[chain.rpc_url],
        admin=str(admin.pubkey()),
        operator=str(operator.pubkey()),
        limits=LimitsConfig(**{**defaults, **limits}),
        slippage_bps=500,
        priority_fee=PriorityFeeConfig(percentile=75, max_lamports=1_000_000),
        tokens=[],
    )
    market = Market(chain.rpc, admin)
    trader = keypair(chain.wallet("trader-1"))
    return World(chain, rpc, market, admin, operator, trader, config, {})
