"""A wrong configuration ends with one sentence: field, value, remedy."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from dat_operator.entry.cli.main import app
from tests.unit.entry.cli.test_job_run import CONFIG

REMEDY = r"kubectl get configmap NAME-config -o jsonpath='{.data.ecosystem\.json}'"
LIMITS: Any = CONFIG["limits"]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("{", "the document: invalid JSON: EOF while parsing an object at line 1 column 1"),
        ("[]", "the document: "),
        (CONFIG | {"network": "mars"}, "network: 'mars': input should be 'mainnet-beta', 'devnet',"),
        (CONFIG | {"newer": 1}, "newer: this version of dat does not know the field"),
        (
            CONFIG | {"limits": LIMITS | {"rootShareBps": "a lot"}},
            "limits.rootShareBps: 'a lot': input should be a valid integer",
        ),
        (CONFIG | {"rpc": [{}]}, "rpc[0].url: the field is missing"),
        ({"name": "fruit"}, "network: the field is missing (and 8 more)"),
    ],
)
def test_a_wrong_file_is_one_sentence(tmp_path: Path, document: Any, words: str) -> None:
    file = tmp_path / "ecosystem.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document))
    done = CliRunner().invoke(app, ["check-state", "--config", str(file)])
    assert done.exit_code == 2
    assert done.output.startswith(f"Failed: --config: {file}: {words}")
    assert done.output.endswith(f"{REMEDY}\n")
    assert done.output.count("\n") == 1


def test_the_key_in_a_url_is_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "ecosystem.json"
    file.write_text(json.dumps(CONFIG | {"rpc": [{"url": 5, "websocketUrl": ["s3cr3t"]}]}))
    done = CliRunner().invoke(app, ["check-state", "--config", str(file)])
    assert "rpc[0].url: input should be a valid string (and 1 more)" in done.output
    assert "s3cr3t" not in done.output


def test_a_missing_file_is_named() -> None:
    done = CliRunner().invoke(app, ["check-state", "--config", "/nowhere.json"])
    assert done.exit_code == 2
    assert done.output == "Failed: --config: cannot read /nowhere.json: No such file or directory\n"
