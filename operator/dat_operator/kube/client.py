"""The API server, in plain JSON: typed models parse ten times slower and give us nothing."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import aiohttp
import structlog
from kubernetes.aio import client, config

from dat_operator.api import GROUP, VERSION
from dat_operator.domain.errors import DatError

FIELD_MANAGER = "dat-operator"
TIMEOUT_SECONDS = 30
CONNECTIONS = 16
"""At once, for all ecosystems together: each has 256 KiB of TLS buffers."""
WRITES = ("POST", "PUT", "PATCH")
SHOWN_BYTES = 200
"""Of an answer that nobody expected."""
Body = Mapping[str, Any]

PATHS = {
    "ConfigMap": "/api/v1/namespaces/{namespace}/configmaps",
    "CronJob": "/apis/batch/v1/namespaces/{namespace}/cronjobs",
    "Job": "/apis/batch/v1/namespaces/{namespace}/jobs",
    "Event": "/api/v1/namespaces/{namespace}/events",
    "Lease": "/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases",
    "DATEcosystem": f"/apis/{GROUP}/{VERSION}/namespaces/{{namespace}}/datecosystems",
    "DATToken": f"/apis/{GROUP}/{VERSION}/namespaces/{{namespace}}/dattokens",
    "DATCycle": f"/apis/{GROUP}/{VERSION}/namespaces/{{namespace}}/datcycles",
}

NAMESPACE_TERMINATING = "NamespaceTerminating"
"""The cause of a refusal of new objects in a namespace that goes (core/v1)."""

log = structlog.get_logger()


class KubeError(DatError):
    """The API server refused a request."""

    def __init__(
        self, method: str, path: str, status: int, message: str, causes: Collection[str] = ()
    ) -> None:
        super().__init__(f"{method} {path}: {status} {message}")
        self.status = status
        self.message = message
        self.causes = frozenset(causes)
        """Reasons for machines, such as ``NAMESPACE_TERMINATING``."""


class KubeUnavailable(DatError):
    """The API server gave no answer; whether it did what was asked is not known."""


class Kube:
    """The few requests that the operator makes itself; the rest of its reading is kopf's watches' part.

    ``guard`` is called right before each request, and may raise to stop it.
    """

    def __init__(self, api: client.ApiClient, guard: Callable[[], None]) -> None:
        self._api = api
        self._guard = guard

    @classmethod
    async def connect(cls, guard: Callable[[], None] = lambda: None) -> "Kube":
        """Connect as the pod's ServiceAccount, or else by the kubeconfig."""
        settings = client.Configuration(connection_pool_maxsize=CONNECTIONS)
        try:
            loaded = config.load_incluster_config(client_configuration=settings)
        except config.ConfigException:
            loaded = config.load_kube_config(client_configuration=settings)
        if loaded is not None:
            await loaded
        return cls(client.ApiClient(configuration=settings), guard)

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()

    async def read(self, kind: str, namespace: str, name: str) -> Body | None:
        """An object as it is now; None if there is none."""
        path = f"{PATHS[kind].format(namespace=namespace)}/{name}"
        try:
            return await self._request("GET", path, None)
        except KubeError as error:
            if error.status == 404:
                return None
            raise

    async def find(self, manifest: Body) -> Body | None:
        """The object of a manifest's kind and name as it is now, by a list of one: no right to get it."""
        name = manifest["metadata"]["name"]
        query = [("fieldSelector", f"metadata.name={name}")]
        found = await self._request("GET", _collection(manifest), None, query=query)
        return next(({"kind": manifest["kind"], **body} for body in found.get("items", [])), None)

    async def replace(self, body: Body) -> bool:
        """Replace an object as it was read; False if it has changed since then, or is gone."""
        path = f"{_collection(body)}/{body['metadata']['name']}"
        try:
            await self._request("PUT", path, body)
        except KubeError as error:
            if error.status in (404, 409):
                return False
            raise
        return True

    async def create(self, manifest: Body) -> bool:
        """Create an object; False if one of that name is there already."""
        try:
            await self._request("POST", _collection(manifest), manifest)
        except KubeError as error:
            if error.status == 409:
                return False
            raise
        return True

    async def delete(self, body: Body) -> None:
        """Delete an object, unless it is gone or another one of its name is there."""
        path = f"{_collection(body)}/{body['metadata']['name']}"
        try:
            await self._request("DELETE", path, {"preconditions": {"uid": body["metadata"]["uid"]}})
        except KubeError as error:
            if error.status not in (404, 409):
                raise

    async def patch_finalizers(self, body: Body, finalizers: Sequence[str]) -> Body | None:
        """Set an object's finalizers; None if it is gone or has changed since ``body`` was seen."""
        return await self.patch(body, {"metadata": {"finalizers": list(finalizers)}})

    async def patch(self, body: Body, change: Body) -> Body | None:
        """Apply a JSON merge patch; None if the object is gone or has changed since ``body`` was seen."""
        path = f"{_collection(body)}/{body['metadata']['name']}"
        seen = {"resourceVersion": body["metadata"]["resourceVersion"]}
        patch = {**change, "metadata": {**change.get("metadata", {}), **seen}}
        try:
            return await self._request("PATCH", path, patch, "application/merge-patch+json")
        except KubeError as error:
            if error.status in (404, 409):
                return None
            raise

    async def patch_status(self, body: Body, status: Body) -> Body | None:
        """Bring an object's status from what it was to ``status``; None if the object is gone."""
        path = f"{_collection(body)}/{body['metadata']['name']}/status"
        patch = {"status": merge_patch(body.get("status", {}), status)}
        try:
            return await self._request("PATCH", path, patch, "application/merge-patch+json")
        except KubeError as error:
            if error.status == 404:
                return None
            raise

    async def _request(
        self,
        method: str,
        path: str,
        body: Body | None,
        content_type: str = "application/json",
        query: Sequence[tuple[str, str]] = (),
    ) -> Body:
        query = [*query, ("fieldManager", FIELD_MANAGER)] if method in WRITES else query
        _, url, headers, _, _ = await self._api.param_serialize(
            method,
            path,
            query_params=list(query),
            header_params={"Accept": "application/json", "Content-Type": content_type},
            auth_settings=["BearerToken"],
        )
        self._guard()
        try:
            response = await self._api.call_api(method, url, headers, body, _request_timeout=TIMEOUT_SECONDS)
            answer = _parsed(text := await response.read())
        except (aiohttp.ClientError, TimeoutError) as error:
            raise KubeUnavailable(f"{method} {path}: {type(error).__name__}: {error}") from error
        if answer is None:
            # Of a proxy before the API server: a page in HTML, say.
            shown = text[:SHOWN_BYTES].decode(errors="replace")
            raise KubeError(
                method, path, response.status, f"answered with something that is no JSON: {shown}"
            )
        if response.status >= 400:
            causes = [
                cause.get("reason") or "" for cause in (answer.get("details") or {}).get("causes") or ()
            ]
            raise KubeError(method, path, response.status, str(answer.get("message", answer)), causes)
        return answer


def merge_patch(old: Body, new: Body) -> dict[str, Any]:
    """The JSON merge patch (RFC 7386) that makes ``new`` of ``old``: what is gone is null, at any depth."""
    patch: dict[str, Any] = {key: None for key in old if key not in new}
    for key, value in new.items():
        was = old.get(key)
        if isinstance(was, Mapping) and isinstance(value, Mapping):
            value = merge_patch(was, value)
        patch[key] = value
    return patch


def _parsed(text: bytes) -> dict[str, Any] | None:
    """A JSON object; None if it is something else."""
    try:
        answer = json.loads(text or b"{}")
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _collection(body: Body) -> str:
    return PATHS[body["kind"]].format(namespace=body["metadata"]["namespace"])
