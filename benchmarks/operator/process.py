"""The memory and processor time of a process, from /proc."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Usage:
    """Memory in MiB, processor time in seconds."""

    rss: int
    peak: int
    cpu: float

    @classmethod
    def of(cls, pid: int) -> "Usage":
        """The usage of a process so far."""
        status = Path(f"/proc/{pid}/status").read_text()
        kib = dict(re.findall(r"^(VmRSS|VmHWM):\s+(\d+) kB$", status, re.MULTILINE))
        times = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
        return cls(int(kib["VmRSS"]) // 1024, int(kib["VmHWM"]) // 1024, sum(map(int, times)) / TICKS)
