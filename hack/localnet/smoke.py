"""``python -m hack.localnet.smoke``: create, trade and collect over JSON-RPC, and check the amounts.

The command needs the project's venv. It starts a chain of its own and stops it.
"""

from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer

from hack.common.steps import StepError, main, step
from hack.localnet.localnet import Localnet
from hack.localnet.rpc import Rpc
from hack.localnet.transactions import keypair, send
from hack.pump.coin import Coin, init_user_volume_accumulator, pump_idl

SOL = 10**9
RENT_0 = 890_880
FEE_BPS = (95, 30)  # protocol and creator, see hack/pump/fees.py


def tokens_out(spend: int, base: int, quote: int) -> int:
    """Compute the tokens of ``buy_exact_quote_in_v3`` for ``spend`` lamports (docs/pump-fun.md)."""
    net = spend * 10_000 // (10_000 + sum(FEE_BPS))
    net -= max(0, net + sum(-(-net * bps // 10_000) for bps in FEE_BPS) - spend)
    return (net - 1) * base // (quote + net - 1)


def _balance(rpc: Rpc, address: Pubkey) -> int:
    return int(rpc.call("getBalance", str(address))["value"])


def _expect(what: str, found: int, wanted: int) -> None:
    if found != wanted:
        raise StepError(f"{what}: {found} on the chain, {wanted} expected")


def _live(chain: Localnet, mint: Keypair, coin: Coin) -> None:
    rpc = chain.rpc
    admin, trader = keypair(chain.wallet("admin")), keypair(chain.wallet("trader-1"))
    payer, user = admin.pubkey(), trader.pubkey()

    def curve() -> dict[str, int]:
        return pump_idl().decode_account("BondingCurve", chain.account_data(str(coin.curve)) or b"")

    def held() -> int:
        return int(rpc.call("getTokenAccountBalance", str(coin.ata(user)))["value"]["amount"])

    send(rpc, [coin.create(payer, "Smoke", "SMK", "https://example.com/smoke")], [admin, mint])
    fund = transfer(TransferParams(from_pubkey=payer, to_pubkey=coin.creator, lamports=RENT_0))
    prepare = [coin.create_ata(payer, user), init_user_volume_accumulator(payer, user), fund]
    send(rpc, prepare, [admin])

    before = curve()
    wanted = tokens_out(SOL, before["virtual_token_reserves"], before["virtual_quote_reserves"])
    send(rpc, [coin.buy(user, SOL)], [trader])
    _expect("tokens bought", held(), wanted)
    send(rpc, [coin.sell(user, wanted // 2)], [trader])
    _expect("tokens left", held(), wanted - wanted // 2)

    fees = curve()["creator_fee"]
    send(rpc, [coin.sweep(payer)], [admin])
    _expect("creator vault", _balance(rpc, coin.creator_vault), RENT_0 + fees)
    send(rpc, [coin.collect()], [admin])
    _expect("creator", _balance(rpc, coin.creator), RENT_0 + fees)


def _main() -> None:
    with Localnet("smoke") as chain:
        for name, kind in (
            ("create, SPL Token", Coin.spl),
            ("create_v2, Token-2022", Coin.token_2022),
        ):
            mint, creator = Keypair(), Keypair().pubkey()
            with step(f"{name}: buy, sell, sweep, collect"):
                _live(chain, mint, kind(mint.pubkey(), creator))


if __name__ == "__main__":
    main(_main)
