"""What a Job tells its controller by its exit code, and its operator by its report."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
import typer
from solders.keypair import Keypair

from dat_operator.chain.session import Session
from dat_operator.domain.errors import DatError, ProgramError, RpcUnavailable, TransactionExpired
from dat_operator.domain.exit_code import ExitCode
from dat_operator.domain.report import Outcome, Report, TokenReport, run_bytes
from dat_operator.entry.cli import job_run, rpc_connection
from dat_operator.entry.cli.commands.cycle_plan import run_dry_run_job
from dat_operator.entry.cli.job_run import exit_code, run_job, signed
from dat_operator.entry.cli.options import JobOptions

WALLET = Keypair.from_seed(b"w" * 32)
CONFIG = {
    "name": "fruit",
    "network": "localnet",
    "programId": str(WALLET.pubkey()),
    "rpc": [{"url": "http://rpc.invalid"}],
    "admin": str(WALLET.pubkey()),
    "operator": str(WALLET.pubkey()),
    "limits": {
        "rootShareBps": 4480,
        "minFeesRootLamports": 1,
        "minFeesSecondaryLamports": 5_500_000,
        "maxFeesPerCycleLamports": 1,
        "minIntervalSeconds": 1,
        "maxPriceImpactBps": 1,
        "maxPriceRiseBps": 1,
    },
    "slippageBps": 1,
    "priorityFee": {"percentile": 1, "maxLamports": 1},
    "tokens": [],
}

BINDING = {
    "network": "localnet",
    "program": CONFIG["programId"],
    "admin": CONFIG["admin"],
    "ecosystem": "fruit",
    "role": "operator",
}


def report(*reasons: str) -> Report:
    tokens = [TokenReport(name="a", outcome=Outcome.COMPLETED, reason="CycleCompleted")]
    tokens += [TokenReport(name="b", outcome=Outcome.FAILED, reason=reason) for reason in reasons]
    return Report(run_id="00", outcome=Outcome.COMPLETED, tokens=tuple(tokens))


@pytest.mark.parametrize(
    ("reasons", "code"),
    [
        ((), 0),
        (("CashbackCoin",), ExitCode.REFUSED),
        (("RpcUnavailable",), ExitCode.RETRY),
        (("TransactionExpired",), ExitCode.RETRY),
        (("CashbackCoin", "SlippageExceeded"), ExitCode.RETRY),
    ],
)
def test_whether_another_pod_can_help(reasons: tuple[str, ...], code: int) -> None:
    assert exit_code(report(*reasons)) == code


@pytest.mark.parametrize(("reasons", "code"), [((), 0), (("SlippageExceeded",), ExitCode.REFUSED)])
def test_no_pod_repeats_what_the_run_itself_has_tried_again(reasons: tuple[str, ...], code: int) -> None:
    assert exit_code(report(*reasons), persists=True) == code


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, Report]]:
    """Runs a Job whose work does what the test says; its exit code and its report."""

    async def no_check(*_: Any) -> None:
        pass

    monkeypatch.setattr(rpc_connection, "check_network", no_check)

    def go(
        error: Exception | None = None,
        config: Any = CONFIG,
        binding: Any = BINDING,
        role: Literal["admin", "operator"] = "operator",
    ) -> tuple[int, Report]:
        files = {name: tmp_path / name for name in ("config", "wallet", "report")}
        files["config"].write_text(json.dumps(config))
        files["wallet"].write_text(json.dumps(list(bytes(WALLET))))
        if binding is not None:
            (tmp_path / "binding.json").write_text(json.dumps(binding))

        options = JobOptions(
            config=files["config"],
            wallet=files["wallet"],
            rpc_keys=tmp_path,
            run_id="a-job",
            report=files["report"],
        )

        async def done(_: Session) -> Report:
            if error:
                raise error
            return report()

        async def work(_: bytes) -> Report:
            return await signed(done, options, role=role)

        with pytest.raises(typer.Exit) as caught:
            run_job(work, options)
        return caught.value.exit_code, Report.model_validate_json(files["report"].read_text())

    return go


@pytest.mark.parametrize(
    ("binding", "reason"),
    [
        (None, "WalletNotBound"),
        ("[", "WalletNotBound"),
        (BINDING | {"role": "admin"}, "WalletNotBound"),
        (BINDING | {"ecosystem": "other"}, "WalletNotBound"),
        (BINDING | {"network": "mainnet-beta"}, "WalletNotBound"),
        (BINDING | {"program": "11111111111111111111111111111111"}, "ProgramNotAllowed"),
        (BINDING | {"rpcHosts": ["rpc.owner.example"]}, "WalletNotBound"),
    ],
)
def test_a_wallet_that_is_bound_elsewhere_is_not_even_read(
    run: Callable[..., tuple[int, Report]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    binding: Any,
    reason: str,
) -> None:
    """Nor is an endpoint asked: the operator hears why, and no other pod tries."""

    def never(*_: Any) -> None:
        pytest.fail("it went on")

    monkeypatch.setattr(job_run, "load_wallet", never)
    monkeypatch.setattr(job_run, "open_rpc", never)
    code, said = run(binding=binding)
    assert (code, said.outcome, said.reason) == (ExitCode.BAD_INPUT, Outcome.FAILED, reason)


@pytest.mark.parametrize("role", ["operator", "admin"])
def test_an_editor_s_endpoint_is_refused_by_the_url_that_is_really_used(
    run: Callable[..., tuple[int, Report]], tmp_path: Path, role: str
) -> None:
    """Audit T1c: a key may lead elsewhere, and may be a part of the host; then it is not shown."""
    (tmp_path / "KEY").write_text("s3cr3t")
    (tmp_path / "KEY.hosts").write_text("s3cr3t.evil.example\n")
    config = CONFIG | {"rpc": [{"url": "https://rpc.invalid"}, {"url": "https://${KEY}.evil.example"}]}
    hosts = {"rpcHosts": ["rpc.invalid", "evil.example"]}
    code, said = run(config=config, binding=BINDING | hosts | {"role": role}, role=role)
    assert (code, said.reason) == (ExitCode.BAD_INPUT, "WalletNotBound")
    assert "spec.rpc.endpoints[1].url: it leads to another host, but binding.json" in str(said.message)
    assert "s3cr3t" not in str(said.message)


def test_endpoints_that_the_owner_names_are_used(run: Callable[..., tuple[int, Report]]) -> None:
    assert run(binding=BINDING | {"rpcHosts": ["RPC.invalid"]}) == (0, report())


def test_a_report_that_cannot_be_written_does_not_hide_how_the_work_ended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def work(_: bytes) -> Report:
        return report()

    missing = tmp_path / "missing" / "report"
    options = JobOptions(config=tmp_path, wallet=tmp_path, report=missing)
    with pytest.raises(typer.Exit) as caught:
        run_job(work, options)
    assert caught.value.exit_code == 0
    assert capsys.readouterr().err == (
        f"--report: cannot write {missing}: No such file or directory; name another file\n"
    )


def test_all_is_well(run: Callable[..., tuple[int, Report]]) -> None:
    assert run() == (0, report())


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RpcUnavailable("nobody answers"), ExitCode.UNAVAILABLE),
        (TransactionExpired("it expired"), ExitCode.RETRY),
        (DatError("spec.x: wrong"), ExitCode.BAD_INPUT),
        (ProgramError("dat", "InvalidParameter", "out of range"), ExitCode.REFUSED),
    ],
)
def test_what_stops_the_whole_job(
    run: Callable[..., tuple[int, Report]], error: Exception, code: int
) -> None:
    got, said = run(error)
    assert got == code
    assert (said.outcome, said.message, said.run_id) == (
        Outcome.FAILED,
        str(error),
        run_bytes("a-job").hex(),
    )


@pytest.mark.parametrize("config", [{}, CONFIG | {"newer": 1}, CONFIG | {"rpc": [{"url": "http://${KEY}"}]}])
def test_wrong_input_is_final(run: Callable[..., tuple[int, Report]], config: Any) -> None:
    got, said = run(config=config)
    assert got == ExitCode.BAD_INPUT
    assert said.message


def test_a_run_has_16_bytes_and_the_same_for_every_pod() -> None:
    assert len(run_bytes("uid")) == 16
    assert run_bytes("uid") == run_bytes("uid") != run_bytes("uid2")


def test_a_dry_run_too_is_tried_again_when_nobody_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nobody(*_: Any) -> None:
        raise RpcUnavailable("nobody answers")

    monkeypatch.setattr(rpc_connection, "check_network", nobody)
    config, said = tmp_path / "config", tmp_path / "report"
    config.write_text(json.dumps(CONFIG))
    with pytest.raises(typer.Exit) as caught:
        run_dry_run_job(
            JobOptions(config=config, wallet=tmp_path, rpc_keys=tmp_path, run_id="a-job", report=said), ()
        )
    assert caught.value.exit_code == ExitCode.UNAVAILABLE
    assert Report.model_validate_json(said.read_text()).outcome is Outcome.FAILED
