"""Writes ecosystems to the local chain as set-up leaves them: transactions would take hours."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from solders.pubkey import Pubkey
from solders.token.state import Mint as MintAccount
from solders.token.state import TokenAccount, TokenAccountState

from dat_operator.chain import addresses as at
from hack.localnet.localnet import Localnet
from tests.support.chain.ecosystem import PROGRAM_ID, SOL
from tests.support.golden_chain import PARAMETERS
from tests.support.vectors.dat_bytes import option, parameters_bytes, state_bytes, stats_bytes, text, u32
from tests.support.vectors.pump_bytes import curve_bytes

PROGRAM = Pubkey.from_string(PROGRAM_ID)
RENT = 890_880
"""The rent of an account without data, lamports."""
RICH = 10_000_000
"""More than the rent of any account here, lamports."""
WRITERS = 4


@dataclass(frozen=True)
class Ecosystem:
    """The name and the mints of an ecosystem. The first mint is the root."""

    name: str
    mints: Sequence[Pubkey]


def put_on_chain(chain: Localnet, ecosystems: Sequence[Ecosystem]) -> None:
    """Write all accounts of the ecosystems that the operator reads."""

    def put(account: tuple[Pubkey, dict[str, Any]]) -> None:
        address, parts = account
        chain.set_account(str(address), **parts)

    admin, operator = (Pubkey.from_string(chain.wallet(role).address) for role in ("admin", "operator"))
    accounts = [account for e in ecosystems for account in _accounts(e, admin, operator)]
    with ThreadPoolExecutor(WRITERS) as writers:
        list(writers.map(put, accounts))


def _accounts(
    ecosystem: Ecosystem, admin: Pubkey, operator: Pubkey
) -> Iterator[tuple[Pubkey, dict[str, Any]]]:
    state = at.state_address(PROGRAM, admin, ecosystem.name)
    data = state_bytes(
        admin=bytes(admin),
        operator=bytes(operator),
        treasury=bytes(at.treasury_address(PROGRAM, state)),
        shared_authority=bytes(at.shared_authority_address(PROGRAM, state)),
        parameters=parameters_bytes(PARAMETERS),
        token_count=u32(len(ecosystem.mints)),
        root_mint=option(ecosystem.mints[0]),
        name=text(ecosystem.name),
    )
    yield state, {"owner": PROGRAM_ID, "lamports": RICH, "data": data}
    yield at.treasury_address(PROGRAM, state), {"lamports": RENT}
    for number, mint in enumerate(ecosystem.mints):
        yield from _coin(state, mint, is_root=number == 0)


def _coin(state: Pubkey, mint: Pubkey, *, is_root: bool) -> Iterator[tuple[Pubkey, dict[str, Any]]]:
    """A coin on its curve, with fees for a cycle in its vault."""
    authority = at.authority_address(PROGRAM, state, mint)
    minted = bytes(MintAccount(None, 10**15, 6, is_initialized=True))
    account = at.associated_token(authority, mint, at.TOKEN)
    held = TokenAccount(mint, authority, 0, None, TokenAccountState.Initialized, None, 0)
    curve = curve_bytes(
        virtual_token_reserves=10**15,
        virtual_quote_reserves=40 * SOL,
        real_token_reserves=7 * 10**14,
        real_quote_reserves=10 * SOL,
        token_total_supply=10**15,
        complete=False,
        creator=authority,
        is_mayhem_mode=False,
        is_cashback_coin=False,
        is_holder_reward=False,
        quote_mint=at.SYSTEM,
        creator_fee_bps=0,
    )
    stats = stats_bytes(
        mint,
        state=bytes(state),
        authority=bytes(authority),
        token_account=bytes(account),
        role=b"\0" if is_root else b"\1",
    )
    yield mint, {"owner": str(at.TOKEN), "lamports": RICH, "data": minted}
    yield at.bonding_curve(mint), {"owner": str(at.PUMP), "lamports": RICH, "data": curve}
    yield at.stats_address(PROGRAM, state, mint), {"owner": PROGRAM_ID, "lamports": RICH, "data": stats}
    yield (
        account,
        {"owner": str(at.TOKEN), "lamports": RICH, "data": bytes(held)},
    )
    yield authority, {"lamports": RENT}
    yield at.creator_vault(authority), {"lamports": RENT + 6_000_000}
