"""A wrong option of the operator ends with one sentence."""

import pytest
from typer.testing import CliRunner

from dat_operator.entry.cli.main import app

OPTIONS = {"DAT_NAMESPACE": "dat", "DAT_IMAGE": "dat", "DAT_JOB_SERVICE_ACCOUNT": "jobs"}


def run(**env: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["operator"], env={**OPTIONS, "COLUMNS": "200", **env})
    return done.exit_code, done.output


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        (
            "DAT_POLL_SECONDS",
            "0",
            "Failed: --poll-seconds (DAT_POLL_SECONDS): 0.0: input should be greater than 0; "
            "change the option or its variable\n",
        ),
        ("DAT_PROGRAMS", ",", "Failed: --programs (DAT_PROGRAMS): "),
        ("DAT_POLL_SECONDS", "often", "'--poll-seconds' (env var: 'DAT_POLL_SECONDS')"),
        ("DAT_IMAGE_PULL_POLICY", "Sometimes", "'Sometimes'"),
        ("DAT_HTTP_PORT", "70000", "'--http-port' (env var: 'DAT_HTTP_PORT')"),
    ],
)
def test_a_wrong_variable_is_named_with_its_value(variable: str, value: str, words: str) -> None:
    code, said = run(**{variable: value})
    assert code == 2
    assert words in said
    assert "Traceback" not in said


def test_without_an_api_server_the_operator_says_how_to_name_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    monkeypatch.setattr("kubernetes.aio.config.kube_config.KUBE_CONFIG_DEFAULT_LOCATION", "/nowhere/config")
    code, said = run()
    assert code == 2
    assert "\nFailed: KUBECONFIG: no access to an API server (" in f"\n{said}"
    assert said.endswith("; run `dat operator` in a pod, or let KUBECONFIG name a kubeconfig file\n")
