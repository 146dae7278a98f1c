//! The money of a cycle, as pure functions over integers. Everything rounds down.

/// Basis points in a whole.
pub const BPS: u64 = 10_000;

/// Of the pool's own fee, the part that a buy may move the price by. At the whole fee a sandwich
/// breaks even (he pays the fee twice and takes about twice our impact); a fifth of it is our margin.
pub const FEE_MARGIN_PERCENT: u64 = 80;

/// What an authority has at hand, split. `carried_in + inflow` is all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    /// Left by the last cycle, which has split it already.
    pub carried_in: u64,
    /// Came in since; only this is split.
    pub inflow: u64,
    /// The root's share of the inflow.
    pub to_root: u64,
}

/// Splits `available` lamports (the authority's balance above its rent).
///
/// `carried` is what the last cycle left; if rent has risen since, less of it may be there.
/// `root_share_bps` is at most 10,000; 0 for a root.
pub fn split(available: u64, carried: u64, root_share_bps: u16) -> Split {
    let carried_in = carried.min(available);
    let inflow = available - carried_in;
    let to_root = (u128::from(inflow) * u128::from(root_share_bps) / u128::from(BPS)) as u64;
    Split { carried_in, inflow, to_root }
}

/// The most a buy may spend so that no sandwich around it can pay, lamports.
///
/// `min(max_price_impact, 80 % of the fee that nobody gets back)` of the quote reserves. A bound that
/// is a price read at execution would protect nothing: the attacker moves that price first. Moving
/// the reserves costs him the fee on both of his trades, more than an impact below the fee gives him.
pub fn impact_limit(quote_reserves: u64, max_price_impact_bps: u16, fee_bps: u64) -> u64 {
    let share =
        (u128::from(max_price_impact_bps) * 100).min(u128::from(fee_bps) * u128::from(FEE_MARGIN_PERCENT));
    let limit = u128::from(quote_reserves) * share / u128::from(BPS * 100);
    u64::try_from(limit).unwrap_or(u64::MAX)
}

/// A coin's market capitalisation as pump.fun computes it to choose the fee tier, lamports.
///
/// None if the curve holds no tokens.
pub fn market_cap(quote_reserves: u64, token_reserves: u64, supply: u64) -> Option<u128> {
    (u128::from(quote_reserves) * u128::from(supply)).checked_div(u128::from(token_reserves))
}

/// Whether every lamport of a cycle is accounted for: carried, inflow and from the treasury on one side; to the
/// root, spent and carried on the other.
pub fn conserved(came: [u64; 3], went: [u64; 3]) -> bool {
    let sum = |parts: [u64; 3]| parts.into_iter().map(u128::from).sum::<u128>();
    sum(came) == sum(went)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn splits_the_inflow_only() {
        let got = split(1_000, 400, 4_480);
        assert_eq!(got, Split { carried_in: 400, inflow: 600, to_root: 268 });
    }

    #[test]
    fn limits_to_four_fifths_of_the_fee() {
        // 1.25 % fee: 1 % of 30 SOL.
        assert_eq!(impact_limit(30_000_000_000, 100, 125), 300_000_000);
        assert_eq!(impact_limit(30_000_000_000, 1_000, 125), 300_000_000);
        assert_eq!(impact_limit(30_000_000_000, 10, 125), 30_000_000);
        assert_eq!(impact_limit(30_000_000_000, 100, 0), 0);
    }

    #[test]
    fn knows_the_market_cap_of_a_new_coin() {
        assert_eq!(
            market_cap(30_000_000_000, 1_073_000_000_000_000, 1_000_000_000_000_000),
            Some(27_958_993_476)
        );
        assert_eq!(market_cap(1, 0, 1), None);
    }

    proptest! {
        #[test]
        fn no_lamport_is_lost_in_a_split(available: u64, carried: u64, share in 0u16..=10_000) {
            let got = split(available, carried, share);
            prop_assert_eq!(u128::from(got.carried_in) + u128::from(got.inflow), u128::from(available));
            prop_assert!(got.to_root <= got.inflow);
            prop_assert!(got.carried_in <= carried);
            let exact = u128::from(got.inflow) * u128::from(share);
            prop_assert_eq!(u128::from(got.to_root), exact / 10_000);
        }

        #[test]
        fn the_limit_keeps_to_both_bounds(reserves: u64, impact in 1u16..=1_000, fee in 0u64..=10_000) {
            let limit = u128::from(impact_limit(reserves, impact, fee));
            prop_assert!(limit * 10_000 <= u128::from(reserves) * u128::from(impact));
            prop_assert!(limit * 1_000_000 <= u128::from(reserves) * u128::from(fee) * 80);
        }

        #[test]
        fn a_cycle_is_conserved_only_to_the_lamport(
            available in 0u64..u64::MAX / 4, carried: u64, share in 0u16..=10_000, treasury in 0u64..u64::MAX / 4, part in 0.0f64..1.0
        ) {
            let got = split(available, carried, share);
            let left = available - got.to_root + treasury;
            let spent = (left as f64 * part) as u64;
            let spent = spent.min(left);
            let came = [got.carried_in, got.inflow, treasury];
            prop_assert!(conserved(came, [got.to_root, spent, left - spent]));
            prop_assert!(!conserved(came, [got.to_root, spent, left - spent + 1]));
        }
    }
}
