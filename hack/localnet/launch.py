"""Start the chain's process and wait for the line that says it is ready."""

import json
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hack.common.steps import TAIL_LINES, StepError
from hack.localnet.process import Identity

START_SECONDS = 60  # a start takes 1 s; beside a compiler it takes longer
FREE_PORT_TRIES = 3  # another process may take a free port before the chain does


@dataclass(frozen=True)
class Started:
    """A chain that answers, with its process."""

    child: subprocess.Popen[bytes]
    process: Identity
    rpc_url: str
    ws_url: str


def launch(command: Sequence[str], folder: Path, *, owned: bool) -> Started:
    """Run the chain with its log in ``folder``. An owned chain ends with this process."""
    for _ in range(FREE_PORT_TRIES - 1):
        try:
            return _launch(command, folder, owned)
        except _PortTakenError:
            continue
    return _launch(command, folder, owned)


class _PortTakenError(StepError):
    """Another process took the port."""


def _launch(command: Sequence[str], folder: Path, owned: bool) -> Started:
    out, log = folder / "ready.json", folder / "chain.log"
    with out.open("wb") as stdout, log.open("wb") as stderr:
        child = subprocess.Popen(
            [*command, *(["--until-stdin-closes"] if owned else [])],
            stdin=subprocess.PIPE if owned else subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            # Ctrl-C goes to this process only, which then stops the chain in order.
            start_new_session=True,
        )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        for line in out.read_text().splitlines(keepends=True):
            if line.startswith("{") and line.endswith("\n"):
                ready = json.loads(line)
                process = Identity.of(child.pid)
                if process is not None:
                    return Started(child, process, ready["rpc_url"], ready["ws_url"])
        if child.poll() is not None:
            break
        time.sleep(0.02)
    child.kill()
    child.wait()
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-TAIL_LINES:])
    message = f"the chain did not start. Its log: {log}\n{tail}"
    if "already in use" in tail or "cannot listen" in tail:
        raise _PortTakenError(message)
    raise StepError(message)
