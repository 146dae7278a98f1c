"""Writes the binding file of a wallet, and says what the wallet may do now."""

import json
from pathlib import Path

import typer

from dat_operator.domain.binding import FILE, NOBODY, Binding, WalletRole

KEYPAIR = "keypair.json"


def save(folder: Path, key: str, bindings: list[Binding]) -> None:
    """Write the bindings of a key, and print them with the command that makes the Secret."""
    found = [binding.model_dump(mode="json", by_alias=True, exclude_none=True) for binding in bindings]
    (folder / FILE).write_text(json.dumps(found[0] if len(found) == 1 else found, indent=2) + "\n")
    for one in bindings:
        purpose = f"{one.role} of {one.ecosystem} on {one.network}"
        typer.echo(f"{key} may sign as {purpose}{_appointments(folder, one)}")
        typer.echo(f"  {_hosts(folder, one)}")
    secret = f"kubectl create secret generic {folder.resolve().name} --from-file={folder}"
    typer.echo(f"{secret} --dry-run=client -o yaml | kubectl apply -f -")


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
