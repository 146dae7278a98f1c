//! The steps of a cycle, each alone.

use crate::ecosystem::CYCLE_ID;
use crate::*;

impl Ecosystem {
    pub fn collect_fees(&self, dat: &Dat) -> Instruction {
        self.step(dat, dat::instruction::CollectFees {}, vec![])
    }

    pub fn execute_buy(&self, dat: &Dat, expected_cycle: u64) -> Instruction {
        self.execute_buy_by(BuyForm::CurveV3, dat, expected_cycle, 1)
    }

    pub fn execute_buy_by(
        &self,
        form: BuyForm,
        dat: &Dat,
        expected_cycle: u64,
        min_tokens_out: u64,
    ) -> Instruction {
        let data = dat::instruction::ExecuteBuy { form, expected_cycle, cycle_id: CYCLE_ID, min_tokens_out };
        self.step(dat, data, dat.coin.buy_accounts(form, &dat.authority))
    }

    pub fn burn_and_update(&self, dat: &Dat) -> Instruction {
        self.step(dat, dat::instruction::BurnAndUpdate {}, vec![])
    }
}
