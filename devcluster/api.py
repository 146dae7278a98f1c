"""Ask whether the API server is ready, without a kubectl process for each poll."""

import http.client
import json
import ssl
import time
from collections.abc import Callable
from typing import Any

from devcluster.pki import Pki

_POLL_SECONDS = 0.1
_TIMEOUT_SECONDS = 5.0


class Api:
    """A client of the API server at ``host:port``, with the rights of the administrator."""

    def __init__(self, address: str, pki: Pki) -> None:
        self._address = address
        self._tls = ssl.create_default_context(cafile=pki.file("ca.crt"))
        # The default from Python 3.13 on. Set here, so that older versions reject the same certificates.
        self._tls.verify_flags |= ssl.VERIFY_X509_STRICT
        self._tls.load_cert_chain(pki.file("admin.crt"), pki.file("admin.key"))

    def get(self, path: str) -> bytes | None:
        """Return the body of an answer 200, or None after another answer or none."""
        connection = http.client.HTTPSConnection(self._address, context=self._tls, timeout=_TIMEOUT_SECONDS)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
            return body if answer.status == http.HTTPStatus.OK else None
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def is_ready(self) -> bool:
        """Whether the API server serves requests."""
        return self.get("/readyz") is not None

    def controllers_work(self) -> bool:
        """Whether a controller has created the default ServiceAccount. No pod is admitted without it."""
        return self.get("/api/v1/namespaces/default/serviceaccounts/default") is not None

    def node_is_ready(self, name: str) -> bool:
        """Whether the node accepts pods."""
        body = self.get(f"/api/v1/nodes/{name}")
        if body is None:
            return False
        status: dict[str, Any] = json.loads(body)["status"]
        return any(
            condition["type"] == "Ready" and condition["status"] == "True"
            for condition in status.get("conditions", [])
        )


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Poll until the condition holds. Return false if it does not hold within ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True
