//! Root shares and their changes.

use anchor_lang::prelude::*;

use super::timelock::TIMELOCK_SECONDS;
use crate::ensure;
use crate::errors::DatError;

pub const ROOT_SHARE_RANGE_BPS: core::ops::RangeInclusive<u16> = 1_000..=9_000;
/// The largest change of a root share at a time, basis points.
pub const ROOT_SHARE_STEP_BPS: u16 = 500;

/// The share of a secondary's inflow that goes to the root, with its pending change.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub struct RootShare {
    /// Basis points, 1000 to 9000.
    pub bps: u16,
    pub next_bps: u16,
    /// `next_bps` applies from this Unix time, seconds.
    pub next_at: i64,
}

impl RootShare {
    pub fn fixed(bps: u16) -> Result<Self> {
        ensure!(ROOT_SHARE_RANGE_BPS.contains(&bps), DatError::InvalidRootShare);
        Ok(Self { bps, next_bps: bps, next_at: 0 })
    }

    pub fn at(&self, now: i64) -> u16 {
        if now >= self.next_at {
            self.next_bps
        } else {
            self.bps
        }
    }

    /// The current share with a change to `bps` that applies after the timelock.
    pub fn with_change(&self, bps: u16, now: i64) -> Result<Self> {
        let current = self.at(now);
        ensure!(ROOT_SHARE_RANGE_BPS.contains(&bps), DatError::InvalidRootShare);
        ensure!(current.abs_diff(bps) <= ROOT_SHARE_STEP_BPS, DatError::RootShareDeltaTooLarge);
        Ok(Self { bps: current, next_bps: bps, next_at: now.saturating_add(TIMELOCK_SECONDS) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_share_changes_after_the_timelock() {
        let share = RootShare::fixed(4_480).unwrap().with_change(4_980, 1_000).unwrap();
        assert_eq!([share.at(1_000), share.at(4_599), share.at(4_600)], [4_480, 4_480, 4_980]);
        // A second change replaces the first and starts from the current share.
        let again = share.with_change(4_000, 2_000).unwrap();
        assert_eq!([again.at(2_000), again.at(5_599), again.at(5_600)], [4_480, 4_480, 4_000]);
    }

    proptest! {
        #[test]
        fn a_share_stays_in_its_range_and_changes_in_steps(start in 1_000u16..=9_000, next: u16, now in 0i64..1 << 40) {
            let share = RootShare::fixed(start).unwrap();
            let may = (1_000..=9_000).contains(&next) && start.abs_diff(next) <= 500;
            let changed = share.with_change(next, now);
            prop_assert_eq!(changed.is_ok(), may);
            if let Ok(changed) = changed {
                prop_assert_eq!(changed.at(now + TIMELOCK_SECONDS - 1), start);
                prop_assert_eq!(changed.at(now + TIMELOCK_SECONDS), next);
            }
        }
    }
}
