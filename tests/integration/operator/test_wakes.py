"""A change on chain is in the status within seconds, though the operator polls once a minute only."""

import time
from collections.abc import Iterator

import pytest

from dat_operator.chain.pump.layouts import decode_curve
from hack.localnet.localnet import Localnet
from tests.support.chain.ecosystem import PROGRAM_ID, SOL
from tests.support.chain.tcp_proxy import TcpProxy
from tests.support.cluster.api_server import Body, Namespace
from tests.support.team import Stage
from tests.support.waiting import until

POLL_SECONDS = 60
WITHIN_SECONDS = 5.0
SUBSCRIBED = "subscribed to changes on chain"
POLLED = "no endpoint takes subscriptions, the chain is only polled"


@pytest.fixture(scope="module")
def socket(chain: Localnet) -> Iterator[TcpProxy]:
    """The way of the subscriptions, beside that of all other calls."""
    with TcpProxy(chain.ws_url) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def stage(
    namespace: Namespace, chain: Localnet, socket: TcpProxy, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    stage = Stage(namespace, chain, PROGRAM_ID, "wakes", tmp_path_factory.mktemp("operator"))
    root, apple = stage.launch("root", spl=True), stage.launch("apple")
    stage.operator.poll_seconds = str(POLL_SECONDS)
    with stage.operator:
        websocket = f"ws://127.0.0.1:{socket.port}"
        stage.apply_ecosystem(rpc={"endpoints": [{"url": chain.rpc_url, "websocketUrl": websocket}]})
        stage.apply_token("root", root.mint, "Root")
        stage.apply_token("apple", apple.mint)
        stage.set_up()
        yield stage


def shown(stage: Stage, name: str) -> int | None:
    """The fees in a token's curve by its status, lamports; None if it has none yet."""
    fees = stage.token(name).get("status", {}).get("pendingFees", {})
    return fees.get("curveLamports")


def on_chain(stage: Stage, name: str) -> int:
    """The same by the chain."""
    data = stage.chain.account_data(str(stage.coins[name].curve))
    assert data is not None
    return decode_curve(data).creator_fee


def seconds_until_seen(stage: Stage, name: str = "apple") -> float:
    """From a trade until its fee is in the status."""
    before, began = on_chain(stage, name), time.monotonic()
    stage.trade(name, SOL)
    fees = on_chain(stage, name)
    assert fees > before
    until(
        lambda: shown(stage, name) == fees, f"{fees} lamports in the status", seconds=90, look_at=stage.look
    )
    return time.monotonic() - began


def said(stage: Stage, words: str) -> int:
    """How often the operator has said so since the beginning of the test."""
    return stage.operator.log_file.read_text().count(words)


def notifications(stage: Stage) -> float:
    lines = (stage.operator.answers("/metrics") or "").splitlines()
    (line,) = [line for line in lines if line.startswith("dat_chain_notifications_total")]
    return float(line.split()[1])


def test_trades_are_seen_within_seconds(stage: Stage) -> None:
    before = notifications(stage)
    assert max(seconds_until_seen(stage) for _ in range(3)) < WITHIN_SECONDS
    assert notifications(stage) > before


def test_a_cycle_is_seen_within_seconds(stage: Stage) -> None:
    stage.trade("apple", 3 * SOL)
    stage.run_cycle("by-hand")
    until(
        lambda: stage.token("apple")["status"]["totals"]["cycles"] == 1,
        "the cycle in the status",
        seconds=WITHIN_SECONDS,
        look_at=stage.look,
    )
    until(lambda: stage.record("by-hand"), "its amounts", seconds=WITHIN_SECONDS, look_at=stage.look)


def test_what_the_api_server_refuses_is_seen_within_seconds(stage: Stage) -> None:
    """A pass is refused what it writes, and the next one says so."""
    schedule = {"spec": {"cycle": {"schedule": "every day"}}}
    began = time.monotonic()
    stage.namespace.merge("DATEcosystem", "wakes", schedule)
    assert stage.until_condition("DATEcosystem", "wakes", "Ready", "False")["reason"] == "ObjectRejected"
    schedule["spec"]["cycle"]["schedule"] = "0 0 30 2 *"
    stage.namespace.merge("DATEcosystem", "wakes", schedule)
    stage.until_condition("DATEcosystem", "wakes", "Ready", "True")
    assert time.monotonic() - began < 2 * WITHIN_SECONDS


def test_a_token_that_comes_later_is_followed_too(stage: Stage) -> None:
    pear = stage.launch("pear")
    stage.apply_token("pear", pear.mint)
    until(lambda: shown(stage, "pear") is not None, "the new token in the status", look_at=stage.look)
    assert seconds_until_seen(stage, "pear") < WITHIN_SECONDS


def test_a_connection_that_is_cut_is_made_again(stage: Stage, socket: TcpProxy) -> None:
    connections = socket.accepted
    socket.cut()
    until(lambda: socket.accepted > connections, "a new connection", look_at=stage.look)
    # By the subscription itself what happened meanwhile is seen, so there is no need to wait for it.
    assert seconds_until_seen(stage) < WITHIN_SECONDS


def test_without_subscriptions_it_goes_on_by_polling(stage: Stage, socket: TcpProxy) -> None:
    """A fresh start: nothing of the subscriptions before is left."""
    socket.refusing = True
    socket.cut()
    stage.operator.kill()
    stage.operator.poll_seconds = "2"
    subscribed, polled = said(stage, SUBSCRIBED), said(stage, POLLED)
    stage.operator.start()
    try:
        until(lambda: said(stage, POLLED) > polled, "the line that says so", look_at=stage.look)
        assert notifications(stage) == 0
        assert seconds_until_seen(stage) < WITHIN_SECONDS
        assert notifications(stage) == 0
        stage.until_condition("DATEcosystem", "wakes", "RPCHealthy", "True")
    finally:
        socket.refusing = False
    until(lambda: said(stage, SUBSCRIBED) > subscribed, "subscriptions again", look_at=stage.look)


def numbers(stage: Stage) -> Body:
    status = stage.token("apple")["status"]
    return {key: status[key] for key in ("pendingFees", "totals", "carriedLamports", "supply")}


def test_a_chain_that_hangs_is_noticed_by_its_silence_and_numbers_stay(stage: Stage) -> None:
    stage.operator.kill()
    stage.operator.poll_seconds = str(POLL_SECONDS)
    subscribed = said(stage, SUBSCRIBED)
    stage.operator.start()
    until(lambda: said(stage, SUBSCRIBED) > subscribed, "subscriptions", look_at=stage.look)
    before = numbers(stage)
    assert before["pendingFees"]["totalLamports"] > 0
    began = time.monotonic()
    stage.chain.freeze()
    try:
        unhealthy = stage.until_condition("DATEcosystem", "wakes", "RPCHealthy", "False")
        assert "; the numbers are older than " in unhealthy["message"]
        assert time.monotonic() - began < POLL_SECONDS, "the poll has not come yet"
        assert numbers(stage) == before
    finally:
        stage.chain.thaw()
    stage.until_condition("DATEcosystem", "wakes", "RPCHealthy", "True")
