"""What a worker lets its endpoints be, and what it keeps of them."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.controller import worker as module
from dat_operator.controller.settings import Settings
from dat_operator.controller.worker import Worker


def worker(keys: Path, *, private_rpc: bool = False) -> Worker:
    settings = Settings(
        namespace="dat",
        image="dat",
        job_service_account="jobs",
        pod_name="pod",
        rpc_keys=keys,
        private_rpc=private_rpc,
    )
    nothing: Any = SimpleNamespace()
    return Worker(("dat", "fruit"), nothing, nothing, settings)


def spec(url: str, network: str = "devnet") -> EcosystemSpec:
    wallet = {"publicKey": "11111111111111111111111111111111", "secretRef": {"name": "w"}}
    return EcosystemSpec.model_validate(
        {
            "network": network,
            "programId": "11111111111111111111111111111111",
            "rpc": {"endpoints": [{"url": url}]},
            "wallets": {"admin": wallet, "operator": wallet},
            "cycle": {"schedule": "0 * * * *"},
        }
    )


@pytest.mark.parametrize(
    ("network", "private_rpc", "public_only"),
    [
        ("mainnet-beta", False, True),
        ("devnet", False, True),
        ("mainnet-beta", True, False),
        ("localnet", False, False),
    ],
)
async def test_private_endpoints_are_refused_unless_the_installer_said_otherwise(
    network: str, private_rpc: bool, public_only: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def no_check(*_: Any) -> None:
        pass

    monkeypatch.setattr(module, "check_network", no_check)
    one = worker(tmp_path, private_rpc=private_rpc)
    rpc = await one._client(spec("https://rpc.example", network))
    assert [endpoint.public_only for endpoint in rpc.endpoints] == [public_only]
    await one.close()


async def test_another_endpoint_goes_back_no_further(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def no_check(*_: Any) -> None:
        pass

    monkeypatch.setattr(module, "check_network", no_check)
    one = worker(tmp_path)
    before = await one._client(spec("https://rpc.example"))
    after = await one._client(spec("https://other.example"))
    assert before is not after
    assert before._slots is after._slots
    await one.close()
