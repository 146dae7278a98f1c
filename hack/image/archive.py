"""The image of the present sources, built once per machine."""

import platform
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hack.common.cache import Build, digest
from hack.common.paths import REPO, cache_root
from hack.image import buildah, docker
from hack.image.buildah import base_build
from hack.image.inputs import BUILD_REQUIREMENTS, RUNTIME_REQUIREMENTS
from hack.image.wheels import wheels_build

REPOSITORY = "localhost/dat-operator"
ARCHIVE = "dat-operator.tar"
_KEPT_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True)
class Image:
    """An image ``repository:tag`` in an archive as ``docker save`` writes it."""

    name: str
    archive: Path


def image_build() -> Build:
    """The build of the image of the present sources."""
    with_docker = docker.is_available()
    inputs = [*_inputs(), f"docker: {with_docker}", buildah.base_inputs(), platform.machine()]
    name = f"{REPOSITORY}:{digest(inputs)}"

    def make(target: Path) -> None:
        (docker if with_docker else buildah).build(name, target / ARCHIVE, target / "build.log")

    return Build("image", "image of the operator", inputs, make, seconds=40)


def builds() -> list[Build]:
    """All builds of the image, in their order."""
    image = image_build()
    return [image] if docker.is_available() else [base_build(), wheels_build(), image]


def image() -> Image:
    """The image of the present sources; its tag is their digest.

    Raises StepError if a program that builds the image is missing or fails.
    """
    build = image_build()
    directory = build.directory()
    build.mark.touch()
    _forget_unused()
    return Image(f"{REPOSITORY}:{digest(build.inputs)}", directory / ARCHIVE)


def _inputs() -> Iterator[Path | str]:
    """Yield the files that the Dockerfile copies, without Python's bytecode."""
    yield from (REPO / "Dockerfile", REPO / ".dockerignore", BUILD_REQUIREMENTS, RUNTIME_REQUIREMENTS)
    package = REPO / "operator/dat_operator"
    for file in sorted(package.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            yield str(file.relative_to(package))
            yield file


def _forget_unused() -> None:
    """Delete archives without use in a week: every edit makes an archive of 400 MB."""
    oldest = time.time() - _KEPT_SECONDS
    for mark in (cache_root() / "built").glob("image-????????????????/.built"):
        if mark.stat().st_mtime < oldest:
            shutil.rmtree(mark.parent, ignore_errors=True)
