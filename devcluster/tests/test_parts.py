"""Parts that need no cluster."""

import io
import ipaddress
import json
import tarfile
from pathlib import Path

import pytest

from devcluster import images, network
from devcluster.instance import Instance
from devcluster.supervisor import Plan, Service


def test_images_are_reproducible(tmp_path: Path) -> None:
    """The same directory gives the same bytes, at any time of writing."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "file").write_text("content")
    images.write(tmp_path / "one.tar", "localhost/x:dev", [root])
    (root / "file").touch()
    images.write(tmp_path / "two.tar", "localhost/x:dev", [root])
    assert (tmp_path / "one.tar").read_bytes() == (tmp_path / "two.tar").read_bytes()


@pytest.mark.parametrize(
    ("annotations", "name"),
    [
        ({"org.opencontainers.image.ref.name": "localhost/x:dev"}, "localhost/x:dev"),
        ({"org.opencontainers.image.ref.name": "dev", "io.containerd.image.name": "localhost/x:dev"}, ""),
        ({"org.opencontainers.image.ref.name": "dev"}, ""),
        ({}, ""),
    ],
)
def test_names_that_containerd_would_miss(tmp_path: Path, annotations: dict[str, str], name: str) -> None:
    """The option is needed only if the standard annotation contains a whole name."""
    archive = tmp_path / "image.tar"
    with tarfile.open(archive, "w") as tar:
        data = json.dumps({"manifests": [{"annotations": annotations}]}).encode()
        info = tarfile.TarInfo("index.json")
        info.size = len(data)
        tar.addfile(info, io.BytesIO(data))
    assert images.foreign_name(archive) == name


def test_subnets_in_use_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The chosen subnet overlaps no address and no route of the machine."""
    used = [ipaddress.IPv4Network("10.0.0.0/8"), ipaddress.IPv4Network("172.29.0.0/17")]
    monkeypatch.setattr(network, "_used_networks", lambda: used)
    link = network.choose_link("00000000")
    assert link.subnet == ipaddress.IPv4Network("172.29.128.0/30")
    assert (link.host_ip, link.node_ip) == ("172.29.128.1", "172.29.128.2")
    assert len(link.interface) < 16


def test_a_plan_is_the_same_after_the_file() -> None:
    """The supervisor reads the same plan that was written."""
    services = [Service("a", ["b", "c"], after="127.0.0.1:1")]
    plan = Plan([["true"]], services, {"PATH": "/bin"}, "logs", "status", "stopped")
    assert Plan.load(plan.dump()) == plan


def test_the_lock_names_the_supervisor_while_it_runs(tmp_path: Path) -> None:
    """No pid file can name a foreign process: the kernel names the holder of the lock, or none."""
    instance = Instance("test-lock", tmp_path)
    (instance.state / "logs").mkdir(parents=True)
    status = instance.status_file
    plan = Plan(
        [],
        [Service("sleeper", ["sleep", "1000"])],
        {"PATH": "/bin:/usr/bin"},
        str(instance.logs),
        str(status),
        str(instance.stopped),
    )
    assert instance.supervisor_pid() == 0
    instance.start(plan, namespaces=False)
    assert instance.supervisor_pid() > 0
    assert instance.stop()
    assert instance.supervisor_pid() == 0
    assert not instance.stop()
