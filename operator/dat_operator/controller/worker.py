"""One task per ecosystem: wakes on a change or after the poll interval, observes, plans, applies."""

import asyncio
import contextlib
import datetime
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import structlog
from pydantic import ValidationError

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.chain.public_keys import is_public_key
from dat_operator.chain.pump.upgrades import Upgrades
from dat_operator.chain.reader import EcosystemKeys, read_chain
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.chain.rpc.network import check_network
from dat_operator.chain.rpc.slots import Slots
from dat_operator.chain.rpc.subscriptions import Subscriptions, accounts_to_follow
from dat_operator.chain.rpc.url_keys import resolve
from dat_operator.chain.spl.token_accounts import TokenAccounts
from dat_operator.controller.apply import Applier
from dat_operator.controller.cycle.recovery import Past
from dat_operator.controller.cycle.status import without_amounts
from dat_operator.controller.ecosystem.job_config import endpoints
from dat_operator.controller.jobs.unseen import with_unseen_jobs
from dat_operator.controller.metrics import process as metrics
from dat_operator.controller.metrics.snapshots import Seen
from dat_operator.controller.objects.observed import Body, Observed
from dat_operator.controller.objects.store import Key, Store
from dat_operator.controller.plan import make_plan
from dat_operator.controller.settings import Settings
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.errors import DatError, RpcUnavailable
from dat_operator.domain.job_config import EndpointConfig
from dat_operator.kube.client import Kube

RETRY_SECONDS = 5.0
"""The longest pause after a chain that could not be read, however seldom it is polled."""
SETTLE_SECONDS = 0.2
"""How long changes that come together are waited for."""

log = structlog.get_logger()


