"""Directories of the tools: builds and running instances."""

import hashlib
import os
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]


def cache_root() -> Path:
    """Return the user cache directory. It holds all builds; all clones share it."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "dat-operator"


def instance_id() -> str:
    """Return eight hex digits that distinguish this clone from others on the machine."""
    return hashlib.sha256(str(REPO).encode()).hexdigest()[:8]


def instance_dir() -> Path:
    """Return the state directory of this clone (sockets, logs, keys). It stays if the clone is deleted."""
    path = cache_root() / "run" / instance_id()
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    (path / "clone").write_text(f"{REPO}\n")
    return path
