//! Buys ahead of a cycle. A small one changes nothing. A larger one makes our buy smaller and does not fail
//! it.

use dat_tests::*;

/// A root with many lamports and an observation, on its curve or in a pool with the lowest fee, and a buyer.
struct Ahead {
    chain: Chain,
    ecosystem: Ecosystem,
    dat: Dat,
    somebody: Keypair,
}

impl Ahead {
    fn new(graduated: bool) -> Self {
        let mut chain = Chain::new();
        chain.auto_observe = false;
        chain.set_pool_fee_tiers(&[(0, Rates::new(20, 5, 95))]);
        let ecosystem = chain.ecosystem("eco", |p| {
            p.max_price_impact_bps = 100;
            p.max_fees_per_cycle_lamports = 100 * SOL;
        });
        let dat = chain.dat(&ecosystem, Kind::Token2022, Role::Root);
        if graduated {
            chain.graduate(&dat.coin);
            chain.prepare_for_pool(&dat);
        }
        chain.airdrop(&dat.authority, 100 * SOL);
        let coin = &dat.coin;
        let somebody = if graduated { chain.swapper(coin, 10 * SOL) } else { chain.trader(coin, 10 * SOL) };
        chain.by(&ecosystem.operator, ecosystem.observe(&dat, graduated)).expect("observe");
        chain.advance_slots(8);
        Self { chain, ecosystem, dat, somebody }
    }

    fn cycle(&self, planned: [u64; 2]) -> Result<CycleCompleted, Failure> {
        let form = self.chain.form(&self.dat.coin);
        let cycle = self.ecosystem.cycle_planned(form, &self.dat, 0, planned);
        Ok(self.chain.simulate(&cycle)?.event())
    }

    /// Somebody buys for a part of the reserves (hundred-thousandths) plus 100 lamports, the minimum of
    /// pump.fun.
    fn buy_ahead(&mut self, part: u64) {
        let [quote, _] = self.chain.reserves(&self.chain.stats(&self.dat)).expect("a market");
        let (payer, form) = (self.chain.payer(), self.chain.form(&self.dat.coin));
        let buy = self.dat.coin.buy_by(form, &self.somebody.pubkey(), 100 + quote / 100_000 * part);
        self.chain.send(&[buy], &[&payer, &self.somebody]).expect("a buy ahead");
    }
}

#[test]
fn a_small_buy_ahead_changes_nothing() {
    for (graduated, part) in [false, true].into_iter().flat_map(|place| [0, 50, 93].map(|part| (place, part)))
    {
        let mut ahead = Ahead::new(graduated);
        let alone = ahead.cycle([1, 0]).expect("a cycle");
        ahead.buy_ahead(part);
        let event = ahead.cycle([alone.tokens_bought * 995 / 1_000, alone.spent]).expect("the same cycle");
        assert_eq!(event.spent, alone.spent, "graduated {graduated}, {part}/100,000 ahead");
        // The same for the first two steps alone.
        let Ahead { mut chain, ecosystem, dat, .. } = ahead;
        chain.by(&ecosystem.operator, ecosystem.collect_fees(&dat)).expect("collect_fees");
        let buy = ecosystem.execute_buy_by(chain.form(&dat.coin), &dat, 0, 1);
        chain.by(&ecosystem.operator, buy).expect("execute_buy");
        assert_eq!(chain.stats(&dat).total_spent_lamports, alone.spent);
    }
}

#[test]
fn a_larger_buy_ahead_shrinks_our_buy_and_does_not_fail_it() {
    // Rises at which the fee (0.95 % on the curve, 0.05 % in the pool) covers less than the impact limit of 1
    // %.
    for (graduated, part) in [(false, 500), (true, 105)] {
        let mut ahead = Ahead::new(graduated);
        let alone = ahead.cycle([1, 0]).expect("a cycle");
        let mut before = alone.spent;
        for _ in 0..3 {
            ahead.buy_ahead(part);
            let smaller = ahead.cycle([alone.tokens_bought * 95 / 100, alone.spent]).expect("a smaller buy");
            assert!(smaller.spent < before, "graduated {graduated}: {} of {before}", smaller.spent);
            before = smaller.spent;
        }
        // The minimum still bounds the price.
        assert!(ahead.cycle([alone.tokens_bought * 110 / 100, alone.spent]).is_err());
    }
}
