"""A kubelet for the pods of Jobs, on a cluster that has none: the same input, environment and report.

The Job controller makes the pod and judges the Job; this runs the pod's container as a process with
its ConfigMap and Secrets as files, and reports how it ended, as a kubelet does.
"""

import base64
import datetime
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support import dat_command as dat
from tests.support.cluster.api_server import Body, Namespace
from tests.support.repeating import again_and_again
from tests.support.waiting import SECONDS, until

TERMINATION_LOG = "/dev/termination-log"
RPC_KEYS = "/etc/dat/rpc"


class _NotThereError(Exception):
    """What a pod mounts is not there: it waits until it is."""


class Kubelet:
    """Runs Jobs of one namespace below ``folder``; a Job has ``patience`` seconds."""

    patience = SECONDS

    def __init__(self, namespace: Namespace, folder: Path) -> None:
        self._namespace = namespace
        self._folder = folder
        self.logs: dict[str, str] = {}
        """What each pod has said."""
        self.process: subprocess.Popen[bytes] | None = None
        """Of the pod that was started last."""

    def run(self, job: str) -> Body:
        """Run the Job's pods until the Job has ended; the Job."""

        def ended() -> Body | None:
            self._start(self._pods(job))
            found = self._namespace.get("Job", job)
            assert found is not None, f"there is no Job {job}"
            done = {c["type"] for c in found["status"].get("conditions", []) if c["status"] == "True"}
            return found if done & {"Complete", "Failed"} else None

        what, logs = f"the end of Job {job}", lambda: "\n".join(self.logs.values())
        return until(ended, what, seconds=self.patience, look_at=logs)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Run all pods, in a thread of its own."""
        with again_and_again(lambda: self._start(self._namespace.list("Pod")), 0.2):
            yield

    def _start(self, pods: Iterable[Body]) -> None:
        for pod in pods:
            if pod["status"]["phase"] == "Pending" and pod["metadata"]["name"] not in self.logs:
                try:
                    self._run(pod)
                except _NotThereError:
                    self._wait(pod)

    def _pods(self, job: str) -> list[Body]:
        label = "batch.kubernetes.io/job-name"
        return [p for p in self._namespace.list("Pod") if p["metadata"].get("labels", {}).get(label) == job]

    def _run(self, pod: Body) -> None:
        name = pod["metadata"]["name"]
        folder = self._folder / name
        shutil.rmtree(folder, ignore_errors=True)  # It may have waited for something before.
        folder.mkdir(parents=True)
        (container,) = pod["spec"]["containers"]
        mounts = self._mount(pod, container, folder)
        env = {e["name"]: self._value(e, pod) for e in container["env"]}
        env = {key: mounts.get(value) or _below(mounts, value) for key, value in env.items()}
        # The product fixes this directory; an argument says it, here only.
        keys = ["--rpc-keys", mounts[RPC_KEYS]]
        self.process = dat.start([*container["args"], *keys], env, folder / "log")
        code = self.process.wait(dat.SECONDS)
        self.logs[name] = f"{name} ended with {code}\n{(folder / 'log').read_text()}"
        self._report(pod, code, Path(mounts[TERMINATION_LOG]))

    def _mount(self, pod: Body, container: Body, folder: Path) -> dict[str, str]:
        """Mount path → directory of this machine."""
        volumes = {volume["name"]: volume for volume in pod["spec"]["volumes"]}
        mounts = {TERMINATION_LOG: str(folder / "termination-log")}
        for mount in container["volumeMounts"]:
            directory = folder / mount["name"]
            directory.mkdir()
            for file, content in self._files(volumes[mount["name"]]).items():
                (directory / file).write_bytes(content)
            mounts[mount["mountPath"]] = str(directory)
        return mounts

    def _files(self, volume: Body) -> dict[str, bytes]:
        if source := volume.get("configMap"):
            found = self._namespace.get("ConfigMap", source["name"])
            if found is None:
                raise _NotThereError(source["name"])
            return {key: text.encode() for key, text in found["data"].items()}
        source = volume["secret"]
        found = self._namespace.get("Secret", source["secretName"])
        if found is None:
            if not source.get("optional"):
                raise _NotThereError(source["secretName"])
            return {}
        data = {key: base64.b64decode(value) for key, value in found["data"].items()}
        if items := source.get("items"):
            if missing := {item["key"] for item in items} - data.keys():
                raise _NotThereError(f"{source['secretName']}: {missing}")
            return {item["path"]: data[item["key"]] for item in items}
        return data

    @staticmethod
    def _value(entry: dict[str, Any], pod: Body) -> str:
        if "value" in entry:
            return str(entry["value"])
        path = entry["valueFrom"]["fieldRef"]["fieldPath"]
        match = re.fullmatch(r"metadata\.labels\['(.+)'\]", path)
        assert match, f"this kubelet knows labels only, not {path}"
        return str(pod["metadata"]["labels"][match.group(1)])

    def _report(self, pod: Body, code: int, termination_log: Path) -> None:
        now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        message = termination_log.read_text()[-4096:] if termination_log.exists() else ""
        # Of a signal the runtime makes 128 and its number.
        terminated = {
            "exitCode": code if code >= 0 else 128 - code,
            "message": message,
            "startedAt": now,
            "finishedAt": now,
        }
        terminated["reason"] = "Error" if code else "Completed"
        self._say(pod, "Failed" if code else "Succeeded", {"terminated": terminated})

    def _wait(self, pod: Body) -> None:
        """What a kubelet says while something that the pod mounts is not there; why is in an Event only."""
        if "containerStatuses" not in pod["status"]:
            self._say(pod, "Pending", {"waiting": {"reason": "ContainerCreating"}})

    def _say(self, pod: Body, phase: str, state: Body) -> None:
        (container,) = pod["spec"]["containers"]
        status = {
            "name": container["name"],
            "image": container["image"],
            "imageID": "",
            "ready": False,
            "restartCount": 0,
            "state": state,
        }
        patch = {"status": {"phase": phase, "containerStatuses": [status]}}
        self._namespace.merge("Pod", pod["metadata"]["name"], patch, status=True)


def _below(mounts: dict[str, str], value: str) -> str:
    """A path below a mount, as this machine has it; any other text unchanged."""
    for mount, directory in mounts.items():
        if value.startswith(f"{mount}/"):
            return directory + value.removeprefix(mount)
    return value
