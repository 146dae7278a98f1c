"""What a buy brings, to the unit: from the bytes of the accounts to the number, by the SDKs and by us.

Where @pump-fun/pump-sdk 2.0.0 and @pump-fun/pump-swap-sdk 1.20.0 are another thing than what we do:

| market | difference | reason |
|---|---|---|
| curve | the SDK takes ``floor((spend - 1) · 10⁴ / (10⁴ + fees))`` for the net | never below the deployed program, at most a lamport's worth of tokens above; ours is the program's to the unit (docs/pump-fun.md) |
| curve | the SDK leaves the choice of the supply to its caller: the mint's, a mayhem coin's stored one | what the deployed program does (docs/pump-fun.md) |
| curve | a liquidity fee in a tier counts with us, not in the SDK | there is none: a curve has no liquidity providers |
| both | without a creator the SDK takes no creator's fee off, we do | ours is lower, the buy brings more than it must; such coins are older than creators' fees |
| both | a coin's own creator's fee counts in the SDK while it is configurable, not with us | it is not, and coins quoted in SOL have none; the impact rule takes the lower one (``Market.sure_fees``) |
| pool | the SDK lets a budget of a few lamports buy a negative amount | the program refuses it: 0 |
"""  # noqa: E501 (a table)

from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.pump import layouts as pump
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.fees import Fees
from dat_operator.domain.market import Market, market_of
from dat_operator.domain.money import BPS
from dat_operator.domain.token_state import Mint, TokenState
from tests.support.chain_state import chain, graduated, token
from tests.support.conformance.official_sdks import Sdk, call
from tests.support.conformance.random_inputs import KEYS, RANDOM, up_to
from tests.support.vectors.pump_idl import idl

FEE_CONFIG_LENGTH = 4097
SPENDS = up_to(40)
SUPPLIES = up_to(51, 1)
RATES = st.integers(0, 500)


@dataclass(frozen=True)
class Case:
    """A market in the bytes of its accounts, and a buy."""

    market: bytes
    fee_config: bytes
    supply: int
    spend: int
    base: int = 0
    quote: int = 0
    """What lies in a pool's token accounts."""


def fee_configs(liquidity: st.SearchStrategy[int], market_cap: int) -> st.SearchStrategy[bytes]:
    """Tiers of every order of magnitude, and such as a market cap reaches or just does not."""
    none = {"lp_fee_bps": 0, "protocol_fee_bps": 0, "creator_fee_bps": 0}
    near = st.integers(max(0, market_cap - 1), market_cap + 1)
    tier = st.tuples(up_to(60) | near, liquidity, RATES, RATES)

    def encoded(tiers: list[tuple[int, int, int, int]]) -> bytes:
        values = {
            "bump": 1,
            "admin": at.PUMP,
            "flat_fees": none,
            "fee_tiers": [
                {"market_cap_lamports_threshold": threshold, "fees": dict(zip(none, rates, strict=True))}
                for threshold, *rates in sorted(tiers)
            ],
            "stable_fee_tiers": [],
            "exotic_flat_fees": none,
        }
        return idl("pump_fees").encode_account("FeeConfig", values, size=FEE_CONFIG_LENGTH)

    return st.lists(tier, min_size=1, max_size=6, unique_by=lambda t: t[0]).map(encoded)


