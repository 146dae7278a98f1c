"""A way to the API server at which the test can make things go wrong; plain HTTP, as administrator."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

import httpx
import yaml

from tests.support.cluster.api_server import Body, tls
from tests.support.http_server import LocalHttp, Quiet


class Hung(Exception):
    """Raised by a rule: the caller gets no answer."""


class Refused(Exception):
    """Raised by a list's rule with the HTTP status that is answered instead."""


class Write:
    """One request that changes something. A rule that does not ``forward`` it withholds it."""

    def __init__(
        self, proxy: "KubeProxy", method: str, path: str, headers: dict[str, str], body: bytes
    ) -> None:
        self.method, self.path = method, urlsplit(path).path
        self.body: Body = json.loads(body or b"{}")
        self._send = lambda: proxy.upstream.request(method, path, headers=headers, content=body)
        self._answer: httpx.Response | None = None

    def forward(self) -> httpx.Response:
        """The API server's answer, which the caller will get too."""
        self._answer = self._answer or self._send()
        return self._answer


WriteRule = Callable[[Write], None]
ListRule = Callable[[str, bytes], bytes]
"""What is answered to a list, or a page of one, of this path, of which the API server has said this."""
EventRule = Callable[[str, Body], Iterator[bytes]]
"""What comes of a watch's event; the stream ends where it raises Hung."""


class KubeProxy(LocalHttp):
    """Forwards everything; rules see writes, lists and the events of watches first."""

    def __init__(self, kubeconfig: Path, folder: Path) -> None:
        self.write_rule: WriteRule | None = None
        self.list_rule: ListRule | None = None
        self.event_rule: EventRule | None = None
        server, context = tls(kubeconfig)
        self.upstream = httpx.Client(base_url=server, verify=context, timeout=30)
        proxy = self

        class Handler(Quiet):
            def _any(self) -> None:
                try:
                    proxy.handle(self)
                except (Hung, OSError, httpx.HTTPError, httpx.StreamError):
                    self.close_connection = True  # Or one of the two is gone.

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _any  # noqa: N815 (the library's names)

        super().__init__(Handler)
        self.kubeconfig = folder / "proxy.kubeconfig"
        here = {"cluster": {"server": self.url}}
        named = {"clusters": [{"name": "it", **here}], "users": [{"name": "it", "user": {}}]}
        contexts = [{"name": "it", "context": {"cluster": "it", "user": "it"}}]
        self.kubeconfig.write_text(yaml.safe_dump({**named, "contexts": contexts, "current-context": "it"}))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        self.upstream.close()

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        kept = ("accept", "content-type")
        headers = {name: value for name, value in request.headers.items() if name.lower() in kept}
        if request.command != "GET":
            write = Write(self, request.command, request.path, headers, body)
            if self.write_rule and not write.path.endswith("/leases/dat-operator"):
                self.write_rule(write)
            answer = write.forward()
            _answer(request, answer.status_code, answer.content)
        elif "watch" in parse_qs(urlsplit(request.path).query):
            self._watch(request, headers)
        else:
            answer = self.upstream.get(request.path, headers=headers)
            content = answer.content
            status = answer.status_code
            if self.list_rule and answer.json()["kind"].endswith("List"):
                try:
                    content = self.list_rule(urlsplit(request.path).path, content)
                except Refused as refused:
                    (status,), content = refused.args, b"{}"
            _answer(request, status, content)

    def _watch(self, request: BaseHTTPRequestHandler, headers: dict[str, str]) -> None:
        with self.upstream.stream("GET", request.path, headers=headers, timeout=None) as stream:
            request.send_response(stream.status_code)
            request.send_header("Content-Type", "application/json")
            request.send_header("Transfer-Encoding", "chunked")
            request.end_headers()
            for line in stream.iter_lines():
                for chunk in self._events(request, line):
                    request.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
            request.wfile.write(b"0\r\n\r\n")

    def _events(self, request: BaseHTTPRequestHandler, line: str) -> Iterator[bytes]:
        if self.event_rule is None:
            return iter((line.encode() + b"\n",))
        return self.event_rule(urlsplit(request.path).path, json.loads(line))


def _answer(request: BaseHTTPRequestHandler, status: int, content: bytes) -> None:
    request.send_response(status)
    request.send_header("Content-Type", "application/json")
    request.send_header("Content-Length", str(len(content)))
    request.end_headers()
    request.wfile.write(content)
