"""Airdrops, test coins and test trades, on test networks."""

from collections.abc import AsyncIterator

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.accounts import read_accounts, token_amount
from dat_operator.chain.pump import prerequisites as accounts
from dat_operator.chain.pump import trade
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.chain.session import Session
from dat_operator.domain.errors import DatError
from dat_operator.manual import coins
from dat_operator.manual.action import key_of, land


async def airdrop(rpc: RpcClient, key: str, lamports: int) -> None:
    """Request lamports for a wallet. Raises RpcRefused if the network has no faucet."""
    await rpc.call("requestAirdrop", str(key_of(key, "KEY")), lamports)


async def create_token(session: Session, symbol: str) -> str:
    """Launch a coin whose creator is its authority. Returns its mint."""
    mint = Keypair()
    uri = f"https://example.invalid/{symbol}.json"
    await land(session, coins.create(session, mint, name=symbol.title(), symbol=symbol, uri=uri))
    return str(mint.pubkey())


async def generate_volume(session: Session, name: str, rounds: int, lamports: int) -> AsyncIterator[int]:
    """Buy a token on its curve for ``lamports`` and sell it again, ``rounds`` times.

    Yields the number of each finished round. Raises DatError if the network has no pump.fun or no such coin.
    """
    chain = await session.read()
    state = chain.tokens[session.config.token_named(name).mint]
    if state.mint_account is None or chain.pump_global is None:
        raise DatError(f"TOKEN: {name} is not a coin of pump.fun on this network")
    mint, program = Pubkey.from_string(state.mint), Pubkey.from_string(state.mint_account.token_program)
    user = session.signer.pubkey()
    recipient = Pubkey.from_string(chain.pump_global.buyback_fee_recipients[0])
    account = at.associated_token(user, mint, program)
    create_account = accounts.create_token_account(user, user, mint, program)
    for number in range(1, rounds + 1):
        buy = trade.buy(user, mint, program, recipient, lamports=lamports)
        await session.sender.land([create_account, buy])
        _, (held,) = await read_accounts(session.rpc, [account])
        sell = trade.sell(user, mint, program, recipient, amount=token_amount(held))
        await session.sender.land([sell])
        yield number
