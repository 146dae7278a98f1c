"""Who lets a Job ask endpoints of private networks."""

import json
from pathlib import Path
from typing import Any

import pytest

from dat_operator.domain.job_config import EcosystemConfig
from dat_operator.entry.cli import rpc_connection
from tests.unit.entry.cli.test_job_run import CONFIG


@pytest.mark.parametrize(
    ("changes", "public_only"),
    [
        ({"network": "mainnet-beta"}, True),
        ({"network": "devnet", "privateRpc": False}, True),
        ({"network": "mainnet-beta", "privateRpc": True}, False),
        ({"network": "localnet"}, False),
    ],
)
async def test_private_endpoints_are_refused_unless_the_installer_said_otherwise(
    changes: dict[str, Any], public_only: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_check(*_: Any) -> None:
        pass

    monkeypatch.setattr(rpc_connection, "check_network", no_check)
    config = EcosystemConfig.model_validate_json(json.dumps({**CONFIG, **changes}))
    async with await rpc_connection.open_rpc(
        config, rpc_connection.endpoints_with_keys(config, Path("keys"))
    ) as rpc:
        assert [endpoint.public_only for endpoint in rpc.endpoints] == [public_only]


def test_what_the_installer_allows_is_told_to_jobs_and_nothing_else() -> None:
    config = EcosystemConfig.model_validate_json(json.dumps(CONFIG))
    assert "privateRpc" not in config.model_dump(by_alias=True)
    allowed = config.model_copy(update={"private_rpc": True})
    assert allowed.model_dump(by_alias=True)["privateRpc"] is True
