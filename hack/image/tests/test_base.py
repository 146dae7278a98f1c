"""The base of the image is signed by Debian, or named by the digest of Docker's official image."""

import re
import subprocess
from pathlib import Path

import pytest

from hack.common.paths import REPO
from hack.image.buildah import SUITE, debootstrap


def test_the_public_base_is_named_by_its_digest() -> None:
    """T14: a person who can move the tag could change the image."""
    (base,) = re.findall(r"^ARG BASE=(.*)$", (REPO / "Dockerfile").read_text(), re.MULTILINE)
    assert re.fullmatch(r"docker\.io/library/python:3\.11-slim-bookworm@sha256:[0-9a-f]{64}", base)


@pytest.mark.parametrize("signature", [None, b"not a signature"])
def test_an_unsigned_mirror_is_refused(tmp_path: Path, signature: bytes | None) -> None:
    """A forged mirror, or a forged answer on the way."""
    suite = tmp_path / "mirror/dists" / SUITE
    suite.mkdir(parents=True)
    (suite / "Release").write_text(f"Suite: {SUITE}\nCodename: {SUITE}\nComponents: main\n")
    if signature:
        (suite / "Release.gpg").write_bytes(signature)
    command = debootstrap(tmp_path / "root", f"file://{tmp_path}/mirror")
    done = subprocess.run([*command], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode != 0
    assert re.search(r"release signature|gpgv to check Release signature", done.stdout + done.stderr)


def test_debians_keys_are_asked_for() -> None:
    """Without the flag, a machine without the keys checks nothing."""
    assert "--force-check-gpg" in debootstrap(Path("root"), "mirror")
