"""One websocket that tells of changed accounts, for as long as it holds."""

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
"""The longest that the handshake, or the answer to one subscription, may take."""
HEARTBEAT_SECONDS = 10.0
"""Of silence until a ping; half as long after it without a word, and the connection is given up."""
REDIRECTS = (301, 302, 303, 307, 308)
MAX_MESSAGE_BYTES = 2**18
"""Of a message: an account of ours has some hundred bytes, and what it says is not even read."""
CLOSE_SECONDS = 1.0
"""How long the other side's farewell is waited for."""

log = structlog.get_logger()


async def listen(
    endpoint: RpcEndpoint,
    accounts: Sequence[str],
    commitment: Commitment,
    *,
    on_subscribed: Callable[[], None],
    on_notification: Callable[[], None],
) -> NoReturn:
    """Subscribe to accounts (base58), then tell of every notification.

    Accounts that the endpoint refuses, as providers limit subscriptions, are left out. Raises RpcUnavailable
    when the connection is lost, cannot be made, or all is refused.
    """
    name = redacted(endpoint.websocket_url)
    host = yarl.URL(endpoint.websocket_url).raw_host or ""
    if endpoint.public_only:
        await check_host(host, name)  # An address is no name, and is not resolved.
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
                # As http(s), so that HTTPS_PROXY counts as it does for calls.
                endpoint.websocket_url.replace("ws", "http", 1),
                heartbeat=HEARTBEAT_SECONDS,
                max_msg_size=MAX_MESSAGE_BYTES,
                timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_SECONDS),
            ) as socket,
        ):
            refused = await _subscribe(socket, endpoint, accounts, commitment, on_notification)
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
        # Without its cause, which may show the URL. This is for the log: no status says it.
        raise RpcUnavailable(f"{name}: {type(error).__name__}") from None


async def _refuse_redirects(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """An endpoint's URL, which may hold a key, was checked; where the endpoint sends us was not."""
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
    """One after the other, at the endpoint's rate; the error codes of those that were refused."""
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
    """The error code of the next answer, if it is one; what comes before it is told of."""
    while True:
        match await socket.receive_json():
            case {"method": "accountNotification"}:
                on_notification()
            case {"error": {"code": int(code)}}:
                return code
            case {"result": _}:
                return None
