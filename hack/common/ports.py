"""Ports to listen on."""

import contextlib
import random
import socket

from hack.common.steps import StepError

# Below the range that the kernel gives to outgoing connections, so that none of them is in the way.
_PORTS = range(20_000, 32_000)


def free_ports(count: int) -> list[int]:
    """Different ports of loopback on which nothing listens now. Raises StepError if there are not so many."""
    found: list[int] = []
    for port in random.sample(_PORTS, len(_PORTS)):
        if len(found) == count:
            return found
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            found.append(port)
    raise StepError(f"no {count} free ports on loopback between {_PORTS.start} and {_PORTS.stop}")
