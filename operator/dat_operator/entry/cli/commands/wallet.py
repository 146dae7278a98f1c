"""``dat wallet``: makes what a wallet's Secret holds: its key, and what its owner binds it to."""

import json
from pathlib import Path
from typing import Annotated

import typer

from dat_operator.chain.dat.codec import declared_program
from dat_operator.chain.public_keys import is_public_key
from dat_operator.chain.tx.wallet import new_keypair, read_bindings, read_keypair
from dat_operator.domain.binding import FILE, NOBODY, Binding, WalletRole, rpc_host
from dat_operator.domain.errors import DatError
from dat_operator.domain.job_config import Network

app = typer.Typer(help="Wallets: their keys, and what they may sign for.", no_args_is_help=True)
KEYPAIR = "keypair.json"
NOTHING_SAID: dict[str, tuple[str, ...] | None] = {
    "operators": (),
    "emergency_admins": (),
    "rpc_hosts": None,
}
"""Of a binding that its owner has said nothing further about."""

Folder = Annotated[Path, typer.Argument(help="A directory of its own: all that its Secret will hold.")]
Ecosystem = Annotated[str, typer.Option("--ecosystem", help="The DATEcosystem's name.")]
Role = Annotated[WalletRole, typer.Option("--role", help="What it may do there.")]
OfNetwork = Annotated[Network, typer.Option("--network", help="The Solana cluster. Use a key on one only.")]
Admin = Annotated[
    str | None,
    typer.Option(
        "--admin", help="Address of the admin who creates the ecosystem; an admin's own by default."
    ),
]
Program = Annotated[
    str | None, typer.Option("--program", help="The dat program's address; the declared one.")
]
Genesis = Annotated[
    str | None, typer.Option("--genesis", help="Genesis hash of a chain of your own (localnet).")
]

Operators = Annotated[
    list[str] | None, typer.Option("--operator", help="Whom it may make the operator. May be repeated.")
]
Emergency = Annotated[
    list[str] | None,
    typer.Option(
        "--emergency",
        help=f"Whom it may make the emergency admin; {NOBODY}: there may be none. May be repeated.",
    ),
]
RpcHosts = Annotated[
    list[str] | None,
    typer.Option(
        "--rpc-host", help="A host (HOST or HOST:PORT) whose endpoints may be used with it. May be repeated."
    ),
]


@app.command()
def create(
    folder: Folder,
    ecosystem: Ecosystem,
    role: Role,
    network: OfNetwork,
    admin: Admin = None,
    program: Program = None,
    genesis: Genesis = None,
    rpc_hosts: RpcHosts = None,
) -> None:
    """Make a new key, and bind it."""
    file = folder / KEYPAIR
    if file.exists():
        raise DatError(f"FOLDER: {file} is there already; name another directory, or run `dat wallet bind`")
    key, content = new_keypair()
    made = _binding(key, ecosystem, role, network, admin, program, genesis)
    made = made.model_copy(update=_hosts(rpc_hosts))
    folder.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(content)
    _write(folder, key, [made])


@app.command()
def bind(
    folder: Folder,
    ecosystem: Ecosystem,
    role: Role,
    network: OfNetwork,
    admin: Admin = None,
    program: Program = None,
    genesis: Genesis = None,
    rpc_hosts: RpcHosts = None,
) -> None:
    """Bind a key (keypair.json in FOLDER) to an ecosystem, besides those that it is bound to."""
    key = str(read_keypair(folder / KEYPAIR, "FOLDER").pubkey())
    made = _binding(key, ecosystem, role, network, admin, program, genesis)
    there = read_bindings(folder / KEYPAIR) if (folder / FILE).exists() else []
    is_same = [one.model_copy(update=NOTHING_SAID) == made for one in there]
    # Whom it may appoint stays, and the hosts of endpoints unless others are given.
    changed = [
        one.model_copy(update=_hosts(rpc_hosts)) if same else one
        for one, same in zip(there, is_same, strict=True)
    ]
    _write(folder, key, changed if any(is_same) else [*there, made.model_copy(update=_hosts(rpc_hosts))])


