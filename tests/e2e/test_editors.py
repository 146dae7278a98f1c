"""Audit T1, T8 on the cluster, with the chart's policies: what an editor of our resources can bring about."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from solders.keypair import Keypair

from dat_operator.api import API_VERSION
from dat_operator.chain import addresses as at
from hack.common.steps import StepError
from hack.demo.environment import NAMESPACE, PROGRAM_ID, Environment
from hack.demo.market import Market, well_known_key
from hack.demo.scenario import Scenario
from tests.support.waiting import until

EDITOR = f"--as=system:serviceaccount:{NAMESPACE}:editor"
KINDS = ("datecosystems", "dattokens", "datcycles")
Body = dict[str, Any]


class Editor:
    """The user; ``names`` are the ecosystems that he has made."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.names: list[str] = []

    def declare(self, name: str, **changes: object) -> None:
        """An ecosystem with the owners' wallets, and a token for it."""
        wallets = {
            role: {"publicKey": str(well_known_key(role).pubkey()), "secretRef": {"name": f"fruit-{role}"}}
            for role in ("admin", "operator")
        }
        endpoints = {"endpoints": [{"url": "http://solana:8899"}]}
        spec = {"network": "localnet", "programId": PROGRAM_ID, "wallets": wallets, "rpc": endpoints}
        self._apply("DATEcosystem", name, {**spec, **changes})
        trader = well_known_key("alice")
        mint = Keypair()
        Market(self.environment.chain.rpc, trader).launch(mint, trader.pubkey(), name.upper()[:10], spl=True)
        self._apply(
            "DATToken", name, {"ecosystemRef": {"name": name}, "mint": str(mint.pubkey()), "role": "Root"}
        )
        self.names.append(name)

    def stalled(self, name: str) -> Body:
        """The condition, once it is True."""

        def found() -> Body | None:
            conditions = self.environment.get("dateco", name).get("status", {}).get("conditions", [])
            return next((c for c in conditions if (c["type"], c["status"]) == ("Stalled", "True")), None)

        return until(found, f"{name} stalled", seconds=60, look_at=self._look)

    def jobs(self, name: str) -> list[str]:
        """The Jobs of an ecosystem."""
        items = self.environment.get("jobs", "-l", f"dat.asdf.io/ecosystem={name}")["items"]
        return [job["metadata"]["name"] for job in items]

    def _look(self) -> str:
        return self.environment.kubectl("get", "dateco,jobs,pods", "-o", "wide")

    def _apply(self, kind: str, name: str, spec: Body) -> None:
        meta = {"name": name, "namespace": NAMESPACE}
        body = {"apiVersion": API_VERSION, "kind": kind, "metadata": meta, "spec": spec}
        self.environment.kubectl("apply", EDITOR, "-f", "-", stdin=json.dumps(body))


def _under_way(environment: Environment) -> list[str]:
    """Pods of the demo's own set-up that have not ended."""
    pods = environment.get("pods", "-l", "dat.asdf.io/purpose=setup,dat.asdf.io/ecosystem=fruit")["items"]
    return [p["metadata"]["name"] for p in pods if p["status"]["phase"] not in ("Succeeded", "Failed")]


@pytest.fixture(scope="module")
def editor(environment: Environment, scenario: Scenario) -> Iterator[Editor]:
    # The owner's own set-up goes on after its tokens are Ready: lookup tables.
    until(lambda: not _under_way(environment), "the end of the owner's set-up", seconds=60)
    resources = [f"--resource={kind}.dat.asdf.io" for kind in KINDS]
    environment.kubectl("create", "serviceaccount", "editor")
    environment.kubectl("create", "role", "editor", "--verb=*", *resources)
    environment.kubectl(
        "create", "rolebinding", "editor", "--role=editor", f"--serviceaccount={NAMESPACE}:editor"
    )
    editor = Editor(environment)
    yield editor
    for name in editor.names:
        environment.kubectl("delete", f"dattoken/{name}", f"dateco/{name}")


@pytest.fixture(autouse=True)
def _nothing_leaves(environment: Environment, editor: Editor) -> Iterator[None]:
    keys = [str(well_known_key(role).pubkey()) for role in ("admin", "operator")]

    def balances() -> list[int]:
        return [environment.chain.rpc.call("getBalance", key)["value"] for key in keys]

    before = balances()
    yield
    assert balances() == before


def test_he_can_only_edit_our_resources(environment: Environment, editor: Editor) -> None:
    for resource in ("secrets", "configmaps", "jobs", "cronjobs", "pods"):
        with pytest.raises(StepError):
            environment.kubectl("get", EDITOR, resource)


def test_a_program_of_his_own_gets_no_job(editor: Editor) -> None:
    editor.declare("evil", programId=str(at.PUMP))
    said = editor.stalled("evil")
    assert said["reason"] == "ProgramNotAllowed"
    assert f"spec.programId: {at.PUMP} is not a program that the Helm release allows" in said["message"]
    assert "the value allowed.programs" in said["message"]
    assert editor.jobs("evil") == []


def test_a_secret_that_is_no_wallet_gets_no_job(editor: Editor) -> None:
    wallet = {"publicKey": str(well_known_key("admin").pubkey()), "secretRef": {"name": "dat-rpc"}}
    editor.declare("prying", wallets={"admin": wallet, "operator": wallet})
    said = editor.stalled("prying")
    assert said["reason"] == "SecretNotAllowed"
    assert (
        "spec.wallets.admin.secretRef.name: the Helm release allows no admin's wallet in the Secret dat-rpc"
        in said["message"]
    )
    assert editor.jobs("prying") == []


def test_an_ecosystem_of_his_own_gets_no_signature(editor: Editor) -> None:
    """A pod of the true image, with the admin's key: it refuses."""
    editor.declare("mine")
    said = editor.stalled("mine")
    assert said["reason"] == "WalletNotBound"
    assert "metadata.name: mine, but binding.json allows fruit" in said["message"]
    assert len(editor.jobs("mine")) == 1
