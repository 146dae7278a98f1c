"""An ecosystem, the operator and its Jobs at work for real, and a stranger around them."""

import asyncio
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer

from dat_operator.chain import addresses as at
from dat_operator.chain.dat.history import History
from dat_operator.chain.dat.instructions import Ecosystem
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.domain.cycle_event import Landed
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.job_config import TokenConfig
from dat_operator.domain.report import run_bytes
from hack.localnet.transactions import keypair, send
from hack.pump.coin import Coin
from tests.integration.access.test_strangers import RENT, Stranger
from tests.support.chain.ecosystem import PROGRAM_ID, SOL, LocalEcosystem, new_local_ecosystem
from tests.support.chain.flood import Flood
from tests.support.chain.rpc_proxy import Request, RpcProxy
from tests.support.cluster.api_server import Body, Namespace
from tests.support.cluster.kubelet import Kubelet
from tests.support.tenant import Tenant
from tests.support.waiting import until

TOKENS = ("apple", "pear", "root")
RUNS = 4
"""As many as a token may have. Strangers' cycles do not count."""


class Counting(RpcProxy):
    """Counts all calls, by method; those of an operator by its passes, too."""

    def __init__(self, upstream: str) -> None:
        super().__init__(upstream)
        self.calls = Counter[str]()
        self.passes: list[Counter[str]] = [Counter()]

    def handle(self, body: Request) -> object:
        method, params = body["method"], body.get("params") or [[]]
        if method == "getMultipleAccounts" and params[0][:1] == [str(at.CLOCK)]:
            self.passes.append(Counter())
        self.calls[method] += 1
        self.passes[-1][method] += 1
        return super().handle(body)


class Behind(Kubelet):
    """Its pods ask another endpoint than the operator; each waits until it is let."""

    patience = 180.0

    def __init__(self, namespace: Namespace, folder: Path, operators: str, runs: str) -> None:
        super().__init__(namespace, folder)
        self.may_start = threading.Event()
        self.may_start.set()
        self._operators, self._runs = operators.encode(), runs.encode()

    def _files(self, volume: Body) -> dict[str, bytes]:
        return {n: text.replace(self._operators, self._runs) for n, text in super()._files(volume).items()}

    def _run(self, pod: Body) -> None:
        assert self.may_start.wait(60)
        super()._run(pod)


