"""How an ecosystem reaches the chain."""

from typing import Annotated

from pydantic import Field

from dat_operator.api.fields import Resource
from dat_operator.domain.job_config import Commitment


class Endpoint(Resource):
    """A JSON-RPC endpoint."""

    url: Annotated[
        str,
        Field(
            max_length=512,
            pattern="^https?://",
            description="Its URL. `${KEY}` (capital letters, digits, _) is filled in from that key of the "
            "Secret `dat-rpc`, if the host is one of those under `KEY.hosts` there; by https only.",
        ),
    ]
    websocket_url: Annotated[
        str | None,
        Field(
            max_length=512,
            pattern="^wss?://",
            description="Where it takes subscriptions, filled in like `url`. Without it that is `url` by ws "
            "or wss, at the next port if `url` names one.",
        ),
    ] = None
    priority: Annotated[
        int,
        Field(
            ge=0,
            le=100,
            description="Lower numbers are asked first; others serve while none of these is healthy.",
        ),
    ] = 0
    requests_per_second: Annotated[
        int | None,
        Field(
            ge=1,
            le=10_000,
            description="The most calls a second that each process makes to it; further ones wait. "
            "Without it there is no limit.",
        ),
    ] = None


class Rpc(Resource):
    """How the chain is reached."""

    endpoints: Annotated[
        list[Endpoint],
        Field(
            min_length=1,
            max_length=8,
            description="A pool: of the lowest priority, the one that does best is asked.",
        ),
    ]
    commitment: Annotated[
        Commitment,
        Field(
            description="What the status shows, and what a cycle waits for until it counts: blocks that two "
            "thirds of the stake have voted for (confirmed, within a second), or that 31 more were built on "
            "(finalized, 13 seconds later). processed is not offered: such a block may be rolled back."
        ),
    ] = "confirmed"
