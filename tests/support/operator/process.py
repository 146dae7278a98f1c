"""The operator as a process, as its Deployment would run it."""

import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

from hack.common.ports import free_ports
from tests.support import dat_command as dat
from tests.support.cluster.api_server import Namespace
from tests.support.waiting import SECONDS, until

POLL_SECONDS = "0.5"


class Operator:
    """Watches one namespace, as administrator if ``env`` names no other KUBECONFIG.

    As a context manager it runs, and is killed at the end.
    """

    def __init__(self, namespace: Namespace, folder: Path, name: str = "operator", **env: str) -> None:
        self.name = name
        self.poll_seconds = POLL_SECONDS
        self.python = sys.executable
        """The interpreter of the process."""
        self._namespace = namespace
        self._env = env
        self._folder = folder
        self.log_file = folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self, seconds: float = SECONDS) -> None:
        """Start it and wait until it is ready."""
        self.spawn()
        until(lambda: self.answers("/readyz"), "the operator ready", seconds=seconds, look_at=self.log)

    def spawn(self) -> None:
        """Start it."""
        (port,) = free_ports(1)
        env = {
            "KUBECONFIG": str(self._namespace.kubeconfig),
            "DAT_NAMESPACE": self._namespace.name,
            "DAT_POD_NAME": self.name,
            "DAT_IMAGE": "dat-operator:test",
            "DAT_JOB_SERVICE_ACCOUNT": "dat-jobs",
            "DAT_POLL_SECONDS": self.poll_seconds,
            "DAT_HTTP_PORT": str(port),
            **self._env,
        }
        command = ["operator", "--rpc-keys", str(self._folder)]
        self._process = dat.start(command, env, self.log_file, self.python)
        self.url = f"http://127.0.0.1:{port}"

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def kill(self) -> None:
        """SIGKILL: no farewell."""
        process, self._process = self._process, None
        if process:
            process.kill()
            process.wait()

    def send(self, sent: signal.Signals) -> None:
        """SIGTERM as the kubelet does, SIGSTOP and SIGCONT as a machine that stalls and goes on."""
        assert self._process
        self._process.send_signal(sent)

    def end(self, patience: float = 20) -> int:
        """Wait for its end, seconds; its exit code."""
        assert self._process
        code = self._process.wait(patience)
        self._process = None
        return code

    def answers(self, path: str) -> str | None:
        """What it says at a path, if it says 200."""
        assert self._process is None or self._process.poll() is None, f"the operator ended\n{self.log()}"
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            return None

    def log(self) -> str:
        lines = self.log_file.read_text().splitlines()
        return "\n".join(lines[-40:])