class Worker:
    """Keeps one ecosystem and its tokens as they should be."""

    def __init__(self, key: Key, store: Store, kube: Kube, settings: Settings) -> None:
        self._key = key
        self._store = store
        self._kube = kube
        self._applier = Applier(kube, store)
        self._settings = settings
        self._woken = asyncio.Event()
        self._pause = settings.poll_seconds
        self._rpc: RpcClient | None = None
        self._endpoints: list[EndpointConfig] = []
        self._slots = Slots()
        self._token_accounts = TokenAccounts()
        self._subscriptions = Subscriptions(self.wake, metrics.NOTIFICATIONS.inc)
        self._upgrades = Upgrades()
        self._past: Past | None = None
        self.seen = Seen(key, store)
        self.last_pass = time.monotonic()
        """When the last pass ended, whatever it found; for the liveness probe."""

    def wake(self) -> None:
        """Ask for a pass soon."""
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled."""
        with structlog.contextvars.bound_contextvars(namespace=self._key[0], ecosystem=self._key[1]):
            while True:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), self._pause)
                await asyncio.sleep(SETTLE_SECONDS)
                self._woken.clear()
                await self._pass()
                self.last_pass = time.monotonic()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._subscriptions.close()
        if self._rpc:
            await self._rpc.close()

    async def _pass(self) -> None:
        try:
            with metrics.reconcile():
                before = self._by_us()
                observed = await self._observe()
                self.seen.note(observed)
                poll = self._settings.poll_seconds
                self._pause = min(poll, RETRY_SECONDS) if observed.chain_error else poll
                await self._applier.apply(
                    make_plan(observed, self._settings, datetime.datetime.now(datetime.UTC))
                )
                if self._by_us() != before:
                    self.wake()
        except DatError as error:
            log.warning("reconciling failed, it will be tried again", error=str(error))
        except Exception:
            log.exception("reconciling failed, it will be tried again")

    def _by_us(self) -> tuple[Mapping[str, str], Sequence[str]]:
        """What a pass itself may add to what the next one is made of: refusals, and signatures to look up.

        All else that it writes wakes nobody; objects that it creates come by their watch.
        """
        return self._applier.refused, without_amounts(self._store.of_ecosystem("DATCycle", self._key))

    async def _observe(self) -> Observed:
        namespace, name = self._key
        ecosystem = self._store.get("DATEcosystem", namespace, name)
        tokens = self._store.of_ecosystem("DATToken", self._key)
        cycles = self._store.of_ecosystem("DATCycle", self._key)
        chain, error = await self._read(ecosystem, tokens)
        observed = Observed(
            name=name,
            ecosystem=ecosystem,
            tokens=tokens,
            config_map=self._store.get("ConfigMap", namespace, f"{name}-config"),
            cron_jobs=self._store.of_ecosystem("CronJob", self._key),
            jobs=self._store.of_ecosystem("Job", self._key),
            pods=self._store.of_ecosystem("Pod", self._key),
            cycles=cycles,
            chain=chain,
            chain_error=error,
            refused=self._applier.refused,
            taken=self._applier.taken,
            namespace_goes=self._applier.namespace_goes,
        )
        observed = await with_unseen_jobs(self._kube, observed)
        if ecosystem is None or self._rpc is None or chain is None:
            return observed
        of = (self._rpc, str(ecosystem["spec"]["programId"]), chain.state_address)
        if self._past is None or not self._past.is_of(*of):
            self._past = Past(*of)
        landed = await self._past.amounts(observed, chain)
        recovered = await self._past.lost(observed, chain)
        return replace(observed, landed=landed, recovered=recovered)

    async def _read(
        self, ecosystem: Body | None, tokens: tuple[Body, ...]
    ) -> tuple[ChainState | None, str | None]:
        """The chain, or why it cannot be read."""
        if ecosystem is None:
            return None, None
        try:
            spec = EcosystemSpec.model_validate(ecosystem["spec"])
            _check_keys(spec)
            rpc = await self._client(spec)
            mints = [str(token["spec"]["mint"]) for token in tokens]
            subject = EcosystemKeys(
                program_id=spec.program_id,
                admin=spec.wallets.admin.seed,
                payer=spec.wallets.admin.public_key,
                name=self._key[1],
                operator=spec.wallets.operator.public_key,
                mints=tuple(sorted({mint for mint in mints if is_public_key(mint)})),
            )
            chain = await self._token_accounts.look(rpc, await read_chain(rpc, subject))
            await self._subscriptions.follow(rpc.endpoints, accounts_to_follow(chain), rpc.commitment)
            return await self._upgrades.look(rpc, chain), None
        except RpcUnavailable as error:
            return None, f"spec.rpc.endpoints: none answers ({error}); correct them, or wait until one does"
        except DatError as error:
            return None, str(error)
        except ValidationError:
            return None, "spec: cannot be understood; see the condition Stalled"

    async def _client(self, spec: EcosystemSpec) -> RpcClient:
        resolved = [resolve(endpoint, self._settings.rpc_keys) for endpoint in endpoints(spec)]
        commitment = spec.rpc.commitment
        if self._rpc is None or (resolved, commitment) != (self._endpoints, self._rpc.commitment):
            await self.close()
            self._rpc, self._endpoints, self._upgrades = None, resolved, Upgrades()
            # The next pass is the next attempt.
            client = RpcClient(
                resolved,
                commitment=commitment,
                attempts=1,
                on_call=metrics.count_rpc_call,
                slots=self._slots,
                public_only=not (self._settings.private_rpc or spec.network == "localnet"),
            )
            try:
                await check_network(client, spec.network)
            except DatError:
                await client.close()
                raise
            self._rpc = client
        return self._rpc


def _check_keys(spec: EcosystemSpec) -> None:
    emergency = spec.wallets.emergency
    named = {
        "spec.programId": spec.program_id,
        "spec.wallets.admin.publicKey": spec.wallets.admin.public_key,
        "spec.wallets.admin.base": spec.wallets.admin.seed,
        "spec.wallets.operator.publicKey": spec.wallets.operator.public_key,
        **({"spec.wallets.emergency.publicKey": emergency.public_key} if emergency else {}),
    }
    for field, key in named.items():
        if not is_public_key(key):
            raise DatError(f"{field}: {key} is base58, but not 32 bytes long; correct it")
