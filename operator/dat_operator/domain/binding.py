"""What a wallet may sign for. Its owner says so beside the key, where no editor of resources can write."""

import re
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from dat_operator.domain.document import Frozen
from dat_operator.domain.errors import Refused
from dat_operator.domain.job_config import EcosystemConfig, Network

FILE = "binding.json"
"""Its name beside the keypair, and its key in the wallet's Secret."""
REMEDY = "`dat wallet bind` writes one (docs/setup.md, Wallets)"
NOBODY = "none"
"""In place of a key: nobody need have the role."""
HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9][a-z0-9._-]*)(:[0-9]{1,5})?")
"""A host, in lower case, with or without a port."""


class WalletRole(StrEnum):
    """What a wallet is for."""

    ADMIN = "admin"
    OPERATOR = "operator"
    EMERGENCY = "emergency"
    CREATOR = "creator"
    """Launches coins, or hands them over, by hand."""


def rpc_host(text: str) -> str:
    """A host as a binding names it, such as rpc.example.com or rpc.example.com:8899. Raises ValueError."""
    if not HOST.fullmatch(host := text.strip().lower()):
        raise ValueError("a host is named as rpc.example.com, or with its port as rpc.example.com:8899")
    return host


_Keys = Annotated[tuple[str, ...], Field(exclude_if=lambda keys: not keys)]


class Binding(Frozen):
    """One ecosystem that a wallet may sign for, and as what. A configuration has to agree with all of it."""

    network: Network
    program: str
    """The dat program's address."""
    admin: str
    """The admin that the ecosystem was created by: part of the address of its on-chain state."""
    ecosystem: str
    """The DATEcosystem's name, part of that address, too."""
    role: WalletRole
    genesis: str | None = None
    """The genesis hash of the chain, for a network that is not public."""
    operators: _Keys = ()
    """Whom an admin's wallet may make the operator; no one else, whatever a configuration says."""
    emergency_admins: _Keys = ()
    """Whom it may make the emergency admin; NOBODY among them: there may be none."""
    rpc_hosts: Annotated[tuple[Annotated[str, AfterValidator(rpc_host)], ...] | None, Field(min_length=1)] = (
        None
    )
    """The hosts of the endpoints that may be used with it, with a port where that counts; None: of any."""


_FILE = TypeAdapter(list[Binding])


def parse(text: str | bytes, where: str) -> list[Binding]:
    """The bindings in a file: one (an object) or several (a list). Raises Refused; ``where`` is the file."""
    try:
        found = _FILE.validate_json(text if text.lstrip()[:1] in ("[", b"[") else _listed(text))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"][1:]))
        why = f"{field}: {first['msg']}" if field else first["msg"]
        raise Refused("WalletNotBound", f"{where} is no binding ({why}); {REMEDY}") from None
    if not found:
        raise Refused("WalletNotBound", f"{where} binds the wallet to nothing; {REMEDY}")
    return found


def _listed(text: str | bytes) -> bytes:
    return b"[" + (text.encode(errors="replace") if isinstance(text, str) else text) + b"]"


def bound(bindings: Sequence[Binding], config: EcosystemConfig, roles: Collection[WalletRole]) -> Binding:
    """The binding that allows a wallet to sign for a configuration in one of these roles.

    Raises Refused, which names each field in which the nearest binding differs. Nothing in ``config`` can
    change what a binding says.
    """
    nearest = min(bindings, key=lambda binding: len(_differences(binding, config, roles)))
    if not (different := _differences(nearest, config, roles)):
        return nearest
    reason = "ProgramNotAllowed" if "spec.programId" in different else "WalletNotBound"
    said = "; ".join(f"{field}: {text}" for field, text in different.items())
    remedy = f"put the DATEcosystem right, or, if this is meant, bind the wallet to it: {REMEDY}"
    raise Refused(reason, f"the wallet's owner has not bound it to this: {said}; {remedy}")


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
