"""A client of the API server in plain JSON. Typed models parse ten times slower and add nothing here."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import aiohttp
import structlog
from kubernetes.aio import client, config

from dat_operator.api import GROUP, VERSION
from dat_operator.domain.errors import DatError
from dat_operator.kube.errors import KubeError, KubeUnavailable
from dat_operator.kube.merge_patch import merge_patch

FIELD_MANAGER = "dat-operator"
REQUEST_SECONDS = 30
"""Timeout of a request."""
CONNECTIONS = 8
"""Connections at once, for all ecosystems together. More are no faster; each has 256 KiB of TLS buffers."""
MERGE_PATCH = "application/merge-patch+json"
WRITES = ("POST", "PUT", "PATCH")
SHOWN_BYTES = 200
"""Bytes of an unexpected answer that an error shows."""
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


log = structlog.get_logger()


class Kube:
    """The requests that the operator sends itself. Kopf sends the lists and the watches.

    ``guard`` is called right before each request. It raises to stop the request.
    """

    def __init__(self, api: client.ApiClient, guard: Callable[[], None]) -> None:
        self._api = api
        self._guard = guard

    @classmethod
    async def connect(cls, guard: Callable[[], None] = lambda: None) -> "Kube":
        """Connect by the pod's ServiceAccount, outside a pod by the kubeconfig. Raises DatError."""
        settings = client.Configuration(connection_pool_maxsize=CONNECTIONS)
        try:
            await _load(settings)
        except (config.ConfigException, OSError, ValueError) as error:
            remedy = "run `dat operator` in a pod, or let KUBECONFIG name a kubeconfig file"
            raise DatError(f"KUBECONFIG: no access to an API server ({error}); {remedy}") from None
        return cls(client.ApiClient(configuration=settings), guard)

    async def close(self) -> None:
        """Close the connections."""
        await self._api.close()

    async def read(self, kind: str, namespace: str, name: str) -> Body | None:
        """An object as it is now. None if it does not exist."""
        path = f"{PATHS[kind].format(namespace=namespace)}/{name}"
        try:
            return await self._request("GET", path, None)
        except KubeError as error:
            if error.status == 404:
                return None
            raise

    async def find(self, manifest: Body) -> Body | None:
        """The object of a manifest as it is now. A list of one: the operator has no right to get it."""
        name = manifest["metadata"]["name"]
        query = [("fieldSelector", f"metadata.name={name}")]
        found = await self._request("GET", _collection(manifest), None, query=query)
        return next(({"kind": manifest["kind"], **body} for body in found.get("items", [])), None)

    async def replace(self, body: Body) -> bool:
        """Replace an object. False if it has changed since ``body`` was read, or is gone."""
        path = f"{_collection(body)}/{body['metadata']['name']}"
        try:
            await self._request("PUT", path, body)
        except KubeError as error:
            if error.status in (404, 409):
                return False
            raise
        return True

    async def create(self, manifest: Body) -> bool:
        """Create an object. False if an object of that name exists."""
        try:
            await self._request("POST", _collection(manifest), manifest)
        except KubeError as error:
            if error.status == 409:
                return False
            raise
        return True

    async def delete(self, body: Body) -> None:
        """Delete an object, unless it is gone or another object has its name."""
        path = f"{_collection(body)}/{body['metadata']['name']}"
        try:
            await self._request("DELETE", path, {"preconditions": {"uid": body["metadata"]["uid"]}})
        except KubeError as error:
            if error.status not in (404, 409):
                raise

    async def patch_finalizers(self, body: Body, finalizers: Sequence[str]) -> Body | None:
        """Set an object's finalizers. None if it is gone or has changed since ``body`` was read."""
        return await self.patch(body, {"metadata": {"finalizers": list(finalizers)}})

    async def patch(self, body: Body, change: Body) -> Body | None:
        """Apply a JSON merge patch. None if the object is gone or has changed since ``body`` was read."""
        path = f"{_collection(body)}/{body['metadata']['name']}"
        version = {"resourceVersion": body["metadata"]["resourceVersion"]}
        patch = {**change, "metadata": {**change.get("metadata", {}), **version}}
        try:
            return await self._request("PATCH", path, patch, content_type=MERGE_PATCH)
        except KubeError as error:
            if error.status in (404, 409):
                return None
            raise

    async def patch_status(self, body: Body, status: Body) -> Body | None:
        """Change an object's status from the status of ``body`` to ``status``. None if it is gone."""
        path = f"{_collection(body)}/{body['metadata']['name']}/status"
        patch = {"status": merge_patch(body.get("status", {}), status)}
        try:
            return await self._request("PATCH", path, patch, content_type=MERGE_PATCH)
        except KubeError as error:
            if error.status == 404:
                return None
            raise

    async def _request(
        self,
        method: str,
        path: str,
        body: Body | None,
        *,
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
            response = await self._api.call_api(
                method, url, header_params=headers, body=body, _request_timeout=REQUEST_SECONDS
            )
            text = await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise KubeUnavailable(f"{method} {path}: {type(error).__name__}: {error}") from error
        return _answer(f"{method} {path}", response.status, text)


async def _load(settings: client.Configuration) -> None:
    try:
        loaded = config.load_incluster_config(client_configuration=settings)
    except config.ConfigException:
        loaded = config.load_kube_config(client_configuration=settings)
    if loaded is not None:
        await loaded


def _answer(request: str, status: int, text: bytes) -> Body:
    """The answer to a request. Raises KubeError for a refusal, and for an answer that is no JSON."""
    answer = _parsed(text)
    if answer is None:
        # A page in HTML, for example, from a proxy before the API server.
        shown = text[:SHOWN_BYTES].decode(errors="replace")
        raise KubeError(request, status, f"the answer is no JSON object: {shown}")
    if status >= 400:
        causes = (answer.get("details") or {}).get("causes") or ()
        reasons = [cause.get("reason") or "" for cause in causes]
        raise KubeError(request, status, str(answer.get("message", answer)), reasons)
    return answer


def _parsed(text: bytes) -> dict[str, Any] | None:
    """A JSON object. None for any other text."""
    try:
        answer = json.loads(text or b"{}")
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _collection(body: Body) -> str:
    return PATHS[body["kind"]].format(namespace=body["metadata"]["namespace"])
