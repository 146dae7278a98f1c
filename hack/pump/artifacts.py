"""Fetch pump.fun's programs and IDLs out of the crate that pump.fun publishes for its Rust SDK."""

import hashlib
import os
import tarfile
from pathlib import Path

from hack.common.cache import built
from hack.common.steps import StepError, run
from hack.pump.addresses import PROGRAMS

CRATE = "pump-rust-client"
VERSION = "0.5.0"

# What we read from the crate, so that another content under the same version is noticed.
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


def pump_artifacts() -> Path:
    """The directory with ``artifacts/*.so`` and ``idls/*.json``, fetched once per machine."""
    return built("pump", [CRATE, VERSION, *SHA256.values()], _unpack, note="fetched by cargo")


def pump_idls() -> Path:
    """The directory of pump.fun's IDLs: ``pump.json``, ``pump_amm.json``, ``pump_fees.json``."""
    return pump_artifacts() / "idls"


def pump_programs() -> dict[str, Path]:
    """Program id → .so, for every program that a pump.fun coin can meet."""
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
                raise StepError(f"{CRATE} {VERSION} carries no {name}: was the version changed?")
            content = member.read()
            found = hashlib.sha256(content).hexdigest()
            if found != expected:
                raise StepError(
                    f"{CRATE} {VERSION}: {name} has sha256 {found}, recorded is {expected}. "
                    f"Look at what changed before recording it in {__file__}."
                )
            path = target / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)


def _crate_file(scratch: Path) -> Path:
    """The .crate in cargo's own cache; cargo is asked for it only if it is not there yet."""
    found = _cached_crate()
    if found is None:
        try:
            # cargo has no "download only"; `info` fetches a crate without building anything.
            run(
                ["cargo", "info", "-q", f"{CRATE}@{VERSION}"],
                log=scratch / "fetch.log",
                cwd=scratch,
            )
        except FileNotFoundError:
            raise StepError("cargo is missing: install Rust (rustup or your distribution)") from None
        found = _cached_crate()
    if found is None:
        raise StepError(f"cargo fetched {CRATE} {VERSION}, but it is not under {_cargo_home()}")
    return found


def _cargo_home() -> Path:
    return Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")


def _cached_crate() -> Path | None:
    return next(_cargo_home().glob(f"registry/cache/*/{CRATE}-{VERSION}.crate"), None)
