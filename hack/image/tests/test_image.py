"""What is in the image, read from its archive; that it runs as a pod is for tests/e2e."""

import json
import tarfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import pytest

from dat_operator import __version__
from hack.common.paths import REPO
from hack.image import image

SITE_PACKAGES = PurePosixPath("opt/dat/lib/python3.11/site-packages")


@pytest.fixture(scope="module")
def archive() -> Iterator[tarfile.TarFile]:
    """The image's archive."""
    with tarfile.open(image().archive) as archive:
        yield archive


@pytest.fixture(scope="module")
def manifest(archive: tarfile.TarFile) -> Any:
    """What names the image's configuration and layers."""
    return _json(archive, "manifest.json")[0]


@pytest.fixture(scope="module")
def files(archive: tarfile.TarFile, manifest: Any) -> set[PurePosixPath]:
    """Every path in the image."""
    found = set()
    for name in manifest["Layers"]:
        with tarfile.open(fileobj=archive.extractfile(name)) as layer:
            found |= {PurePosixPath(member.name) for member in layer}
    return found


def _json(archive: tarfile.TarFile, name: str) -> Any:
    member = archive.extractfile(name)
    assert member is not None
    return json.load(member)


def test_it_is_named_by_its_sources(manifest: Any) -> None:
    """The archive and the API agree on the name."""
    assert manifest["RepoTags"] == [image().name]


def test_it_runs_dat_as_nobody(archive: tarfile.TarFile, manifest: Any) -> None:
    """Kubernetes checks runAsNonRoot by the number."""
    config = _json(archive, manifest["Config"])["config"]
    assert config["User"] == "65532:65532"
    assert config["Entrypoint"] == ["/opt/dat/bin/dat"]
    assert config["Labels"]["org.opencontainers.image.version"] == __version__


def test_all_sources_are_there_and_compiled(files: set[PurePosixPath]) -> None:
    """On a read-only root nothing is compiled later."""
    package = REPO / "operator/dat_operator"
    sources = [PurePosixPath(p.relative_to(package.parent)) for p in package.rglob("*.py")]
    assert sources
    assert {"opt/dat/app" / source for source in sources} <= files
    modules = [path for path in files if path.suffix == ".py" and path.is_relative_to("opt/dat")]
    compiled = {path.parent / "__pycache__" / f"{path.stem}.cpython-311.pyc" for path in modules}
    assert compiled <= files
    assert "opt/dat/app/dat_operator/chain/dat/dat.legacy.json" in {str(path) for path in files}


def test_nothing_that_only_builds_it(files: set[PurePosixPath]) -> None:
    """No pip, no compiler, and of the scripts none but ours."""
    assert SITE_PACKAGES / "kopf" in files
    assert not files & {SITE_PACKAGES / "pip", SITE_PACKAGES / "setuptools"}
    assert not files & {
        PurePosixPath("usr/bin/gcc"),
        PurePosixPath("wheels"),
        PurePosixPath("tmp/runtime.txt"),
    }
    scripts = {path.name for path in files if path.parent == PurePosixPath("opt/dat/bin")}
    assert scripts == {"dat", "python", "python3", "python3.11"}