class AttackedEcosystem:
    """An ecosystem with a root, a coin on its curve and a graduated one, and a stranger around it."""

    def __init__(self, tenant: Tenant, operators: Counting, runs: Counting) -> None:
        self.tenant, self.operators, self.runs = tenant, operators, runs
        self.kubelet = Behind(tenant.namespace, tenant.folder / "pods", operators.url, runs.url)
        tenant.kubelet = self.kubelet
        self.stranger = keypair(tenant.chain.wallet("trader-3"))
        self.done: dict[str, bytes] = {}
        """The 16 bytes of each run, by its name."""
        self.killed = threading.Event()
        tenant.launch("root", spl=True)
        tenant.launch("apple")
        self.pear = tenant.launch("pear")
        tenant.market.fund(tenant.trader.pubkey(), 200 * SOL)
        tenant.market.graduate(tenant.trader, self.pear)
        tenant.market.fund(self.stranger.pubkey(), 100 * SOL)
        program = Pubkey.from_string(PROGRAM_ID)
        self.ours = Ecosystem.of(program, tenant.admin.pubkey(), tenant.ecosystem)
        mints = [coin.mint for coin in tenant.coins.values()]
        bare = [self.ours.treasury, *map(self.ours.authority, mints)]
        held = [coin.ata(self.ours.authority(coin.mint)) for coin in tenant.coins.values()]
        curves = [at.bonding_curve(mint) for mint in mints]
        named = [self.ours.state, self.ours.shared_authority, *map(self.ours.stats, mints), *held, *curves]
        texts = [[str(key) for key in keys] for keys in ([*named, *bare], bare)]
        self.flood = Flood(tenant.chain, self.stranger, self.ours, mints, *texts)
        self.bare = bare

    def dust_before_set_up(self) -> None:
        """Rent at addresses that set-up has yet to make."""
        keys = [self.ours.state]
        for coin in self.tenant.coins.values():
            authority = self.ours.authority(coin.mint)
            keys += [self.ours.stats(coin.mint), coin.ata(authority), at.user_volume_accumulator(authority)]
        accumulator = at.user_volume_accumulator(self.ours.authority(self.pear.mint), at.PUMP_AMM)
        keys += [accumulator, at.wrapped_sol(accumulator)]
        self._give(keys, RENT)

    def set_up(self) -> None:
        tenant = self.tenant
        endpoint = {"url": self.operators.url, "websocketUrl": tenant.chain.ws_url}
        pace = {"minIntervalSeconds": 1, "cooldownSeconds": 0, "jitterSeconds": 0, "maxCyclesPerDay": RUNS}
        # February 30th: the test starts Jobs itself.
        tenant.apply_ecosystem(rpc={"endpoints": [endpoint]}, cycle={**pace, "schedule": "0 0 30 2 *"})
        for name in TOKENS:
            tenant.apply_token(name, tenant.coins[name].mint, "Root" if name == "root" else "Secondary")
        tenant.set_up()

    def dust(self) -> None:
        """Lamports, wrapped SOL where it is looked for and elsewhere, our own tokens, token accounts."""
        self._give(self.bare, 12_345)
        market, stranger = self.tenant.market, self.stranger
        market.collect_wrapped(stranger, self.pear)
        self.trade()
        market.collect_wrapped_aside(stranger, Keypair(), self.pear)
        apple, key = self.tenant.coins["apple"], stranger.pubkey()
        market.buy(stranger, apple, SOL // 100)
        given = market.tokens(key, apple)
        authority = self.ours.authority(apple.mint)
        other = self.tenant.coins["root"].create_ata(key, authority)
        send(self.tenant.chain.rpc, [other, _transferred(apple, key, authority, given)], [stranger])

    def trade(self) -> None:
        """Fees for every token."""
        for name in ("apple", "root"):
            self.tenant.trade(name, 3 * SOL)
        self.tenant.market.buy_at_pool(self.tenant.trader, self.pear, 5 * SOL)

    def run(self, name: str) -> Body:
        """A cycle Job of all tokens; the Job."""
        job = self.tenant.run_cycle(name)
        self.done[name] = run_bytes(job["metadata"]["uid"])
        return job

    def recorded(self, name: str) -> Body:
        """Its DATCycle with all amounts: every token has completed."""
        tenant = self.tenant
        cycle = until(lambda: tenant.record(name), f"the record of {name}", seconds=240, look_at=tenant.look)
        outcomes = {token["name"]: token["outcome"] for token in cycle["status"]["tokens"]}
        assert outcomes == dict.fromkeys(TOKENS, "Completed"), tenant.look()
        return cycle

    def says(self, name: str, what: str) -> None:
        """Wait until a DATCycle says why its record is not there yet."""

        def said() -> bool:
            body = self.tenant.namespace.get("DATCycle", name) or {}
            return any(what in c["message"] for c in body.get("status", {}).get("conditions", []))

        until(said, f"DATCycle {name}: {what}", look_at=self.tenant.look)

    def forge(self, run: bytes, *, set_up: bool = False) -> None:
        """A cycle of the stranger's own ecosystem with apple as its root, called like a run of ours."""

        async def work() -> None:
            ours = new_local_ecosystem(self.tenant.chain, self.tenant.ecosystem)
            theirs = new_local_ecosystem(self.tenant.chain, "besieger")
            coins = self.tenant.coins.items()
            tokens = [TokenConfig(name=name, mint=str(coin.mint), role=_role(name)) for name, coin in coins]
            ours.config = ours.config.model_copy(update={"tokens": tokens})
            async with ours.rpc, theirs.rpc:
                await self._forged(ours, theirs, run, set_up=set_up)

        asyncio.run(work())

    async def _forged(
        self, ours: LocalEcosystem, theirs: LocalEcosystem, run: bytes, *, set_up: bool
    ) -> None:
        stranger = Stranger(theirs, ours, str(self.tenant.coins["apple"].mint))
        if set_up:
            await stranger.set_up()
        await stranger.cycle(run)

    def _give(self, keys: Sequence[Pubkey], lamports: int) -> None:
        key = self.stranger.pubkey()
        gifts = [transfer(TransferParams(from_pubkey=key, to_pubkey=to, lamports=lamports)) for to in keys]
        send(self.tenant.chain.rpc, gifts, [self.stranger])

    def events(self) -> dict[str, dict[bytes, Landed]]:
        """What the chain has of each token's cycles, by their runs, where the records say that they are."""
        signatures = {
            token["signature"]
            for run in self.done
            for token in (self.tenant.record(run) or {})["status"]["tokens"]
        }
        names = {str(coin.mint): name for name, coin in self.tenant.coins.items()}

        async def read() -> list[Landed]:
            async with RpcClient([self.tenant.chain.rpc_url]) as rpc:
                history = History(rpc, PROGRAM_ID, str(self.ours.state))
                return [one for s in signatures for one in await history.wait_for(s, "confirmed")]

        found: dict[str, dict[bytes, Landed]] = {name: {} for name in TOKENS}
        for landed in asyncio.run(read()):
            found[names[landed.event.mint]][landed.event.cycle_id] = landed
        return found

    def named(self) -> tuple[int, int]:
        """How many transactions name the ecosystem's state, and how many of them have failed."""
        found: list[Body] = []
        while True:
            before = {"before": found[-1]["signature"]} if found else {}
            page = self.tenant.chain.rpc.call("getSignaturesForAddress", str(self.ours.state), before)
            found += page
            if len(page) < 1_000:
                return len(found), sum(one["err"] is not None for one in found)


def _role(name: str) -> Role:
    return Role.ROOT if name == "root" else Role.SECONDARY


def _transferred(coin: Coin, owner: Pubkey, to: Pubkey, amount: int) -> Instruction:
    """TransferChecked, of a coin with six decimals."""
    accounts = [
        AccountMeta(coin.ata(owner), False, True),
        AccountMeta(coin.mint, False, False),
        AccountMeta(coin.ata(to), False, True),
        AccountMeta(owner, True, False),
    ]
    return Instruction(coin.token_program, bytes([12]) + amount.to_bytes(8, "little") + bytes([6]), accounts)
