"""A TCP connection to the chain that can be cut: what a load balancer or a cable does to a websocket."""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit


class TcpProxy:
    """Forwards bytes. As a context manager it serves."""

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self._upstream = (parts.hostname, parts.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.accepted = 0
        """Connections so far."""
        self.refusing = False
        """Whether new ones are ended at once."""
        self._open: set[socket.socket] = set()

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """End all connections."""
        for side in list(self._open):
            _shut(side)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):  # Closed: the end.
            while True:
                here, _ = self._listener.accept()
                self.accepted += 1
                if self.refusing:
                    here.close()
                else:
                    threading.Thread(target=self._connect, args=(here,), daemon=True).start()

    def _connect(self, here: socket.socket) -> None:
        with here, socket.create_connection(self._upstream) as there:
            self._open |= {here, there}
            back = threading.Thread(target=_forward, args=(there, here), daemon=True)
            back.start()
            _forward(here, there)
            back.join()
            self._open -= {here, there}


def _forward(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    _shut(source)
    _shut(target)


def _shut(side: socket.socket) -> None:
    with contextlib.suppress(OSError):
        side.shutdown(socket.SHUT_RDWR)
