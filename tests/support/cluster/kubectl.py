"""kubectl, of the version that the project is tested with: what people type, and what they read."""

import subprocess
from pathlib import Path

from devcluster.cluster import tools


def run(kubeconfig: Path, *words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run kubectl. A failure raises nothing."""
    command = [str(tools().kubectl), "--kubeconfig", str(kubeconfig), *words]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)


def kubectl(kubeconfig: Path, *words: str, stdin: str | None = None) -> str:
    """What kubectl prints; it must succeed."""
    done = run(kubeconfig, *words, stdin=stdin)
    assert done.returncode == 0, done.stderr
    return done.stdout
