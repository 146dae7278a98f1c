"""The link between a cluster and this machine: a veth pair and its /30.

Only this link lies outside the namespaces of a cluster. Pod and Service networks are invisible
outside, so they are the same in every cluster.
"""

import contextlib
import ipaddress
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hack.common import packages
from hack.common.steps import StepError

_RANGES = ("10.99.0.0/16", "172.29.0.0/16", "192.168.224.0/19")


@dataclass(frozen=True)
class Link:
    """A /30 between the host and a cluster, with the host's end of the veth pair."""

    interface: str
    subnet: ipaddress.IPv4Network

    @property
    def host_ip(self) -> str:
        """The address of this machine on the link."""
        return str(self.subnet[1])

    @property
    def node_ip(self) -> str:
        """The address of the cluster: API server, node and DNS."""
        return str(self.subnet[2])


def choose_link(tag: str) -> Link:
    """Choose a free /30 for the instance ``tag``. Hold the lock "cluster-subnets" until it is connected.

    The search begins at a place that depends on the tag: an instance mostly gets the same addresses
    again, and another user, who does not see the lock, mostly gets different ones.
    """
    used = list(_used_networks())
    candidates = _candidates()
    first = int(tag, 16) % len(candidates)
    for candidate in candidates[first:] + candidates[:first]:
        if not any(candidate.overlaps(network) for network in used):
            return Link(_interface(tag), candidate)
    raise StepError(f"no free subnet in {', '.join(_RANGES)}: see `ip route`")


def remove(tag: str) -> None:
    """Remove the host's end, if the kernel has not removed it together with the namespace."""
    if Path(f"/sys/class/net/{_interface(tag)}").exists():
        # It is no error if the kernel removes the interface at the same moment.
        with contextlib.suppress(StepError):
            _ip("link", "del", _interface(tag))


def connect(link: Link, pid: int) -> None:
    """Create the veth pair: one end here with the host's address, the other as eth0 of ``pid``."""
    name = link.interface
    _ip("link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", str(pid))
    _ip("address", "add", f"{link.host_ip}/30", "dev", name)
    _ip("link", "set", name, "up")


def setup_commands(link: Link) -> list[list[str]]:
    """Return the commands that the supervisor runs: wait for eth0, give it an address, masquerade pods.

    The host has no route to pods, so their packets leave with the node's address. The host forwards
    no packets for them: pods reach the host, and no machine beyond it.
    """
    wait = "until ip link show eth0 >/dev/null 2>&1; do sleep 0.02; done"
    masquerade = (
        "add table ip dat; "
        "add chain ip dat postrouting { type nat hook postrouting priority 100; }; "
        "add rule ip dat postrouting oifname eth0 masquerade"
    )
    return [
        ["ip", "link", "set", "lo", "up"],
        ["timeout", "20", "sh", "-c", wait],
        ["ip", "address", "add", f"{link.node_ip}/30", "dev", "eth0"],
        ["ip", "link", "set", "eth0", "up"],
        ["ip", "route", "add", "default", "via", link.host_ip],
        ["nft", masquerade],
    ]


def _interface(tag: str) -> str:
    return f"dat-{tag}"


def _candidates() -> list[ipaddress.IPv4Network]:
    ranges = map(ipaddress.IPv4Network, _RANGES)
    return [subnet for whole in ranges for subnet in whole.subnets(new_prefix=30)]


def _used_networks() -> Iterator[ipaddress.IPv4Network]:
    """Yield every network in which this machine has an address or a route, without the default route."""
    for interface in json.loads(_ip("-json", "-4", "address", "show")):
        for address in interface.get("addr_info", []):
            text = f"{address['local']}/{address['prefixlen']}"
            yield ipaddress.IPv4Network(text, strict=False)
    for route in json.loads(_ip("-json", "-4", "route", "show", "table", "all")):
        if route["dst"] != "default":
            yield ipaddress.IPv4Network(route["dst"], strict=False)


def _ip(*arguments: str) -> str:
    environment = {"PATH": packages.SYSTEM_PATH}
    done = subprocess.run(["ip", *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StepError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout
