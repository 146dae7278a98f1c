"""What is to be changed on chain, step by step."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.dat_accounts import Role, RootShare, TimelockedRole
from dat_operator.domain.job_config import EcosystemConfig, TokenConfig
from dat_operator.domain.onchain_changes import SHARE_STEP_BPS, Change, differences
from tests.support.chain_state import chain, dat_state, key, stats, token
from tests.support.fakes.job_chain import ecosystem

NOW, LATER = 1_000_000, 3_600
MINT = key("mint")
BPS = st.integers(1_000, 9_000)


def on_chain(config: EcosystemConfig, share: RootShare | None = None, **changes: Any) -> ChainState:
    """A chain that has what the configuration says, but for some changes."""
    fixed = RootShare(config.limits.root_share_bps, config.limits.root_share_bps, 0)
    state = dat_state(
        operator=config.operator,
        emergency_admin=TimelockedRole(config.emergency, config.emergency, 0),
        parameters=config.limits.parameters,
        root_share=share or fixed,
    )
    return chain(token(MINT), state=replace(state, **changes), time=NOW)


def test_what_is_as_it_should_be_is_left_alone() -> None:
    found = differences(on_chain(ecosystem()), ecosystem())
    assert (found.now, found.later) == ((), ())
    assert differences(chain(state=None), ecosystem()).now == ()


def test_limits_change_at_once() -> None:
    limits = ecosystem().limits
    more = limits.model_copy(update={"min_interval_seconds": limits.min_interval_seconds + 5})
    wanted = ecosystem().model_copy(update={"limits": more})
    (change,) = differences(on_chain(ecosystem()), wanted).now
    assert change.instruction == "update_parameters"
    assert change.args["parameters"]["min_interval_seconds"] == more.min_interval_seconds
    assert (
        change.description
        == f"minIntervalSeconds {limits.min_interval_seconds} → {more.min_interval_seconds}"
    )


def test_roles_change_at_once() -> None:
    other = str(key("other"))
    found = differences(
        on_chain(ecosystem(), operator=other, emergency_admin=TimelockedRole(None, other, 0)), ecosystem()
    ).now
    assert [change.instruction for change in found] == ["set_operator", "set_emergency_admin"]
    assert found[0].args == {"operator": ecosystem().operator}
    assert found[1].args == {"emergency_admin": None}


def wanting(bps: int, **token_changes: int) -> EcosystemConfig:
    limits = ecosystem().limits.model_copy(update={"root_share_bps": bps})
    config = TokenConfig(name="apple", mint=str(MINT), role=Role.SECONDARY, **token_changes)
    return ecosystem().model_copy(update={"limits": limits, "tokens": [config]})


def followed(share: RootShare, change: Change, now: int) -> RootShare:
    """What the program makes of a change; it refuses too large ones."""
    bps = change.args["root_share_bps"]
    assert abs(share.at(now) - bps) <= SHARE_STEP_BPS
    return RootShare(share.at(now), bps, now + LATER)


@given(start=BPS, wanted=BPS)
def test_a_share_gets_there_in_steps_of_an_hour(start: int, wanted: int) -> None:
    share, now, steps = RootShare(start, start, 0), NOW, 0
    while found := differences(replace(on_chain(wanting(wanted), share), time=now), wanting(wanted)).now:
        (change,) = found
        share, steps = followed(share, change, now), steps + 1
        waiting = differences(replace(on_chain(wanting(wanted), share), time=now), wanting(wanted))
        assert waiting.now == ()
        assert len(waiting.later) == 1
        now += LATER
    assert share.at(now) == wanted
    assert steps == -(-abs(wanted - start) // SHARE_STEP_BPS)


@given(start=BPS, on_its_way=st.integers(-500, 500), wanted=BPS)
def test_a_change_of_mind_takes_back_what_is_on_its_way(start: int, on_its_way: int, wanted: int) -> None:
    share = RootShare(start, max(1_000, min(9_000, start + on_its_way)), NOW + 60)
    found = differences(on_chain(wanting(wanted), share), wanting(wanted))
    if share.next_bps != start and min(start, wanted) <= share.next_bps <= max(start, wanted):
        assert (found.now, len(found.later)) == ((), 1), "it is on the way there"
    elif (start, share.next_bps) != (wanted, wanted):
        followed(share, found.now[0], NOW)


def test_a_tokens_own_share() -> None:
    own = stats(MINT, Role.SECONDARY, root_share=RootShare(3_000, 3_000, 0))
    state = replace(on_chain(wanting(4_480)), tokens={str(MINT): token(MINT, stats=own)})
    (change,) = differences(state, wanting(4_480, root_share_bps=3_200)).now
    assert (change.mint, change.args) == (str(MINT), {"root_share_bps": 3_200})
    assert change.description == "root share of apple 30 % → 32 % an hour later"
    assert differences(state, wanting(4_480)).now == (), "without one of its own in the spec it is left alone"
