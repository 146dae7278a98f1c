//! Reads protocol fees from pump.fun's fee configuration.

use anchor_lang::prelude::*;

use crate::ensure;
use crate::errors::{refuse, DatError};
use crate::pump::u64_at;

const FEE_CONFIG_DISCRIMINATOR: [u8; 8] = [143, 52, 146, 187, 219, 123, 76, 155];

/// The protocol fee at `market_cap` lamports, basis points. It is the lowest fee of the current tier and its
/// two neighbours, because the trades of an attack may reach them.
///
/// `address` is the fee configuration of the trading program.
pub fn protocol_fee(fee_config: &AccountInfo, address: &Pubkey, market_cap: u128) -> Result<u64> {
    ensure!(*fee_config.key == *address, DatError::InvalidFeeConfig);
    let data = fee_config.try_borrow_data()?;
    lowest_protocol_fee(&data, market_cap).ok_or_else(|| refuse(DatError::InvalidFeeConfig))
}

fn lowest_protocol_fee(data: &[u8], market_cap: u128) -> Option<u64> {
    const TIERS: usize = 8 + 1 + 32 + 24;
    const TIER: usize = 16 + 24;
    const PROTOCOL_FEE: usize = 16 + 8;
    if data.get(..8)? != FEE_CONFIG_DISCRIMINATOR {
        return None;
    }
    let count = u32::from_le_bytes(data.get(TIERS..TIERS + 4)?.try_into().ok()?) as usize;
    let tiers = data.get(TIERS + 4..)?.get(..count.checked_mul(TIER)?)?;
    let tiers = || tiers.chunks_exact(TIER);
    let reached = |tier: &[u8]| u128::from_le_bytes(tier[..16].try_into().unwrap()) <= market_cap;
    // Below the first tier the first tier applies.
    let at = tiers().rposition(reached).unwrap_or(0);
    let near = tiers().skip(at.saturating_sub(1)).take(at.min(1) + 2);
    near.map(|tier| u64_at(tier, PROTOCOL_FEE)).min()
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
    fn the_lowest_fee_of_three_tiers_counts() {
        let config = fee_config(&[(100, 95, 30), (200, 50, 90), (300, 70, 5), (400, 90, 5), (500, 99, 5)]);
        let at = |cap| lowest_protocol_fee(&config, cap).unwrap();
        assert_eq!([at(0), at(100), at(199)], [50; 3]);
        assert_eq!([at(200), at(300), at(399)], [50; 3]);
        assert_eq!([at(400), at(500), at(u128::MAX)], [70, 90, 90]);
    }

    #[test]
    fn an_unreadable_table_is_refused() {
        assert_eq!(lowest_protocol_fee(&fee_config(&[]), 1), None);
        let mut short = fee_config(&[(0, 95, 30)]);
        short.pop();
        assert_eq!(lowest_protocol_fee(&short, 1), None);
        assert_eq!(lowest_protocol_fee(&[0; 200], 1), None);
    }
}
