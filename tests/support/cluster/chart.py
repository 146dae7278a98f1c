"""The chart as Helm renders it, and what its ServiceAccounts may do."""

import json
import subprocess
from pathlib import Path
from typing import Any

import yaml

from devcluster.cluster import tools
from hack.common.paths import REPO
from tests.support.cluster.kubectl import kubectl

CHART = REPO / "charts/dat-operator"
NAME = "dat-operator"


def helm(*words: str | Path) -> str:
    """What Helm prints."""
    command = [str(word) for word in (tools().helm, *words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def render(namespace: str, *words: str) -> list[dict[str, Any]]:
    """The chart's objects without the CRDs."""
    text = helm("template", NAME, CHART, "--namespace", namespace, *words)
    return [document for document in yaml.safe_load_all(text) if document]


def kubeconfig_of(kubeconfig: Path, namespace: str, account: str, folder: Path) -> Path:
    """A kubeconfig with a token of a ServiceAccount in place of the administrator's key."""
    admin = json.loads(kubectl(kubeconfig, "config", "view", "--raw", "--output=json"))
    token = kubectl(kubeconfig, "-n", namespace, "create", "token", account).strip()
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": admin["clusters"][0]["cluster"]}],
        "users": [{"name": "u", "user": {"token": token}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u", "namespace": namespace}}],
        "current-context": "x",
    }
    file = folder / f"{account}.kubeconfig"
    file.write_text(json.dumps(config))
    return file
