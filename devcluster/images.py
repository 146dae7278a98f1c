"""Write OCI image archives from directories, without a daemon or a registry.

From a shell: ``python3 -m devcluster.images OUT.tar NAME:TAG --layer DIR --entrypoint /program``.
"""

import argparse
import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_OCI = "application/vnd.oci.image"
_KINDS = (tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE)


class _Archive:
    """A tar whose files have their digests as names, except the index. All times are the same."""

    def __init__(self, tar: tarfile.TarFile, epoch: int) -> None:
        self._tar = tar
        self._epoch = epoch

    def file(self, name: str, data: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mtime = len(data), self._epoch
        self._tar.addfile(info, io.BytesIO(data))

    def blob(self, media_type: str, content: object) -> dict[str, object]:
        data = json.dumps(content, sort_keys=True).encode()
        digest = hashlib.sha256(data).hexdigest()
        self.file(f"blobs/sha256/{digest}", data)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}

    def layer(self, directory: Path) -> dict[str, object]:
        """Add a directory as a layer, not compressed: this machine reads the archive at once."""
        with tempfile.TemporaryFile() as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as layer:
                layer.add(directory, arcname=".", filter=self._normalized)
            info = tarfile.TarInfo()
            info.size, info.mtime = file.tell(), self._epoch
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            info.name = f"blobs/sha256/{digest}"
            file.seek(0)
            self._tar.addfile(info, file)
        media_type = f"{_OCI}.layer.v1.tar"
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": info.size}

    def _normalized(self, info: tarfile.TarInfo) -> tarfile.TarInfo | None:
        if info.type not in _KINDS:
            return None
        info.mtime = self._epoch
        info.uname = info.gname = ""
        return info


def write(
    out: Path,
    name: str,
    layers: Sequence[Path],
    *,
    entrypoint: Sequence[str] = (),
    command: Sequence[str] = (),
    environment: Sequence[str] = (),
    workdir: str = "/",
    user: str = "",
) -> None:
    """Write the image ``name:tag`` of ``layers`` (directories, lowest first) to the archive ``out``.

    The same directories give the same bytes. SOURCE_DATE_EPOCH sets the times.
    """
    with tarfile.open(out, "w") as tar:
        archive = _Archive(tar, int(os.environ.get("SOURCE_DATE_EPOCH", "0")))
        archive.file("oci-layout", b'{"imageLayoutVersion": "1.0.0"}')
        blobs = [archive.layer(layer) for layer in layers]
        config = {
            "architecture": {"x86_64": "amd64", "aarch64": "arm64"}[os.uname().machine],
            "os": "linux",
            "config": {
                "Entrypoint": list(entrypoint) or None,
                "Cmd": list(command) or None,
                "Env": [_PATH, *environment],
                "WorkingDir": workdir,
                "User": user,
            },
            "rootfs": {"type": "layers", "diff_ids": [blob["digest"] for blob in blobs]},
        }
        media_type = f"{_OCI}.manifest.v1+json"
        manifest = {
            "schemaVersion": 2,
            "mediaType": media_type,
            "config": archive.blob(f"{_OCI}.config.v1+json", config),
            "layers": blobs,
        }
        entry = archive.blob(media_type, manifest)
        entry["annotations"] = {
            "io.containerd.image.name": name,
            "org.opencontainers.image.ref.name": name.rpartition(":")[2],
        }
        archive.file("index.json", json.dumps({"schemaVersion": 2, "manifests": [entry]}).encode())


def foreign_name(archive: Path) -> str:
    """Return the ``name:tag`` of an OCI archive if containerd would read it as a tag only, else "".

    Buildah and skopeo write the whole name into the standard annotation. containerd expects it in
    an annotation of its own.
    """
    with tarfile.open(archive) as tar:
        index = next((member for member in tar if member.name.endswith("index.json")), None)
        content = tar.extractfile(index) if index else None
        if content is None:
            return ""
        annotations = json.load(content)["manifests"][0].get("annotations", {})
    if "io.containerd.image.name" in annotations:
        return ""
    name: str = annotations.get("org.opencontainers.image.ref.name", "")
    return name if ":" in name else ""


def _main() -> None:
    parser = argparse.ArgumentParser(description="Write an OCI image archive from directories.")
    parser.add_argument("out", type=Path)
    parser.add_argument("name")
    parser.add_argument("--layer", action="append", type=Path, required=True)
    parser.add_argument("--entrypoint", nargs="*", default=[])
    parser.add_argument("--command", nargs="*", default=[])
    parser.add_argument("--env", action="append", default=[])
    parser.add_argument("--workdir", default="/")
    parser.add_argument("--user", default="")
    given = parser.parse_args()
    write(
        given.out,
        given.name,
        given.layer,
        entrypoint=given.entrypoint,
        command=given.command,
        environment=given.env,
        workdir=given.workdir,
        user=given.user,
    )


if __name__ == "__main__":
    _main()
