"""The API server, in plain JSON: kubectl is for what people see, this is for everything else."""

import base64
import json
import re
import ssl
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import yaml

from dat_operator.api import GROUP, VERSION

Body = dict[str, Any]
PATHS = {
    "DATEcosystem": f"/apis/{GROUP}/{VERSION}/namespaces/{{}}/datecosystems",
    "DATToken": f"/apis/{GROUP}/{VERSION}/namespaces/{{}}/dattokens",
    "DATCycle": f"/apis/{GROUP}/{VERSION}/namespaces/{{}}/datcycles",
    "ConfigMap": "/api/v1/namespaces/{}/configmaps",
    "Secret": "/api/v1/namespaces/{}/secrets",
    "ServiceAccount": "/api/v1/namespaces/{}/serviceaccounts",
    "Event": "/api/v1/namespaces/{}/events",
    "Lease": "/apis/coordination.k8s.io/v1/namespaces/{}/leases",
    "Pod": "/api/v1/namespaces/{}/pods",
    "Job": "/apis/batch/v1/namespaces/{}/jobs",
    "CronJob": "/apis/batch/v1/namespaces/{}/cronjobs",
}
WRITES = ("POST", "PUT", "PATCH", "APPLY", "DELETE")


class Namespace:
    """One namespace of the cluster, as its administrator."""

    def __init__(self, kubeconfig: Path, name: str) -> None:
        self.name, self.kubeconfig = name, kubeconfig
        server, context = tls(kubeconfig)
        self._http = httpx.Client(base_url=server, verify=context, timeout=30)

    def close(self) -> None:
        self._http.close()

    def get(self, kind: str, name: str) -> Body | None:
        answer = self._http.get(f"{self._path(kind)}/{name}")
        return None if answer.status_code == 404 else self._body(answer)

    def list(self, kind: str) -> list[Body]:
        items: list[Body] = self._body(self._http.get(self._path(kind)))["items"]
        return items

    def create(self, body: Body) -> Body:
        return self._body(self._http.post(self._path(body["kind"]), json=body))

    def try_create(self, body: Body, user: str | None) -> Body:
        """What the API server would answer this user, or its administrator: the object, or why not.

        Nothing is stored.
        """
        headers = {"Impersonate-User": user} if user else {}
        answer = self._http.post(
            self._path(body["kind"]), json=body, params={"dryRun": "All"}, headers=headers
        )
        found: Body = answer.json()
        return found

    def try_merge(self, body: Body, patch: Body, user: str) -> Body:
        """The same of a merge patch to an object that is there."""
        path = f"{self._path(body['kind'])}/{body['metadata']['name']}"
        headers = {"Content-Type": "application/merge-patch+json", "Impersonate-User": user}
        answer = self._http.patch(path, content=json.dumps(patch), params={"dryRun": "All"}, headers=headers)
        found: Body = answer.json()
        return found

    def schemas(self, path: str) -> Body:
        """The OpenAPI schemas of a group's version, such as apis/batch/v1, by name."""
        found: Body = self._body(self._http.get(f"/openapi/v3/{path}"))["components"]["schemas"]
        return found

    def merge(self, kind: str, name: str, patch: Body, *, status: bool = False) -> Body:
        path = f"{self._path(kind)}/{name}{'/status' if status else ''}"
        headers = {"Content-Type": "application/merge-patch+json"}
        return self._body(self._http.patch(path, content=json.dumps(patch), headers=headers))

    def delete(self, kind: str, name: str) -> None:
        self._body(self._http.delete(f"{self._path(kind)}/{name}"))

    def writes(self) -> Counter[str]:
        """All that anybody has asked for so far, by verb and resource; not those of Leases.

        One that changes nothing counts, though no resourceVersion shows it.
        """
        text = self._http.get("/metrics").text
        found: Counter[str] = Counter()
        for labels, value in re.findall(r"^apiserver_request_total\{(.*)\} (\S+)$", text, re.MULTILINE):
            label = dict(re.findall(r'(\w+)="([^"]*)"', labels))
            if label["verb"] in WRITES and label["resource"] != "leases":
                name = "/".join(filter(None, (label["resource"], label["subresource"])))
                found[f"{label['verb']} {name}"] += int(float(value))
        return found

    def create_namespace(self) -> None:
        meta = {"metadata": {"name": self.name}}
        self._body(
            self._http.post("/api/v1/namespaces", json={"apiVersion": "v1", "kind": "Namespace", **meta})
        )

    def _path(self, kind: str) -> str:
        return PATHS[kind].format(self.name)

    @staticmethod
    def _body(answer: httpx.Response) -> Body:
        body: Body = answer.json()
        assert answer.status_code < 400, body.get("message")
        return body


def tls(kubeconfig: Path) -> tuple[str, ssl.SSLContext]:
    """The API server's URL, and the context that its administrator connects with."""
    config = yaml.safe_load(kubeconfig.read_text())
    cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
    context = ssl.create_default_context(cadata=_data(cluster, "certificate-authority").decode())
    context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
    with tempfile.NamedTemporaryFile() as file:
        file.write(_data(user, "client-certificate") + b"\n" + _data(user, "client-key"))
        file.flush()
        context.load_cert_chain(file.name)
    return cluster["server"], context


def _data(entry: Body, name: str) -> bytes:
    if f"{name}-data" in entry:
        return base64.b64decode(entry[f"{name}-data"])
    return Path(entry[name]).read_bytes()
