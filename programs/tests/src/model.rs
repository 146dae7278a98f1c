//! What a cycle must do, computed from the accounts before it by arithmetic of our own, and a cycle that
//! is compared with it in everything: event, balances, totals, and every other account of the chain.

use std::collections::BTreeSet;

use crate::curve::{Rates, RATES};
use crate::ecosystem::CYCLE_ID;
use crate::*;

/// A cycle as it must come out.
pub struct Prediction {
    pub event: CycleCompleted,
    pub curve: Curve,
}

/// What the next cycle must do; panics if it would be refused for want of fees.
pub fn predict(world: &World, dat: &Dat, rates: Rates) -> Prediction {
    let (state, stats) = (world.state(dat), world.stats(dat));
    let limits = state.parameters;
    let rent = world.rent(0);
    let excess = |address: &Pubkey| u128::from(world.lamports(address).saturating_sub(rent));
    let mut curve = world.curve(&dat.coin);

    let own = excess(&dat.authority) + excess(&dat.coin.vault) + u128::from(curve.creator_fee);
    curve.creator_fee = 0;
    let treasury_in = if stats.role == Role::Root { excess(&dat.treasury) } else { 0 };
    let carried_in = own.min(u128::from(stats.carried_lamports));
    let inflow = own - carried_in;
    let share =
        if stats.role == Role::Root { 0 } else { stats.root_share_bps.unwrap_or(limits.root_share_bps) };
    let to_root = inflow * u128::from(share) / 10_000;
    let at_hand = own + treasury_in - to_root;

    // In millionths: basis points hundredfold.
    let impact = u128::from(limits.max_price_impact_bps) * 100;
    let fee = u128::from(rates.protocol + rates.creator) * 80;
    let reserve = u128::from(curve.virtual_quote);
    let spent = at_hand
        .min(reserve * impact.min(fee) / 1_000_000)
        .min(u128::from(limits.max_fees_per_cycle_lamports));
    let tokens_bought = curve.buy(spent as u64, rates);
    let tokens_burned = tokens_bought + world.tokens(&dat.token_account);
    let supply_before = world.supply(&dat.coin.mint);
    let event = CycleCompleted {
        state: dat.state,
        mint: dat.coin.mint,
        cycle_id: CYCLE_ID,
        cycle: stats.cycle_count + 1,
        carried_in: carried_in as u64,
        inflow: inflow as u64,
        treasury_in: treasury_in as u64,
        to_root: to_root as u64,
        spent: spent as u64,
        carried_out: (at_hand - spent) as u64,
        tokens_bought,
        tokens_burned,
        supply_before,
        supply_after: supply_before - tokens_burned,
        timestamp: world.now(),
    };
    Prediction { event, curve }
}

/// The event's fields, to compare and print.
pub fn fields(event: &CycleCompleted) -> impl PartialEq + std::fmt::Debug {
    (
        (event.state, event.mint, event.cycle_id, event.cycle, event.timestamp),
        [("carried_in", event.carried_in), ("inflow", event.inflow), ("treasury_in", event.treasury_in)],
        [("to_root", event.to_root), ("spent", event.spent), ("carried_out", event.carried_out)],
        [("bought", event.tokens_bought), ("burned", event.tokens_burned)],
        [("supply_before", event.supply_before), ("supply_after", event.supply_after)],
    )
}

#[track_caller]
pub fn assert_identity(event: &CycleCompleted) {
    let inputs = event.carried_in + event.inflow + event.treasury_in;
    assert_eq!(inputs, event.to_root + event.spent + event.carried_out, "{:#?}", fields(event));
    assert_eq!(event.supply_before - event.supply_after, event.tokens_burned);
}

/// A token's totals agree with each other, and with a list of all its cycles.
#[track_caller]
pub fn assert_totals(world: &World, dat: &Dat, cycles: &[CycleCompleted]) {
    let stats = world.stats(dat);
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
        stats.total_to_root_lamports + stats.total_spent_lamports + stats.carried_lamports
    );
}

