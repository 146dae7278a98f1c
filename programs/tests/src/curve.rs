//! A bonding curve: its account, and pump.fun's v3 arithmetic over it, to the unit.

use crate::world::u64_in;
use crate::*;

/// What a trade pays, basis points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    pub protocol: u64,
    pub creator: u64,
}

/// The one tier of the published configuration.
pub const RATES: Rates = Rates { protocol: 95, creator: 30 };

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Curve {
    pub virtual_tokens: u64,
    pub virtual_quote: u64,
    pub real_tokens: u64,
    pub real_quote: u64,
    pub complete: bool,
    pub mayhem: bool,
    pub creator_fee: u64,
    pub protocol_fees: u64,
}

/// Where a test changes a curve.
#[derive(Clone, Copy, Debug)]
pub enum CurveField {
    Supply = 40,
    Complete = 48,
    Creator = 49,
    Mayhem = 81,
    Cashback = 82,
    QuoteMint = 83,
}

impl Curve {
    pub fn read(data: &[u8]) -> Self {
        Self {
            virtual_tokens: u64_in(data, 8),
            virtual_quote: u64_in(data, 16),
            real_tokens: u64_in(data, 24),
            real_quote: u64_in(data, 32),
            complete: data[48] != 0,
            mayhem: data[CurveField::Mayhem as usize] != 0,
            creator_fee: u64_in(data, 125),
            protocol_fees: u64_in(data, 133),
        }
    }

    /// Spends `lamports`; the tokens that come out. For a buy within the remaining supply.
    pub fn buy(&mut self, lamports: u64, rates: Rates) -> u64 {
        let fee = |amount: u128, bps: u64| (amount * u128::from(bps)).div_ceil(10_000);
        let spend = u128::from(lamports);
        let whole = spend * 10_000 / u128::from(10_000 + rates.protocol + rates.creator);
        let (protocol, creator) = (fee(whole, rates.protocol), fee(whole, rates.creator));
        let net = whole - (whole + protocol + creator).saturating_sub(spend);
        let (tokens, quote) = (u128::from(self.virtual_tokens), u128::from(self.virtual_quote));
        let out = ((net - 1) * tokens / (quote + net - 1)) as u64;
        assert!(out <= self.real_tokens, "a buy past the remaining supply");
        self.virtual_quote += net as u64;
        self.real_quote += net as u64;
        self.virtual_tokens -= out;
        self.real_tokens -= out;
        self.creator_fee += creator as u64;
        self.protocol_fees += (protocol - self.buyback(protocol)) as u64;
        out
    }

    /// What of a protocol fee goes at once to the buyback recipient.
    fn buyback(&self, protocol: u128) -> u128 {
        if self.mayhem {
            0
        } else {
            protocol / 2
        }
    }
}

impl World {
    pub fn curve(&self, coin: &Coin) -> Curve {
        Curve::read(&self.account(&coin.curve).data)
    }

    pub fn edit_curve(&mut self, coin: &Coin, field: CurveField, bytes: &[u8]) {
        let at = field as usize;
        self.edit(&coin.curve, |account| account.data[at..at + bytes.len()].copy_from_slice(bytes));
    }

    /// Tiers of pump.fun's fee configuration: the market cap from which they hold, lamports, and rates.
    pub fn set_fee_tiers(&mut self, tiers: &[(u64, Rates)]) {
        let mut bytes = (tiers.len() as u32).to_le_bytes().to_vec();
        for (threshold, rates) in tiers {
            bytes.extend(u128::from(*threshold).to_le_bytes());
            bytes.extend([0, rates.protocol, rates.creator].map(u64::to_le_bytes).concat());
        }
        bytes.extend(0u32.to_le_bytes()); // no tiers for stable quotes
        self.edit(&fee_config(), |account| account.data[65..65 + bytes.len()].copy_from_slice(&bytes));
    }
}
