"""Outages: servers, or the node with all its pods, stop for a while and start again with their state."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from devcluster.instance import Instance
from hack.common.steps import StepError

NODE = "node"
_CONTROL_PLANE = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
_SECONDS = 10.0


def stop(instance: Instance, servers: Sequence[str]) -> None:
    """Kill servers and keep them stopped. ``node`` is a power cut of all its servers and pods."""
    names = _names(instance, servers)
    for name in names:
        (instance.stopped / name).touch()
    deadline = time.monotonic() + _SECONDS
    # Again: a process may have been started in between.
    while alive := _alive(instance, names, pods=NODE in servers):
        if time.monotonic() > deadline:
            raise StepError(f"processes {alive} do not end after SIGKILL")
        for pid in alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def start(instance: Instance, servers: Sequence[str]) -> None:
    """Release stopped servers. The supervisor starts them within a second."""
    for name in _names(instance, servers):
        (instance.stopped / name).unlink(missing_ok=True)


def _names(instance: Instance, servers: Sequence[str]) -> list[str]:
    there = list(instance.pids())
    known = {name: [name] for name in there}
    if of_node := [name for name in there if name not in _CONTROL_PLANE]:
        known[NODE] = of_node
    for server in servers:
        if server not in known:
            has = ", ".join(known) or "none: it does not run"
            raise StepError(f"cluster '{instance.name}' has no server '{server}'; it has {has}")
    return [name for server in servers for name in known[server]]


def _alive(instance: Instance, names: Sequence[str], *, pods: bool) -> list[int]:
    """Return the processes of these servers; with ``pods``, all of the cluster except other servers."""
    pids = instance.pids()
    if not pods:
        return [pids[name] for name in names if pids[name]]
    others = {pid for name, pid in pids.items() if name not in names}
    return [pid for pid in _below(instance.supervisor_pid()) if pid not in others]


def _below(parent: int) -> Iterator[int]:
    """Yield all descendants of a process."""
    children: list[str] = []
    with contextlib.suppress(OSError):  # The process has ended meanwhile.
        for task in Path(f"/proc/{parent}/task").iterdir():
            children += (task / "children").read_text().split()
    for child in map(int, children):
        yield child
        yield from _below(child)