impl World {
    /// Runs the token's next cycle at the published rates and compares everything.
    #[track_caller]
    pub fn cycle(&mut self, ecosystem: &Ecosystem, dat: &Dat) -> CycleCompleted {
        self.cycle_at(ecosystem, dat, RATES)
    }

    #[track_caller]
    pub fn cycle_at(&mut self, ecosystem: &Ecosystem, dat: &Dat, rates: Rates) -> CycleCompleted {
        let expected = predict(self, dat, rates);
        let (before, stats_before) = (self.accounts(), self.stats(dat));
        let lamports_before = |key: &Pubkey| before.get(key).map_or(0, |account| account.lamports);
        let done = self.try_cycle(ecosystem, dat).unwrap_or_else(|failure| panic!("{failure:#?}"));
        let event = done.event::<CycleCompleted>();
        assert_eq!(fields(&event), fields(&expected.event));
        assert_identity(&event);

        // What the event says is where the lamports and tokens are.
        let rent = self.rent(0);
        assert_eq!(
            self.lamports(&dat.authority),
            rent.min(lamports_before(&dat.authority)) + event.carried_out
        );
        assert_eq!(self.lamports(&dat.coin.vault), rent.min(lamports_before(&dat.coin.vault)));
        let treasury = lamports_before(&dat.treasury);
        assert_eq!(self.lamports(&dat.treasury), treasury + event.to_root - event.treasury_in);
        assert_eq!(self.tokens(&dat.token_account), 0);
        assert_eq!(self.supply(&dat.coin.mint), event.supply_after);
        assert_eq!(self.curve(&dat.coin), expected.curve);

        // The stats have moved by the event.
        let stats = self.stats(dat);
        assert_eq!(stats.cycle_count, event.cycle);
        assert_eq!(stats.carried_lamports, event.carried_out);
        assert_eq!((stats.last_cycle_at, stats.last_cycle_id), (event.timestamp, CYCLE_ID));
        assert_eq!(stats.total_inflow_lamports, stats_before.total_inflow_lamports + event.inflow);
        assert_eq!(
            stats.total_from_treasury_lamports,
            stats_before.total_from_treasury_lamports + event.treasury_in
        );
        assert_eq!(stats.total_to_root_lamports, stats_before.total_to_root_lamports + event.to_root);
        assert_eq!(stats.total_spent_lamports, stats_before.total_spent_lamports + event.spent);
        assert_eq!(stats.total_burned, stats_before.total_burned + event.tokens_burned);

        // The operator pays the fee of his transaction and nothing else; nobody pays rent.
        let operator = ecosystem.operator.pubkey();
        assert_eq!(lamports_before(&operator) - self.lamports(&operator), done.meta.fee);

        // Every lamport of the chain but the fee is still there, and nobody else's account has changed.
        let after = self.accounts();
        let all = |accounts: &std::collections::BTreeMap<_, solana_account::Account>| {
            accounts.values().map(|account| u128::from(account.lamports)).sum::<u128>()
        };
        assert_eq!(all(&before) - all(&after), u128::from(done.meta.fee));
        let changed = after.iter().filter(|(key, account)| before.get(key) != Some(account));
        let changed: BTreeSet<_> = changed.map(|(key, _)| *key).collect();
        let may: BTreeSet<_> = [
            operator,
            dat.stats,
            dat.coin.mint,
            dat.authority,
            dat.treasury,
            dat.coin.curve,
            dat.coin.ata(&dat.coin.curve),
            dat.coin.vault,
            BUYBACK_RECIPIENT,
            user_volume_accumulator(&dat.authority),
            dat.token_account,
        ]
        .into();
        assert!(changed.is_subset(&may), "also changed: {:?}", changed.difference(&may).collect::<Vec<_>>());
        event
    }
}