@st.composite
def curves(draw: st.DrawFn, creator: st.SearchStrategy[Pubkey] = KEYS, own_rate: int = 0) -> Case:
    """Any curve quoted in SOL that is not complete."""
    tokens, quote, supply = draw(up_to(51, 1)), draw(up_to(45, 1)), draw(SUPPLIES)
    values = {
        "virtual_token_reserves": tokens,
        "virtual_quote_reserves": quote,
        "real_token_reserves": draw(st.integers(0, tokens)),
        "real_quote_reserves": draw(up_to(40)),
        "token_total_supply": draw(SUPPLIES),
        "complete": False,
        "creator": draw(creator),
        "is_mayhem_mode": draw(st.booleans()),
        "is_cashback_coin": draw(st.booleans()),
        "quote_mint": at.SYSTEM,
        "creator_fee_bps": own_rate,
        "can_edit_creator_fee": False,
        "is_holder_reward": draw(st.booleans()),
        "creator_fee": draw(up_to(40)),
        "protocol_fees": draw(up_to(40)),
        "depth": 0,
        "initial_virtual_quote_reserves": 0,
        "post_complete_base_out": 0,
        "post_complete_quote_in": 0,
    }
    return Case(
        market=idl("pump").encode_account("BondingCurve", values),
        fee_config=draw(fee_configs(st.just(0), quote * supply // tokens)),
        supply=supply,
        spend=draw(SPENDS),
    )


@st.composite
def pools(draw: st.DrawFn, creator: st.SearchStrategy[Pubkey] = KEYS, own_rate: int = 0) -> Case:
    """Any canonical pool quoted in SOL with a thousand lamports or more."""
    base, quote, supply = draw(up_to(51, 1)), draw(up_to(45, 1000)), draw(SUPPLIES)
    # Taken off by fees that wait, added to by boosts.
    virtual = draw(st.integers(1000 - quote, 0) | up_to(45))
    values = {
        "pool_bump": 1,
        "index": 0,
        "creator": at.pda(at.PUMP, b"pool-authority", bytes(MINT)),
        "base_mint": MINT,
        "quote_mint": at.WSOL,
        "lp_mint": at.PUMP,
        "pool_base_token_account": at.PUMP,
        "pool_quote_token_account": at.PUMP,
        "lp_supply": 0,
        "coin_creator": draw(creator),
        "is_mayhem_mode": draw(st.booleans()),
        "is_cashback_coin": draw(st.booleans()),
        "virtual_quote_reserves": virtual,
        "creator_fee_bps": own_rate,
        "can_edit_creator_fee": False,
        "is_holder_reward": draw(st.booleans()),
        "protocol_fees": draw(up_to(40)),
        "creator_fees": draw(up_to(40)),
    }
    return Case(
        market=idl("pump_amm").encode_account("Pool", values),
        fee_config=draw(fee_configs(RATES, (quote + virtual) * supply // base)),
        supply=supply,
        spend=draw(SPENDS),
        base=base,
        quote=quote,
    )


MINT = at.PUMP_VOLUME
"""Any key is a mint's here."""


def on_curve(case: Case) -> Market:
    """Our market of a curve."""
    state = token(
        MINT, curve=pump.decode_curve(case.market), mint_account=Mint(str(at.TOKEN), case.supply, 6)
    )
    return _market(chain(state, curve_tiers=pump.decode_fee_tiers(case.fee_config)), state)


def on_pool(case: Case) -> Market:
    """Our market of a pool."""
    state = replace(
        graduated(MINT),
        pool=pump.decode_pool(case.market, case.base, case.quote),
        mint_account=Mint(str(at.TOKEN), case.supply, 6),
    )
    return _market(chain(state, pool_tiers=pump.decode_fee_tiers(case.fee_config)), state)


def _market(state: ChainState, of: TokenState) -> Market:
    market = market_of(state, of)
    assert market is not None
    return market


def sdk_on_curve(sdk: Sdk, case: Case, *, configurable: bool = False) -> int:
    curve = pump.decode_curve(case.market)
    tokens = sdk(
        "pump.getBuyTokenAmountFromSolAmount",
        {
            "global": {"creatorFeeConfigurable": configurable},
            "feeConfig": call("pump.PUMP_SDK.decodeFeeConfig", {"data": case.fee_config}),
            "mintSupply": curve.token_total_supply if curve.is_mayhem_mode else case.supply,
            "bondingCurve": call("pump.PUMP_SDK.decodeBondingCurve", {"data": case.market}),
            "amount": case.spend,
            "quoteMint": at.WSOL,
        },
    )
    assert isinstance(tokens, int)
    return tokens


def sdk_on_pool(sdk: Sdk, case: Case, *, configurable: bool = False) -> int:
    pool = sdk("amm.PUMP_AMM_SDK.decodePool", {"data": case.market})
    answer = sdk(
        "amm.buyQuoteInput",
        {
            "quote": case.spend,
            "slippage": 0.0,
            "baseReserve": case.base,
            "quoteReserve": case.quote,
            "virtualQuoteReserves": pool["virtualQuoteReserves"],
            "globalConfig": {"creatorFeeConfigurable": configurable},
            "baseMintAccount": {"supply": case.supply},
            "baseMint": pool["baseMint"],
            "coinCreator": pool["coinCreator"],
            "creator": pool["creator"],
            "feeConfig": call("amm.PUMP_AMM_SDK.decodeFeeConfig", {"data": case.fee_config}),
            "quoteMint": pool["quoteMint"],
            "isMayhemMode": pool["isMayhemMode"],
            "creatorFeeBps": pool["creatorFeeBps"],
        },
    )
    return max(0, int(answer["base"]))


def sdk_formula(market: Market, fees: Fees, spend: int) -> int:
    """The SDK's formula for a curve, with the reserves and the fees that we found."""
    net = max(0, spend - 1) * BPS // (BPS + sum(fees.all))
    assert market.max_tokens is not None
    return min(net * market.token_reserves // (market.quote_reserves + net), market.max_tokens)


def one_lamports_worth(market: Market) -> int:
    return -(-market.token_reserves // market.quote_reserves)


@RANDOM
@given(curves())
def test_curves(sdk: Sdk, case: Case) -> None:
    market = on_curve(case)
    theirs = sdk_on_curve(sdk, case)
    assert theirs == sdk_formula(market, market.fees, case.spend)
    assert 0 <= theirs - market.tokens_out(case.spend) <= one_lamports_worth(market)


@RANDOM
@given(pools())
def test_pools(sdk: Sdk, case: Case) -> None:
    assert on_pool(case).tokens_out(case.spend) == sdk_on_pool(sdk, case)


@RANDOM
@given(curves(creator=st.just(at.SYSTEM)))
def test_a_curve_without_creator(sdk: Sdk, case: Case) -> None:
    market = on_curve(case)
    theirs = sdk_on_curve(sdk, case)
    assert theirs == sdk_formula(market, replace(market.fees, creator_bps=0), case.spend)
    assert market.tokens_out(case.spend) <= theirs


@RANDOM
@given(pools(creator=st.just(at.SYSTEM)))
def test_a_pool_without_creator(sdk: Sdk, case: Case) -> None:
    market = on_pool(case)
    theirs = sdk_on_pool(sdk, case)
    assert replace(market, fees=replace(market.fees, creator_bps=0)).tokens_out(case.spend) == theirs
    assert market.tokens_out(case.spend) <= theirs


@RANDOM
@given(curves(own_rate=77), st.booleans())
def test_a_curve_with_a_rate_of_its_own(sdk: Sdk, case: Case, configurable: bool) -> None:
    market = on_curve(case)
    fees = replace(market.fees, creator_bps=77) if configurable else market.fees
    theirs = sdk_on_curve(sdk, case, configurable=configurable)
    assert theirs == sdk_formula(market, fees, case.spend)
    assert market.sure_fee_bps <= market.fees.protocol_bps, "the creator's rate is no part of it"


@RANDOM
@given(pools(own_rate=77), st.booleans())
def test_a_pool_with_a_rate_of_its_own(sdk: Sdk, case: Case, configurable: bool) -> None:
    market = on_pool(case)
    fees = replace(market.fees, creator_bps=77) if configurable else market.fees
    assert replace(market, fees=fees).tokens_out(case.spend) == sdk_on_pool(
        sdk, case, configurable=configurable
    )
    assert market.sure_fee_bps <= market.fees.protocol_bps, "the creator's rate is no part of it"
