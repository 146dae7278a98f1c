"""One cluster of one clone: its state directory, and the start and stop of its supervisor."""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from devcluster import supervisor
from devcluster.supervisor import Plan
from hack.common.paths import cache_root, instance_dir
from hack.common.steps import StepError

# struct flock of fcntl(2): type, whence, start, length, pid.
_FLOCK = "hhqqi4x"
_STOP_SECONDS = 20.0
_NAMESPACES = ["--pid", "--mount", "--net", "--ipc", "--uts"]


class Instance:
    """State directory and supervisor of the cluster ``name`` of this clone."""

    def __init__(self, name: str, base: Path | None = None) -> None:
        if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?", name):
            raise StepError(f"'{name}' is no name for a cluster: use a-z, 0-9 and '-', at most 30 characters")
        self.name = name
        self.state = (base or instance_dir()) / f"cluster-{name}"
        # Outside the state directory: a removed directory must not take the lock with it.
        self._lock = self.state.with_suffix(".lock")
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def tag(self) -> str:
        """Eight hex digits that name this instance in cgroups and network interfaces of the machine."""
        return hashlib.sha256(str(self.state).encode()).hexdigest()[:8]

    @property
    def logs(self) -> Path:
        """The directory of logs: one file for each server and one for the supervisor."""
        return self.state / "logs"

    @property
    def status_file(self) -> Path:
        """The file in which the supervisor lists its processes."""
        return self.state / "status.json"

    @property
    def stopped(self) -> Path:
        """The directory of stopped servers: a file with a server's name keeps it stopped (outage.py)."""
        return self.state / "stopped"

    def supervisor_pid(self) -> int:
        """Ask the kernel for the pid of the running supervisor, in this namespace; 0 if there is none."""
        try:
            with self._lock.open("r+") as file:
                query = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
                answer = struct.unpack(_FLOCK, fcntl.fcntl(file, fcntl.F_GETLK, query))
        except FileNotFoundError:
            return 0
        return 0 if answer[0] == fcntl.F_UNLCK else int(answer[4])

    def start(self, plan: Plan, *, namespaces: bool) -> None:
        """Start the supervisor in a session of its own. Return once it runs."""
        for directory in (self.logs, self.stopped):
            directory.mkdir(parents=True, exist_ok=True)
        self._lock.touch()
        plan_file = self.state / "plan.json"
        plan_file.write_text(plan.dump())
        command = [sys.executable, supervisor.__file__, str(self._lock), str(plan_file)]
        if namespaces:
            unshare = ["unshare", "--fork", "--kill-child=KILL", "--mount-proc"]
            command = [*unshare, "--propagation=private", *_NAMESPACES, *command]
        with (self.logs / "supervisor.log").open("a") as log:
            self._child = subprocess.Popen(
                command,
                env=plan.environment,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while not self.supervisor_pid():
            if self._child.poll() is not None:
                raise StepError(f"the supervisor did not start:\n{self.log_tail('supervisor')}")
            time.sleep(0.01)

    def stop(self) -> bool:
        """Stop this instance and wait for the end of its processes. Return false if none ran."""
        ran = self._kill_supervisor()
        if self._child:
            self._child.wait(_STOP_SECONDS)
        return ran

    def _kill_supervisor(self) -> bool:
        """Kill the supervisor. Wait for the end of its servers too. Return false if there was none."""
        pid = self.supervisor_pid()
        if not pid:
            return False
        with contextlib.ExitStack() as handles:
            ours = [_open_process(one, handles) for one in (pid, *self.pids().values()) if one]
            # A handle always means the same process. If the process holds the lock now, it is ours.
            if ours[0] is not None and self.supervisor_pid() == pid:
                signal.pidfd_send_signal(ours[0], signal.SIGKILL)
                for handle in filter(None, ours):
                    if not select.select([handle], [], [], _STOP_SECONDS)[0]:
                        raise StepError(f"supervisor {pid} or one of its servers does not end after SIGKILL")
        return True

    def remove(self) -> None:
        """Delete the state. Call stop() before."""
        if self.state.exists():
            shutil.rmtree(self.state)

    def inside(self, command: Sequence[str]) -> list[str]:
        """Return the command line that runs ``command`` in the namespaces of the running supervisor."""
        pid = self.supervisor_pid()
        if not pid:
            raise StepError(f"cluster '{self.name}' does not run: python3 -m devcluster up")
        return ["nsenter", f"--target={pid}", *_NAMESPACES, "--", *command]

    def pids(self) -> dict[str, int]:
        """Return the servers' process ids in this namespace, for tests that suspend one."""
        supervisor = self.supervisor_pid()
        if not supervisor:
            return {}
        seen_inside = {}
        for pid in Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split():
            with contextlib.suppress(OSError):
                # "NSpid: 4711 12": the id here, then the id in the namespace.
                status = Path(f"/proc/{pid}/status").read_text()
                numbers = re.findall(r"^NSpid:(.*)$", status, re.MULTILINE)[0].split()
                seen_inside[int(numbers[-1])] = int(pid)
        return {name: seen_inside.get(entry["pid"], 0) for name, entry in self._listed().items()}

    def starts(self, service: str) -> int:
        """Return how often the supervisor has started a service."""
        return self._listed().get(service, {}).get("starts", 0)

    def _listed(self) -> dict[str, dict[str, int]]:
        """Read the supervisor's list of services. The list is empty before the first start."""
        try:
            listed: dict[str, dict[str, int]] = json.loads(self.status_file.read_text())
        except FileNotFoundError:
            return {}
        return listed

    def describe_services(self) -> list[str]:
        """Return a line for each server: its pid here, its resident memory, the number of its starts."""
        return [
            f"{name:<24} pid {pid:<8} {_resident_mib(pid):>5} MiB  started {self.starts(name)} time(s)"
            for name, pid in self.pids().items()
        ]

    def log_tail(self, service: str, lines: int = 15) -> str:
        """Return the end of a server's log, below the path of the log."""
        path = self.logs / f"{service}.log"
        text = path.read_text(errors="replace") if path.exists() else ""
        return "\n".join([f"({path})", *text.splitlines()[-lines:]])


def deserted() -> list[Instance]:
    """Find the instances on this machine whose clone was deleted."""
    found = []
    for note in (cache_root() / "run").glob("*/clone"):
        if not Path(note.read_text().strip()).exists():
            states = [path for path in note.parent.glob("cluster-*") if path.is_dir()]
            found += [Instance(path.name.removeprefix("cluster-"), note.parent) for path in states]
    return found


def _resident_mib(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def _open_process(pid: int, handles: contextlib.ExitStack) -> int | None:
    """Open a handle of this process; ``handles`` closes it. Return None if the process has ended."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return None
    handles.callback(os.close, handle)
    return handle
