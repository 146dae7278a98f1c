"""One websocket with subscriptions to accounts."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import NoReturn

import aiohttp
import structlog
import yarl

from dat_operator.chain.rpc.allowed_addresses import PublicResolver, check_host
from dat_operator.chain.rpc.endpoints import RpcEndpoint
from dat_operator.chain.rpc.urls import redacted
from dat_operator.domain.errors import RpcUnavailable
from dat_operator.domain.job_config import Commitment

REPLY_TIMEOUT_SECONDS = 10.0
"""For the handshake, and for the answer to one subscription."""
HEARTBEAT_SECONDS = 10.0
"""Silence until a ping; without an answer within half of this time the connection ends."""
REDIRECTS = (301, 302, 303, 307, 308)
MAX_MESSAGE_BYTES = 2**18
"""The longest message: an account of the ecosystem has some hundred bytes."""
CLOSE_SECONDS = 1.0
"""Time to wait for the close frame of the other side."""

log = structlog.get_logger()


async def listen(
    endpoint: RpcEndpoint,
    accounts: Sequence[str],
    commitment: Commitment,
    *,
    on_subscribed: Callable[[], None],
    on_notification: Callable[[], None],
) -> NoReturn:
    """Subscribe to accounts (base58), then call ``on_notification`` for every notification.

    Accounts that the endpoint refuses are left out: providers limit subscriptions. Raises RpcUnavailable if
    the connection fails or is lost, or if the endpoint refuses all accounts.
    """
    name = redacted(endpoint.websocket_url)
    host = yarl.URL(endpoint.websocket_url).raw_host or ""
    if endpoint.public_only:
        await check_host(host, name)  # An address instead of a name is not resolved.
    resolver = PublicResolver(host, name) if endpoint.public_only else None
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(resolver=resolver),
        trust_env=True,
        timeout=aiohttp.ClientTimeout(total=REPLY_TIMEOUT_SECONDS),
        middlewares=[_refuse_redirects],
    )
    try:
        async with (
            session as http,
            http.ws_connect(
                # As http(s), so that HTTPS_PROXY applies as it does to calls.
                endpoint.websocket_url.replace("ws", "http", 1),
                heartbeat=HEARTBEAT_SECONDS,
                max_msg_size=MAX_MESSAGE_BYTES,
                timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_SECONDS),
            ) as socket,
        ):
            refused = await _subscribe(
                socket, endpoint, accounts, commitment=commitment, on_notification=on_notification
            )
            if len(refused) == len(accounts):
                raise RpcUnavailable(f"{name}: refuses accountSubscribe ({refused[0]})")
            if refused:
                log.info(
                    "subscriptions refused, those accounts are polled", endpoint=name, refused=len(refused)
                )
            on_subscribed()
            while True:
                await _answer(socket, on_notification)
    except aiohttp.WSServerHandshakeError as error:
        raise RpcUnavailable(f"{name}: HTTP {error.status}") from None
    except aiohttp.WSMessageTypeError:
        raise RpcUnavailable(f"{name}: the connection ended") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        # Without the cause: it may show the URL. The message goes to the log, not to a status.
        raise RpcUnavailable(f"{name}: {type(error).__name__}") from None


async def _refuse_redirects(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Refuse redirects: only the URL of the endpoint was checked, and it may hold a key."""
    response = await handler(request)
    if response.status in REDIRECTS:
        response.close()
        raise aiohttp.WSServerHandshakeError(response.request_info, (), status=response.status)
    return response


async def _subscribe(
    socket: aiohttp.ClientWebSocketResponse,
    endpoint: RpcEndpoint,
    accounts: Sequence[str],
    commitment: Commitment,
    on_notification: Callable[[], None],
) -> list[int]:
    """Subscribe to one account after the other, at the rate limit; the error codes of refused accounts."""
    refused = []
    for number, account in enumerate(accounts):
        await asyncio.sleep(endpoint.bucket.take(time.monotonic()))
        params = [account, {"encoding": "base64", "commitment": commitment}]
        await socket.send_json(
            {"jsonrpc": "2.0", "id": number, "method": "accountSubscribe", "params": params}
        )
        async with asyncio.timeout(REPLY_TIMEOUT_SECONDS):
            error = await _answer(socket, on_notification)
        if error is not None:
            refused.append(error)
    return refused


async def _answer(socket: aiohttp.ClientWebSocketResponse, on_notification: Callable[[], None]) -> int | None:
    """Wait for the next answer; its error code, or None. Notifications before it are passed on."""
    while True:
        match await socket.receive_json():
            case {"method": "accountNotification"}:
                on_notification()
            case {"error": {"code": int(code)}}:
                return code
            case {"result": _}:
                return None
