"""The chain as the controller sees it: one reader for each ecosystem, and no other module of this package."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dat_operator.chain.dat.codec import declared_program
from dat_operator.chain.dat.history import History
from dat_operator.chain.dat.history_walk import Walk
from dat_operator.chain.ecosystem_accounts import EcosystemKeys
from dat_operator.chain.incremental import IncrementalReader
from dat_operator.chain.pump.upgrades import Upgrades
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.chain.rpc.network import check_network
from dat_operator.chain.rpc.slots import Slots
from dat_operator.chain.rpc.subscriptions import Subscriptions, accounts_to_follow
from dat_operator.chain.rpc.url_keys import DIRECTORY as RPC_KEYS_DIRECTORY
from dat_operator.chain.rpc.url_keys import resolve
from dat_operator.chain.rpc.usage import OnCall
from dat_operator.chain.spl.token_accounts import TokenAccounts
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.errors import DatError
from dat_operator.domain.job_config import Commitment, EndpointConfig, Network

__all__ = [
    "RPC_KEYS_DIRECTORY",
    "ChainReader",
    "EcosystemKeys",
    "History",
    "Hooks",
    "RpcSettings",
    "Walk",
    "declared_program",
]


@dataclass(frozen=True, slots=True)
class RpcSettings:
    """How the chain of an ecosystem is reached. Keys in URLs are not filled in yet."""

    network: Network
    endpoints: Sequence[EndpointConfig]
    commitment: Commitment


@dataclass(frozen=True, slots=True)
class Hooks:
    """The functions that a reader calls."""

    wake: Callable[[], None]
    """Accounts have changed: read soon."""
    on_call: OnCall
    """An endpoint has answered a call, or not."""
    on_notification: Callable[[], None]
    """An endpoint has notified of a change."""


class ChainReader:
    """Reads the chain of one ecosystem, pass after pass, and follows its accounts by websocket.

    ``rpc_keys`` is the directory of the keys in URLs. Without ``allow_private``, endpoints in private
    networks are refused unless the network is localnet.
    """

    def __init__(self, hooks: Hooks, *, rpc_keys: Path = RPC_KEYS_DIRECTORY, allow_private: bool) -> None:
        self._hooks = hooks
        self._rpc_keys = rpc_keys
        self._allow_private = allow_private
        self._rpc: RpcClient | None = None
        self._endpoints: list[EndpointConfig] = []
        self._slots = Slots()
        self._accounts = IncrementalReader()
        self._token_accounts = TokenAccounts()
        self._upgrades = Upgrades()
        self._subscriptions = Subscriptions(hooks.wake, hooks.on_notification)
        self._history: History | None = None

    @property
    def history(self) -> History | None:
        """The cycles on the chain that was read last; None before the first read.

        It stays the same object as long as endpoints and ecosystem stay the same.
        """
        return self._history

    async def read(self, settings: RpcSettings, keys: EcosystemKeys) -> ChainState:
        """Read the ecosystem and all of its tokens, and follow their accounts from now on.

        Raises RpcUnavailable if no endpoint answers, and DatError if the endpoints lead to another network,
        if they refuse, or if an account that all tokens need has an unknown layout.
        """
        rpc = await self._client(settings)
        chain = await self._token_accounts.with_token_accounts(rpc, await self._accounts.read(rpc, keys))
        await self._subscriptions.follow(rpc.endpoints, accounts_to_follow(chain), rpc.commitment)
        chain = await self._upgrades.with_last_upgrade(rpc, chain)
        of = (rpc, keys.program_id, chain.state_address)
        if self._history is None or not self._history.is_of(*of):
            self._history = History(*of)
        return chain

    async def close(self) -> None:
        """Close the connections."""
        await self._subscriptions.close()
        if self._rpc:
            await self._rpc.close()

    async def _client(self, settings: RpcSettings) -> RpcClient:
        """The client of these settings: the one before, or a new one whose network has been checked."""
        resolved = [resolve(endpoint, self._rpc_keys) for endpoint in settings.endpoints]
        wanted = resolved, settings.commitment
        if self._rpc is None or wanted != (self._endpoints, self._rpc.commitment):
            await self.close()
            self._rpc, self._endpoints, self._upgrades = None, resolved, Upgrades()
            client = self._new_client(settings, resolved)
            try:
                await check_network(client, settings.network)
            except DatError:
                await client.close()
                raise
            self._rpc = client
        return self._rpc

    def _new_client(self, settings: RpcSettings, endpoints: Sequence[EndpointConfig]) -> RpcClient:
        return RpcClient(
            endpoints,
            commitment=settings.commitment,
            attempts=1,  # The next pass is the next attempt.
            on_call=self._hooks.on_call,
            slots=self._slots,
            public_only=not (self._allow_private or settings.network == "localnet"),
        )
