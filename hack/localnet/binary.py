"""The chain's binary: built once per machine, then taken from the cache."""

import shutil
from pathlib import Path

from hack.common import packages
from hack.common.cache import Build
from hack.common.paths import cache_root
from hack.common.steps import StepError, run

SOURCE = Path(__file__).parent / "chain"
BINARY = "localnet-chain"


def chain_build() -> Build:
    """The build of ``hack/localnet/chain``."""
    inputs = [SOURCE / "Cargo.toml", SOURCE / "Cargo.lock", SOURCE / "src"]
    return Build(BINARY, "chain", inputs, _make, seconds=200, lines=890)


def chain_binary() -> Path:
    """The executable of ``hack/localnet/chain``."""
    return chain_build().directory() / BINARY


def _make(target: Path) -> None:
    # Dependencies stay compiled when our own lines change, whichever clone changes them.
    objects = cache_root() / "cargo" / BINARY
    manifest = str(SOURCE / "Cargo.toml")
    command = ["cargo", "build", "--locked", "--release", "--manifest-path", manifest]
    environment = {"CARGO_TARGET_DIR": str(objects), **_openssl()}
    try:
        run(command, log=target / "build.log", env=environment)
    except FileNotFoundError:
        raise StepError("cargo is missing: install Rust 1.95 or newer") from None
    shutil.copy2(objects / "release" / BINARY, target / BINARY)


def _openssl() -> dict[str, str]:
    """The machine's OpenSSL is used where it can be had: compiling another takes a minute."""
    if packages.missing(packages.OPENSSL) and packages.can_install():
        packages.ensure(packages.OPENSSL)
    return {} if packages.missing(packages.OPENSSL) else {"OPENSSL_NO_VENDOR": "1"}
