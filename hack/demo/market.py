"""The market of the demo: launch coins on pump.fun and trade them."""

import base64
import hashlib

from solders.compute_budget import set_compute_unit_limit
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import CreateAccountParams, create_account

from hack.localnet.rpc import Rpc
from hack.localnet.transactions import send
from hack.pump.addresses import PUMP, TOKEN_PROGRAM
from hack.pump.coin import SOL_QUOTE, Coin
from hack.pump.instructions import ata, create_ata, find
from hack.pump.pool import Pool


def well_known_key(purpose: str) -> Keypair:
    """Return a key that is the same on every local chain, for the examples only: anyone can compute it."""
    return Keypair.from_seed(hashlib.sha256(f"dat-operator localnet {purpose}".encode()).digest())


GRADUATION_LAMPORTS = 90 * 10**9
"""More than any curve accepts. The remainder buys from the pool-to-be."""
PUMP_GLOBAL = find(PUMP, b"global")


class Market:
    """Launches and trades coins. Every call waits for the confirmation."""

    def __init__(self, rpc: Rpc, launcher: Keypair) -> None:
        self._rpc = rpc
        self._launcher = launcher

    def fund(self, key: Pubkey, lamports: int) -> None:
        """Give lamports to a wallet (airdrop)."""
        self._rpc.call("requestAirdrop", str(key), lamports)

    def launch(self, mint: Keypair, creator: Pubkey, symbol: str, *, spl: bool) -> Coin:
        """Create a coin with fees for ``creator``, by ``create`` (SPL) or ``create_v2`` (Token-2022)."""
        coin = (Coin.spl if spl else Coin.token_2022)(mint.pubkey(), creator)
        uri = f"https://example.invalid/{symbol.lower()}.json"
        create = coin.create(self._launcher.pubkey(), symbol.title(), symbol, uri)
        self._send([create], [self._launcher, mint])
        return coin

    def buy(self, trader: Keypair, coin: Coin, lamports: int) -> str:
        """Spend lamports on a coin."""
        key = trader.pubkey()
        return self._send([coin.create_ata(key, key), coin.buy(key, lamports)], [trader])

    def sell(self, trader: Keypair, coin: Coin, percent: int) -> str:
        """Sell a part of the trader's tokens."""
        held = self.tokens(trader.pubkey(), coin) * percent // 100
        return self._send([coin.sell(trader.pubkey(), held)], [trader])

    def graduate(self, trader: Keypair, coin: Coin) -> None:
        """Buy all remaining tokens of a coin's curve, and move the coin to PumpSwap."""
        self.buy(trader, coin, GRADUATION_LAMPORTS)
        pump_global = self._rpc.call("getAccountInfo", str(PUMP_GLOBAL), {"encoding": "base64"})
        data = base64.b64decode(pump_global["value"]["data"][0])
        migrate = Pool(coin).migrate(trader.pubkey(), Pubkey(data[113:145]))
        self._send([set_compute_unit_limit(500_000), migrate], [trader])

    def buy_at_pool(self, trader: Keypair, coin: Coin, lamports: int) -> str:
        """Spend lamports on a graduated coin."""
        return self._send(Pool(coin).buy(trader.pubkey(), lamports), [trader])

    def collect_wrapped(self, stranger: Keypair, coin: Coin) -> None:
        """Pay a graduated coin's fees to its creator as wrapped SOL. Anyone may."""
        pool, payer, token = Pool(coin), stranger.pubkey(), Pubkey.from_string(TOKEN_PROGRAM)
        account = create_ata(payer, coin.creator, SOL_QUOTE, token)
        into = ata(coin.creator, SOL_QUOTE, token)
        self._send([account, pool.sweep(payer), pool.collect_wrapped(into)], [stranger])

    def collect_wrapped_aside(self, stranger: Keypair, account: Keypair, coin: Coin) -> None:
        """Pay the fees to a new account of the creator, at an address that nobody expects."""
        pool, payer, token = Pool(coin), stranger.pubkey(), Pubkey.from_string(TOKEN_PROGRAM)
        size = 165
        rent = self._rpc.call("getMinimumBalanceForRentExemption", size)
        made = CreateAccountParams(
            from_pubkey=payer, to_pubkey=account.pubkey(), lamports=rent, space=size, owner=token
        )
        metas = [AccountMeta(account.pubkey(), False, True), AccountMeta(SOL_QUOTE, False, False)]
        initialize = Instruction(token, bytes([18, *bytes(coin.creator)]), metas)  # InitializeAccount3
        collect = pool.collect_wrapped(account.pubkey())
        self._send([create_account(made), initialize, pool.sweep(payer), collect], [stranger, account])

    def wrapped(self, owner: Pubkey) -> int:
        """Return the balance of an owner's account of wrapped SOL, lamports."""
        account = ata(owner, SOL_QUOTE, Pubkey.from_string(TOKEN_PROGRAM))
        answer = self._rpc.call("getTokenAccountBalance", str(account), {"commitment": "confirmed"})
        return int(answer["value"]["amount"])

    def tokens(self, owner: Pubkey, coin: Coin) -> int:
        """Return an owner's balance of a coin, base units."""
        answer = self._rpc.call("getTokenAccountBalance", str(coin.ata(owner)), {"commitment": "confirmed"})
        return int(answer["value"]["amount"])

    def _send(self, instructions: list[Instruction], signers: list[Keypair]) -> str:
        return send(self._rpc, instructions, signers)
