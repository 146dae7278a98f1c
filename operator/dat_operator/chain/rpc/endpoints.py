"""Measures how well each endpoint works, and orders the endpoints by it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from dat_operator.chain.rpc.answers import NotOnThisNode, RateLimited
from dat_operator.chain.rpc.rate_limit import Bucket
from dat_operator.chain.rpc.urls import redacted, websocket_url
from dat_operator.domain.errors import DatError, RpcRefused
from dat_operator.domain.job_config import EndpointConfig

HALF_LIFE_SECONDS = 60.0
"""Measurements fade, so an endpoint that failed or was slow gets another chance."""
LATENCY_WEIGHT = 0.7
"""Weight of earlier latencies in the moving average."""
ERROR_SECONDS = 1.0
"""Latency that a recent error counts as."""
SLOT_SECONDS = 0.4
"""Latency that a slot behind counts as; a slot takes at most this long."""
REST_SECONDS = 2.0
"""The rest after a failure; each further failure in a row doubles it."""
REST_FOR_TIME_LOST = 5
"""The rest takes at least this many times the duration of the failure: an endpoint that hangs must not
delay the next calls, too."""
LONGEST_REST_SECONDS = 60.0
STICKINESS = 0.7
"""The part of its cost that counts for the endpoint in use. Only a clearly better one replaces it, because
each change may lead to a node that is some slots behind."""


@dataclass(eq=False, slots=True)
class RpcEndpoint:
    """One endpoint of a pool. ``now`` is always the time of the same monotonic clock, in seconds."""

    url: str
    websocket_url: str
    priority: int
    bucket: Bucket
    name: str = field(init=False)
    """Scheme and host, the part of the URL that may be shown."""
    public_only: bool = False
    """Whether addresses in private networks are refused."""
    genesis: str | None = None
    """Genesis hash of its cluster; None until the endpoint has shown it."""
    under_way: int = 0
    _rests_until: float = 0.0
    _failures: int = 0
    """Failures in a row."""
    _latency: float = 0.0
    _errors: float = 0.0
    _behind: float = 0.0
    _noted: float = -math.inf

    def __post_init__(self) -> None:
        self.name = redacted(self.url)

    @classmethod
    def of(cls, config: EndpointConfig, *, public_only: bool = False) -> "RpcEndpoint":
        """The endpoint of a configuration."""
        socket = config.websocket_url or websocket_url(config.url)
        bucket = Bucket(config.requests_per_second)
        return cls(config.url, socket, config.priority, bucket, public_only=public_only)

    def up(self, now: float) -> bool:
        """Whether it takes calls: it is not closed, not resting, and not on trial after a failure."""
        failing = self._failures and (now < self._rests_until or self.under_way)
        return now >= self.bucket.closed_until and not failing

    def healthy(self, now: float) -> bool:
        """Whether it serves reads: it is up and not behind."""
        return self.up(now) and now >= self._rests_until

    @property
    def free_at(self) -> float:
        """The time at which it takes calls again."""
        return max(self._rests_until, self.bucket.closed_until)

    def score(self, now: float) -> float:
        """Expected cost of a call in seconds, less is better; 0 for an endpoint without calls."""
        cost = self._latency + self._errors * ERROR_SECONDS + self._behind * SLOT_SECONDS
        return cost * self._fade(now) + self.bucket.delay(now)

    def note(self, error: DatError | None, seconds: float, now: float) -> None:
        """Learn from a call that took ``seconds`` and ended with ``error``, or with success (None)."""
        fade = self._fade(now)
        self._noted = now
        self._errors *= fade
        self._behind *= fade
        if error is None or isinstance(error, RpcRefused):
            self._latency = seconds + LATENCY_WEIGHT * fade * (self._latency - seconds)
            self._failures, self._rests_until = 0, 0.0
            return
        self._latency *= fade
        if isinstance(error, RateLimited) and error.seconds is not None:
            self.bucket.close(now, error.seconds)
        if isinstance(error, NotOnThisNode):
            self._behind = error.behind
            self._rest(error.behind * SLOT_SECONDS, now)
        elif now >= self._rests_until:  # Several calls that fail together count as one failure.
            self._errors += 1
            self._failures += 1
            growing = REST_SECONDS * 2 ** min(self._failures - 1, 10)
            self._rest(max(growing, REST_FOR_TIME_LOST * seconds), now)

    def _rest(self, seconds: float, now: float) -> None:
        self._rests_until = max(self._rests_until, now + min(seconds, LONGEST_REST_SECONDS))

    def _fade(self, now: float) -> float:
        return float(0.5 ** ((now - self._noted) / HALF_LIFE_SECONDS))


class EndpointPool:
    """The endpoints of one client. ``last`` is the endpoint that answered last."""

    def __init__(self, endpoints: Sequence[RpcEndpoint]) -> None:
        self.all = tuple(endpoints)
        self.last: RpcEndpoint | None = None

    def order(self, now: float) -> list[RpcEndpoint]:
        """The healthy endpoints by priority and score, then the others by the time at which they are free.

        Endpoints that asked for a pause come last, because a call to them waits.
        """
        healthy = [endpoint for endpoint in self.all if endpoint.healthy(now)]
        others = [endpoint for endpoint in self.all if endpoint not in healthy]

        def cost(endpoint: RpcEndpoint) -> tuple[int, float]:
            score = endpoint.score(now)
            return endpoint.priority, score * STICKINESS if endpoint is self.last else score

        def free(endpoint: RpcEndpoint) -> tuple[bool, float]:
            return endpoint.bucket.closed_for(now) > 0, endpoint.free_at

        return sorted(healthy, key=cost) + sorted(others, key=free)

    def at_once(self, now: float) -> list[RpcEndpoint]:
        """The endpoints to ask at the same time: those that are up, or all if none is. Some may be behind."""
        order = self.order(now)
        return [endpoint for endpoint in order if endpoint.up(now)] or order
