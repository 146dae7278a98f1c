"""A change on chain is in the status within seconds, though the operator polls once a minute only."""

import time
from collections.abc import Iterator

import pytest

from dat_operator.chain.pump.layouts import decode_curve
from hack.localnet.localnet import Localnet
from tests.support.chain.ecosystem import PROGRAM_ID, SOL
from tests.support.chain.tcp_proxy import TcpProxy
from tests.support.cluster.api_server import Body, Namespace
from tests.support.tenant import Tenant
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
def tenant(
    namespace: Namespace, chain: Localnet, socket: TcpProxy, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tenant]:
    tenant = Tenant(namespace, chain, PROGRAM_ID, "wakes", tmp_path_factory.mktemp("operator"))
    root, apple = tenant.launch("root", spl=True), tenant.launch("apple")
    tenant.operator.poll_seconds = str(POLL_SECONDS)
    with tenant.operator:
        websocket = f"ws://127.0.0.1:{socket.port}"
        tenant.apply_ecosystem(rpc={"endpoints": [{"url": chain.rpc_url, "websocketUrl": websocket}]})
        tenant.apply_token("root", root.mint, "Root")
        tenant.apply_token("apple", apple.mint)
        tenant.set_up()
        yield tenant


def shown(tenant: Tenant, name: str) -> int | None:
    """The fees in a token's curve by its status, lamports; None if it has none yet."""
    fees = tenant.token(name).get("status", {}).get("pendingFees", {})
    return fees.get("curveLamports")


def on_chain(tenant: Tenant, name: str) -> int:
    """The same by the chain."""
    data = tenant.chain.account_data(str(tenant.coins[name].curve))
    assert data is not None
    return decode_curve(data).creator_fee


def seconds_until_seen(tenant: Tenant, name: str = "apple") -> float:
    """From a trade until its fee is in the status."""
    before, began = on_chain(tenant, name), time.monotonic()
    tenant.trade(name, SOL)
    fees = on_chain(tenant, name)
    assert fees > before
    until(
        lambda: shown(tenant, name) == fees, f"{fees} lamports in the status", seconds=90, look_at=tenant.look
    )
    return time.monotonic() - began


def said(tenant: Tenant, words: str) -> int:
    """How often the operator has said so since the beginning of the test."""
    return tenant.operator.log_file.read_text().count(words)


def notifications(tenant: Tenant) -> float:
    lines = (tenant.operator.answers("/metrics") or "").splitlines()
    (line,) = [line for line in lines if line.startswith("dat_chain_notifications_total")]
    return float(line.split()[1])


def test_trades_are_seen_within_seconds(tenant: Tenant) -> None:
    before = notifications(tenant)
    assert max(seconds_until_seen(tenant) for _ in range(3)) < WITHIN_SECONDS
    assert notifications(tenant) > before


def test_a_cycle_is_seen_within_seconds(tenant: Tenant) -> None:
    tenant.trade("apple", 3 * SOL)
    tenant.run_cycle("by-hand")
    until(
        lambda: tenant.token("apple")["status"]["totals"]["cycles"] == 1,
        "the cycle in the status",
        seconds=WITHIN_SECONDS,
        look_at=tenant.look,
    )
    until(lambda: tenant.record("by-hand"), "its amounts", seconds=WITHIN_SECONDS, look_at=tenant.look)


def test_what_the_api_server_refuses_is_seen_within_seconds(tenant: Tenant) -> None:
    """A pass is refused what it writes, and the next one says so."""
    schedule = {"spec": {"cycle": {"schedule": "every day"}}}
    began = time.monotonic()
    tenant.namespace.merge("DATEcosystem", "wakes", schedule)
    assert tenant.until_condition("DATEcosystem", "wakes", "Ready", "False")["reason"] == "ObjectRejected"
    schedule["spec"]["cycle"]["schedule"] = "0 0 30 2 *"
    tenant.namespace.merge("DATEcosystem", "wakes", schedule)
    tenant.until_condition("DATEcosystem", "wakes", "Ready", "True")
    assert time.monotonic() - began < 2 * WITHIN_SECONDS


def test_a_token_that_comes_later_is_followed_too(tenant: Tenant) -> None:
    pear = tenant.launch("pear")
    tenant.apply_token("pear", pear.mint)
    until(lambda: shown(tenant, "pear") is not None, "the new token in the status", look_at=tenant.look)
    assert seconds_until_seen(tenant, "pear") < WITHIN_SECONDS


def test_a_connection_that_is_cut_is_made_again(tenant: Tenant, socket: TcpProxy) -> None:
    connections = socket.accepted
    socket.cut()
    until(lambda: socket.accepted > connections, "a new connection", look_at=tenant.look)
    # By the subscription itself what happened meanwhile is seen, so there is no need to wait for it.
    assert seconds_until_seen(tenant) < WITHIN_SECONDS


def test_without_subscriptions_it_goes_on_by_polling(tenant: Tenant, socket: TcpProxy) -> None:
    """A fresh start: nothing of the subscriptions before is left."""
    socket.refusing = True
    socket.cut()
    tenant.operator.kill()
    tenant.operator.poll_seconds = "2"
    subscribed, polled = said(tenant, SUBSCRIBED), said(tenant, POLLED)
    tenant.operator.start()
    try:
        until(lambda: said(tenant, POLLED) > polled, "the line that says so", look_at=tenant.look)
        assert notifications(tenant) == 0
        assert seconds_until_seen(tenant) < WITHIN_SECONDS
        assert notifications(tenant) == 0
        tenant.until_condition("DATEcosystem", "wakes", "RPCHealthy", "True")
    finally:
        socket.refusing = False
    until(lambda: said(tenant, SUBSCRIBED) > subscribed, "subscriptions again", look_at=tenant.look)


def numbers(tenant: Tenant) -> Body:
    status = tenant.token("apple")["status"]
    return {key: status[key] for key in ("pendingFees", "totals", "carriedLamports", "supply")}


def test_a_chain_that_hangs_is_noticed_by_its_silence_and_numbers_stay(tenant: Tenant) -> None:
    tenant.operator.kill()
    tenant.operator.poll_seconds = str(POLL_SECONDS)
    subscribed = said(tenant, SUBSCRIBED)
    tenant.operator.start()
    until(lambda: said(tenant, SUBSCRIBED) > subscribed, "subscriptions", look_at=tenant.look)
    before = numbers(tenant)
    assert before["pendingFees"]["totalLamports"] > 0
    began = time.monotonic()
    tenant.chain.freeze()
    try:
        unhealthy = tenant.until_condition("DATEcosystem", "wakes", "RPCHealthy", "False")
        assert "; the numbers are older than " in unhealthy["message"]
        assert time.monotonic() - began < POLL_SECONDS, "the poll has not come yet"
        assert numbers(tenant) == before
    finally:
        tenant.chain.thaw()
    tenant.until_condition("DATEcosystem", "wakes", "RPCHealthy", "True")
