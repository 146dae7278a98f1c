"""Gathers the input of a plan: objects from the store, the chain, and the cycles found on the chain."""

from dataclasses import replace

from pydantic import ValidationError

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.chain.reader import ChainReader, EcosystemKeys, RpcSettings
from dat_operator.controller.apply import Applier
from dat_operator.controller.cycle.recovery import CycleRecovery
from dat_operator.controller.ecosystem.configuration import endpoints
from dat_operator.controller.jobs.unseen import with_unseen_jobs
from dat_operator.controller.objects.observed import Body, Observed
from dat_operator.controller.objects.store import Key, Store
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.errors import DatError, RpcUnavailable
from dat_operator.domain.public_key import is_public_key
from dat_operator.kube.client import Kube


class Observer:
    """Observes one ecosystem, pass after pass."""

    def __init__(self, key: Key, store: Store, kube: Kube, applier: Applier, reader: ChainReader) -> None:
        self._key = key
        self._store = store
        self._kube = kube
        self._applier = applier
        self._reader = reader
        self._recovery: CycleRecovery | None = None

    async def observe(self) -> Observed:
        """The ecosystem as it is now. A chain that cannot be read is no error: ``chain_error`` says why."""
        observed = await with_unseen_jobs(self._kube, await self._objects_and_chain())
        return await self._with_recovered_cycles(observed)

    async def _objects_and_chain(self) -> Observed:
        namespace, name = self._key
        ecosystem = self._store.get("DATEcosystem", namespace, name)
        tokens = self._store.of_ecosystem("DATToken", self._key)
        cycles = self._store.of_ecosystem("DATCycle", self._key)
        chain, error = await self._read(ecosystem, tokens) if ecosystem else (None, None)
        return Observed(
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
            rejected=self._applier.refused,
            taken_names=self._applier.taken,
            namespace_terminating=self._applier.namespace_terminating,
        )

    async def _read(self, ecosystem: Body, tokens: tuple[Body, ...]) -> tuple[ChainState | None, str | None]:
        """The chain, or the reason why it cannot be read."""
        try:
            spec = EcosystemSpec.model_validate(ecosystem["spec"])
            _check_keys(spec)
            settings = RpcSettings(spec.network, endpoints(spec), spec.rpc.commitment)
            return await self._reader.read(settings, _keys(self._key[1], spec, tokens)), None
        except RpcUnavailable as error:
            return None, f"spec.rpc.endpoints: none answers ({error}); correct them, or wait until one does"
        except DatError as error:
            return None, str(error)
        except ValidationError:
            return None, "spec: cannot be understood; see the condition Stalled"

    async def _with_recovered_cycles(self, observed: Observed) -> Observed:
        chain, history = observed.chain, self._reader.history
        if chain is None or history is None:
            return observed
        if self._recovery is None or self._recovery.history is not history:
            self._recovery = CycleRecovery(history)
        landed = await self._recovery.amounts(observed, chain)
        recovered = await self._recovery.lost(observed, chain)
        return replace(observed, landed_by_signature=landed, recovered_by_job=recovered)


def _keys(name: str, spec: EcosystemSpec, tokens: tuple[Body, ...]) -> EcosystemKeys:
    mints = {str(token["spec"]["mint"]) for token in tokens}
    return EcosystemKeys(
        program_id=spec.program_id,
        admin=spec.wallets.admin.seed,
        payer=spec.wallets.admin.public_key,
        name=name,
        operator=spec.wallets.operator.public_key,
        mints=tuple(sorted(filter(is_public_key, mints))),
    )


def _check_keys(spec: EcosystemSpec) -> None:
    """Raise DatError for a key that is base58, as the API server checks, but not 32 bytes long."""
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
