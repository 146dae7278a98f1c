"""Processes of our own. A pid alone is not enough: another process may have it now."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Identity:
    """A process. Its start time distinguishes it from a later process with the same pid."""

    pid: int
    started: int  # clock ticks since boot, field 22 of /proc/PID/stat
    boot: str

    @classmethod
    def of(cls, pid: int) -> "Identity | None":
        """Return the process that has this pid now, or None if there is none or only a zombie."""
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return None
        fields = stat[stat.rindex(")") + 2 :].split()  # the name before it may contain any character
        if fields[0] == "Z":
            return None
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return cls(pid, int(fields[19]), boot)

    def alive(self) -> bool:
        """Whether this process runs."""
        return Identity.of(self.pid) == self

    def signal(self, number: signal.Signals) -> None:
        """Send a signal if this process still runs."""
        if self.alive():
            os.kill(self.pid, number)

    def stop(self, *, within: float = 10.0) -> None:
        """End the process with SIGTERM, and after ``within`` seconds with SIGKILL."""
        self.signal(signal.SIGTERM)
        self.signal(signal.SIGCONT)  # a suspended process receives SIGTERM only after it continues
        deadline = time.monotonic() + within
        while self.alive() and time.monotonic() < deadline:
            time.sleep(0.02)
        self.signal(signal.SIGKILL)
        while self.alive():
            time.sleep(0.02)
