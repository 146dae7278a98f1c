"""Download pump.fun's programs and IDLs: they are in the crate of pump.fun's Rust SDK."""

import hashlib
import os
import tarfile
from pathlib import Path

from hack.common.cache import Build
from hack.common.steps import StepError, run
from hack.pump.addresses import PROGRAMS

CRATE = "pump-rust-client"
VERSION = "0.5.0"

# The files that we use. A change under the same version is noticed.
SHA256 = {
    "artifacts/pump.so": "aa7b9ec411e08bdcf6941a986075ebceaac9087d1f859f263f766349fdaaabc3",
    "artifacts/pump_amm.so": "0f7963aa07aadab8a2846382d92ccde87669a7efd81223c9639933c07eccd054",
    "artifacts/pump_fees.so": "5b6ceda57863f0dcc3e0e3623052f8342c2c81883379699e71d7ed5383cb3dcf",
    "artifacts/mayhem_program.so": "cc8a5a79f3e38a5014960ae9ba06d70ee1fe3966b8e804b43671c146fc3e014b",
    "artifacts/mpl_token_metadata.so": "bb0842f6d5740eabe8f9fb3b723b9ecd89cadf9f48ef9ad6a9dc6cfa8a9658e4",
    "idls/pump.json": "c53b8f5d39887afd27cc40a256527a421c2d91b64a9014dc4952a261f4f36a01",
    "idls/pump_amm.json": "c2f8ce0bc0a740d9125644b2d95494c97199fce1604802f5ab0497184bdcce61",
    "idls/pump_fees.json": "6b9fa3eccc6e06273076a47b581f9fcb9e531bb7c3c88acbcd44db55a4002b29",
}


def pump_build() -> Build:
    """The download of pump.fun's programs and IDLs."""
    inputs = [CRATE, VERSION, *SHA256.values()]
    return Build("pump", "pump.fun's programs", inputs, _unpack, seconds=5)


def pump_artifacts() -> Path:
    """Return the directory with ``artifacts/*.so`` and ``idls/*.json``, downloaded once per machine."""
    return pump_build().directory()


def pump_idls() -> Path:
    """Return the directory of pump.fun's IDLs: ``pump.json``, ``pump_amm.json``, ``pump_fees.json``."""
    return pump_artifacts() / "idls"


def pump_programs() -> dict[str, Path]:
    """Return program id → .so, for every program that a pump.fun coin uses."""
    root = pump_artifacts() / "artifacts"
    return {address: root / f"{name}.so" for name, address in PROGRAMS.items()}


def _unpack(target: Path) -> None:
    with tarfile.open(_crate_file(target)) as crate:
        for name, expected in SHA256.items():
            try:
                member = crate.extractfile(f"{CRATE}-{VERSION}/{name}")
            except KeyError:
                member = None
            if member is None:
                raise StepError(f"{CRATE} {VERSION} has no {name}: was the version changed?")
            content = member.read()
            found = hashlib.sha256(content).hexdigest()
            if found != expected:
                raise StepError(
                    f"{CRATE} {VERSION}: {name} has sha256 {found}, recorded is {expected}. "
                    f"Check the change before you record it in {__file__}."
                )
            path = target / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)


def _crate_file(scratch: Path) -> Path:
    """Return the .crate in cargo's cache. cargo downloads it if it is missing."""
    found = _cached_crate()
    if found is None:
        try:
            # cargo has no command for a download; `info` downloads a crate and builds nothing.
            run(
                ["cargo", "info", "-q", f"{CRATE}@{VERSION}"],
                log=scratch / "build.log",
                cwd=scratch,
            )
        except FileNotFoundError:
            raise StepError("cargo is missing: install Rust (rustup or your distribution)") from None
        found = _cached_crate()
    if found is None:
        raise StepError(f"cargo downloaded {CRATE} {VERSION}, but the file is not below {_cargo_home()}")
    return found


def _cargo_home() -> Path:
    return Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")


def _cached_crate() -> Path | None:
    return next(_cargo_home().glob(f"registry/cache/*/{CRATE}-{VERSION}.crate"), None)
