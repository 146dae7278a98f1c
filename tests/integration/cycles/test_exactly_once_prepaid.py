"""The same kills for a run so large that a prepayment transaction brings some of its fees.

| killed | of it on chain | the same run again |
|---|---|---|
| the prepayment sent, no answer | the fees lie with the authorities | finds them there, runs all cycles |
| before the cycles leave | the same | the same |
| some of the cycles sent | land while it runs again | reports those very transactions, runs the rest |
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hack.localnet.localnet import Localnet
from tests.integration.conftest import OnChain, again, set_up_once
from tests.integration.cycles.test_exactly_once import TRADE, Point, RunUnderTest, killed_and_again
from tests.support.chain.ecosystem import LocalEcosystem
from tests.support.chain.rpc_proxy import RpcProxy

SECONDARIES = 24
"""With the root one more than six transactions of four take, and six with five in each do not."""
POINTS = [
    Point("the prepayment sent, no answer", "sendTransaction", after=True, landed=0, number=1),
    Point("before the cycles leave", "sendTransaction", after=False, landed=0, number=2),
    Point("some of the cycles sent", "sendTransaction", after=True, landed=0, number=4),
]


@pytest.fixture(scope="module")
def throng_on_chain(chain: Localnet) -> OnChain:
    return set_up_once(chain, "throng", secondaries=SECONDARIES)


@pytest.fixture
async def throng(chain: Localnet, throng_on_chain: OnChain) -> AsyncIterator[LocalEcosystem]:
    async with again(chain, "throng", throng_on_chain) as local:
        yield local


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.name)
async def test_the_same_run_again(
    throng: LocalEcosystem, proxy: RpcProxy, tmp_path: Path, point: Point
) -> None:
    for name in throng.coins:
        throng.trade(name, TRADE)
    await killed_and_again(RunUnderTest(throng, proxy, tmp_path), point)
