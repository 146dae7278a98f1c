//! Invariants of a token's totals.

use crate::model::compare::fields;
use crate::*;

impl Chain {
    /// The totals explain all lamports of the token, and the carried lamports lie at the authority.
    #[track_caller]
    pub fn assert_accounted(&self, dat: &Dat) {
        let stats = self.stats(dat);
        let came = stats.total_inflow_lamports + stats.total_from_treasury_lamports;
        let went = stats.total_to_root_lamports + stats.total_spent_lamports + stats.total_withdrawn_lamports;
        assert_eq!(came, went + stats.carried_lamports);
        assert!(self.lamports(&dat.authority) >= self.rent(0) + stats.carried_lamports);
        assert!(stats.total_credited_lamports <= came + self.lamports(&dat.authority));
    }
}

#[track_caller]
pub fn assert_identity(event: &CycleCompleted) {
    let inputs = event.carried_in + event.inflow + event.treasury_in;
    assert_eq!(inputs, event.to_root + event.spent + event.carried_out, "{:#?}", fields(event));
    assert_eq!(event.supply_before - event.supply_after, event.tokens_burned);
}

/// The totals agree with each other and with the list of all cycles.
#[track_caller]
pub fn assert_totals(chain: &Chain, dat: &Dat, cycles: &[CycleCompleted]) {
    assert_totals_after_rent_loss(chain, dat, cycles, 0);
}

/// The same after a rent rise took some of the carried lamports.
#[track_caller]
pub fn assert_totals_after_rent_loss(chain: &Chain, dat: &Dat, cycles: &[CycleCompleted], lost_to_rent: u64) {
    let stats = chain.stats(dat);
    let sum = |field: fn(&CycleCompleted) -> u64| cycles.iter().map(field).sum::<u64>();
    assert_eq!(stats.cycle_count, cycles.len() as u64);
    assert_eq!(stats.total_inflow_lamports, sum(|c| c.inflow));
    assert_eq!(stats.total_from_treasury_lamports, sum(|c| c.treasury_in));
    assert_eq!(stats.total_to_root_lamports, sum(|c| c.to_root));
    assert_eq!(stats.total_spent_lamports, sum(|c| c.spent));
    assert_eq!(stats.total_burned, sum(|c| c.tokens_burned));
    assert_eq!(stats.carried_lamports, cycles.last().map_or(0, |c| c.carried_out));
    assert_eq!(
        stats.total_inflow_lamports + stats.total_from_treasury_lamports,
        stats.total_to_root_lamports
            + stats.total_spent_lamports
            + stats.total_withdrawn_lamports
            + stats.carried_lamports
            + lost_to_rent
    );
}
