"""Build the image with buildah, without a registry: a base of Debian's packages, wheels from pip.

The Dockerfile is the same as for Docker. Only its base and pip's source of packages differ.
"""

import datetime
import json
import os
import shutil
import subprocess
from pathlib import Path

from hack.common import packages
from hack.common.cache import Build, digest
from hack.common.paths import REPO, cache_root
from hack.common.steps import StepError, run, say
from hack.image import wheels

SUITE = "bookworm"
BASE_PACKAGES = ("ca-certificates", "python3", "python3-venv")
_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
_PROGRAMS = {"buildah": "buildah", "debootstrap": "debootstrap", _KEYRING: "debian-archive-keyring"}
_BASE = Path(__file__).parent / "Base.Dockerfile"
# A container never reads these directories: a third of the output of debootstrap.
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
    """Return all inputs of the base image, as one text."""
    return f"{SUITE} {BASE_PACKAGES} signed by {_KEYRING} without {_NEEDLESS}"


def build(name: str, archive: Path, log: Path) -> None:
    """Build the Dockerfile and write the archive."""
    if os.geteuid() != 0:
        raise StepError("building the image needs root for buildah and debootstrap, or a Docker daemon")
    packages.ensure(_PROGRAMS)
    base = _base_image(log)
    arguments = {"BASE": base, "PIP_NO_INDEX": "1"}
    command: list[str | Path] = [*_BUILD, "--layers", "--pull-never", "--tag", name]
    command += [f"--build-context=wheels={wheels.wheels_build().directory()}"]
    command += [f"--build-arg={key}={value}" for key, value in arguments.items()]
    run([*command, f"--file={REPO}/Dockerfile", REPO], log=log)
    # In the format of docker save: buildah would compress a whole OCI archive again for every edit.
    run([*_BUILDAH, "push", "--quiet", name, f"docker-archive:{archive}:{name}"], log=log)
    _forget_old_layers()


def base_build() -> Build:
    """The build of root.tar: Debian with Python."""
    return Build("image-base", "base of the image", [base_inputs(), _BASE], _bootstrap, seconds=40)


def _base_image(log: Path) -> str:
    """Return the name of the base image in buildah's store. Import the image if needed."""
    directory = base_build().directory()
    name = f"localhost/dat-base:{digest([base_inputs(), _BASE])}"
    if subprocess.run([*_BUILDAH, "inspect", "--type=image", name], capture_output=True).returncode != 0:
        run([*_BUILD, "--tag", name, f"--file={_BASE}", directory], log=log)
    return name


def _bootstrap(target: Path) -> None:
    """Write root.tar: Debian with Python, without directories that a container never reads."""
    packages.ensure(_PROGRAMS)
    root, log = target / "root", target / "build.log"
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
    """Return the command that fills ``root``. It fails unless Debian has signed the mirror's files."""
    include = f"--include={','.join(BASE_PACKAGES)}"
    checked = ("--force-check-gpg", f"--keyring={_KEYRING}")
    return ["debootstrap", "--variant=minbase", *checked, include, SUITE, root, mirror]


def _mirror() -> str:
    """Ask apt for the address of this machine's Debian mirror."""
    command = ["apt-get", "indextargets", "--format", "$(ORIGIN) $(REPO_URI)"]
    listing = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    found = sorted({line.split()[1] for line in listing.splitlines() if line.startswith("Debian ")})
    mirrors = [address for address in found if "security" not in address]
    if not mirrors:
        raise StepError(
            "apt knows no Debian mirror for the image's base. Run `apt-get update` on a Debian machine, "
            "or build with a Docker daemon."
        )
    return mirrors[0]


def _store() -> Path:
    return cache_root() / "image-store"


_BUILDAH: tuple[str, ...] = ("buildah", f"--root={_store()}", f"--runroot={_store()}/run")
_BUILD: tuple[str, ...] = (*_BUILDAH, "build", "--isolation=chroot", "--format=docker")


def _forget_old_layers() -> None:
    """Delete images that are a week old. Layers of newer images and the base stay."""
    listing = subprocess.run([*_BUILDAH, "images", "--json"], capture_output=True, text=True, check=True)
    now = datetime.datetime.now(datetime.UTC)
    old = [
        entry["id"]
        for entry in json.loads(listing.stdout or "null") or []
        if now - datetime.datetime.fromtimestamp(entry["created"], datetime.UTC) > _KEPT
        and not str(entry["names"]).startswith("['localhost/dat-base:")
    ]
    if old:
        say(f"  deleting {len(old)} images that are a week old")
        subprocess.run([*_BUILDAH, "rmi", *old], capture_output=True, check=False)
