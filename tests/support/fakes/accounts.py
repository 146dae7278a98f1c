"""A chain's accounts without a chain: a table that answers as RPC does, and data to fill it with."""

import base64
import struct
from typing import Any

from solders.pubkey import Pubkey
from solders.token.state import Mint, TokenAccount, TokenAccountState

from dat_operator.chain import addresses as at
from dat_operator.chain.ecosystem_accounts import EcosystemKeys
from dat_operator.chain.incremental import read_chain
from dat_operator.chain.pump.upgrades import LOADER
from dat_operator.domain.chain_state import ChainState
from tests.support.chain_state import ADMIN, OPERATOR, PROGRAM
from tests.support.fakes.rpc import FakeRpc
from tests.support.vectors.pump_bytes import genesis

TIME = 1_800_000_000


def account(lamports: int = 1, owner: object = at.SYSTEM, data: bytes = b"", executable: bool = False) -> Any:
    encoded = [base64.b64encode(data).decode(), "base64"]
    return {"lamports": lamports, "owner": str(owner), "data": encoded, "executable": executable}


def mint_account(supply: int, owner: Pubkey = at.TOKEN) -> Any:
    return account(owner=owner, data=bytes(Mint(None, supply, 6, is_initialized=True)))


def token_account(amount: int, owner: Pubkey = at.TOKEN) -> Any:
    holder = Pubkey.default()
    held = TokenAccount(holder, holder, amount, None, TokenAccountState.Initialized, None, 0)
    return account(owner=owner, data=bytes(held))


def program_data(slot: int) -> Any:
    """A program's code, as it was deployed at a slot."""
    return account(owner=LOADER, data=struct.pack("<IQ", 3, slot) + bytes(500))


def _headed(value: Any, length: int) -> Any:
    data = base64.b64decode(value["data"][0])[:length]
    return {**value, "data": [base64.b64encode(data).decode(), "base64"]}


class Accounts(FakeRpc):
    """Answers from a table; slots rise from call to call. Keys may be given as they are."""

    def __init__(self, table: dict[Pubkey, Any] | None = None, **answers: Any) -> None:
        super().__init__(getMultipleAccounts=self._answer, **{"getBlockTime": None, **answers})
        self.slot = 100
        self.table: dict[str, Any] = {
            str(at.CLOCK): account(owner=at.SYSVAR, data=bytes(32) + struct.pack("<q", TIME)),
            str(at.RENT): account(owner=at.SYSVAR, data=struct.pack("<QdB", 3480, 2.0, 50)),
            str(at.PUMP_GLOBAL): account(owner=at.PUMP, data=genesis(at.PUMP_GLOBAL)),
            str(at.FEE_CONFIG): account(owner=at.PUMP_FEES, data=genesis(at.FEE_CONFIG)),
            str(at.AMM_FEE_CONFIG): account(owner=at.PUMP_FEES, data=genesis(at.AMM_FEE_CONFIG)),
            str(PROGRAM): account(executable=True),
            str(OPERATOR): account(7),
            **{str(key): value for key, value in (table or {}).items()},
        }

    def _answer(self, keys: list[str], options: Any) -> Any:
        self.slot += 1
        found = [self.table.get(k) for k in keys]
        if head := options.get("dataSlice", {}).get("length"):
            found = [value and _headed(value, head) for value in found]
        return {"context": {"slot": self.slot}, "value": found}

    @property
    def batches(self) -> list[list[str]]:
        """The keys of each call for accounts."""
        return [params[0] for method, params in self.asked if method == "getMultipleAccounts"]

    async def read(self, *mints: Pubkey) -> ChainState:
        subject = EcosystemKeys(str(PROGRAM), str(ADMIN), "fruit", str(OPERATOR), tuple(map(str, mints)))
        async with self.client() as rpc:
            return await read_chain(rpc, subject)
