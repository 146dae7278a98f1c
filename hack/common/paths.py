"""Where the tools keep what they build and what they run."""

import hashlib
import os
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]


def cache_root() -> Path:
    """The user cache directory: everything built once per machine, shared by all clones."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "dat-operator"


def instance_id() -> str:
    """Eight hex digits that name this clone: they keep two clones on one machine apart."""
    return hashlib.sha256(str(REPO).encode()).hexdigest()[:8]


def instance_dir() -> Path:
    """State of what this clone runs (sockets, logs, keys); outside the clone, so it outlives it."""
    path = cache_root() / "run" / instance_id()
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    (path / "clone").write_text(f"{REPO}\n")
    return path
