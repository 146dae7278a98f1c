"""An ecosystem of three secondaries and a root, all with fees, and its planned cycles."""

from collections.abc import Sequence
from typing import Any

from solders.pubkey import Pubkey

from dat_operator.chain.rpc.client import RpcClient
from dat_operator.cycle.assemble import TokenCycle
from dat_operator.cycle.batches import Batches, Decisions
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.dat_accounts import Role
from tests.support.chain_state import OPERATOR, chain
from tests.support.fakes.assembled import (
    assembler,
    config,
    mints,
    with_fees,
)
from tests.support.fakes.job_chain import ecosystem
from tests.support.fakes.rpc import URL

MINTS = mints(4)


ROOT = MINTS[-1]


def fruit(**changes: Any) -> ChainState:
    """Three secondaries and a root, all with fees."""
    return chain(*map(with_fees, MINTS[:-1]), with_fees(ROOT, Role.ROOT), **changes)


CONFIGS = [*map(config, MINTS[:-1]), config(ROOT, Role.ROOT)]


def batches(rpc: RpcClient) -> Batches:
    return Batches(rpc, OPERATOR, assembler(), ecosystem())


def decided(state: ChainState, configs: Sequence[Any] = CONFIGS) -> Decisions:
    return batches(RpcClient([URL])).decide(state, configs)


def named(cycles: Sequence[TokenCycle]) -> list[Pubkey]:
    return [Pubkey.from_string(cycle.token.mint) for cycle in cycles]
