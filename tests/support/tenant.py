"""A team's part of the cluster: an ecosystem in a namespace, its coins on the chain, the operator at work."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from dat_operator.api import API_VERSION
from dat_operator.chain import addresses as at
from dat_operator.domain.binding import FILE, NOBODY, Binding
from hack.demo.market import Market
from hack.localnet.localnet import Localnet
from hack.localnet.transactions import keypair
from hack.pump.coin import Coin
from tests.support import dat_command as dat
from tests.support.cluster.api_server import Body, Namespace
from tests.support.cluster.kubelet import Kubelet
from tests.support.operator.process import Operator
from tests.support.waiting import until
from tests.support.wallets import text


@dataclass
class Tenant:
    """``ecosystem`` is its name, which must be its own on the shared chain."""

    namespace: Namespace
    chain: Localnet
    program_id: str
    ecosystem: str
    folder: Path
    coins: dict[str, Coin] = field(default_factory=dict)
    heirs: tuple[str, ...] = ()
    """Whom the admin's wallet may put into any role, besides the chain's own wallets."""

    def __post_init__(self) -> None:
        self.kubelet = Kubelet(self.namespace, self.folder / "pods")
        self.operator = Operator(self.namespace, self.folder)
        self.admin = keypair(self.chain.wallet("admin"))
        self.market = Market(self.chain.rpc, self.admin)
        self.trader = keypair(self.chain.wallet("trader-2"))

    def apply_ecosystem(self, **spec: Any) -> None:
        for role in ("admin", "operator"):
            self.wallet_secret(role, role)
        wallets = {
            role: {"publicKey": self.chain.wallet(role).address, "secretRef": {"name": role}}
            for role in ("admin", "operator")
        }
        defaults = {
            "network": "localnet",
            "programId": self.program_id,
            "rpc": {"endpoints": [{"url": self.chain.rpc_url, "websocketUrl": self.chain.ws_url}]},
            "wallets": wallets,
            # February 30th: these tests start Jobs themselves.
            "cycle": {
                "minIntervalSeconds": 1,
                "cooldownSeconds": 0,
                "jitterSeconds": 0,
                "schedule": "0 0 30 2 *",
            },
        }
        self._create("DATEcosystem", self.ecosystem, {**defaults, **spec})

    def binding(self, role: str, **changes: Any) -> Binding:
        """What the owner of a wallet writes beside its key."""
        operator, emergency = (self.chain.wallet(name).address for name in ("operator", "emergency"))
        named = {"operators": [operator, *self.heirs], "emergencyAdmins": [emergency, *self.heirs, NOBODY]}
        appoints = named if role == "admin" else {}
        names = {"program": self.program_id, "admin": str(self.admin.pubkey()), "ecosystem": self.ecosystem}
        return Binding(**{"network": "localnet", **names, "role": role, **appoints, **changes})

    def wallet_secret(self, name: str, role: str, *bindings: Binding, pair: Keypair | None = None) -> None:
        """A Secret with a wallet that is bound to this ecosystem, or otherwise."""
        secret = bytes(pair) if pair else bytes(self.chain.wallet(role).secret)
        data = {"keypair.json": json.dumps(list(secret))}
        data[FILE] = text(*(bindings or (self.binding(role),)))
        self.namespace.create({"kind": "Secret", "metadata": {"name": name}, "stringData": data})

    def launch(self, name: str, *, spl: bool = False) -> Coin:
        """Launch a coin whose creator is its authority."""
        mint, program = Keypair(), Pubkey.from_string(self.program_id)
        state = at.state_address(program, self.admin.pubkey(), self.ecosystem)
        authority = at.authority_address(program, state, mint.pubkey())
        self.coins[name] = self.market.launch(mint, authority, name.upper()[:10], spl=spl)
        return self.coins[name]

    def apply_token(self, name: str, mint: object, role: str = "Secondary", **spec: Any) -> None:
        ref = {"name": self.ecosystem}
        self._create("DATToken", name, {"ecosystemRef": ref, "mint": str(mint), "role": role, **spec})

    def trade(self, name: str, lamports: int) -> None:
        self.market.buy(self.trader, self.coins[name], lamports)

    def token(self, name: str) -> Body:
        return self._get("DATToken", name)

    def config(self) -> Body:
        """The Jobs' configuration."""
        text = self._get("ConfigMap", f"{self.ecosystem}-config")["data"]["ecosystem.json"]
        return dict(json.loads(text))

    def jobs(self, purpose: str) -> list[str]:
        label = "dat.asdf.io/purpose"
        jobs = self.namespace.list("Job")
        return [
            str(j["metadata"]["name"])
            for j in jobs
            if j["spec"]["template"]["metadata"]["labels"].get(label) == purpose
        ]

    def set_up(self) -> str:
        """Run the setup Job that the operator has made, and wait until all tokens are Ready; its name."""
        name = until(lambda: self.jobs("setup"), "a setup Job", look_at=self.look)[-1]
        self.kubelet.run(name)
        for token in self.coins:
            self.until_condition("DATToken", token, "Ready", "True")
        self.until_condition("DATEcosystem", self.ecosystem, "Ready", "True")
        return name

    def run_cycle(self, name: str) -> Body:
        """What ``kubectl create job --from=cronjob`` does, and the run of it."""
        template = self._get("CronJob", f"{self.ecosystem}-cycle")["spec"]["jobTemplate"]
        meta = {**template["metadata"], "name": name}
        self.namespace.create(
            {"apiVersion": "batch/v1", "kind": "Job", "metadata": meta, "spec": template["spec"]}
        )
        return self.kubelet.run(name)

    def ask(self, name: str, *, dry_run: bool = False, tokens: Sequence[str] = ()) -> Body:
        """A DATCycle that somebody creates, and the run of its Job; the DATCycle once it has ended."""
        self.wish(name, dry_run=dry_run, tokens=tokens)
        return self.run_asked(name)

    def wish(self, name: str, *, dry_run: bool = False, tokens: Sequence[str] = ()) -> None:
        """Create a DATCycle."""
        ref = {"name": self.ecosystem}
        self._create("DATCycle", name, {"ecosystemRef": ref, "dryRun": dry_run, "tokens": list(tokens)})

    def run_asked(self, name: str) -> Body:
        """Run the Job that the operator makes for a DATCycle; the DATCycle once it has ended."""
        until(lambda: self.namespace.get("Job", name), f"the Job of DATCycle {name}", look_at=self.look)
        self.kubelet.run(name)
        return until(lambda: self.record(name), f"the end of DATCycle {name}", look_at=self.look)

    def record(self, name: str) -> Body | None:
        """A DATCycle that has ended, with all amounts."""
        status = (self.namespace.get("DATCycle", name) or {}).get("status", {})
        done = [t for t in status.get("tokens", []) if "signature" in t]
        whole = "completionTime" in status and all("burned" in token for token in done)
        return self._get("DATCycle", name) if whole else None

    def administer(self, *words: str, by: Keypair | None = None) -> None:
        """What an admin types after ``dat admin``."""
        config, log = self.folder / "ecosystem.json", self.folder / "admin.log"
        config.write_text(json.dumps(self.config()))
        wallet = self.folder / "admin/keypair.json"
        wallet.parent.mkdir(exist_ok=True)
        wallet.write_text(json.dumps(list(bytes(by or self.admin))))
        (wallet.parent / FILE).write_text(text(self.binding("admin")))
        line = ["admin", *words, "--config", str(config), "--wallet", str(wallet), "--yes"]
        assert dat.start(line, {}, log).wait(dat.SECONDS) == 0, log.read_text()

    def until_condition(self, kind: str, name: str, condition: str, status: str) -> Body:
        """Wait for a condition; the condition."""

        def found() -> Body | None:
            return next(
                (c for c in self.conditions(kind, name) if (c["type"], c["status"]) == (condition, status)),
                None,
            )

        return until(found, f"{kind} {name}: {condition}={status}", look_at=self.look)

    def conditions(self, kind: str, name: str) -> list[Body]:
        return list(self._get(kind, name).get("status", {}).get("conditions", []))

    def events(self, about: str) -> list[tuple[str, str, str]]:
        """Type, reason and message of the Events of an object."""
        found = [e for e in self.namespace.list("Event") if e["involvedObject"]["name"] == about]
        return [(e["type"], e["reason"], e["message"]) for e in found]

    def look(self) -> str:
        """What to look at when something does not happen."""
        statuses = [
            f"{kind} {body['metadata']['name']}: {json.dumps(body.get('status'), indent=1)}"
            for kind in ("DATEcosystem", "DATToken", "DATCycle")
            for body in self.namespace.list(kind)
        ]
        return "\n".join([*statuses, *self.kubelet.logs.values(), "operator:", self.operator.log()])

    def _create(self, kind: str, name: str, spec: Body) -> None:
        self.namespace.create(
            {"apiVersion": API_VERSION, "kind": kind, "metadata": {"name": name}, "spec": spec}
        )

    def _get(self, kind: str, name: str) -> Body:
        found = self.namespace.get(kind, name)
        assert found is not None, f"there is no {kind} {name}"
        return found
