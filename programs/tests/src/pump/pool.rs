//! A pool of PumpSwap: its account and its vaults, and PumpSwap's arithmetic over them, to the unit.

use crate::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Tokens in the pool's vault.
    pub base: u64,
    /// Lamports in the pool's vault, fees that wait for a sweep among them.
    pub quote: u64,
    /// Comes to the quote in the price; takes off it what waits for a sweep.
    pub virtual_quote: i128,
    pub creator: Pubkey,
    pub mayhem: bool,
    pub protocol_fees: u64,
    pub creator_fees: u64,
}

/// Where a test changes a pool.
#[derive(Clone, Copy, Debug)]
pub enum PoolField {
    QuoteMint = 75,
    Creator = 211,
    Mayhem = 243,
    Cashback = 244,
    VirtualQuote = 245,
    CreatorFeeBps = 261,
    HolderReward = 270,
}

impl Pool {
    fn read(data: &[u8], base: u64, quote: u64) -> Self {
        Self {
            base,
            quote,
            virtual_quote: i128::from_le_bytes(data[245..261].try_into().unwrap()),
            creator: Pubkey::try_from(&data[211..243]).unwrap(),
            mayhem: data[PoolField::Mayhem as usize] != 0,
            protocol_fees: u64_in(data, 271),
            creator_fees: u64_in(data, 279),
        }
    }

    /// Puts into an account what trades and sweeps change.
    pub fn write(&self, data: &mut [u8]) {
        data[245..261].copy_from_slice(&self.virtual_quote.to_le_bytes());
        let fees = [self.protocol_fees, self.creator_fees];
        data[271..287].copy_from_slice(&fees.map(u64::to_le_bytes).concat());
    }

    /// What the price is made of, lamports.
    pub fn priced_quote(&self) -> u128 {
        (i128::from(self.quote) + self.virtual_quote) as u128
    }

    /// By which PumpSwap chooses the fee tier; `supply` is the mint's.
    pub fn market_cap(&self, supply: u64) -> u128 {
        let supply = if self.mayhem { 1_000_000_000_000_000 } else { supply };
        self.priced_quote() * u128::from(supply) / u128::from(self.base)
    }

    /// Spends `lamports`; the tokens that come out. The fees are still to go where the form of buy puts them.
    pub fn buy(&mut self, lamports: u64, rates: Rates) -> (u64, SpendParts) {
        let parts = SpendParts::of(lamports, rates, self.mayhem);
        let out = parts.buys(self.base, self.priced_quote());
        self.base -= out;
        self.quote += parts.net + parts.lp;
        (out, parts)
    }

    /// Keeps the fees of a buy for a sweep, as v2 does.
    pub fn hold(&mut self, parts: &SpendParts) {
        let fees = parts.protocol + parts.creator;
        self.quote += fees;
        self.virtual_quote -= i128::from(fees);
        self.protocol_fees += parts.protocol;
        self.creator_fees += parts.creator;
    }

    /// Lets go what waits for the creator.
    pub fn swept(&mut self) -> u64 {
        let fees = std::mem::take(&mut self.creator_fees);
        self.quote -= fees;
        self.virtual_quote += i128::from(fees);
        fees
    }
}

impl Chain {
    pub fn pool(&self, coin: &Coin) -> Pool {
        let [base, quote] = [coin.ata(&coin.pool), wsol(&coin.pool)].map(|vault| self.tokens(&vault));
        Pool::read(&self.account(&coin.pool).data, base, quote)
    }

    pub fn edit_pool(&mut self, coin: &Coin, field: PoolField, bytes: &[u8]) {
        let at = field as usize;
        self.edit(&coin.pool, |account| account.data[at..at + bytes.len()].copy_from_slice(bytes));
    }
}
