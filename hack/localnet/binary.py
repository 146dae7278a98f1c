"""The chain's binary: built once per machine, then taken from the cache."""

import shutil
from pathlib import Path

from hack.common.cache import built
from hack.common.paths import cache_root
from hack.common.steps import StepError, run

SOURCE = Path(__file__).parent / "chain"
BINARY = "localnet-chain"


def chain_binary() -> Path:
    """The executable of ``hack/localnet/chain``."""
    inputs = [SOURCE / "Cargo.toml", SOURCE / "Cargo.lock", SOURCE / "src"]
    return built(BINARY, inputs, _build, note="6 to 13 min the first time") / BINARY


def _build(target: Path) -> None:
    # Dependencies stay compiled when our own lines change, whichever clone changes them.
    objects = cache_root() / "cargo" / BINARY
    manifest = str(SOURCE / "Cargo.toml")
    command = ["cargo", "build", "--locked", "--release", "--manifest-path", manifest]
    log = cache_root() / "logs" / f"{BINARY}.log"
    try:
        run(command, log=log, env={"CARGO_TARGET_DIR": str(objects)})
    except FileNotFoundError:
        raise StepError("cargo is missing: install Rust 1.95 or newer") from None
    shutil.copy2(objects / "release" / BINARY, target / BINARY)
