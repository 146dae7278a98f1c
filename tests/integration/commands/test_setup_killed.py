"""``dat setup`` killed (SIGKILL) at each of its transactions, then run again: everything is there, once."""

import signal
import subprocess
from pathlib import Path

import pytest

from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.job_config import EndpointConfig
from dat_operator.domain.report import Outcome
from tests.support.chain.ecosystem import MakeEcosystem
from tests.support.chain.rpc_proxy import Call, Hung, RpcProxy
from tests.support.dat_command import JobCommand
from tests.support.wallets import write_wallet


@pytest.mark.parametrize(
    ("number", "sent"),
    [(1, False), (1, True), (2, True), (3, False)],
    ids=["the ecosystem, unsent", "the ecosystem, sent", "the root, sent", "the secondary, unsent"],
)
async def test_set_up_again(make_ecosystem: MakeEcosystem, tmp_path: Path, number: int, sent: bool) -> None:
    local = make_ecosystem(f"setup-{number}-{sent}")
    local.launch("root", Role.ROOT, spl=True)
    local.launch("second", Role.SECONDARY, spl=False)
    process: list[subprocess.Popen[bytes]] = []

    def rule(call: Call) -> None:
        if call.method == "sendTransaction" and call.number == number:
            if sent:
                call.forward()
            process[0].send_signal(signal.SIGKILL)
            raise Hung

    with RpcProxy(local.chain.rpc_url) as proxy:
        config = local.config.model_copy(update={"rpc": [EndpointConfig(url=proxy.url)]})
        (tmp_path / "ecosystem.json").write_text(config.model_dump_json(by_alias=True, exclude_none=True))
        write_wallet(tmp_path, local.config, local.admin, "admin")
        command = JobCommand(("setup",), tmp_path, "setup-uid")
        proxy.reset(rule)
        process.append(command.start())
        assert process[0].wait(60) == -signal.SIGKILL, command.log_file.read_text()
        proxy.reset()
        again = command.run()

    assert again.code == 0, again.log
    assert again.report is not None
    assert Outcome.FAILED not in {token.outcome for token in again.report.tokens}
    chain = await local.read()
    assert chain.state is not None
    assert chain.state.root_mint == str(local.coins["root"].mint)
    assert all(token.stats is not None for token in chain.tokens.values())