@app.command()
def appoint(
    folder: Folder,
    operator: Operators = None,
    emergency: Emergency = None,
    rpc_hosts: RpcHosts = None,
    ecosystem: Annotated[str | None, typer.Option("--ecosystem", help="One of those it is bound to.")] = None,
) -> None:
    """Say whom an admin's wallet (in FOLDER) may put into a role, or which endpoints any wallet may use.

    Each option that is given replaces what it said before.
    """
    key = str(read_keypair(folder / KEYPAIR, "FOLDER").pubkey())
    there = read_bindings(folder / KEYPAIR)
    named = _appointments(operator, emergency)
    if not (given := named | _hosts(rpc_hosts)):
        raise DatError("--operator, --emergency, --rpc-host: give at least one")
    fit = [b for b in there if b.role is WalletRole.ADMIN or not named]
    meant = [b for b in fit if ecosystem in (None, b.ecosystem)]
    if len({binding.ecosystem for binding in meant}) != 1:
        as_what = " as admin" if named else ""
        bound = ", ".join(b.ecosystem for b in fit) or "none"
        raise DatError(f"--ecosystem: name one that the wallet is bound to{as_what}: {bound}")
    _write(folder, key, [b.model_copy(update=given) if b in meant else b for b in there])


def _appointments(operator: list[str] | None, emergency: list[str] | None) -> dict[str, tuple[str, ...]]:
    named = {
        "operators": tuple(_key("--operator", one) for one in operator or ()),
        "emergency_admins": tuple(
            one if one == NOBODY else _key("--emergency", one) for one in emergency or ()
        ),
    }
    return {field: keys for field, keys in named.items() if keys}


def _hosts(given: list[str] | None) -> dict[str, tuple[str, ...]]:
    """What --rpc-host changes of a binding."""
    try:
        return {"rpc_hosts": tuple(map(rpc_host, given))} if given else {}
    except ValueError as error:
        raise DatError(f"--rpc-host: {' '.join(given or ())}: {error}") from None


def _binding(
    key: str,
    ecosystem: str,
    role: WalletRole,
    network: Network,
    admin: str | None,
    program: str | None,
    genesis: str | None,
) -> Binding:
    if admin is None and role is not WalletRole.ADMIN:
        raise DatError("--admin: give the admin's address; the ecosystem's state on chain is made of it")
    return Binding(
        network=network,
        program=_key("--program", program or declared_program()),
        admin=_key("--admin", admin or key),
        ecosystem=ecosystem,
        role=role,
        genesis=genesis,
    )


def _write(folder: Path, key: str, bindings: list[Binding]) -> None:
    found = [binding.model_dump(mode="json", by_alias=True, exclude_none=True) for binding in bindings]
    (folder / FILE).write_text(json.dumps(found[0] if len(found) == 1 else found, indent=2) + "\n")
    for one in bindings:
        typer.echo(
            f"{key} may sign as {one.role} of {one.ecosystem} on {one.network}{_appoints(folder, one)}"
        )
        typer.echo(f"  {_endpoints(folder, one)}")
    secret = f"kubectl create secret generic {folder.resolve().name} --from-file={folder}"
    typer.echo(f"{secret} --dry-run=client -o yaml | kubectl apply -f -")


def _endpoints(folder: Path, binding: Binding) -> str:
    if binding.rpc_hosts is None:
        command = f"dat wallet appoint {folder} --ecosystem {binding.ecosystem} --rpc-host HOST"
        return f"by endpoints on any host; name those that you trust: {command}"
    return f"by endpoints on {' or '.join(binding.rpc_hosts)} only"


def _appoints(folder: Path, binding: Binding) -> str:
    if binding.role is not WalletRole.ADMIN:
        return ""
    if not binding.operators:
        options = f"--operator KEY --emergency KEY-or-{NOBODY}"
        return f", but appoint nobody yet: dat wallet appoint {folder} {options}"
    emergency = " or ".join(binding.emergency_admins) or "not named"
    return f"; operator: {' or '.join(binding.operators)}; emergency admin: {emergency}"


def _key(option: str, key: str) -> str:
    if not is_public_key(key):
        raise DatError(f"{option}: {key} is no public key (base58, 32 bytes)")
    return key
