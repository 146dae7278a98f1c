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

    /// What he has after these steps and after selling everything, and what the cycle has spent, of `cap` at most; lamports.
    fn after(&self, steps: &[Step], cap: u64) -> (i64, u64) {
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
        target.look(cap);
        let held = self.tokens();
        for step in steps {
            target.take(*step, *form, held);
        }
        target.take(Step::Sell, *form, 0);
        (target.wealth(), target.world.stats(&target.dat).total_spent_lamports)
    }

    fn look(&mut self, cap: u64) {
        let Self { world, ecosystem, dat, .. } = self;
        world.looks_in_time = false;
        let observe = ecosystem.observe(dat, world.graduated(&dat.coin));
        world.by(&ecosystem.operator, observe).expect("observe");
        world.rewrite(&dat.state, |state: &mut DatState| state.parameters.max_fees_per_cycle_lamports = cap);
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
                let stays = pool == matches!(form, BuyForm::PoolV2 | BuyForm::Pool);
                let form = if stays { form } else { self.world.form(&coin) };
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
                let migrate = coin.migrate(&user);
                self.world.send(&[migrate], &[&rich, &self.attacker]).expect("a pool");
                return self.world.prepare_for_pool(&self.dat);
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

    /// What an attack brings more than `instead`, at each of these sizes. He is the poorer for no smaller cycle, as the
    /// coin's creator or with its liquidity: the one that he lets be spends as much as the one that he attacks.
    pub fn takes(
        &self,
        sizes: impl Iterator<Item = u64>,
        attack: impl Fn(u64) -> Vec<Step>,
        instead: &[Step],
    ) -> Vec<Take> {
        let take = |size| {
            let (has, spent) = self.after(&attack(size), 1_000 * SOL);
            let runs = |step: &&Step| spent > 0 || **step != Step::Cycle;
            let instead: Vec<_> = instead.iter().filter(runs).copied().collect();
            Take { gain: has - self.after(&instead, spent).0, spent, size }
        };
        sizes.map(take).collect()
    }

    /// Fails if buying ahead of the cycle and selling behind it takes more than it may, with anything from a milli-SOL to
    /// `most`.
    #[track_caller]
    pub fn assert_no_sandwich(&self, what: &str, most: u64) {
        let attack = |size| vec![Step::Buy(size), Step::Cycle, Step::Sell];
        assert_trifle(what, self.takes(geometric(most), attack, &[Step::Cycle]));
    }
}

/// What an attack with so much brings, and what our cycles spent; lamports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Take {
    pub gain: i64,
    pub spent: u64,
    pub size: u64,
}

impl Take {
    /// Of what our cycles spent, basis points.
    pub fn bps(&self) -> f64 {
        self.gain as f64 * 10_000.0 / self.spent.max(1) as f64
    }
}

/// The most that whoever raises the price ahead of a buy may take of it, basis points (`arithmetic::TOLERANCE`).
pub const TRIFLE_BPS: i64 = 20;

/// Shows what an attack takes of our buys at best, and fails if that is more than it may be.
#[track_caller]
pub fn assert_trifle(what: &str, takes: impl IntoIterator<Item = Take>) {
    let best = takes.into_iter().max_by(|a, b| a.bps().total_cmp(&b.bps())).expect("sizes");
    println!("{what}: best {best:?}, {:.2} basis points", best.bps());
    assert!(best.gain * 10_000 <= best.spent as i64 * TRIFLE_BPS, "{what}: {best:?}");
}

/// From a milli-SOL on, by quarters.
pub fn geometric(most: u64) -> impl Iterator<Item = u64> {
    (0..).map(|n| (1_000_000.0 * 1.25f64.powi(n)) as u64).take_while(move |size| *size < most)
}
