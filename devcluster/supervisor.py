"""The supervisor: one process starts all servers of a cluster. When it ends, the kernel stops them.

It runs as a plain script, ``supervisor.py LOCK PLAN``, and starts the services of the plan. For a
cluster with a node it is PID 1 of namespaces of its own (processes, mounts, network): at its end,
also after kill -9, the kernel ends every server and every pod and removes their mounts and
interfaces. For a control plane alone it is an ordinary process; its children get SIGKILL at its end.

There is no pid file. The supervisor holds a record lock on LOCK while it runs, and the kernel names
the holder (see instance.py). A stale number can therefore never mean a foreign process.
"""

import ctypes
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

RESTART_SECONDS = 1.0
GATE_POLL_SECONDS = 0.05
IDLE_SECONDS = 5.0
# From <linux/prctl.h>: the signal that the kernel sends when the parent dies, however it dies.
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


@dataclass(frozen=True)
class Service:
    """A server that is kept running. It starts once ``after`` (``host:port`` or a socket path) is open."""

    name: str
    command: list[str]
    after: str = ""


@dataclass(frozen=True)
class Plan:
    """The work of a supervisor: commands that must succeed once, then servers that are kept running."""

    setup: list[list[str]]
    services: list[Service]
    environment: dict[str, str]
    logs: str
    status: str
    stopped: str
    """A directory. A file with the name of a server keeps this server stopped."""

    def dump(self) -> str:
        """Return the plan as text."""
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def load(cls, text: str) -> "Plan":
        """Return the plan of a text from dump()."""
        data = json.loads(text)
        data["services"] = [Service(**service) for service in data["services"]]
        return cls(**data)


@dataclass
class Running:
    """A service of the plan and its process. ``pid`` is 0 while the service does not run."""

    service: Service
    pid: int = 0
    starts: int = 0
    not_before: float = field(default=0.0)

    def start(self, plan: Plan) -> None:
        """Start the server. Its output is appended to its log."""
        log = Path(plan.logs, f"{self.service.name}.log")
        supervisor = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            _become(self.service.command, plan.environment, log, supervisor)
        self.starts += 1

    def ended(self, code: int) -> None:
        """Note the end of the process. The server starts again after RESTART_SECONDS."""
        print(f"{self.service.name} ended with {code}", flush=True)
        self.pid = 0
        self.not_before = time.monotonic() + RESTART_SECONDS


def _become(command: list[str], environment: dict[str, str], log: Path, supervisor: int) -> None:
    """Replace this new child process by the server, unless the supervisor has ended meanwhile."""
    try:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == supervisor:
            os.setsid()
            signal.pthread_sigmask(signal.SIG_SETMASK, [])
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), 1)
            os.dup2(1, 2)
            os.execvpe(command[0], command, environment)  # noqa: S606 - a list without a shell
    except OSError as error:
        print(f"{command[0]}: {error}", flush=True)
    finally:
        os._exit(127)


def is_open(gate: str) -> bool:
    """Whether the server at ``host:port`` or at a socket path accepts connections."""
    if not gate:
        return True
    family = socket.AF_UNIX if gate.startswith("/") else socket.AF_INET
    host, _, port = gate.rpartition(":")
    with socket.socket(family) as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(gate if family == socket.AF_UNIX else (host, int(port))) == 0


def reap(running: list[Running]) -> bool:
    """Collect every ended child, also orphans that PID 1 inherits. Return true if a service ended."""
    died = False
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return died
        if pid == 0:
            return died
        for one in running:
            if one.pid == pid:
                one.ended(os.waitstatus_to_exitcode(status))
                died = True


def start_waiting(running: list[Running], plan: Plan) -> bool:
    """Start every service that does not run and may start. Return true if one was started."""
    now, stopped = time.monotonic(), os.listdir(plan.stopped)
    waiting = [one for one in running if not one.pid and one.service.name not in stopped]
    ready = [one for one in waiting if now >= one.not_before and is_open(one.service.after)]
    for one in ready:
        one.start(plan)
    return bool(ready)


def write_status(running: list[Running], path: Path) -> None:
    """Write the list of services and processes. Readers see the old file or the new file."""
    states = {one.service.name: {"pid": one.pid, "starts": one.starts} for one in running}
    new = path.with_suffix(".new")
    new.write_text(json.dumps(states))
    new.replace(path)


def keep_running(plan: Plan) -> None:
    """Start the services in the order in which their gates open. Start a service again when it ends."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    running = [Running(service) for service in plan.services]
    while True:
        died = reap(running)
        started = start_waiting(running, plan)
        if died or started:
            write_status(running, Path(plan.status))
        waiting = any(not one.pid for one in running)
        signal.sigtimedwait({signal.SIGCHLD}, GATE_POLL_SECONDS if waiting else IDLE_SECONDS)


def main() -> None:
    """Hold the lock and carry out the plan, until the end of the process."""
    lock_path, plan_path = map(Path, sys.argv[1:])
    with lock_path.open("a") as lock:
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit(f"another supervisor holds {lock_path}")
        plan = Plan.load(plan_path.read_text())
        for command in plan.setup:
            done = subprocess.run(command, env=plan.environment, stdin=subprocess.DEVNULL, check=False)
            if done.returncode != 0:
                sys.exit(f"ended with {done.returncode}: {' '.join(command)}")
        keep_running(plan)


if __name__ == "__main__":
    main()
