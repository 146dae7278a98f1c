"""The image of the sources as they are, built once per machine."""

import platform
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hack.common.cache import built, digest
from hack.common.paths import REPO, cache_root
from hack.image import buildah, docker
from hack.image.inputs import BUILD_REQUIREMENTS, RUNTIME_REQUIREMENTS

REPOSITORY = "localhost/dat-operator"
_KEPT_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True)
class Image:
    """An image ``repository:tag`` in an archive as ``docker save`` writes it."""

    name: str
    archive: Path


def image() -> Image:
    """The image of the present sources; its tag is their digest.

    Raises StepError when something that builds it is missing or fails.
    """
    with_docker = docker.is_available()
    inputs = [*_inputs(), f"docker: {with_docker}", buildah.base_inputs(), platform.machine()]
    name = f"{REPOSITORY}:{digest(inputs)}"

    def build(target: Path) -> None:
        archive, log = target / "dat-operator.tar", target / "build.log"
        (docker if with_docker else buildah).build(name, archive, log)

    note = "about 4 min the first time, then 15 s"
    directory = built("image", inputs, build, note=note)
    (directory / ".built").touch()
    _forget_unused()
    return Image(name, directory / "dat-operator.tar")


def _inputs() -> Iterator[Path | str]:
    """What the Dockerfile copies, but not what Python leaves beside it."""
    yield from (REPO / "Dockerfile", REPO / ".dockerignore", BUILD_REQUIREMENTS, RUNTIME_REQUIREMENTS)
    package = REPO / "operator/dat_operator"
    for file in sorted(package.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            yield str(file.relative_to(package))
            yield file


def _forget_unused() -> None:
    """Every edit makes an archive of 400 MB: delete those that nobody asked for in a week."""
    oldest = time.time() - _KEPT_SECONDS
    for mark in (cache_root() / "built").glob("image-????????????????/.built"):
        if mark.stat().st_mtime < oldest:
            shutil.rmtree(mark.parent, ignore_errors=True)
