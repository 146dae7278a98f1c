"""Recognizes that pump.fun has changed its programs: PumpDrift."""

from collections.abc import Mapping

from dat_operator.chain.pump.upgrades import last_upgrade
from dat_operator.chain.session import Session
from dat_operator.chain.tx.simulator import is_about_form
from dat_operator.cycle.results import Failure, Results
from dat_operator.domain.errors import ProgramError, PumpDrift
from dat_operator.domain.token_state import TokenState
from dat_operator.domain.upgrade import Upgrade


async def name_drift(session: Session, results: Results) -> None:
    """If pump.fun rejects the instruction format for every token, call each failure PumpDrift.

    One token is enough if it had a cycle before the last upgrade; otherwise it takes two. Raises
    RpcUnavailable.
    """
    rejected = _rejected(results.open_failures)
    if results.any_completed or not rejected or len(rejected) < len(results.open_failures):
        return
    chain = await session.read()
    upgrade = await last_upgrade(session.rpc, chain.slot, chain.time)
    if len(rejected) > 1 or any(_cycled_before(upgrade, chain.tokens[mint]) for mint in rejected):
        for mint, error in rejected.items():
            results.fail(mint, PumpDrift.of(error, upgrade))


def _rejected(failures: Mapping[str, Failure]) -> dict[str, ProgramError]:
    return {m: e for m, e in failures.items() if isinstance(e, ProgramError) and is_about_form(e)}


def _cycled_before(upgrade: Upgrade | None, token: TokenState) -> bool:
    """Whether a token's last cycle landed before pump.fun was upgraded."""
    stats = token.stats
    return bool(upgrade and stats and stats.cycle_count and stats.last_cycle_at < upgrade.time)
