"""A fake chain with an ecosystem that has fees: cycles land on it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import based58
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.dat import codec as dat
from dat_operator.cycle.run import CycleRun
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.report import Report
from tests.support.chain_state import RENT, SOL, TREASURY, key
from tests.support.fakes.accounts import TIME, account
from tests.support.fakes.assembled import (
    RUN_ID,
    DecodedInstruction,
    RefusalRule,
    anchor_error,
    assembler,
    at_cycle,
    config,
    mints,
)
from tests.support.fakes.history import Index
from tests.support.fakes.job_chain import (
    JobChain,
    curve_of,
    cycled,
    dat_instruction,
    session,
    state_account,
    stats_of,
    vault_of,
)
from tests.support.vectors.dat_bytes import event_bytes, option
from tests.unit.chain.tx.test_lookup_tables import table_bytes

APPLE, PEAR, ROOT = mints(3)


FEES = SOL // 10


SHARE = 44_800_000
"""The root share of a token with these fees, lamports."""


class EcosystemChain(JobChain):
    """Records the cycles that land, and their root shares in the treasury."""

    def __init__(self, *tokens: Pubkey, refuse: RefusalRule = lambda _: None) -> None:
        table: dict[Pubkey, Any] = {**state_account(ROOT), TREASURY: account(RENT)}
        for mint in tokens:
            role = Role.ROOT if mint == ROOT else Role.SECONDARY
            table |= {**curve_of(mint, bucket=FEES), **vault_of(mint), **stats_of(mint, role)}
        super().__init__(table, refuse)
        self.tokens = tokens
        self.lands = self.land

    def land(self, transaction: Sequence[DecodedInstruction]) -> Any:
        """Record the cycles of a landed transaction."""
        for one in transaction:
            if dat_instruction(one) == "run_cycle":
                self.cycle(one.accounts[3])

    def cycle(self, mint: Pubkey) -> None:
        role = Role.ROOT if mint == ROOT else Role.SECONDARY
        treasury = 0 if role is Role.ROOT else self.table[str(TREASURY)]["lamports"] - RENT + SHARE
        changes = {**cycled(mint, RUN_ID, role=role), TREASURY: account(RENT + treasury)}
        self.table |= {str(name): value for name, value in changes.items()}

    async def run(self, **changes: Any) -> Report:
        """Run with these changes of the configuration."""
        async with self.client() as rpc:
            one = session(rpc, *self.tokens, root=ROOT)
            changed = replace(one, config=one.config.model_copy(update=changes))
            return await CycleRun(changed, RUN_ID).run()


def outcomes(report: Report) -> dict[str, str]:
    return {token.name: token.reason for token in report.tokens}


def expected(**reasons: str) -> dict[str, str]:
    names = {"apple": APPLE, "pear": PEAR, "root": ROOT}
    return {config(names[name]).name: reason for name, reason in reasons.items()}


def refusing(mint: Pubkey, reason: str, number: int = 6021, program: object = "D44e") -> RefusalRule:
    logs = anchor_error(reason, number, program)

    def refuse(transaction: Sequence[DecodedInstruction]) -> Any:
        where = at_cycle(transaction, mint)
        return ({"InstructionError": [where, {"Custom": 1}]}, logs) if where else None

    return refuse


def show_cycle(fake_chain: JobChain, mint: Pubkey, **event: bytes) -> None:
    """Let the endpoint show a landed cycle of this run."""
    data = based58.b58encode(dat.EVENT_TAG + event_bytes(mint=bytes(mint), **event)).decode()
    fake_chain.answers["getSignaturesForAddress"] = [{"signature": "landed", "err": None, "blockTime": TIME}]
    fake_chain.answers["getTransaction"] = {
        "slot": 9,
        "transaction": {"message": {"accountKeys": [str(key("program"))]}},
        "meta": {
            "err": None,
            "innerInstructions": [{"instructions": [{"programIdIndex": 0, "data": data}]}],
        },
    }


def show_index(fake_chain: JobChain, index: Index) -> None:
    """Let the endpoint show the transactions of an index."""
    fake_chain.answers |= index.rpc.answers


async def chain_with_tables(*tokens: Pubkey) -> EcosystemChain:
    """A chain on which each token has its own lookup table."""
    fake_chain = EcosystemChain(*tokens)
    chain = await fake_chain.read(*tokens)
    for mint in tokens:
        table = at.pda(key("tables"), bytes(mint))
        held = assembler().lookup_table_accounts(chain, chain.tokens[str(mint)])
        fake_chain.table[str(table)] = account(owner=at.LOOKUP_TABLES, data=table_bytes(held))
        fake_chain.table |= {str(k): v for k, v in stats_of(mint, lookup_table=option(table)).items()}
    return fake_chain
