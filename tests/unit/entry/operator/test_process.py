"""The start of the operator process."""

import os
from errno import EADDRINUSE

import pytest
from aiohttp import web

from dat_operator.domain.errors import DatError
from dat_operator.entry.operator import process


async def test_a_port_in_use_is_named_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    async def start(_: web.TCPSite) -> None:
        raise OSError(EADDRINUSE, os.strerror(EADDRINUSE))

    monkeypatch.setattr(process.web.TCPSite, "start", start)
    runner = web.AppRunner(web.Application())
    await runner.setup()
    with pytest.raises(DatError, match=r"^--http-port: 8080: Address already in use; name another port$"):
        await process._listen(runner, 8080)
    await runner.cleanup()
