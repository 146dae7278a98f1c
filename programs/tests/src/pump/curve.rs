//! A bonding curve: its account, and pump.fun's arithmetic, exact to the unit.

use crate::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Curve {
    pub virtual_tokens: u64,
    pub virtual_quote: u64,
    pub real_tokens: u64,
    pub real_quote: u64,
    pub supply: u64,
    pub complete: bool,
    pub creator: Pubkey,
    pub mayhem: bool,
    pub creator_fee: u64,
    pub protocol_fees: u64,
}

/// Fields that tests change, with their offsets.
#[derive(Clone, Copy, Debug)]
pub enum CurveField {
    Supply = 40,
    Complete = 48,
    Creator = 49,
    Mayhem = 81,
    Cashback = 82,
    QuoteMint = 83,
    CreatorFeeBps = 115,
    HolderReward = 124,
}

impl Curve {
    pub fn read(data: &[u8]) -> Self {
        Self {
            virtual_tokens: u64_in(data, 8),
            virtual_quote: u64_in(data, 16),
            real_tokens: u64_in(data, 24),
            real_quote: u64_in(data, 32),
            supply: u64_in(data, 40),
            complete: data[48] != 0,
            creator: Pubkey::try_from(&data[49..81]).unwrap(),
            mayhem: data[CurveField::Mayhem as usize] != 0,
            creator_fee: u64_in(data, 125),
            protocol_fees: u64_in(data, 133),
        }
    }

    /// Writes the fields that trades and sweeps change.
    pub fn write(&self, data: &mut [u8]) {
        let reserves = [self.virtual_tokens, self.virtual_quote, self.real_tokens, self.real_quote];
        data[8..40].copy_from_slice(&reserves.map(u64::to_le_bytes).concat());
        let fees = [self.creator_fee, self.protocol_fees];
        data[125..141].copy_from_slice(&fees.map(u64::to_le_bytes).concat());
    }

    /// The market cap that selects the fee tier. `supply` is the mint's supply.
    pub fn market_cap(&self, supply: u64) -> u128 {
        let supply = if self.mayhem { self.supply } else { supply };
        u128::from(self.virtual_quote) * u128::from(supply) / u128::from(self.virtual_tokens)
    }

    /// Spends `lamports` and returns the bought tokens. The buy must stay within the remaining supply.
    pub fn buy(&mut self, lamports: u64, rates: Rates) -> (u64, SpendParts) {
        let parts = SpendParts::of(lamports, rates, self.mayhem);
        let out = parts.buys(self.virtual_tokens, self.virtual_quote.into());
        assert!(out <= self.real_tokens, "a buy above the remaining supply");
        self.virtual_quote += parts.net;
        self.real_quote += parts.net;
        self.virtual_tokens -= out;
        self.real_tokens -= out;
        (out, parts)
    }

    /// Keeps the fees of a buy in the curve until a sweep, as the v3 forms do.
    pub fn hold(&mut self, parts: &SpendParts) {
        self.creator_fee += parts.creator;
        self.protocol_fees += parts.protocol;
    }
}

impl Chain {
    pub fn curve(&self, coin: &Coin) -> Curve {
        Curve::read(&self.account(&coin.curve).data)
    }

    pub fn edit_curve(&mut self, coin: &Coin, field: CurveField, bytes: &[u8]) {
        let at = field as usize;
        self.edit(&coin.curve, |account| account.data[at..at + bytes.len()].copy_from_slice(bytes));
    }
}
