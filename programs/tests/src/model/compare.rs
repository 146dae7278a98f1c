//! Runs a cycle and compares it with the model: the event, the totals, and every byte of every account.

use std::collections::BTreeMap;

use anchor_lang::AnchorSerialize;
use solana_account::{Account, ReadableAccount};
use solana_transaction_error::TransactionError;

use super::{predict, Prediction, Refused};
use crate::*;

/// The fields of the event, to compare and print.
pub fn fields(event: &CycleCompleted) -> impl PartialEq + std::fmt::Debug {
    (
        (event.state, event.mint, event.cycle_id, event.cycle, event.timestamp),
        [("carried_in", event.carried_in), ("inflow", event.inflow), ("treasury_in", event.treasury_in)],
        [("to_root", event.to_root), ("spent", event.spent), ("carried_out", event.carried_out)],
        [("bought", event.tokens_bought), ("burned", event.tokens_burned)],
        [("supply_before", event.supply_before), ("supply_after", event.supply_after)],
    )
}

impl Dat {
    /// Whether pump.fun pays the coin's creator fees to this token alone.
    pub fn earns_fees(&self) -> bool {
        self.coin.creator == self.authority || self.coin.is_shared()
    }
}

impl Chain {
    /// The form of buy for the place where the coin trades now.
    pub fn form(&self, coin: &Coin) -> BuyForm {
        match (self.graduated(coin), coin.cashback) {
            (true, false) => BuyForm::PoolV2,
            (true, true) => BuyForm::Pool,
            (false, false) => BuyForm::CurveV3,
            (false, true) => BuyForm::CurveLegacy,
        }
    }

    /// Collects the token's fees and sends its next cycle with this form of buy.
    pub fn try_cycle_by(
        &mut self,
        form: BuyForm,
        ecosystem: &Ecosystem,
        dat: &Dat,
    ) -> Result<Success, Failure> {
        let operator = &ecosystem.operator;
        let mut all = if dat.earns_fees() { self.fee_instructions(dat, &operator.pubkey()) } else { vec![] };
        all.push(ecosystem.cycle_by(form, dat, self.stats(dat).cycle_count, 1));
        self.send(&all, &[operator])
    }

    /// Runs the token's next cycle and compares everything with the model.
    #[track_caller]
    pub fn cycle(&mut self, ecosystem: &Ecosystem, dat: &Dat) -> CycleCompleted {
        self.cycle_by(self.form(&dat.coin), ecosystem, dat)
    }

    /// The same. The next buy must have these fee rates.
    #[track_caller]
    pub fn cycle_at(&mut self, ecosystem: &Ecosystem, dat: &Dat, rates: Rates) -> CycleCompleted {
        assert_eq!(self.rates(&dat.coin), rates);
        self.cycle(ecosystem, dat)
    }

    /// Runs the next cycle if the model expects success. Otherwise the cycle must fail with the error that
    /// the model predicts.
    #[track_caller]
    pub fn cycle_or_refusal(
        &mut self,
        form: BuyForm,
        ecosystem: &Ecosystem,
        dat: &Dat,
    ) -> Option<CycleCompleted> {
        match predict(self, dat, form) {
            Ok(_) => return Some(self.cycle_by(form, ecosystem, dat)),
            Err(Refused::By(error)) => self.try_cycle_by(form, ecosystem, dat).refused(error),
            Err(Refused::WrappedLacksRent) => {
                let refused = self.try_cycle_by(form, ecosystem, dat).refusal();
                assert!([Some(TOKEN), Some(PUMP_AMM)].contains(&refused.program), "{refused:#?}");
            }
            Err(Refused::ForRent) => {
                let refused = self.try_cycle_by(form, ecosystem, dat).refusal();
                let rent = matches!(refused.error, TransactionError::InsufficientFundsForRent { .. });
                assert!(rent, "{refused:#?}");
            }
        }
        None
    }

    #[track_caller]
    pub fn cycle_by(&mut self, form: BuyForm, ecosystem: &Ecosystem, dat: &Dat) -> CycleCompleted {
        let expected = predict(self, dat, form).expect("a cycle that runs");
        let before = self.clone();
        let done = self.try_cycle_by(form, ecosystem, dat).unwrap_or_else(|failure| panic!("{failure:#?}"));
        let event = done.event::<CycleCompleted>();
        assert_eq!(fields(&event), fields(&expected.event));
        assert_identity(&event);
        assert_moved(&before.stats(dat), &self.stats(dat), &event);
        let expected = expected_accounts(&before, self, dat, &expected, done.meta.fee);
        assert_same(&before, &expected, self);
        event
    }
}

