"""What a stranger can do to an ecosystem from outside, for a few lamports: its cycles go on."""

import base64
from collections.abc import Sequence

from solders.compute_budget import set_compute_unit_limit
from solders.hash import Hash
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.message import Message
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer
from solders.transaction import Transaction

from dat_operator.chain import addresses as at
from dat_operator.chain.dat.history import History
from dat_operator.chain.dat.history_walk import NEAR_SECONDS
from dat_operator.cycle.assemble import Assembler
from dat_operator.cycle.batches import Batches
from dat_operator.cycle.observations import Observations
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.job_config import TokenConfig
from dat_operator.domain.policy import PaceConfig
from dat_operator.domain.report import Outcome
from hack.localnet.transactions import keypair, send
from tests.support.chain.ecosystem import SOL, LocalEcosystem, MakeEcosystem

RENT = 890_880


def send_rent(local: LocalEcosystem, *to: Pubkey) -> None:
    stranger = local.trader
    gifts = [
        transfer(TransferParams(from_pubkey=stranger.pubkey(), to_pubkey=key, lamports=RENT)) for key in to
    ]
    send(local.chain.rpc, gifts, [stranger])


async def test_rent_at_addresses_that_set_up_has_yet_to_make(
    make_ecosystem: MakeEcosystem,
) -> None:
    """Before the token is admitted, and before what it needs on PumpSwap is made."""
    local = make_ecosystem("prefunded")
    local.launch("root", Role.ROOT, spl=True)
    coin = local.launch("second", Role.SECONDARY, spl=False)
    mint, program = str(coin.mint), Pubkey.from_string(local.config.program_id)
    state = at.state_address(program, local.admin.pubkey(), local.config.name)
    authority = at.authority_address(program, state, coin.mint)
    token_account = at.associated_token(authority, coin.mint, at.TOKEN_2022)
    stats = at.stats_address(program, state, coin.mint)
    send_rent(local, state, stats, token_account, at.user_volume_accumulator(authority))
    assert (await local.set_up()).outcome is Outcome.COMPLETED

    local.market.fund(local.trader.pubkey(), 200 * SOL)
    local.market.graduate(local.trader, coin)
    accumulator = at.user_volume_accumulator(authority, at.PUMP_AMM)
    wrapped = [at.wrapped_sol(key) for key in (authority, accumulator, at.amm_creator_vault(authority))]
    send_rent(local, accumulator, *wrapped)
    before = (await local.read()).tokens[mint]
    assert (before.unreadable, len(before.missing)) == (None, 2)

    assert (await local.set_up()).tokens[1].outcome is Outcome.COMPLETED
    assert (await local.read()).tokens[mint].missing == ()
    local.market.buy_at_pool(local.trader, coin, 5 * SOL)
    report = await local.cycle(bytes([1] * 16))
    assert report.tokens[0].outcome is Outcome.COMPLETED, report


def naming(payer: Keypair, accounts: Sequence[str], lamports: int = 0) -> Instruction:
    """Does nothing but name some accounts."""
    key = payer.pubkey()
    gift = transfer(TransferParams(from_pubkey=key, to_pubkey=key, lamports=lamports))
    named = [AccountMeta(Pubkey.from_string(one), is_signer=False, is_writable=True) for one in accounts]
    return Instruction(gift.program_id, gift.data, [*gift.accounts, *named])


def spam(local: LocalEcosystem, accounts: Sequence[str], count: int) -> None:
    """Send transactions that name these accounts; the last one has landed afterwards."""
    rpc, payer = local.chain.rpc, local.trader
    latest = rpc.call("getLatestBlockhash", {"commitment": "confirmed"})["value"]["blockhash"]
    for number in range(count):
        message = Message([naming(payer, accounts, lamports=number + 1)], payer.pubkey())
        signed = base64.b64encode(bytes(Transaction([payer], message, Hash.from_string(latest)))).decode()
        rpc.call("sendTransaction", signed, {"encoding": "base64", "skipPreflight": True})
    send(rpc, [naming(payer, accounts)], [payer])


