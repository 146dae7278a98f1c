"""The RPC endpoints of an ecosystem."""

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
            description="The URL of the endpoint. `${KEY}` (capital letters, digits, _) stands for the "
            "value of that key in the Secret `dat-rpc`. The value goes only to hosts that `KEY.hosts` in "
            "the Secret lists, by https only.",
        ),
    ]
    websocket_url: Annotated[
        str | None,
        Field(
            max_length=512,
            pattern="^wss?://",
            description="The websocket URL for subscriptions, with `${KEY}` as in `url`. By default it is "
            "`url` with ws or wss, at the next port if `url` names a port.",
        ),
    ] = None
    priority: Annotated[
        int,
        Field(
            ge=0,
            le=100,
            description="The priority of the endpoint; the lowest number comes first. Endpoints with higher "
            "numbers serve only while no endpoint with a lower number is healthy.",
        ),
    ] = 0
    requests_per_second: Annotated[
        int | None,
        Field(
            ge=1,
            le=10_000,
            description="The most calls a second that each process makes to the endpoint; further calls "
            "wait. By default there is no limit.",
        ),
    ] = None


class Rpc(Resource):
    """The connection to the chain."""

    endpoints: Annotated[
        list[Endpoint],
        Field(
            min_length=1,
            max_length=8,
            description="The pool of endpoints. Each call goes to the best endpoint of the lowest priority.",
        ),
    ]
    commitment: Annotated[
        Commitment,
        Field(
            description="The certainty of a block that the status shows and that a cycle waits for. "
            "confirmed: two thirds of the stake have voted for the block, within a second. finalized: 31 "
            "blocks follow it, 13 seconds later. The value processed is not allowed: such a block may be "
            "rolled back."
        ),
    ] = "confirmed"
