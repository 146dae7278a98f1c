"""An endpoint that answers without end, over a real connection: its memory is its own."""

import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

CHUNK = b"[]," * 20_000
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
MOST_MORE_MIB = 160
"""Beside what the process has before it asks: the operator has 256 MiB, and is some 80 MiB big."""
ASK = """
import asyncio, resource, sys
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.domain.errors import RpcUnavailable

async def ask():
    async with RpcClient([sys.argv[1]], attempts=1) as rpc:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            await rpc.call("getSlot")
        except RpcUnavailable as error:
            print(error)
        print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)

asyncio.run(ask())
"""


def endless(connection: socket.socket) -> None:
    """Chunked, for as long as anybody listens."""
    connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"%x\r\n%s\r\n" % (len(CHUNK), CHUNK))


def bomb(connection: socket.socket) -> None:
    """As long as an answer may be, of the smallest values that there are."""
    body = b'{"result":[' + b"[]," * (15 * 2**20 // 3) + b"0]}"
    connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)


def compressed(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}")


@contextmanager
def serving(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                answer(connection)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65_536):
                    pass
        except OSError:
            pass  # Nobody listens any more.

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
    finally:
        server.close()
        thread.join(10)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (endless, "an answer of more than 16 MiB"),
        (bomb, "an answer of more than 1,200,000 values"),
        (compressed, "a compressed answer"),
    ],
)
def test_an_answer_takes_no_more_memory_than_there_is(
    answer: Callable[[socket.socket], None], said: str
) -> None:
    """700 MB ended the leader, then the second replica: everybody's operator was gone."""
    with serving(answer) as url:
        limit = 2 * 2**30
        done = subprocess.run(
            [sys.executable, "-c", ASK, url],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
        )
    assert done.returncode == 0, done.stderr
    *_, error, more = done.stdout.splitlines()
    assert said in error
    assert int(more) < MOST_MORE_MIB
