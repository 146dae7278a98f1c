"""An RPC endpoint between a process and the chain, at which the test can make things go wrong."""

import base64
import hashlib
import json
import threading
import urllib.request
from collections.abc import Callable
from typing import Any

from solders.transaction import VersionedTransaction

from tests.support.http_server import LocalHttp, Quiet

Request = dict[str, Any]
Rule = Callable[["Call"], None]
TIMEOUT_SECONDS = 30
OBSERVE, RUN_CYCLE = (hashlib.sha256(b"global:" + name).digest()[:8] for name in (b"observe", b"run_cycle"))


class Hung(Exception):
    """Raised by a rule: the caller gets no answer, as from a node that dies."""


class Rejected(Exception):
    """Raised by a rule: the caller gets this HTTP status, as from a gateway in front of a node."""

    def __init__(self, status: int, **headers: str) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Call:
    """One request on its way. ``forward`` asks the chain; a rule that does not call it withholds it."""

    def __init__(self, proxy: "RpcProxy", body: Request, number: int) -> None:
        self.method: str = body["method"]
        self.params: list[Any] = body["params"]
        self.number = number
        """Of this method, from 1."""
        self.answer: Any = None
        self._proxy, self._body = proxy, body

    def forward(self) -> Any:
        """The chain's answer, which the caller will get too."""
        if self.answer is None:
            self.answer = self._proxy.ask(self._body)
        return self.answer


class RpcProxy(LocalHttp):
    """Forwards everything; ``rule`` sees each call first. As a context manager it serves."""

    def __init__(self, upstream: str, host: str = "127.0.0.1") -> None:
        self.rule: Rule | None = None
        self._upstream = upstream
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()
        self._looks: set[str] = set()
        proxy = self

        class Handler(Quiet):
            def do_POST(self) -> None:  # noqa: N802 (the library's name)
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, headers = 200, {"Content-Type": "application/json"}
                try:
                    answer = json.dumps(proxy.handle(body)).encode()
                except Hung:
                    self.close_connection = True
                    return
                except Rejected as rejected:
                    status, headers, answer = rejected.status, rejected.headers, b""
                try:
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)
                except OSError:
                    self.close_connection = True  # Who asked was killed.

        super().__init__(Handler, host)

    def reset(self, rule: Rule | None = None) -> None:
        """Begin again, with another rule."""
        with self._lock:
            self._counts.clear()
            self.rule = rule

    def handle(self, body: Request) -> Any:
        if self._is_about_looks(body):
            return Call(self, body, 0).forward()
        with self._lock:
            number = self._counts[body["method"]] = self._counts.get(body["method"], 0) + 1
            rule = self.rule
        call = Call(self, body, number)
        if rule:
            rule(call)
        return call.forward()

    def _is_about_looks(self, body: Request) -> bool:
        """Whether it is about nothing but looks at prices: rules are about what follows."""
        method, asked = body["method"], body.get("params") or [None]
        if method == "getSignatureStatuses":
            return set(asked[0]) <= self._looks
        if method not in ("sendTransaction", "simulateTransaction"):
            return False
        transaction = base64.b64decode(asked[0])
        look = OBSERVE in transaction and RUN_CYCLE not in transaction
        if look and method == "sendTransaction":
            self._looks.add(str(VersionedTransaction.from_bytes(transaction).signatures[0]))
        return look

    def ask(self, body: Request) -> Any:
        data, headers = json.dumps(body).encode(), {"Content-Type": "application/json"}
        request = urllib.request.Request(self._upstream, data, headers)
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            return json.load(response)
