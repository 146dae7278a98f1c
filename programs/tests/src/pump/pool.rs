//! A PumpSwap pool: its account, its vaults, and PumpSwap's arithmetic, exact to the unit.

use crate::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Tokens in the pool's vault.
    pub base: u64,
    /// Lamports in the pool's vault, including fees that wait for a sweep.
    pub quote: u64,
    /// Added to `quote` in the price. It subtracts the fees that wait for a sweep.
    pub virtual_quote: i128,
    pub creator: Pubkey,
    pub mayhem: bool,
    pub protocol_fees: u64,
    pub creator_fees: u64,
}

/// Fields that tests change, with their offsets.
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

    /// Writes the fields that trades and sweeps change.
    pub fn write(&self, data: &mut [u8]) {
        data[245..261].copy_from_slice(&self.virtual_quote.to_le_bytes());
        let fees = [self.protocol_fees, self.creator_fees];
        data[271..287].copy_from_slice(&fees.map(u64::to_le_bytes).concat());
    }

    /// The quote reserves behind the price, lamports.
    pub fn priced_quote(&self) -> u128 {
        (i128::from(self.quote) + self.virtual_quote) as u128
    }

    /// The market cap that selects the fee tier. `supply` is the mint's supply.
    pub fn market_cap(&self, supply: u64) -> u128 {
        let supply = if self.mayhem { 1_000_000_000_000_000 } else { supply };
        self.priced_quote() * u128::from(supply) / u128::from(self.base)
    }

    /// Spends `lamports` and returns the bought tokens. The caller moves the fees, because each form of buy
    /// does it differently.
    pub fn buy(&mut self, lamports: u64, rates: Rates) -> (u64, SpendParts) {
        let parts = SpendParts::of(lamports, rates, self.mayhem);
        let out = parts.buys(self.base, self.priced_quote());
        self.base -= out;
        self.quote += parts.net + parts.lp;
        (out, parts)
    }

    /// Keeps the fees of a buy in the pool until a sweep, as the v2 form does.
    pub fn hold(&mut self, parts: &SpendParts) {
        let fees = parts.protocol + parts.creator;
        self.quote += fees;
        self.virtual_quote -= i128::from(fees);
        self.protocol_fees += parts.protocol;
        self.creator_fees += parts.creator;
    }

    /// Removes the creator fees and returns them.
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
