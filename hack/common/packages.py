"""Debian packages that the builds and the node need; installed only if they are missing."""

import os
import shutil
from pathlib import Path

from hack.common.cache import lock
from hack.common.paths import instance_dir
from hack.common.steps import StepError, run, say

# Some systems name these directories in root's PATH only.
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

# A program, or a file by its absolute path, and the package that has it.
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
OPENSSL = {
    "pkg-config": "pkg-config",
    "/usr/include/openssl/ssl.h": "libssl-dev",
}
# Another run, or the machine's own updates, may hold apt's lock for a while.
_APT = ("apt-get", "-q", "-o", "DPkg::Lock::Timeout=300")


def missing(wanted: dict[str, str]) -> list[str]:
    """The packages of ``wanted`` that this machine does not have."""
    return sorted({package for probe, package in wanted.items() if not _is_there(probe)})


def can_install() -> bool:
    """Whether this process may install packages."""
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def ensure(wanted: dict[str, str]) -> None:
    """Install missing packages with apt-get. Raise StepError with their names if that is impossible."""
    if not missing(wanted):
        return
    # One apt at a time: a second one would fail where it reads the lists.
    with lock("apt"):
        names = missing(wanted)
        if names:
            _install(names)


def _install(names: list[str]) -> None:
    words = " ".join(names)
    if shutil.which("apt-get") is None:
        raise StepError(f"these programs are missing, install them by their Debian names: {words}")
    if os.geteuid() != 0:
        raise StepError(f"packages are missing; as root: apt-get install {words}")
    log = instance_dir() / "apt.log"
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    say(f"  … installing Debian packages: {words}")
    run([*_APT, "update"], log=log, env=quiet)
    run([*_APT, "install", "-y", "--no-install-recommends", *names], log=log, env=quiet)


def _is_there(probe: str) -> bool:
    if probe.startswith("/"):
        return Path(probe).exists()
    return shutil.which(probe, path=f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}") is not None
