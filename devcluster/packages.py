"""Debian packages that the builds and the node need; installed only when they are missing."""

import os
import shutil
from pathlib import Path

from hack.common.paths import instance_dir
from hack.common.steps import StepError, run, step

# Where the programs are that only root's PATH names on some systems.
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

# What to look for (a program, or a file by its absolute path), and the package that brings it.
CONTROL_PLANE = {"openssl": "openssl"}
NODE = CONTROL_PLANE | {
    "hostname": "hostname",
    "ip": "iproute2",
    "mount": "mount",
    "nft": "nftables",
    "nsenter": "util-linux",
}
C_BUILD = {
    "gcc": "gcc",
    "pkg-config": "pkg-config",
    "/usr/include/stdlib.h": "libc6-dev",
    "/usr/include/seccomp.h": "libseccomp-dev",
}
# Another run, or the machine's own updates, may hold apt's lock for a while.
_APT = ("apt-get", "-q", "-o", "DPkg::Lock::Timeout=300")


def _is_there(probe: str) -> bool:
    if probe.startswith("/"):
        return Path(probe).exists()
    return shutil.which(probe, path=f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}") is not None


def ensure(wanted: dict[str, str]) -> None:
    """Install what is missing with apt-get, or raise StepError that says what to install."""
    missing = sorted({package for probe, package in wanted.items() if not _is_there(probe)})
    if not missing:
        return
    names = " ".join(missing)
    if shutil.which("apt-get") is None:
        raise StepError(f"these programs are missing, install them by their Debian names: {names}")
    if os.geteuid() != 0:
        raise StepError(f"packages are missing; as root: apt-get install {names}")
    log = instance_dir() / "apt.log"
    with step(f"install Debian packages: {names}"):
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        run([*_APT, "update"], log=log, env=quiet)
        run([*_APT, "install", "-y", "--no-install-recommends", *missing], log=log, env=quiet)
