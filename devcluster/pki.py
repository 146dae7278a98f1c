"""The certificates of one cluster, its service account key, and its kubeconfigs."""

import base64
import json
import subprocess
from pathlib import Path

from hack.common.steps import StepError

_DAYS = "365"
_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"]


class Pki:
    """A certificate authority and its certificates, in one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)

    def file(self, name: str) -> str:
        """Return the path of a certificate or key, for the command line of a server."""
        return str(self.directory / name)

    def create_authority(self) -> None:
        """Create the authority and the key pair that signs service account tokens."""
        subject = ["-subj", "/CN=dat-development-cluster"]
        usage = ["-addext", "keyUsage=critical,keyCertSign,cRLSign"]
        ca = ["-keyout", self.file("ca.key"), "-out", self.file("ca.crt")]
        _openssl("req", "-x509", *_KEY, "-days", _DAYS, *subject, *usage, *ca)
        ec = ["ecparam", "-name", "prime256v1", "-genkey", "-noout"]
        _openssl(*ec, "-out", self.file("sa.key"))
        _openssl("ec", "-in", self.file("sa.key"), "-pubout", "-out", self.file("sa.pub"))

    def issue(self, name: str, user: str, group: str, hosts: tuple[str, ...] = ()) -> None:
        """Sign ``name``.crt for a Kubernetes user and group; ``hosts`` are ``IP:…`` or ``DNS:…``."""
        extensions = ["keyUsage=digitalSignature", "extendedKeyUsage=clientAuth,serverAuth"]
        extensions.append("basicConstraints=critical,CA:FALSE")
        if hosts:
            extensions.append("subjectAltName=" + ",".join(hosts))
        authority = ["-CA", self.file("ca.crt"), "-CAkey", self.file("ca.key")]
        files = ["-keyout", self.file(f"{name}.key"), "-out", self.file(f"{name}.crt")]
        added = [word for extension in extensions for word in ("-addext", extension)]
        subject = ["-subj", f"/O={group}/CN={user}"]
        _openssl("req", "-x509", *_KEY, "-days", _DAYS, *subject, *authority, *added, *files)

    def write_kubeconfig(self, target: Path, server: str, name: str, context: str) -> None:
        """Write the kubeconfig of certificate ``name``, readable by its owner only, with all data inside."""
        cluster = {"server": server, "certificate-authority-data": self._data("ca.crt")}
        user = {
            "client-certificate-data": self._data(f"{name}.crt"),
            "client-key-data": self._data(f"{name}.key"),
        }
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": context,
            "clusters": [{"name": context, "cluster": cluster}],
            "users": [{"name": context, "user": user}],
            "contexts": [{"name": context, "context": {"cluster": context, "user": context}}],
        }
        target.touch(mode=0o600)
        target.write_text(json.dumps(config, indent=1) + "\n")

    def _data(self, name: str) -> str:
        return base64.b64encode((self.directory / name).read_bytes()).decode()


def _openssl(*arguments: str) -> None:
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StepError(f"openssl {arguments[0]} failed (OpenSSL 3 is needed):\n{done.stderr}")
