"""One batch of accounts as an ecosystem: order, rent, owners, and batches of a hundred."""

import base64
import struct
from typing import Any

import pytest

from dat_operator.chain import addresses as at
from dat_operator.chain import pump
from dat_operator.chain.reader import BATCH, Subject, read_chain
from dat_operator.domain.errors import DatError
from tests.unit.builders import ADMIN, OPERATOR, PROGRAM, STATE, TREASURY, key
from tests.unit.chain.fake_rpc import FakeRpc
from tests.unit.chain.test_pump import curve_bytes

RENT = 890_880


def account(lamports: int = 1, owner: object = at.SYSTEM, data: bytes = b"", executable: bool = False) -> Any:
    encoded = [base64.b64encode(data).decode(), "base64"]
    return {"lamports": lamports, "owner": str(owner), "data": encoded, "executable": executable}


def mint_data(supply: int) -> bytes:
    return bytes(36) + struct.pack("<QB", supply, 6) + bytes(37)


class Accounts(FakeRpc):
    """Answers from a table; slots rise from call to call."""

    def __init__(self, **more: Any) -> None:
        super().__init__(getMultipleAccounts=self._answer)
        self.slot = 100
        self.table: dict[str, Any] = {
            str(at.CLOCK): account(data=bytes(32) + struct.pack("<q", 1_800_000_000)),
            str(at.RENT): account(data=struct.pack("<QdB", 3480, 2.0, 50)),
            str(at.FEE_CONFIG): account(data=pump.FEE_CONFIG_DISCRIMINATOR + bytes(100)),
            str(PROGRAM): account(executable=True),
            str(OPERATOR): account(7),
            **more,
        }

    def _answer(self, keys: list[str], _options: Any) -> Any:
        self.slot += 1
        return {"context": {"slot": self.slot}, "value": [self.table.get(k) for k in keys]}

    async def read(self, *mints: str) -> Any:
        async with self.client() as rpc:
            return await read_chain(rpc, Subject(str(PROGRAM), str(ADMIN), "fruit", str(OPERATOR), mints))


async def test_an_empty_chain() -> None:
    mint = str(key("mint"))
    chain = await Accounts().read(mint)
    assert (chain.state, chain.treasury_lamports, chain.operator_lamports) == (None, 0, 7)
    assert chain.program_deployed
    assert chain.time == 1_800_000_000
    token = chain.tokens[mint]
    assert (token.mint_account, token.curve, token.stats, token.pending_lamports) == (None, None, None, 0)


async def test_balances_are_above_rent() -> None:
    mint = key("mint")
    authority = at.authority_address(PROGRAM, STATE, mint)
    chain = await Accounts(
        **{
            str(mint): account(owner=at.TOKEN_2022, data=mint_data(55)),
            str(at.bonding_curve(mint)): account(owner=at.PUMP, data=curve_bytes(166)),
            str(authority): account(RENT + 5),
            str(at.creator_vault(authority)): account(RENT - 1),
            str(TREASURY): account(RENT + 3),
        }
    ).read(str(mint))
    token = chain.tokens[str(mint)]
    assert (token.authority_lamports, token.vault_lamports, chain.treasury_lamports) == (5, 0, 3)
    assert token.mint_account.supply == 55
    assert token.addresses.token_account == str(at.associated_token(authority, mint, at.TOKEN_2022))
    assert token.pending_lamports == 5 + 0 + 6, "authority, vault, the curve's bucket"


async def test_an_account_of_another_owner_is_not_taken_for_ours() -> None:
    mint = key("mint")
    chain = await Accounts(
        **{
            str(mint): account(owner=at.SYSTEM, data=mint_data(1)),
            str(at.bonding_curve(mint)): account(owner=PROGRAM, data=curve_bytes(166)),
            str(at.stats_address(PROGRAM, STATE, mint)): account(owner=at.PUMP, data=bytes(400)),
            str(STATE): account(owner=at.PUMP, data=bytes(400)),
        }
    ).read(str(mint))
    token = chain.tokens[str(mint)]
    assert (token.mint_account, token.curve, token.stats, chain.state) == (None, None, None, None)


async def test_a_tokens_accounts_are_of_one_slot() -> None:
    """Batches are of a hundred keys, and none of them cuts a token in two."""
    rpc = Accounts()
    mints = tuple(str(key(f"mint {n}")) for n in range(40))
    chain = await rpc.read(*mints)
    batches = [params[0] for _, params in rpc.asked]
    assert max(map(len, batches)) <= BATCH
    assert len(batches) == 3
    assert chain.slot == 101, "the lowest of them: nothing is newer than it says"
    for mint in mints:
        at_once = [batch for batch in batches if mint in batch]
        assert chain.tokens[mint].addresses.creator_vault in at_once[0]


async def test_what_is_no_solana_is_said_so() -> None:
    rpc = Accounts()
    rpc.table.clear()
    with pytest.raises(DatError, match="is this a Solana RPC endpoint"):
        await rpc.read()
