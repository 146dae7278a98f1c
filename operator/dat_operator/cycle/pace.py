"""How often a token may cycle, counted from what the chain has of it.

Its stats say how many cycles it has had and when the last one was, and nobody else can write there. The time
of an earlier cycle is only in that cycle's event, which says its number, too: one event is enough to know how
many there have been since. Anybody can bury it under transactions that name the ecosystem. So the search has
a bound, and a token whose events it does not reach may cycle: a stranger can lift this rule for a while, but
not stop a token. The cooldown and the program's interval follow from the stats alone and hold all the same.
"""

from collections.abc import Sequence

import structlog

from dat_operator.chain.history import PAGE, History, Sent
from dat_operator.domain.chain_state import ChainState, TokenState
from dat_operator.domain.config import PaceConfig
from dat_operator.domain.refusal import Refusal

HOUR, DAY = 3_600, 86_400
PAGES = 10
"""Calls a decision makes for lists of transactions, at most; a thousand are in one."""
READS = 100
"""Transactions that a decision asks for, at most. What a run has read it does not ask for again."""

log = structlog.get_logger()


async def too_often(
    history: History, chain: ChainState, tokens: Sequence[TokenState], pace: PaceConfig
) -> dict[str, Refusal]:
    """Those that have cycled too often lately, by mint, and why they must wait.

    None, or one call, as long as no token can have cycled that often; at most ``PAGES + READS`` calls.
    """
    now, refused = chain.time, dict[str, Refusal]()
    rules = [(pace.max_per_hour, HOUR, "hour"), (pace.max_per_day, DAY, "day")]
    in_question = [seconds for most, seconds, _ in rules if any(_may(t, most, seconds, now) for t in tokens)]
    if not in_question:
        return refused
    search = _Search(history, await _sent(history, now - max(in_question)), now)
    for most, seconds, name in rules:
        asked = {t.mint: t for t in tokens if t.mint not in refused and _may(t, most, seconds, now)}
        for mint, count in (await search.counts(asked, seconds, most)).items():
            if count >= most:
                said = f"{count} cycles in the last {name}, of {most} that it may have"
                refused[mint] = Refusal("RateLimited", said)
    return refused


def _may(token: TokenState, most: int, seconds: int, now: int) -> bool:
    """Whether a token can have had so many cycles lately, by its stats."""
    stats = token.stats
    return bool(stats and stats.cycle_count >= most and now - stats.last_cycle_at < seconds)


async def _sent(history: History, since: int) -> list[Sent]:
    """What was sent since then and did not fail, oldest first; of more than pages hold, the newest."""
    found: list[Sent] = []
    for _ in range(PAGES):
        page = await history.page(found[-1].signature if found else None)
        found += page
        if len(page) < PAGE or (page[-1].time or since) < since:
            break
    return [one for one in reversed(found) if not one.failed]


class _Search:
    """Looks for events from the far end of a time, where one of them says most."""

    def __init__(self, history: History, sent: Sequence[Sent], now: int) -> None:
        self._history = history
        self._sent = sent
        self._now = now
        self._until = history.calls + READS

    async def counts(self, tokens: dict[str, TokenState], seconds: int, most: int) -> dict[str, int]:
        """How many cycles tokens have had in the last ``seconds``, as far as that is found."""
        lately = [one for one in self._sent if one.time is None or self._now - one.time < seconds]
        found: dict[str, int] = {}
        if len(lately) < most:
            # A transaction has one cycle of a token at most.
            return found
        for one in lately:
            if found.keys() == tokens.keys():
                return found
            if self._history.calls >= self._until:
                log.warning("pace: too many transactions to look through", tokens=[*tokens.keys() - found])
                return found
            for landed in await self._history.look_up(one.signature) or ():
                event, token = landed.event, tokens.get(landed.event.mint)
                if token and token.stats and self._now - event.timestamp < seconds:
                    found.setdefault(event.mint, token.stats.cycle_count - event.cycle + 1)
        return found
