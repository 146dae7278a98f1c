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
    CYCLE_ID,
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
"""What a token with these fees sends to the root."""


class EcosystemChain(JobChain):
    """Counts the cycles that land, and what they send to the treasury."""

    def __init__(self, *tokens: Pubkey, refuse: RefusalRule = lambda _: None) -> None:
        table: dict[Pubkey, Any] = {**state_account(ROOT), TREASURY: account(RENT)}
        for mint in tokens:
            role = Role.ROOT if mint == ROOT else Role.SECONDARY
            table |= {**curve_of(mint, bucket=FEES), **vault_of(mint), **stats_of(mint, role)}
        super().__init__(table, refuse)
        self.tokens = tokens
        self.lands = self.land

    def land(self, transaction: Sequence[DecodedInstruction]) -> Any:
        """Cycles that went through; the fees of a token go with its cycle."""
        for one in transaction:
            if dat_instruction(one) == "run_cycle":
                self.cycle(one.accounts[3])

    def cycle(self, mint: Pubkey) -> None:
        role = Role.ROOT if mint == ROOT else Role.SECONDARY
        treasury = 0 if role is Role.ROOT else self.table[str(TREASURY)]["lamports"] - RENT + SHARE
        changes = {**cycled(mint, CYCLE_ID, role=role), TREASURY: account(RENT + treasury)}
        self.table |= {str(name): value for name, value in changes.items()}

    async def run(self, **changes: Any) -> Report:
        """A run by a configuration with these changes."""
        async with self.client() as rpc:
            one = session(rpc, *self.tokens, root=ROOT)
            changed = replace(one, config=one.config.model_copy(update=changes))
            return await CycleRun(changed, CYCLE_ID).run()


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


def found(fake_chain: JobChain, mint: Pubkey, **event: bytes) -> None:
    """Lets a node show a cycle of this run."""
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


def indexed(fake_chain: JobChain, index: Index) -> None:
    """Lets a node show what was sent about the ecosystem."""
    fake_chain.answers |= index.rpc.answers


async def with_tables(*tokens: Pubkey) -> EcosystemChain:
    """Each token's accounts in a table of its own."""
    fake_chain = EcosystemChain(*tokens)
    chain = await fake_chain.read(*tokens)
    for mint in tokens:
        table, held = (
            at.pda(key("tables"), bytes(mint)),
            assembler().lookup_table_accounts(chain, chain.tokens[str(mint)]),
        )
        fake_chain.table[str(table)] = account(owner=at.LOOKUP_TABLES, data=table_bytes(held))
        fake_chain.table |= {str(k): v for k, v in stats_of(mint, lookup_table=option(table)).items()}
    return fake_chain
