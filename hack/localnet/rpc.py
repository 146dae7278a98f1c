"""JSON-RPC with the standard library, for tools that run before the project's venv exists."""

import json
import urllib.error
import urllib.request
from typing import Any


class RpcError(Exception):
    """The chain answered with an error. ``code`` and ``data`` are fields of JSON-RPC."""

    def __init__(self, method: str, code: int, message: str, data: Any) -> None:
        super().__init__(f"{method}: {message} ({code})")
        self.code = code
        self.data = data


class Rpc:
    """One endpoint. ``call`` raises RpcError, or OSError if nothing answers."""

    def __init__(self, url: str, *, timeout: float = 10.0) -> None:
        self.url = url
        self._timeout = timeout

    def call(self, method: str, *params: Any) -> Any:
        """Send one request and return the result."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        headers = {"Content-Type": "application/json"}
        # The address belongs to a chain that this project started.
        request = urllib.request.Request(self.url, json.dumps(body).encode(), headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=self._timeout) as response:  # noqa: S310
            answer = json.load(response)
        if "error" in answer:
            error = answer["error"]
            raise RpcError(method, error["code"], error["message"], error.get("data"))
        return answer["result"]

    def answers(self) -> bool:
        """Whether the chain reports that it is healthy."""
        try:
            return bool(self.call("getHealth") == "ok")
        except (OSError, RpcError, urllib.error.URLError):
            return False
