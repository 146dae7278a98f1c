//! What must hold of a token at every moment.

use crate::*;

impl World {
    /// All that ever came to the token is accounted for, and what it carries is there.
    #[track_caller]
    pub fn assert_books(&self, dat: &Dat) {
        let stats = self.stats(dat);
        let came = stats.total_inflow_lamports + stats.total_from_treasury_lamports;
        let went = stats.total_to_root_lamports + stats.total_spent_lamports + stats.total_withdrawn_lamports;
        assert_eq!(came, went + stats.carried_lamports);
        assert!(self.lamports(&dat.authority) >= self.rent(0) + stats.carried_lamports);
        assert!(stats.total_credited_lamports <= came + self.lamports(&dat.authority));
    }
}
