"""The image by buildah, without a registry: on a base from Debian's packages, with wheels from pip.

The Dockerfile is the one that Docker builds; only its base and where pip looks are given to it.
"""

import datetime
import json
import os
import shutil
import subprocess
from pathlib import Path

from hack.common import packages
from hack.common.cache import built, digest
from hack.common.paths import REPO, cache_root
from hack.common.steps import StepError, run, say, step
from hack.image import wheels

SUITE = "bookworm"
BASE_PACKAGES = ("ca-certificates", "python3", "python3-venv")
_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
_PROGRAMS = {"buildah": "buildah", "debootstrap": "debootstrap", _KEYRING: "debian-archive-keyring"}
_BASE = Path(__file__).parent / "Base.Dockerfile"
# What a container never reads: a third of what debootstrap leaves.
_NEEDLESS = (
    "usr/share/doc",
    "usr/share/info",
    "usr/share/locale",
    "usr/share/man",
    "var/cache/apt/archives",
    "var/lib/apt/lists",
    "var/log",
)
_KEPT = datetime.timedelta(days=7)


def base_inputs() -> str:
    """What decides about the base image."""
    return f"{SUITE} {BASE_PACKAGES} signed by {_KEYRING} without {_NEEDLESS}"


def build(name: str, archive: Path, log: Path) -> None:
    """Build the Dockerfile and write the archive."""
    if os.geteuid() != 0:
        raise StepError("building the image needs root for buildah and debootstrap, or a Docker daemon")
    packages.ensure(_PROGRAMS)
    base = _base_image(log)
    arguments = {"BASE": base, "PIP_NO_INDEX": "1"}
    command: list[str | Path] = [*_BUILD, "--layers", "--pull-never", "--tag", name]
    command += [f"--build-context=wheels={wheels.directory()}"]
    command += [f"--build-arg={key}={value}" for key, value in arguments.items()]
    run([*command, f"--file={REPO}/Dockerfile", REPO], log=log)
    # As docker save writes it: buildah would compress all of an OCI archive again for every edit.
    run([*_BUILDAH, "push", "--quiet", name, f"docker-archive:{archive}:{name}"], log=log)
    _forget_old_layers()


def _base_image(log: Path) -> str:
    """The name of the base image in buildah's store."""
    archive = built("image-base", [base_inputs(), _BASE], _bootstrap, note="a minute or two") / "root.tar"
    name = f"localhost/dat-base:{digest([base_inputs(), _BASE])}"
    if subprocess.run([*_BUILDAH, "inspect", "--type=image", name], capture_output=True).returncode != 0:
        with step("import the base image"):
            run([*_BUILD, "--tag", name, f"--file={_BASE}", archive.parent], log=log)
    return name


def _bootstrap(target: Path) -> None:
    """Write root.tar: Debian with Python, and nothing of what a container never reads."""
    root, log = target / "root", target / "debootstrap.log"
    run(debootstrap(root, _mirror()), log=log)
    for needless in _NEEDLESS:
        shutil.rmtree(root / needless)
        (root / needless).mkdir()
    run(
        ["tar", "--create", f"--file={target}/root.tar", f"--directory={root}", "--exclude=./dev/*", "."],
        log=log,
    )
    shutil.rmtree(root)


def debootstrap(root: Path, mirror: str) -> list[str | Path]:
    """The command that fills ``root``; it fails unless Debian's keys have signed what the mirror gives."""
    include = f"--include={','.join(BASE_PACKAGES)}"
    checked = ("--force-check-gpg", f"--keyring={_KEYRING}")
    return ["debootstrap", "--variant=minbase", *checked, include, SUITE, root, mirror]


def _mirror() -> str:
    """The address this machine takes Debian packages from, as apt says."""
    command = ["apt-get", "indextargets", "--format", "$(ORIGIN) $(REPO_URI)"]
    listing = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = sorted({line.split()[1] for line in listing.splitlines() if line.startswith("Debian ")})
    mirrors = [address for address in found if "security" not in address]
    if not mirrors:
        raise StepError(
            "apt names no Debian mirror for the image's base. Run `apt-get update` on a Debian machine, "
            "or build with a Docker daemon."
        )
    return mirrors[0]


def _store() -> Path:
    return cache_root() / "image-store"


_BUILDAH: tuple[str, ...] = ("buildah", f"--root={_store()}", f"--runroot={_store()}/run")
_BUILD: tuple[str, ...] = (*_BUILDAH, "build", "--isolation=chroot", "--format=docker")


def _forget_old_layers() -> None:
    """Delete images that are a week old; what newer ones are made of stays, and so does the base."""
    listing = subprocess.run([*_BUILDAH, "images", "--json"], capture_output=True, text=True, check=True)
    now = datetime.datetime.now(datetime.UTC)
    old = [
        entry["id"]
        for entry in json.loads(listing.stdout or "null") or []
        if now - datetime.datetime.fromtimestamp(entry["created"], datetime.UTC) > _KEPT
        and not str(entry["names"]).startswith("['localhost/dat-base:")
    ]
    if old:
        say(f"  forgetting {len(old)} images that are a week old")
        subprocess.run([*_BUILDAH, "rmi", *old], capture_output=True, check=False)
