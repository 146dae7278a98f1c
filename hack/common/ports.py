"""Free ports."""

import contextlib
import random
import socket

from hack.common.steps import StepError

# Below the kernel's range for outgoing connections: none of them can use these ports.
_PORTS = range(20_000, 32_000)


def free_ports(count: int) -> list[int]:
    """Find ``count`` different free ports on loopback. Raise StepError if there are too few."""
    found: list[int] = []
    for port in random.sample(_PORTS, len(_PORTS)):
        if len(found) == count:
            return found
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            found.append(port)
    raise StepError(f"no {count} free ports on loopback between {_PORTS.start} and {_PORTS.stop}")
