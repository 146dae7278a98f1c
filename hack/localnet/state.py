"""The state file of a running chain: another command finds the chain by it."""

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from hack.common.paths import instance_dir
from hack.localnet.process import Identity

PREFIX = "localnet-"
FILE = "state.json"


@dataclass(frozen=True)
class State:
    """One chain: its process, its addresses and its settings."""

    process: Identity
    rpc_url: str
    ws_url: str
    settings: str  # digest: an `up` with other settings must not accept this chain
    owned: bool  # by a process that stops the chain at its end

    def write(self, folder: Path) -> None:
        """Write the state into the chain's folder, completely or not at all."""
        partial = folder / f"{FILE}.partial"
        partial.write_text(json.dumps(asdict(self), indent=2))
        partial.rename(folder / FILE)

    @classmethod
    def read(cls, folder: Path) -> "State | None":
        """Read the state in a folder. Return None if there is none or the file is broken."""
        try:
            fields = json.loads((folder / FILE).read_text())
            return cls(**fields | {"process": Identity(**fields["process"])})
        except (OSError, ValueError, TypeError, KeyError):
            return None


def folder(name: str) -> Path:
    """Return the folder of a chain of this clone: wallets, log and state."""
    return instance_dir() / f"{PREFIX}{name}"


def chains() -> Iterator[tuple[str, State | None]]:
    """Yield name and state of every chain of this clone with files on disk, running or not."""
    for path in sorted(instance_dir().glob(f"{PREFIX}*")):
        yield path.name.removeprefix(PREFIX), State.read(path)


def sweep() -> None:
    """Delete the files of chains that ended together with their owner, such as killed tests."""
    for name, state in chains():
        if state and state.owned and not state.process.alive():
            shutil.rmtree(folder(name), ignore_errors=True)


def settings_digest(options: Mapping[str, str], files: Mapping[str, Path]) -> str:
    """Compute sixteen hex digits over options and the contents of files."""
    total = hashlib.sha256(json.dumps(dict(options), sort_keys=True).encode())
    for key in sorted(files):
        total.update(key.encode() + hashlib.sha256(files[key].read_bytes()).digest())
    return total.hexdigest()[:16]