/// The event explains every change of the stats.
#[track_caller]
fn assert_moved(before: &TokenStats, after: &TokenStats, event: &CycleCompleted) {
    let mut expected = before.clone();
    expected.cycle_count = event.cycle;
    expected.carried_lamports = event.carried_out;
    expected.consecutive_failures = 0;
    expected.observation = Default::default();
    let in_span = |count: u16, seconds: i64| {
        if event.timestamp / seconds == before.last_cycle_at / seconds {
            count + 1
        } else {
            1
        }
    };
    expected.cycles_in_hour = in_span(before.cycles_in_hour, 3_600);
    expected.cycles_in_day = in_span(before.cycles_in_day, 86_400);
    (expected.last_cycle_at, expected.last_cycle_id) = (event.timestamp, CYCLE_ID);
    expected.total_inflow_lamports += event.inflow;
    expected.total_from_treasury_lamports += event.treasury_in;
    expected.total_to_root_lamports += event.to_root;
    expected.total_spent_lamports += event.spent;
    expected.total_burned += event.tokens_burned;
    let bytes = |stats: &TokenStats| {
        let mut bytes = vec![];
        stats.serialize(&mut bytes).expect("it fits");
        bytes
    };
    assert_eq!(bytes(&expected), bytes(after));
}

/// The expected state of every account that a cycle changes. The operator pays the transaction fee.
fn expected_accounts(
    before: &Chain,
    after: &Chain,
    dat: &Dat,
    prediction: &Prediction,
    fee: u64,
) -> BTreeMap<Pubkey, Account> {
    let mut expected = prediction.ledger.applied(before);
    let mut change_account = |key: Pubkey, change: &dyn Fn(&mut Account)| {
        change(expected.entry(key).or_insert_with(|| before.account(&key)));
    };
    change_account(before.state(dat).operator, &|operator| operator.lamports -= fee);
    change_account(dat.coin.curve, &|curve| prediction.curve.write(&mut curve.data));
    if let Some(pool) = &prediction.pool {
        change_account(dat.coin.pool, &|account| pool.write(&mut account.data));
    }
    let supply = prediction.event.supply_after.to_le_bytes();
    change_account(dat.coin.mint, &|mint| mint.data[36..44].copy_from_slice(&supply));
    // `assert_moved` compares our stats. The volume accumulators are pump.fun's own data.
    for key in [dat.stats, user_volume_accumulator(&dat.authority), amm_volume_accumulator(&dat.authority)] {
        change_account(key, &|account| account.data = after.account(&key).data);
    }
    expected
}

/// The expected accounts are there, and no other account has changed.
#[track_caller]
fn assert_same(before: &Chain, expected: &BTreeMap<Pubkey, Account>, after: &Chain) {
    let (before, after) = (&before.svm.accounts_db().inner, &after.svm.accounts_db().inner);
    let mut wrong = vec![];
    for key in after.keys().chain(before.keys().filter(|key| !after.contains_key(key))) {
        let [was, is] = [before, after].map(|accounts| accounts.get(key).cloned().unwrap_or_default());
        // Most accounts share their memory with the earlier chain, so a pointer comparison is enough.
        let untouched = was.data().as_ptr() == is.data().as_ptr() && was.lamports() == is.lamports();
        if untouched && !expected.contains_key(key) || *is.owner() == SYSVARS {
            continue;
        }
        let held = |account: Account| (account.lamports, account.owner, account.executable, account.data);
        let (wanted, is) = (expected.get(key).cloned().unwrap_or_else(|| was.into()), is.into());
        if held(wanted.clone()) != held(Account::clone(&is)) {
            // The first 8 bytes that differ, as a number. It is usually a balance.
            let at = wanted.data.iter().zip(&is.data).take_while(|(a, b)| a == b).count() & !7;
            let shown = |account: &Account| (account.lamports, account.data.len(), u64_in(&account.data, at));
            wrong.push((key.to_string(), at, shown(&wanted), shown(&is)));
        }
    }
    assert!(wrong.is_empty(), "not as predicted (account, offset, expected, after): {wrong:#?}");
}
