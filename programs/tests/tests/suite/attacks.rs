//! An attacker around a cycle: what he does, and what he has in the end more than if he had let it be. The operator has
//! looked at the price before his first step, as long ago as a leader cannot reach back.

use dat_tests::*;

/// A root with more money than any cycle may spend, and the form that its next cycle buys by.
pub struct Target {
    pub world: World,
    pub ecosystem: Ecosystem,
    pub dat: Dat,
    pub form: BuyForm,
    pub attacker: Keypair,
}

/// What an attacker does, one after another; somebody else pays the fees of his transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Buy(u64),
    /// The operator is careless: he asks for one token at least. What is refused for its price is not tried again.
    Cycle,
    /// Buys what is left of the curve, and makes the pool.
    Graduate,
    /// Sells what he has bought in this attack.
    Sell,
    /// Takes his liquidity out of the pool.
    Withdraw,
}

impl Target {
    /// On its curve, which the attacker may be the creator of.
    pub fn on_curve(form: BuyForm, creator: bool) -> Self {
        let mut world = World::new();
        let ecosystem = world.ecosystem("eco", |p| {
            p.max_price_impact_bps = 1_000;
            p.max_fees_per_cycle_lamports = 1_000 * SOL;
            p.min_interval_seconds = 1;
        });
        let attacker = world.wallet(1_000 * SOL);
        let user = attacker.pubkey();
        let coin = world.coin(Kind::Token2022, |mint| if creator { user } else { ecosystem.authority(mint) });
        let dat = ecosystem.dat(coin);
        world.admit(&ecosystem, &dat, Role::Root, None);
        world.give(&dat.authority, 1_000 * SOL);
        let rich = world.rich();
        let from = rich.pubkey();
        let needed = [
            coin.create_ata(&from, &user),
            coin::init_user_volume_accumulator(&from, &user),
            swap::create_wsol(&from, &user),
            swap::init_amm_volume_accumulator(&from, &user),
        ];
        world.send(&needed, &[&rich]).expect("accounts");
        world.give_wsol(&wsol(&user), 10_000 * SOL);
        Self { world, ecosystem, dat, form, attacker }
    }

    /// In its pool, as it is after graduation.
    pub fn in_pool(form: BuyForm, creator: bool) -> Self {
        let mut target = Self::on_curve(form, creator);
        target.world.graduate(&target.dat.coin);
        target.world.prepare_for_pool(&target.dat);
        target
    }

    /// The attacker puts in so much of the pool's liquidity, percent of what is there.
    pub fn with_liquidity(mut self, percent: u64) -> Self {
        let Self { world, dat, attacker, .. } = &mut self;
        let (coin, user, rich) = (dat.coin, attacker.pubkey(), world.rich());
        let lp = lp_mint(&coin.pool);
        let account = coin::create_ata(&rich.pubkey(), &user, &lp, &TOKEN_2022);
        // From nowhere: what he would have bought beforehand.
        let tokens = world.pool(&coin).base / 100 * (percent + 1);
        world.edit(&coin.ata(&user), |account| account.data[64..72].copy_from_slice(&tokens.to_le_bytes()));
        let supply = world::u64_in(&world.account(&coin.pool).data, 203);
        let deposit = coin.deposit(&user, supply / 100 * percent, [u64::MAX; 2]);
        world.send(&[account, deposit], &[&rich, attacker]).expect("deposit");
        self
    }

    /// All that the attacker has and could collect, lamports.
    fn wealth(&self) -> i64 {
        let (world, coin, user) = (&self.world, &self.dat.coin, self.attacker.pubkey());
        let mut all = world.lamports(&user) + world.tokens(&wsol(&user));
        if coin.creator == user {
            all += world.lamports(&coin.vault) + world.curve(coin).creator_fee;
            all += world.tokens(&wsol(&amm_creator_vault(&user)));
            all += if world.graduated(coin) { world.pool(coin).creator_fees } else { 0 };
        }
        all as i64
    }

    fn tokens(&self) -> u64 {
        self.world.tokens(&self.dat.coin.ata(&self.attacker.pubkey()))
    }

