"""Processes that are ours: a pid alone may belong to a stranger by now."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Identity:
    """A process, told apart from a later one with the same pid by its start time."""

    pid: int
    started: int  # clock ticks since boot, field 22 of /proc/PID/stat
    boot: str

    @classmethod
    def of(cls, pid: int) -> "Identity | None":
        """The process that has this pid now; None if there is none, or only a zombie."""
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return None
        fields = stat[stat.rindex(")") + 2 :].split()  # the name before it may hold anything
        if fields[0] == "Z":
            return None
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return cls(pid, int(fields[19]), boot)

    def alive(self) -> bool:
        """Whether this very process runs."""
        return Identity.of(self.pid) == self

    def signal(self, number: signal.Signals) -> None:
        """Send a signal if this very process still runs."""
        if self.alive():
            os.kill(self.pid, number)

    def stop(self, *, within: float = 10.0) -> None:
        """End it: gently, then after ``within`` seconds for good."""
        self.signal(signal.SIGTERM)
        self.signal(signal.SIGCONT)  # a stopped process takes its SIGTERM only then
        deadline = time.monotonic() + within
        while self.alive() and time.monotonic() < deadline:
            time.sleep(0.02)
        self.signal(signal.SIGKILL)
        while self.alive():
            time.sleep(0.02)
