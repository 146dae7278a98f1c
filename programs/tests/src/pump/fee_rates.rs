//! Fee rates of a trade, and how they split a spend.

use crate::*;

/// Offsets of the settings that allow a coin its own creator fee.
const CONFIGURABLE: usize = 1045;
const AMM_CONFIGURABLE: usize = 940;

/// Fee rates, basis points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// For liquidity providers of a pool. A curve has none.
    pub lp: u64,
    pub protocol: u64,
    pub creator: u64,
}

/// The only published tier for curves.
pub const RATES: Rates = Rates::of_curve(95, 30);

impl Rates {
    pub const fn of_curve(protocol: u64, creator: u64) -> Self {
        Self { lp: 0, protocol, creator }
    }

    /// In the order of pump.fun's tables: liquidity providers, protocol, creator.
    pub const fn new(lp: u64, protocol: u64, creator: u64) -> Self {
        Self { lp, protocol, creator }
    }
}

/// The parts of a spend, lamports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpendParts {
    /// The part that buys tokens.
    pub net: u64,
    pub lp: u64,
    pub protocol: u64,
    /// The part of the protocol fee that goes to the buyback recipient at once.
    pub buyback: u64,
    pub creator: u64,
    /// The remainder of a division, at most 1. The buyer keeps it.
    pub unspent: u64,
}

impl SpendParts {
    pub fn of(spend: u64, rates: Rates, mayhem: bool) -> Self {
        let spend = u128::from(spend);
        let whole = spend * 10_000 / u128::from(10_000 + rates.lp + rates.protocol + rates.creator);
        let fee = |bps: u64| (whole * u128::from(bps)).div_ceil(10_000);
        let [lp, protocol, creator] = [rates.lp, rates.protocol, rates.creator].map(fee);
        let all = whole + lp + protocol + creator;
        let buyback = if mayhem { 0 } else { protocol / 2 };
        let net = whole - all.saturating_sub(spend);
        let parts = [net, lp, protocol - buyback, buyback, creator, spend.saturating_sub(all)];
        let [net, lp, protocol, buyback, creator, unspent] = parts.map(|part| part as u64);
        Self { net, lp, protocol, buyback, creator, unspent }
    }

    /// The bought tokens for these reserves. pump.fun counts one lamport less than it takes.
    pub fn buys(&self, tokens: u64, quote: u128) -> u64 {
        let effective = u128::from(self.net) - 1;
        (effective * u128::from(tokens) / (quote + effective)) as u64
    }
}

impl Chain {
    /// Sets the fee tiers of curves: the market cap where each begins, lamports, and its rates.
    pub fn set_fee_tiers(&mut self, tiers: &[(u64, Rates)]) {
        self.write_fee_tiers(&fee_config(), tiers);
    }

    /// Sets the fee tiers of pools.
    pub fn set_pool_fee_tiers(&mut self, tiers: &[(u64, Rates)]) {
        self.write_fee_tiers(&amm_fee_config(), tiers);
    }

    fn write_fee_tiers(&mut self, config: &Pubkey, tiers: &[(u64, Rates)]) {
        let mut bytes = (tiers.len() as u32).to_le_bytes().to_vec();
        for (threshold, rates) in tiers {
            bytes.extend(u128::from(*threshold).to_le_bytes());
            bytes.extend([rates.lp, rates.protocol, rates.creator].map(u64::to_le_bytes).concat());
        }
        bytes.extend(0u32.to_le_bytes()); // no tiers for stable quotes
        self.edit(config, |account| account.data[65..65 + bytes.len()].copy_from_slice(&bytes));
    }

    /// All tiers, and the index of the one that applies: the last one that the market cap reaches, or else
    /// the first.
    fn tiers_at(&self, config: &Pubkey, market_cap: u128) -> (Vec<Rates>, usize) {
        let data = self.account(config).data;
        let count = u32::from_le_bytes(data[65..69].try_into().unwrap()) as usize;
        let tiers = || data[69..].chunks(40).take(count);
        let reached = |tier: &&[u8]| u128::from_le_bytes(tier[..16].try_into().unwrap()) <= market_cap;
        let below = tiers().filter(reached).count().saturating_sub(1);
        let rates = |tier: &[u8]| Rates::new(u64_in(tier, 16), u64_in(tier, 24), u64_in(tier, 32));
        (tiers().map(rates).collect(), below)
    }

    /// The rates of the next buy of a coin.
    pub fn rates(&self, coin: &Coin) -> Rates {
        let (tiers, at) = self.tiers(coin);
        let rates = tiers[at];
        let (creator, own, configurable) = if self.graduated(coin) {
            let own = u64_in(&self.account(&coin.pool).data, PoolField::CreatorFeeBps as usize);
            (self.pool(coin).creator, own, self.account(&amm_global_config()).data[AMM_CONFIGURABLE])
        } else {
            let own = u64_in(&self.account(&coin.curve).data, CurveField::CreatorFeeBps as usize);
            (self.curve(coin).creator, own, self.account(&global()).data[CONFIGURABLE])
        };
        let creator = match (creator == Pubkey::default(), own) {
            (true, _) => 0, // there is nobody to pay
            (_, 1..) if configurable != 0 => own,
            _ => rates.creator,
        };
        Rates { creator, ..rates }
    }

    /// Allows coins their own creator fee. pump.fun does not allow it today.
    pub fn let_coins_have_rates(&mut self) {
        self.edit(&global(), |account| account.data[CONFIGURABLE] = 1);
        self.edit(&amm_global_config(), |account| account.data[AMM_CONFIGURABLE] = 1);
    }

    /// All tiers, and the index of the coin's tier.
    fn tiers(&self, coin: &Coin) -> (Vec<Rates>, usize) {
        let supply = self.supply(&coin.mint);
        if self.graduated(coin) {
            self.tiers_at(&amm_fee_config(), self.pool(coin).market_cap(supply))
        } else {
            self.tiers_at(&fee_config(), self.curve(coin).market_cap(supply))
        }
    }

    /// The lowest protocol fee of the coin's tier and the tiers next to it, basis points.
    pub fn least_protocol_fee(&self, coin: &Coin) -> u64 {
        let (tiers, at) = self.tiers(coin);
        let near = &tiers[at.saturating_sub(1)..(at + 2).min(tiers.len())];
        near.iter().map(|rates| rates.protocol).min().expect("a tier")
    }
}
