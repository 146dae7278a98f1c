"""An ecosystem on a local chain, worked upon in this process."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.incremental import read_chain
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.chain.session import Session, keys_of
from dat_operator.cycle.run import CycleRun
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.cycle_event import Landed
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.job_config import EcosystemConfig, EndpointConfig, LimitsConfig, TokenConfig
from dat_operator.domain.policy import PaceConfig, PriorityFeeConfig
from dat_operator.domain.report import Report
from dat_operator.setup.ecosystem import set_up
from hack.demo.ledger import all_cycles
from hack.demo.market import Market
from hack.localnet.localnet import Localnet
from hack.localnet.transactions import keypair
from hack.program import idl
from hack.pump.coin import Coin
from tests.support.wallets import bound

SOL = 10**9
PROGRAM_ID = str(idl()["address"])


@dataclass
class LocalEcosystem:
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
        return Session(self.config, self.rpc, bound(self.config, self.admin, "admin"))

    def operator_session(self) -> Session:
        return Session(self.config, self.rpc, bound(self.config, self.operator, "operator"))

    def launch(
        self,
        name: str,
        role: Role,
        *,
        spl: bool,
        root_share_bps: int | None = None,
        creator: Pubkey | None = None,
    ) -> Coin:
        """Launch a coin whose creator is its authority, or another one; put it into the configuration."""
        mint = Keypair()
        program = Pubkey.from_string(self.config.program_id)
        state = at.state_address(program, self.admin.pubkey(), self.config.name)
        authority = at.authority_address(program, state, mint.pubkey())
        self.coins[name] = self.market.launch(mint, creator or authority, name.upper()[:10], spl=spl)
        token = TokenConfig(name=name, mint=str(mint.pubkey()), role=role, root_share_bps=root_share_bps)
        self.config = self.config.model_copy(update={"tokens": [*self.config.tokens, token]})
        return self.coins[name]

    def trade(self, name: str, lamports: int) -> None:
        self.market.buy(self.trader, self.coins[name], lamports)

    async def set_up(self) -> Report:
        return await set_up(self.admin_session(), bytes(16))

    async def rest(self) -> None:
        """Wait until the chain's clock lets every token cycle again."""
        async with asyncio.timeout(30):
            while not _rested(await self.read()):
                await asyncio.sleep(0.2)

    async def cycle(self, run_id: bytes) -> Report:
        await self.rest()
        return await CycleRun(self.operator_session(), run_id).run()

    async def read(self) -> ChainState:
        return await read_chain(self.rpc, keys_of(self.config))

    async def cycles(self, name: str) -> list[Landed]:
        """All cycles of a token, newest first."""
        found = await all_cycles(self.rpc, str(self.admin_session().ecosystem.state))
        return [one for one in reversed(found) if one.event.mint == str(self.coins[name].mint)]


def _rested(chain: ChainState) -> bool:
    last = [token.stats.last_cycle_at for token in chain.tokens.values() if token.stats]
    interval = chain.state.parameters.min_interval_seconds if chain.state else 0
    return chain.time >= max(last, default=0) + interval


def new_local_ecosystem(chain: Localnet, name: str, **limits: int) -> LocalEcosystem:
    """An ecosystem that is not on chain yet, without tokens."""
    admin, operator = keypair(chain.wallet("admin")), keypair(chain.wallet("operator"))
    rpc = RpcClient([chain.rpc_url])
    defaults = {
        "root_share_bps": 4480,
        "min_fees_root_lamports": 2_000_000,
        "min_fees_secondary_lamports": 5_690_000,
        "max_fees_per_cycle_lamports": SOL,
        "min_interval_seconds": 1,
        "max_price_impact_bps": 100,
        "max_price_rise_bps": 1000,
    }
    config = EcosystemConfig(
        name=name,
        network="localnet",
        program_id=PROGRAM_ID,
        rpc=[EndpointConfig(url=chain.rpc_url)],
        admin=str(admin.pubkey()),
        operator=str(operator.pubkey()),
        limits=LimitsConfig(**{**defaults, **limits}),
        slippage_bps=500,
        pace=PaceConfig(cooldown_seconds=0, max_cycles_per_hour=999, max_cycles_per_day=999),
        priority_fee=PriorityFeeConfig(percentile=75, max_lamports=1_000_000),
        tokens=[],
    )
    market = Market(chain.rpc, admin)
    trader = keypair(chain.wallet("trader-1"))
    return LocalEcosystem(chain, rpc, market, admin, operator, trader, config, {})


MakeEcosystem = Callable[..., LocalEcosystem]
"""The type of the fixture ``make_ecosystem``."""
