"""The binding of a wallet: what it may sign for.

The wallet's owner writes it beside the key, where editors of resources cannot write.
"""

import re
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from dat_operator.domain.document import Frozen
from dat_operator.domain.errors import Refused
from dat_operator.domain.job_config import EcosystemConfig, Network

FILE = "binding.json"
"""The file's name beside the keypair, and its key in the wallet's Secret."""
BINDING_REMEDY = "`dat wallet bind` writes one (docs/setup.md, Wallets)"
NOBODY = "none"
"""Instead of a key: the role may stay empty."""
HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9][a-z0-9._-]*)(:[0-9]{1,5})?")
"""A host in lower case, with or without a port."""


class WalletRole(StrEnum):
    """The role of a wallet."""

    ADMIN = "admin"
    OPERATOR = "operator"
    EMERGENCY = "emergency"
    CREATOR = "creator"
    """Launches coins, or hands over their fees, by hand."""


def rpc_host(text: str) -> str:
    """A host in a binding's form, such as rpc.example.com or rpc.example.com:8899. Raises ValueError."""
    if not HOST.fullmatch(host := text.strip().lower()):
        raise ValueError("write a host as rpc.example.com, or with its port as rpc.example.com:8899")
    return host


_Keys = Annotated[tuple[str, ...], Field(exclude_if=lambda keys: not keys)]


class Binding(Frozen):
    """One ecosystem and role that a wallet may sign for. A configuration must match every field."""

    network: Network
    program: str
    """The dat program's address."""
    admin: str
    """The admin that created the ecosystem: part of the address of its on-chain state."""
    ecosystem: str
    """The DATEcosystem's name: also part of that address."""
    role: WalletRole
    genesis: str | None = None
    """The genesis hash of the chain, for a network that is not public."""
    operators: _Keys = ()
    """The keys that an admin's wallet may appoint as operator, for any configuration."""
    emergency_admins: _Keys = ()
    """The keys that it may appoint as emergency admin. With NOBODY it may also remove that role."""
    rpc_hosts: Annotated[tuple[Annotated[str, AfterValidator(rpc_host)], ...] | None, Field(min_length=1)] = (
        None
    )
    """The hosts that endpoints may have, with a port if only that port is allowed; None: any host."""


_FILE = TypeAdapter(list[Binding])


def parse(text: str | bytes, where: str) -> list[Binding]:
    """The bindings in a file: one (an object) or several (a list). ``where``: the file. Raises Refused."""
    try:
        found = _FILE.validate_json(text if text.lstrip()[:1] in ("[", b"[") else _listed(text))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"][1:]))
        problem = f"{field}: {first['msg']}" if field else first["msg"]
        raise Refused("WalletNotBound", f"{where} is not a binding ({problem}); {BINDING_REMEDY}") from None
    if not found:
        raise Refused("WalletNotBound", f"{where} binds the wallet to nothing; {BINDING_REMEDY}")
    return found


def _listed(text: str | bytes) -> bytes:
    return b"[" + (text.encode(errors="replace") if isinstance(text, str) else text) + b"]"


def bound(bindings: Sequence[Binding], config: EcosystemConfig, roles: Collection[WalletRole]) -> Binding:
    """The binding that allows a wallet to sign for a configuration in one of these roles.

    Raises Refused. Its message names each field in which the nearest binding differs.
    """
    nearest = min(bindings, key=lambda binding: len(_differences(binding, config, roles)))
    if not (different := _differences(nearest, config, roles)):
        return nearest
    reason = "ProgramNotAllowed" if "spec.programId" in different else "WalletNotBound"
    listed = "; ".join(f"{field}: {text}" for field, text in different.items())
    remedy = f"correct the DATEcosystem; if it is correct, bind the wallet to it: {BINDING_REMEDY}"
    raise Refused(reason, f"the wallet is not bound to this ecosystem: {listed}; {remedy}")


def _differences(binding: Binding, config: EcosystemConfig, roles: Collection[WalletRole]) -> dict[str, str]:
    wanted = {
        "spec.programId": (config.program_id, binding.program),
        "spec.network": (config.network, binding.network),
        f"spec.wallets.admin.{'base' if config.admin_base else 'publicKey'}": (
            config.admin_seed,
            binding.admin,
        ),
        "metadata.name": (config.name, binding.ecosystem),
    }
    found = {
        field: f"{asked}, but {FILE} allows {allowed}"
        for field, (asked, allowed) in wanted.items()
        if asked != allowed
    }
    if binding.role not in roles:
        needed = " or ".join(sorted(roles))
        found["role"] = f"{needed} is needed, but {FILE} allows {binding.role}"
    return found
