"""What a person signs by hand goes by the wallet's binding, too: its configuration comes from the cluster."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dat_operator.entry.cli import manual_action
from dat_operator.entry.cli.commands import dev
from dat_operator.entry.cli.main import app
from tests.unit.entry.cli.test_job_run import BINDING, CONFIG, WALLET


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("admin", ("admin", "pause", "{files}")),
        ("creator", ("token", "adopt", str(WALLET.pubkey()), "{files}")),
        ("creator", ("dev", "create-token", "APPLE", "{files}")),
        ("creator", ("dev", "generate-volume", "apple", "{files}")),
    ],
)
def test_an_editor_s_endpoint_is_not_asked_for_a_wallet_that_is_bound_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: str, words: tuple[str, ...]
) -> None:
    """Audit T1c."""

    def never(*_: object) -> None:
        pytest.fail("it went on")

    for module in (manual_action, dev):
        monkeypatch.setattr(module, "open_rpc", never)
    config, wallet = tmp_path / "config.json", tmp_path / "keypair.json"
    config.write_text(json.dumps(CONFIG))
    wallet.write_text(json.dumps(list(bytes(WALLET))))
    bound = BINDING | {"role": role, "rpcHosts": ["rpc.owner.example"]}
    (tmp_path / "binding.json").write_text(json.dumps(bound))
    files = ["--config", str(config), "--wallet", str(wallet)]
    line = [part for word in words for part in (files if word == "{files}" else [word])]
    done = CliRunner().invoke(app, line)
    assert done.exit_code == 2
    said = "spec.rpc.endpoints[0].url: it leads to rpc.invalid, but binding.json of the wallet names"
    assert said in done.output
