"""What a running chain leaves on disk, so that another command finds it again."""

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
    """One chain: its process, its addresses and what it was started with."""

    process: Identity
    rpc_url: str
    ws_url: str
    settings: str  # digest: an `up` with other settings must not find this chain and be content
    owned: bool  # by a process that is to take it along when it ends

    def write(self, folder: Path) -> None:
        """Leave it in the chain's folder, whole or not at all."""
        partial = folder / f"{FILE}.partial"
        partial.write_text(json.dumps(asdict(self), indent=2))
        partial.rename(folder / FILE)

    @classmethod
    def read(cls, folder: Path) -> "State | None":
        """The state in a folder; None if there is none or it cannot be read."""
        try:
            fields = json.loads((folder / FILE).read_text())
            return cls(**fields | {"process": Identity(**fields["process"])})
        except (OSError, ValueError, TypeError, KeyError):
            return None


def folder(name: str) -> Path:
    """Where the chain of this clone with this name keeps its wallets, log and state."""
    return instance_dir() / f"{PREFIX}{name}"


def chains() -> Iterator[tuple[str, State | None]]:
    """Name and state of every chain that this clone left on disk, running or not."""
    for path in sorted(instance_dir().glob(f"{PREFIX}*")):
        yield path.name.removeprefix(PREFIX), State.read(path)


def sweep() -> None:
    """Forget chains whose owner died with them, for instance tests that were killed."""
    for name, state in chains():
        if state and state.owned and not state.process.alive():
            shutil.rmtree(folder(name), ignore_errors=True)


def settings_digest(options: Mapping[str, str], files: Mapping[str, Path]) -> str:
    """Sixteen hex digits over options and the contents of files."""
    total = hashlib.sha256(json.dumps(dict(options), sort_keys=True).encode())
    for key in sorted(files):
        total.update(key.encode() + hashlib.sha256(files[key].read_bytes()).digest())
    return total.hexdigest()[:16]
