"""``dat wallet``: makes the files of a wallet's Secret: the key, and the owner's binding of the key."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from dat_operator.chain.dat.codec import declared_program
from dat_operator.chain.tx.wallet import new_keypair, read_bindings, read_keypair
from dat_operator.domain.binding import FILE, NOBODY, Binding, WalletRole, rpc_host
from dat_operator.domain.errors import DatError
from dat_operator.domain.job_config import Network
from dat_operator.domain.public_key import is_public_key
from dat_operator.entry.cli.app import App
from dat_operator.entry.cli.commands.wallet_files import KEYPAIR, save, save_key

app = App(help="Wallets: their keys, and the purposes that their owners allow.")

NO_APPOINTMENTS: dict[str, tuple[str, ...] | None] = {
    "operators": (),
    "emergency_admins": (),
    "rpc_hosts": None,
}
"""The fields of a binding that `dat wallet appoint` writes, without a value."""

Folder = Annotated[
    Path,
    typer.Argument(
        metavar="DIRECTORY", help="Directory for the files of this wallet's Secret, and no others."
    ),
]
EcosystemName = Annotated[str, typer.Option("--ecosystem", help="Name of the DATEcosystem.")]
Role = Annotated[WalletRole, typer.Option("--role", help="Role of the wallet in the ecosystem.")]
NetworkName = Annotated[
    Network, typer.Option("--network", help="Solana cluster. Use a key on one cluster only.")
]
Admin = Annotated[
    str | None,
    typer.Option(
        "--admin",
        help="Address of the admin who creates the ecosystem. Default for an admin: its own address.",
    ),
]
Program = Annotated[
    str | None,
    typer.Option("--program", help="Address of the dat program. Default: the program of this project."),
]
Genesis = Annotated[str | None, typer.Option("--genesis", help="Genesis hash of a private chain (localnet).")]
Operators = Annotated[
    list[str] | None,
    typer.Option(
        "--operator", metavar="KEY", help="Address that this wallet may set as the operator. Repeatable."
    ),
]
EmergencyAdmins = Annotated[
    list[str] | None,
    typer.Option(
        "--emergency",
        metavar="KEY",
        help="Address that this wallet may set as the emergency admin, "
        f"or `{NOBODY}` to allow an ecosystem without one. Repeatable.",
    ),
]
RpcHosts = Annotated[
    list[str] | None,
    typer.Option(
        "--rpc-host",
        metavar="HOST[:PORT]",
        help="Host of an RPC endpoint that this wallet may be used with. Default: any host. Repeatable.",
    ),
]
BoundEcosystem = Annotated[
    str | None,
    typer.Option("--ecosystem", help="One ecosystem, for a wallet that is bound to several ecosystems."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingOptions:
    """The purpose that an owner allows."""

    ecosystem: EcosystemName
    role: Role
    network: NetworkName
    admin: Admin = None
    program: Program = None
    genesis: Genesis = None
    rpc_hosts: RpcHosts = None


@app.command()
def create(folder: Folder, options: BindingOptions) -> None:
    """Create a key, and bind it to an ecosystem."""
    file = folder / KEYPAIR
    if file.exists():
        raise DatError(f"DIRECTORY: {file} exists already; name another directory, or run `dat wallet bind`")
    key, content = new_keypair()
    made = _binding(key, options).model_copy(update=_hosts(options.rpc_hosts))
    save_key(file, content)
    save(folder, key, [made])


@app.command()
def bind(folder: Folder, options: BindingOptions) -> None:
    """Bind an existing key (keypair.json in DIRECTORY) to an ecosystem. Its other bindings stay."""
    key = str(read_keypair(folder / KEYPAIR, "DIRECTORY").pubkey())
    made, hosts = _binding(key, options), _hosts(options.rpc_hosts)
    present = read_bindings(folder / KEYPAIR) if (folder / FILE).exists() else []
    is_same = [one.model_copy(update=NO_APPOINTMENTS) == made for one in present]
    # A binding that exists keeps its appointments. It keeps its hosts too, unless --rpc-host is given.
    changed = [
        one.model_copy(update=hosts) if same else one for one, same in zip(present, is_same, strict=True)
    ]
    save(folder, key, changed if any(is_same) else [*present, made.model_copy(update=hosts)])


@app.command()
def appoint(
    folder: Folder,
    operator: Operators = None,
    emergency: EmergencyAdmins = None,
    rpc_hosts: RpcHosts = None,
    ecosystem: BoundEcosystem = None,
) -> None:
    """Name the keys that an admin's wallet may appoint, or the RPC hosts of any wallet.

    Each given option replaces its earlier values.
    """
    key = str(read_keypair(folder / KEYPAIR, "DIRECTORY").pubkey())
    present = read_bindings(folder / KEYPAIR)
    named = _appointments(operator, emergency)
    if not (given := named | _hosts(rpc_hosts)):
        raise DatError("--operator, --emergency, --rpc-host: give at least one")
    fit = [b for b in present if b.role is WalletRole.ADMIN or not named]
    chosen = [b for b in fit if ecosystem in (None, b.ecosystem)]
    if len({binding.ecosystem for binding in chosen}) != 1:
        as_admin = " as admin" if named else ""
        bound = ", ".join(b.ecosystem for b in fit) or "none"
        raise DatError(f"--ecosystem: name one that the wallet is bound to{as_admin}: {bound}")
    save(folder, key, [b.model_copy(update=given) if b in chosen else b for b in present])


def _appointments(operator: list[str] | None, emergency: list[str] | None) -> dict[str, tuple[str, ...]]:
    named = {
        "operators": tuple(_address("--operator", one) for one in operator or ()),
        "emergency_admins": tuple(
            one if one == NOBODY else _address("--emergency", one) for one in emergency or ()
        ),
    }
    return {field: keys for field, keys in named.items() if keys}


def _hosts(given: list[str] | None) -> dict[str, tuple[str, ...]]:
    """The change of a binding by --rpc-host."""
    try:
        return {"rpc_hosts": tuple(map(rpc_host, given))} if given else {}
    except ValueError as error:
        raise DatError(f"--rpc-host: {' '.join(given or ())}: {error}") from None


def _binding(key: str, options: BindingOptions) -> Binding:
    if options.admin is None and options.role is not WalletRole.ADMIN:
        raise DatError("--admin: give the admin's address: the ecosystem's address is derived from it")
    return Binding(
        network=options.network,
        program=_address("--program", options.program or declared_program()),
        admin=_address("--admin", options.admin or key),
        ecosystem=options.ecosystem,
        role=options.role,
        genesis=options.genesis,
    )


def _address(option: str, key: str) -> str:
    if not is_public_key(key):
        raise DatError(f"{option}: {key} is no public key (base58, 32 bytes)")
    return key
