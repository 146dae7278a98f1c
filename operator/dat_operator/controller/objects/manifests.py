"""The objects an ecosystem owns, and what its Jobs are told."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from dat_operator.api import API_VERSION
from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.api.token import TokenSpec
from dat_operator.controller.objects.drift import drift
from dat_operator.controller.objects.observed import Body
from dat_operator.controller.token.deletion import DELETED
from dat_operator.domain.job_config import (
    EcosystemConfig,
    EndpointConfig,
    LimitsConfig,
    SkipConfig,
    TokenConfig,
)
from dat_operator.domain.policy import CycleLimits, PaceConfig, PriorityFeeConfig, RetryConfig

ECOSYSTEM_LABEL = "dat.asdf.io/ecosystem"
TRIGGER_LABEL = "dat.asdf.io/trigger"
MANAGED = {"app.kubernetes.io/managed-by": "dat-operator"}


def ecosystem_config(
    name: str,
    spec: EcosystemSpec,
    tokens: Sequence[tuple[str, TokenSpec]],
    skipped: Mapping[str, SkipConfig] = MappingProxyType({}),
) -> EcosystemConfig:
    """What Jobs are told: the ecosystem with the tokens that passed every check.

    ``skipped`` says of some why only a run for them alone takes them; those whose DATToken goes are
    switched off.
    """
    return EcosystemConfig(
        name=name,
        network=spec.network,
        program_id=spec.program_id,
        rpc=endpoints(spec),
        commitment=spec.rpc.commitment,
        admin=spec.wallets.admin.public_key,
        admin_base=spec.wallets.admin.base,
        operator=spec.wallets.operator.public_key,
        emergency=spec.wallets.emergency.public_key if spec.wallets.emergency else None,
        limits=LimitsConfig(root_share_bps=spec.root_share_bps, **CycleLimits.of(spec.cycle).model_dump()),
        slippage_bps=spec.cycle.slippage_bps,
        pace=PaceConfig.of(spec.cycle),
        priority_fee=PriorityFeeConfig.of(spec.cycle.priority_fee),
        jitter_seconds=spec.cycle.jitter_seconds,
        retry=RetryConfig.of(spec.cycle.retry),
        tokens=[
            TokenConfig(
                name=token,
                mint=t.mint,
                role=t.role,
                root_share_bps=t.root_share_bps,
                pool=t.pool,
                skip=skipped.get(token),
                deactivate=skipped.get(token) is DELETED or None,
            )
            for token, t in tokens
        ],
    )


def endpoints(spec: EcosystemSpec) -> list[EndpointConfig]:
    """How the chain is reached; keys in URLs are not filled in yet."""
    return [EndpointConfig.model_validate(endpoint, from_attributes=True) for endpoint in spec.rpc.endpoints]


def config_map(ecosystem: Body, config: EcosystemConfig) -> dict[str, Any]:
    """The ConfigMap that Jobs mount."""
    text = json.dumps(config.model_dump(mode="json", by_alias=True, exclude_none=True), indent=2)
    body = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"ecosystem.json": text + "\n"}}
    return owned(ecosystem, config_map_name(ecosystem), body)


def config_map_name(ecosystem: Body) -> str:
    """The name of an ecosystem's ConfigMap."""
    return f"{ecosystem['metadata']['name']}-config"


def cycle(ecosystem: Body, name: str, trigger: str, tokens: Sequence[str] = ()) -> dict[str, Any]:
    """A DATCycle: a record, or a wish of the operator's own."""
    ref = {"name": ecosystem["metadata"]["name"]}
    spec = {"ecosystemRef": ref, **({"tokens": list(tokens)} if tokens else {})}
    body = owned(ecosystem, name, {"apiVersion": API_VERSION, "kind": "DATCycle", "spec": spec})
    body["metadata"]["labels"][TRIGGER_LABEL] = trigger
    # Deleting an ecosystem does not wait for its records.
    body["metadata"]["ownerReferences"][0] |= {"controller": False, "blockOwnerDeletion": False}
    return body


def suffix(cause: str) -> str:
    """The end of a name that is the same for the same cause."""
    return hashlib.sha256(cause.encode()).hexdigest()[:10]


def digest(manifest: Body) -> str:
    """What an object says, as a short text."""
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()[:16]


def differs(observed: Body | None, wanted: Body) -> bool:
    """Whether an object is missing, or not as it should be."""
    return observed is None or bool(drift(observed, wanted))


def owned(ecosystem: Body, name: str, body: dict[str, Any], by: Body | None = None) -> dict[str, Any]:
    """An object of an ecosystem, that goes with it, or with the object that it is made for."""
    meta, by = ecosystem["metadata"], by or ecosystem
    owner = {
        "apiVersion": API_VERSION,
        "kind": by["kind"],
        "name": by["metadata"]["name"],
        "uid": by["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }
    metadata = {
        "name": name,
        "namespace": meta["namespace"],
        "labels": {**MANAGED, ECOSYSTEM_LABEL: meta["name"]},
        "ownerReferences": [owner],
    }
    return {**body, "metadata": metadata}