class Stranger:
    """Has an ecosystem on the same program, whose root is a token of another one."""

    def __init__(self, local: LocalEcosystem, ours: LocalEcosystem, mint: str) -> None:
        self._world, self._ours, self._mint = local, ours, mint
        local.admin = local.operator = keypair(local.chain.wallet("trader-3"))
        key = str(local.admin.pubkey())
        root = TokenConfig(name="root", mint=mint, role=Role.ROOT)
        local.config = local.config.model_copy(update={"admin": key, "operator": key, "tokens": [root]})

    async def set_up(self) -> None:
        assert (await self._world.set_up()).outcome is Outcome.COMPLETED
        authority = (await self._world.read()).tokens[self._mint].addresses.authority
        self._world.market.fund(Pubkey.from_string(authority), 10 * SOL)

    async def cycle(self, run_id: bytes) -> None:
        """Run a cycle of his token, which names our state and our token's stats, and a run of ours."""
        await self._world.rest()
        chain, ours = await self._world.read(), await self._ours.read()
        session = self._world.operator_session()
        operator, tokens = self._world.operator, self._world.config.tokens
        made = Assembler(session.ecosystem, operator.pubkey(), chain, run_id)
        batches = Batches(session.rpc, operator.pubkey(), made, session.config)
        decided = batches.decide(chain, tokens, price_observed=False)
        assert decided.cycles, decided.refused
        (cycle,) = batches.decide(
            await Observations(session, batches).observe(chain, decided.cycles, {}), tokens
        ).cycles
        named = [ours.state_address, ours.tokens[self._mint].addresses.stats]
        budget = set_compute_unit_limit(400_000)
        instructions = [budget, *cycle.fee_instructions, cycle.cycle, naming(operator, named)]
        send(self._world.chain.rpc, instructions, [operator])


async def test_a_strangers_ecosystem_with_our_mint_as_its_root(
    make_ecosystem: MakeEcosystem,
) -> None:
    """A stranger's cycles do not count for our pace or our run, even under our run's id."""
    local = make_ecosystem("honest")
    pace = PaceConfig(cooldown_seconds=0, max_cycles_per_day=2)
    local.config = local.config.model_copy(update={"pace": pace})
    coin = local.launch("only", Role.SECONDARY, spl=False)
    assert (await local.set_up()).outcome is Outcome.COMPLETED
    stranger = Stranger(make_ecosystem("stranger"), local, str(coin.mint))
    await stranger.set_up()
    runs = [bytes([number] * 16) for number in (1, 2, 3)]
    for number, run in enumerate(runs[:2], start=1):
        local.trade("only", 3 * SOL)
        await stranger.cycle(run)
        await stranger.cycle(run)
        report = await local.cycle(run)
        assert report.tokens[0].outcome is Outcome.COMPLETED, report
        assert report.tokens[0].cycle == number
    local.trade("only", 3 * SOL)
    assert (await local.cycle(runs[2])).tokens[0].reason == "RateLimited"
    assert [landed.event.cycle_id for landed in await local.cycles("only")] == runs[1::-1]


async def test_a_flood_of_transactions_that_name_our_accounts(
    make_ecosystem: MakeEcosystem,
) -> None:
    """Cycles go on, a pod that was killed finds its cycle again, and the pace is kept, however much is sent.

    Cycles were counted by looking for them in the chain's history, where more than a hundred transactions hid
    them.
    """
    local = make_ecosystem("flooded")
    pace = PaceConfig(cooldown_seconds=0, max_cycles_per_day=2)
    local.config = local.config.model_copy(update={"pace": pace})
    coin = local.launch("only", Role.SECONDARY, spl=False)
    assert (await local.set_up()).outcome is Outcome.COMPLETED
    chain = await local.read()
    accounts = [chain.state_address, chain.tokens[str(coin.mint)].addresses.stats, str(coin.mint)]
    first, second, third = (bytes([number] * 16) for number in (1, 2, 3))
    spam(local, accounts, 400)
    local.trade("only", 3 * SOL)
    assert (await local.cycle(first)).outcome is Outcome.COMPLETED
    spam(local, accounts, 400)
    local.trade("only", 3 * SOL)
    report = await local.cycle(second)
    assert report.tokens[0].outcome is Outcome.COMPLETED, report
    again = await local.cycle(second)
    assert (again.tokens[0].signature, again.tokens[0].cycle) == (report.tokens[0].signature, 2)
    spam(local, accounts, 400)
    local.trade("only", 3 * SOL)
    assert (await local.cycle(third)).tokens[0].reason == "RateLimited"


async def test_a_blocks_time_is_the_time_that_its_cycles_write_down(pair: LocalEcosystem) -> None:
    """A run finds its last cycle by that."""
    pair.trade("second", 3 * SOL)
    await pair.cycle(bytes([9] * 16))
    (newest, *_), chain = await pair.cycles("second"), await pair.read()
    sent = await History(pair.rpc, pair.config.program_id, chain.state_address).page()
    (time,) = [one.time for one in sent if one.signature == newest.signature]
    assert time is not None
    assert abs(newest.event.timestamp - time) < NEAR_SECONDS // 2
