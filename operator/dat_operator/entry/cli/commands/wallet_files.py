"""Writes the files of a wallet, and prints the purposes that its owner allows now."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import typer

from dat_operator.domain.binding import FILE, NOBODY, Binding, WalletRole
from dat_operator.domain.errors import DatError

KEYPAIR = "keypair.json"


def save_key(file: Path, content: str) -> None:
    """Write a keypair file that its owner alone can read. Raises DatError."""
    with _writing():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(content)


def save(folder: Path, key: str, bindings: list[Binding]) -> None:
    """Write the bindings of a key, and print them with the command that makes the Secret. Raises DatError."""
    found = [binding.model_dump(mode="json", by_alias=True, exclude_none=True) for binding in bindings]
    with _writing():
        (folder / FILE).write_text(json.dumps(found[0] if len(found) == 1 else found, indent=2) + "\n")
    for one in bindings:
        purpose = f"{one.role} of {one.ecosystem} on {one.network}"
        typer.echo(f"{key} may sign as {purpose}{_appointments(folder, one)}")
        typer.echo(f"  {_hosts(folder, one)}")
    secret = f"kubectl create secret generic {folder.resolve().name} --from-file={folder}"
    typer.echo(f"{secret} --dry-run=client -o yaml | kubectl apply -f -")


@contextlib.contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        remedy = "name a directory that you may write"
        raise DatError(f"DIRECTORY: cannot write {error.filename}: {error.strerror}; {remedy}") from None


def _hosts(folder: Path, binding: Binding) -> str:
    if binding.rpc_hosts is None:
        command = f"dat wallet appoint {folder} --ecosystem {binding.ecosystem} --rpc-host HOST"
        return f"RPC endpoints: any host; name the hosts that you trust: {command}"
    return f"RPC endpoints: {' or '.join(binding.rpc_hosts)} only"


def _appointments(folder: Path, binding: Binding) -> str:
    if binding.role is not WalletRole.ADMIN:
        return ""
    if not binding.operators:
        options = f"--operator KEY --emergency KEY-or-{NOBODY}"
        return f", and may appoint nobody yet: dat wallet appoint {folder} {options}"
    emergency = " or ".join(binding.emergency_admins) or "not named"
    return f"; operator: {' or '.join(binding.operators)}; emergency admin: {emergency}"
