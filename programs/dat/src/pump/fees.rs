//! The fee of a trade, out of pump.fun's fee configuration.

use anchor_lang::prelude::*;

use crate::errors::DatError;
use crate::pump::u64_at;

const FEE_CONFIG_DISCRIMINATOR: [u8; 8] = [143, 52, 146, 187, 219, 123, 76, 155];

/// What a trade pays besides the price, basis points. The fee for liquidity is not among it: liquidity may be the
/// attacker's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    pub protocol: u64,
    pub creator: u64,
}

/// The rates at `market_cap` lamports, those of the last tier that it reaches, else of the first; and those of the
/// tier above, which a rising price may reach.
///
/// `address` is the configuration's, one of the program that trades.
pub fn rates(fee_config: &AccountInfo, address: &Pubkey, market_cap: u128) -> Result<[Rates; 2]> {
    require_keys_eq!(*fee_config.key, *address, DatError::InvalidFeeConfig);
    let data = fee_config.try_borrow_data()?;
    rates_of(&data, market_cap).ok_or_else(|| DatError::InvalidFeeConfig.into())
}

fn rates_of(data: &[u8], market_cap: u128) -> Option<[Rates; 2]> {
    const TIERS: usize = 8 + 1 + 32 + 24;
    const TIER: usize = 16 + 24;
    if data.get(..8)? != FEE_CONFIG_DISCRIMINATOR {
        return None;
    }
    let count = u32::from_le_bytes(data.get(TIERS..TIERS + 4)?.try_into().ok()?) as usize;
    let tiers = data.get(TIERS + 4..)?.get(..count.checked_mul(TIER)?)?;
    let tiers = || tiers.chunks_exact(TIER);
    let reached = |tier: &[u8]| u128::from_le_bytes(tier[..16].try_into().unwrap()) <= market_cap;
    let rates = |tier: &[u8]| Rates { protocol: u64_at(tier, 24), creator: u64_at(tier, 32) };
    let at = tiers().rposition(reached).unwrap_or(0);
    let now = rates(tiers().nth(at)?);
    Some([now, tiers().nth(at + 1).map_or(now, rates)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fee_config(tiers: &[(u128, u64, u64)]) -> Vec<u8> {
        let mut data = [&FEE_CONFIG_DISCRIMINATOR[..], &[0; 57]].concat();
        data.extend((tiers.len() as u32).to_le_bytes());
        for (threshold, protocol, creator) in tiers {
            data.extend(threshold.to_le_bytes());
            data.extend(0u64.to_le_bytes());
            data.extend(protocol.to_le_bytes());
            data.extend(creator.to_le_bytes());
        }
        data
    }

    #[test]
    fn takes_the_last_tier_that_is_reached_and_the_next() {
        let config = fee_config(&[(100, 95, 30), (200, 5, 90), (300, 5, 5)]);
        let at = |cap| rates_of(&config, cap).unwrap().map(|rates| (rates.protocol, rates.creator));
        let first = [(95, 30), (5, 90)];
        assert_eq!([at(0), at(100), at(199)], [first; 3]);
        assert_eq!([at(200), at(u128::MAX)], [[(5, 90), (5, 5)], [(5, 5); 2]]);
    }

    #[test]
    fn refuses_a_table_it_cannot_read() {
        assert_eq!(rates_of(&fee_config(&[]), 1), None);
        let mut short = fee_config(&[(0, 95, 30)]);
        short.pop();
        assert_eq!(rates_of(&short, 1), None);
        assert_eq!(rates_of(&[0; 200], 1), None);
    }
}
