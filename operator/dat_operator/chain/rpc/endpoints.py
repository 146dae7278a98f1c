"""How well each endpoint does, and in which order they are asked."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from dat_operator.chain.rpc.answers import NotOnThisNode, RateLimited
from dat_operator.chain.rpc.rate_limit import Bucket
from dat_operator.chain.rpc.urls import redacted, websocket_url
from dat_operator.domain.errors import DatError, RpcRefused
from dat_operator.domain.job_config import EndpointConfig

HALF_LIFE_SECONDS = 60.0
"""What was measured fades, so an endpoint that did badly, or was slow once, gets another chance by itself."""
LATENCY_WEIGHT = 0.7
"""Weight of the latencies before, against the newest one's (moving average)."""
ERROR_SECONDS = 1.0
"""What a recent error counts for beside latency."""
SLOT_SECONDS = 0.4
"""What a slot behind counts for; a slot takes at most this long."""
REST_SECONDS = 2.0
"""Of the first failure; each further one in a row doubles it."""
REST_FOR_TIME_LOST = 5
"""It rests at least so many times as long as its failure took: one that hangs must not hold all up again."""
LONGEST_REST_SECONDS = 60.0
STICKINESS = 0.7
"""The endpoint in use is left only for one clearly better: each change risks a node some slots behind."""


@dataclass(eq=False, slots=True)
class RpcEndpoint:
    """One endpoint. ``now`` is always seconds of one monotonic clock."""

    url: str
    websocket_url: str
    priority: int
    bucket: Bucket
    name: str = field(init=False)
    """Scheme and host: what may be shown of the URL."""
    public_only: bool = False
    """Whether it is refused if it lies in a private network."""
    genesis: str | None = None
    """The cluster it has shown to belong to."""
    under_way: int = 0
    _rests_until: float = 0.0
    _failures: int = 0
    """In a row."""
    _latency: float = 0.0
    _errors: float = 0.0
    _behind: float = 0.0
    _noted: float = -math.inf

    def __post_init__(self) -> None:
        self.name = redacted(self.url)

    @classmethod
    def of(cls, config: EndpointConfig, *, public_only: bool = False) -> "RpcEndpoint":
        """As it is configured."""
        socket = config.websocket_url or websocket_url(config.url)
        bucket = Bucket(config.requests_per_second)
        return cls(config.url, socket, config.priority, bucket, public_only=public_only)

    def up(self, now: float) -> bool:
        """Whether it takes calls: neither closed, nor failing, nor on trial with somebody else's call."""
        failing = self._failures and (now < self._rests_until or self.under_way)
        return now >= self.bucket.closed_until and not failing

    def healthy(self, now: float) -> bool:
        """Whether it may be read from: it is up, and not behind."""
        return self.up(now) and now >= self._rests_until

    @property
    def free_at(self) -> float:
        """When it may be asked again."""
        return max(self._rests_until, self.bucket.closed_until)

    def score(self, now: float) -> float:
        """Less is better: seconds that a call is expected to cost. Never asked is best."""
        cost = self._latency + self._errors * ERROR_SECONDS + self._behind * SLOT_SECONDS
        return cost * self._fade(now) + self.bucket.delay(now)

    def note(self, error: DatError | None, seconds: float, now: float) -> None:
        """Learn from a call that took so long and ended with ``error`` or well."""
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
        elif now >= self._rests_until:  # Calls that fail together are one failure.
            self._errors += 1
            self._failures += 1
            growing = REST_SECONDS * 2 ** min(self._failures - 1, 10)
            self._rest(max(growing, REST_FOR_TIME_LOST * seconds), now)

    def _rest(self, seconds: float, now: float) -> None:
        self._rests_until = max(self._rests_until, now + min(seconds, LONGEST_REST_SECONDS))

    def _fade(self, now: float) -> float:
        return float(0.5 ** ((now - self._noted) / HALF_LIFE_SECONDS))


class EndpointPool:
    """Some endpoints. ``last`` is the one that answered last."""

    def __init__(self, endpoints: Sequence[RpcEndpoint]) -> None:
        self.all = tuple(endpoints)
        self.last: RpcEndpoint | None = None

    def order(self, now: float) -> list[RpcEndpoint]:
        """The healthy ones by priority and score; then, should these fail, the others: soonest free first.

        Those that have asked to be left alone come last: they are waited for.
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
        """Those to ask all at the same time: which are up, or all if none is. Some may be behind."""
        order = self.order(now)
        return [endpoint for endpoint in order if endpoint.up(now)] or order
