"""The acts of the demo: launch tokens, trade until the fees suffice, run cycles."""

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.domain.binding import WalletRole
from dat_operator.domain.money import sol
from dat_operator.domain.report import run_bytes
from hack.common.paths import REPO
from hack.common.steps import StepError, say, step
from hack.demo.environment import PROGRAM_ID, Environment
from hack.demo.market import Market, well_known_key
from hack.pump.coin import Coin

ECOSYSTEM = "fruit"
EXAMPLES = REPO / "examples/localnet"
WALLET_LAMPORTS = 500 * 10**9
TRADERS = ("alice", "bob")
TRADES_LAMPORTS = (900_000_000, 400_000_000, 650_000_000)
STRANGERS_TRADE_LAMPORTS = 4_000_000_000
WAIT_SECONDS = 180.0


@dataclass(frozen=True)
class Launch:
    """A token of the demo, and the instruction that creates it."""

    name: str
    spl: bool
    threshold_lamports: int
    """Pending fees from which its cycle runs (defaults of DATEcosystem)."""


LAUNCHES = (
    Launch("froot", spl=True, threshold_lamports=2_000_000),
    Launch("apple", spl=False, threshold_lamports=5_690_000),
    Launch("pear", spl=False, threshold_lamports=5_690_000),
)


class Scenario:
    """The demo on a environment. Every part can be repeated."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._market = Market(environment.chain.rpc, well_known_key("admin"))
        self.coins = {launch.name: _coin(launch) for launch in LAUNCHES}

    def launch(self) -> None:
        """Fund all wallets and create the three coins. The creator of each is its authority."""
        for purpose in ("admin", "operator", *TRADERS):
            self._fund(purpose)
        for launch in LAUNCHES:
            if self._environment.chain.account_data(str(self.coins[launch.name].curve)) is None:
                with step(f"launch {launch.name} by {'create' if launch.spl else 'create_v2'}"):
                    coin = self.coins[launch.name]
                    mint = well_known_key(f"mint {launch.name}")
                    self._market.launch(mint, coin.creator, launch.name.upper(), spl=launch.spl)

    def declare(self) -> None:
        """Apply the examples and wait until the operator has finished the set-up."""
        for role in (WalletRole.ADMIN, WalletRole.OPERATOR):
            self._environment.wallet_secret(f"{ECOSYSTEM}-{role}", role, ECOSYSTEM)
        with step("kubectl apply -f examples/localnet, and all tokens Ready"):
            self._environment.kubectl("apply", "-f", EXAMPLES)
            self._environment.kubectl(
                "wait", "dattokens", "--all", "--for=condition=Ready", f"--timeout={WAIT_SECONDS:.0f}s"
            )

    def trade(self) -> None:
        """Let traders buy and sell until the status of every token shows enough pending fees."""
        for launch in LAUNCHES:
            for number in itertools.count():
                pending = self.pending(launch.name)
                if pending >= launch.threshold_lamports:
                    break
                trader, lamports = TRADERS[number % 2], TRADES_LAMPORTS[number % 3]
                coin = self.coins[launch.name]
                self._market.buy(well_known_key(trader), coin, lamports)
                self._market.sell(well_known_key(trader), coin, percent=40)
                say(
                    f"    {trader:<5} bought {launch.name:<5} for {sol(lamports)} SOL and sold 40 %; "
                    f"pending were {sol(pending)} of {sol(launch.threshold_lamports)}"
                )

    def graduate(self, name: str) -> None:
        """Graduate a token to PumpSwap, and wait until set-up has created the accounts of its buys."""
        with step(f"{name} graduates to PumpSwap, and is Ready again"):
            self._market.graduate(well_known_key("alice"), self.coins[name])
            self._until(lambda: self._is_ready_in_pool(name), f"{name} is not Ready in its pool")

    def collect_as_a_stranger(self, name: str) -> int:
        """Trade in the pool; then a stranger pays the fees as wrapped SOL. Return the amount, lamports."""
        coin = self.coins[name]
        self._market.buy_at_pool(well_known_key("bob"), coin, STRANGERS_TRADE_LAMPORTS)
        self._market.collect_wrapped(well_known_key("bob"), coin)
        return self._market.wrapped(coin.creator)

    def _is_ready_in_pool(self, name: str) -> bool:
        conditions = self._environment.get("dattoken", name).get("status", {}).get("conditions", [])
        true = {c["type"] for c in conditions if c["status"] == "True"}
        made = self._environment.chain.account_data(str(at.wrapped_sol(self.coins[name].creator)))
        return made is not None and "Ready" in true

    def on_chain(self) -> tuple[str, dict[str, str]]:
        """Return the address of the ecosystem's state, and the mint of each token."""
        program = Pubkey.from_string(PROGRAM_ID)
        state = at.state_address(program, well_known_key("admin").pubkey(), ECOSYSTEM)
        return str(state), {name: str(coin.mint) for name, coin in self.coins.items()}

    def settle(self) -> None:
        """Wait until every resource shows the state of the chain."""
        for launch in LAUNCHES:
            self.pending(launch.name)

    def pending(self, token: str) -> int:
        """Return the pending fees of a token's status, once the operator has seen the last trade."""
        on_chain = self._curve_bucket(token)
        for status in self._statuses(token):
            fees = status.get("pendingFees", {})
            if fees.get("curveLamports") == on_chain:
                return int(fees["totalLamports"])
        raise AssertionError("unreachable: _statuses raises")

    def run_cycles(self) -> bytes:
        """Start the CronJob's Job now and wait for its end. Return the id of the run on chain."""
        job = f"{ECOSYSTEM}-cycle-{time.strftime('%H%M%S')}"
        with step(f"kubectl create job {job} --from=cronjob/{ECOSYSTEM}-cycle, and it ends"):
            self._environment.kubectl("create", "job", job, f"--from=cronjob/{ECOSYSTEM}-cycle")
            self._until(lambda: self.ended(job), f"Job {job} did not end")
        return run_bytes(self._environment.get("job", job)["metadata"]["uid"])

    def ended(self, job: str) -> bool:
        """Whether a Job is complete. Raise StepError with its logs if it has failed."""
        conditions = self._environment.get("job", job).get("status", {}).get("conditions", [])
        for condition in conditions:
            if condition["type"] == "Failed" and condition["status"] == "True":
                logs = self._environment.kubectl("logs", f"job/{job}", "--tail=20")
                raise StepError(f"Job {job} failed: {condition.get('message')}\n{logs}")
        return any(c["type"] == "Complete" and c["status"] == "True" for c in conditions)

    def _curve_bucket(self, token: str) -> int:
        data = self._environment.chain.account_data(str(self.coins[token].curve)) or b""
        return int.from_bytes(data[125:133], "little")

    def _statuses(self, token: str) -> Iterator[dict[str, Any]]:
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            yield self._environment.get("dattoken", token).get("status", {})
            time.sleep(0.3)
        raise StepError(
            f"the status of DATToken {token} does not show the state of the chain: "
            "kubectl logs -l app.kubernetes.io/name=dat-operator"
        )

    def _until(self, condition: Callable[[], bool], otherwise: str) -> None:
        deadline = time.monotonic() + WAIT_SECONDS
        while not condition():
            if time.monotonic() > deadline:
                raise StepError(otherwise)
            time.sleep(0.5)

    def _fund(self, purpose: str) -> None:
        key = well_known_key(purpose).pubkey()
        have = self._environment.chain.rpc.call("getBalance", str(key))["value"]
        if have < WALLET_LAMPORTS // 2:
            self._market.fund(key, WALLET_LAMPORTS)


def _coin(launch: Launch) -> Coin:
    program = Pubkey.from_string(PROGRAM_ID)
    state = at.state_address(program, well_known_key("admin").pubkey(), ECOSYSTEM)
    mint = well_known_key(f"mint {launch.name}").pubkey()
    authority = at.authority_address(program, state, mint)
    return (Coin.spl if launch.spl else Coin.token_2022)(mint, authority)