    /// What he has after these steps and after selling everything, lamports.
    fn after(&self, steps: &[Step]) -> i64 {
        let Self { form, ecosystem, attacker, .. } = self;
        let mut target = Self {
            world: self.world.clone(),
            ecosystem: Ecosystem::new(
                &ecosystem.name,
                ecosystem.admin.insecure_clone(),
                ecosystem.operator.insecure_clone(),
            ),
            attacker: attacker.insecure_clone(),
            ..*self
        };
        target.look();
        let held = self.tokens();
        for step in steps {
            target.take(*step, *form, held);
        }
        target.take(Step::Sell, *form, 0);
        target.wealth()
    }

    fn look(&mut self) {
        let Self { world, ecosystem, dat, .. } = self;
        world.looks_in_time = false;
        let observe = ecosystem.observe(dat, world.graduated(&dat.coin));
        world.by(&ecosystem.operator, observe).expect("observe");
        // Somebody has raised the price a trifle since: the cycle that the attacker lets be is no larger for it, which
        // would pay him more as the coin's creator.
        world.rewrite(&dat.stats, |stats: &mut TokenStats| stats.observation.quote -= 1);
        world.pass_slots(8);
    }

    fn take(&mut self, step: Step, form: BuyForm, held: u64) {
        let (coin, user, rich) = (self.dat.coin, self.attacker.pubkey(), self.world.rich());
        let pool = self.world.graduated(&coin);
        let instruction = match step {
            Step::Buy(lamports) => {
                let form = if pool { BuyForm::PoolV2 } else { BuyForm::CurveV3 };
                coin.buy_by(form, &user, lamports)
            }
            Step::Cycle => {
                let count = self.world.stats(&self.dat).cycle_count;
                let cycle = self.ecosystem.cycle_by(form, &self.dat, count, 1);
                if let Err(failure) = self.world.send(&[cycle], &[&self.ecosystem.operator]) {
                    failure.assert_dat(DatError::PriceTooHigh);
                }
                return;
            }
            Step::Graduate => {
                if !self.world.curve(&coin).complete {
                    // What is left, and the rest of the spend comes back.
                    let mut rest = coin.legacy_buy(&user, 100 * SOL);
                    *rest.data.last_mut().expect("flags") = 1;
                    let done = self.world.send(&[rest], &[&rich, &self.attacker]);
                    done.unwrap_or_else(|failure| panic!("{failure:#?}"));
                }
                coin.migrate(&user)
            }
            Step::Sell => {
                let tokens = self.tokens() - held;
                match (tokens, pool) {
                    (0, _) => return,
                    (_, false) => coin.sell(&user, tokens),
                    (_, true) => coin.swap_sell(&user, tokens),
                }
            }
            Step::Withdraw => {
                let lp = ata(&user, &lp_mint(&coin.pool), &TOKEN_2022);
                coin.withdraw(&user, self.world.tokens(&lp))
            }
        };
        let done = self.world.send(&[instruction], &[&rich, &self.attacker]);
        done.unwrap_or_else(|failure| panic!("{step:?}: {failure:#?}"));
    }

    /// The most that an attack brings more than `instead`, lamports, and with how much; over these sizes.
    pub fn best(
        &self,
        sizes: impl Iterator<Item = u64>,
        attack: impl Fn(u64) -> Vec<Step>,
        instead: &[Step],
    ) -> (i64, u64) {
        let base = self.after(instead);
        sizes.map(|size| (self.after(&attack(size)) - base, size)).max().expect("sizes")
    }

    /// Fails if buying ahead of the cycle and selling behind it pays, with anything from a milli-SOL to
    /// `most`.
    #[track_caller]
    pub fn assert_no_sandwich(&self, what: &str, most: u64) {
        let best =
            self.best(geometric(most), |size| vec![Step::Buy(size), Step::Cycle, Step::Sell], &[Step::Cycle]);
        assert_loss(what, best);
    }
}

/// From a milli-SOL on, by quarters.
pub fn geometric(most: u64) -> impl Iterator<Item = u64> {
    (0..).map(|n| (1_000_000.0 * 1.25f64.powi(n)) as u64).take_while(move |size| *size < most)
}

/// Shows what an attack brings at best; `--nocapture` prints it.
#[track_caller]
pub fn assert_loss(what: &str, (best, size): (i64, u64)) {
    println!("{what}: best {best} lamports, with {size}");
    assert!(best < 0, "{what}: {best} lamports of profit with {size}");
}
