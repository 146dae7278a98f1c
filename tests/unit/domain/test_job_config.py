from dataclasses import asdict, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dat_operator.api.policy import CyclePolicy, PriorityFee, Retry
from dat_operator.domain.dat_accounts import Parameters, Role
from dat_operator.domain.document import Frozen
from dat_operator.domain.job_config import EcosystemConfig, EndpointConfig, LimitsConfig, TokenConfig
from dat_operator.domain.policy import MAX_LAMPORTS, CycleLimits, PaceConfig, PriorityFeeConfig, RetryConfig

RESOURCES = (CyclePolicy, PriorityFee, Retry)

LAMPORTS = st.integers(5_500_000, MAX_LAMPORTS)
BPS = st.integers(1, 1_000)
SHARE = st.integers(1_000, 9_000)
CONFIGS = st.builds(
    lambda **values: EcosystemConfig(**values),  # builds() itself would fill in the aliases too
    name=st.text("abc-", max_size=32),
    network=st.sampled_from(["mainnet-beta", "devnet", "testnet", "localnet"]),
    program_id=st.text(),
    rpc=st.lists(
        st.builds(
            lambda **values: EndpointConfig(**values),
            url=st.text(),
            priority=st.integers(0, 100),
            requests_per_second=st.none() | st.integers(1, 10_000),
        ),
        max_size=3,
    ),
    commitment=st.sampled_from(["confirmed", "finalized"]),
    retry=st.builds(
        lambda **values: RetryConfig(**values), limit=st.integers(0, 5), backoff_seconds=st.integers(1, 20)
    ),
    admin=st.text(),
    operator=st.text(),
    limits=st.builds(
        lambda **values: LimitsConfig(**values),
        root_share_bps=SHARE,
        min_fees_root_lamports=LAMPORTS,
        min_fees_secondary_lamports=LAMPORTS,
        max_fees_per_cycle_lamports=LAMPORTS,
        min_interval_seconds=st.integers(1, 604_800),
        max_price_impact_bps=BPS,
        max_price_rise_bps=BPS,
    ),
    slippage_bps=BPS,
    priority_fee=st.builds(
        lambda **values: PriorityFeeConfig(**values),
        percentile=st.integers(0, 100),
        max_lamports=st.integers(0, 10_000_000),
    ),
    tokens=st.lists(
        st.builds(
            lambda **values: TokenConfig(**values),
            name=st.text(),
            mint=st.text(),
            role=st.sampled_from(Role),
            root_share_bps=st.none() | SHARE,
            pool=st.sampled_from(["Auto", "BondingCurve", "PumpSwap"]),
        ),
        max_size=3,
    ),
)


@given(CONFIGS)
def test_what_the_operator_writes_a_job_reads(config: EcosystemConfig) -> None:
    text = config.model_dump_json(by_alias=True, exclude_none=True)
    assert EcosystemConfig.model_validate_json(text) == config


@given(CONFIGS)
def test_a_key_that_a_job_does_not_know_is_an_error(config: EcosystemConfig) -> None:
    """A Job of an older image must not run by half of its configuration."""
    values = config.model_dump(mode="json", by_alias=True) | {"newPolicy": 1}
    with pytest.raises(ValidationError, match="newPolicy"):
        EcosystemConfig.model_validate(values)


def test_keys_are_camel_case() -> None:
    limits = LimitsConfig(root_share_bps=4480, **CycleLimits().model_dump())
    assert "minFeesSecondaryLamports" in limits.model_dump(by_alias=True)


def test_a_limit_that_is_missing_is_an_error() -> None:
    """The defaults are those of the resource: a Job must not cycle by a limit that its owner has not seen."""
    limits = CycleLimits().model_dump(by_alias=True)
    del limits["maxFeesPerCycleLamports"]
    with pytest.raises(ValidationError, match="missing: maxFeesPerCycleLamports"):
        LimitsConfig.model_validate({"rootShareBps": 4480, **limits})


def test_the_limits_are_the_parameters_of_the_program() -> None:
    assert list(CycleLimits.model_fields) == [field.name for field in fields(Parameters)]
    assert asdict(CycleLimits().parameters) == CycleLimits().model_dump()


@pytest.mark.parametrize("part", [CycleLimits, PaceConfig, PriorityFeeConfig, RetryConfig])
def test_a_resource_drops_keys_that_a_job_refuses(part: type[Frozen]) -> None:
    """A definition (CRD) may be newer than the operator; a Job's configuration is of its own release."""
    with pytest.raises(ValidationError, match="newPolicy"):
        part.model_validate({"newPolicy": 1})
    (extended,) = (resource for resource in RESOURCES if issubclass(resource, part))
    assert extended.model_validate({"newPolicy": 1}) == extended()


def test_a_pace_has_shorter_keys_than_the_policy() -> None:
    assert list(PaceConfig().model_dump(by_alias=True)) == ["cooldownSeconds", "maxPerHour", "maxPerDay"]
    assert CyclePolicy.model_validate({"maxCyclesPerHour": 7}).max_cycles_per_hour == 7


def test_an_endpoint_is_written_without_its_defaults() -> None:
    def written(endpoint: EndpointConfig) -> object:
        return endpoint.model_dump(mode="json", by_alias=True)

    assert written(EndpointConfig(url="http://h")) == {"url": "http://h"}
    full = EndpointConfig(url="http://h", websocket_url="ws://h", priority=1, requests_per_second=5)
    assert written(full) == {
        "url": "http://h",
        "websocketUrl": "ws://h",
        "priority": 1,
        "requestsPerSecond": 5,
    }


def test_what_is_wrong_with_an_endpoint_is_told_without_its_url() -> None:
    with pytest.raises(ValidationError) as caught:
        EndpointConfig.model_validate({"url": "https://h/?key=s3cr3t", "priority": -1, "more": "s3cr3t"})
    assert "s3cr3t" not in str(caught.value)
    assert "priority" in str(caught.value)
