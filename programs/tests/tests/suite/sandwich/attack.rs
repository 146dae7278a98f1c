//! An attacker around a cycle: what he does, and what he has in the end more than if he had let it be. The operator has
//! looked at the price before his first step, as long ago as a leader cannot reach back.

use dat_tests::*;

/// A root with more money than any cycle may spend, and the form that its next cycle buys by.
pub struct Target {
    pub chain: Chain,
    pub ecosystem: Ecosystem,
    pub dat: Dat,
    pub form: BuyForm,
    pub attacker: Keypair,
}

/// What an attacker does, one after another; somebody else pays the fees of his transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttackStep {
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
        let mut chain = Chain::new();
        let ecosystem = chain.ecosystem("eco", |p| {
            p.max_price_impact_bps = 1_000;
            p.max_fees_per_cycle_lamports = 1_000 * SOL;
            p.min_interval_seconds = 1;
        });
        let attacker = chain.wallet(1_000 * SOL);
        let user = attacker.pubkey();
        let coin = chain.coin(Kind::Token2022, |mint| if creator { user } else { ecosystem.authority(mint) });
        let dat = ecosystem.dat(coin);
        chain.admit(&ecosystem, &dat, Role::Root, None);
        chain.airdrop(&dat.authority, 1_000 * SOL);
        let payer = chain.payer();
        let from = payer.pubkey();
        let needed = [
            coin.create_ata(&from, &user),
            coin::init_user_volume_accumulator(&from, &user),
            create_wsol(&from, &user),
            init_amm_volume_accumulator(&from, &user),
        ];
        chain.send(&needed, &[&payer]).expect("accounts");
        chain.airdrop_wsol(&wsol(&user), 10_000 * SOL);
        Self { chain, ecosystem, dat, form, attacker }
    }

    /// In its pool, as it is after graduation.
    pub fn in_pool(form: BuyForm, creator: bool) -> Self {
        let mut target = Self::on_curve(form, creator);
        target.chain.graduate(&target.dat.coin);
        target.chain.prepare_for_pool(&target.dat);
        target
    }

    /// The attacker puts in so much of the pool's liquidity, percent of what is there.
    pub fn with_liquidity(mut self, percent: u64) -> Self {
        let Self { chain, dat, attacker, .. } = &mut self;
        let (coin, user, payer) = (dat.coin, attacker.pubkey(), chain.payer());
        let lp = lp_mint(&coin.pool);
        let account = create_ata(&payer.pubkey(), &user, &lp, &TOKEN_2022);
        // From nowhere: what he would have bought beforehand.
        let tokens = chain.pool(&coin).base / 100 * (percent + 1);
        chain.edit(&coin.ata(&user), |account| account.data[64..72].copy_from_slice(&tokens.to_le_bytes()));
        let supply = u64_in(&chain.account(&coin.pool).data, 203);
        let deposit = coin.deposit(&user, supply / 100 * percent, [u64::MAX; 2]);
        chain.send(&[account, deposit], &[&payer, attacker]).expect("deposit");
        self
    }

    /// All that the attacker has and could collect, lamports.
    fn wealth(&self) -> i64 {
        let (chain, coin, user) = (&self.chain, &self.dat.coin, self.attacker.pubkey());
        let mut all = chain.lamports(&user) + chain.tokens(&wsol(&user));
        if coin.creator == user {
            all += chain.lamports(&coin.vault) + chain.curve(coin).creator_fee;
            all += chain.tokens(&wsol(&amm_creator_vault(&user)));
            all += if chain.graduated(coin) { chain.pool(coin).creator_fees } else { 0 };
        }
        all as i64
    }

    fn tokens(&self) -> u64 {
        self.chain.tokens(&self.dat.coin.ata(&self.attacker.pubkey()))
    }

    /// What he has after these steps and after selling everything, and what the cycle has spent, of `cap` at most; lamports.
    fn after(&self, steps: &[AttackStep], cap: u64) -> (i64, u64) {
        let Self { form, ecosystem, attacker, .. } = self;
        let mut target = Self {
            chain: self.chain.clone(),
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
        target.take(AttackStep::Sell, *form, 0);
        (target.wealth(), target.chain.stats(&target.dat).total_spent_lamports)
    }

    fn look(&mut self, cap: u64) {
        let Self { chain, ecosystem, dat, .. } = self;
        chain.auto_observe = false;
        let observe = ecosystem.observe(dat, chain.graduated(&dat.coin));
        chain.by(&ecosystem.operator, observe).expect("observe");
        chain.rewrite(&dat.state, |state: &mut DatState| state.parameters.max_fees_per_cycle_lamports = cap);
        chain.advance_slots(8);
    }

    fn take(&mut self, step: AttackStep, form: BuyForm, held: u64) {
        let (coin, user, payer) = (self.dat.coin, self.attacker.pubkey(), self.chain.payer());
        let pool = self.chain.graduated(&coin);
        let instruction = match step {
            AttackStep::Buy(lamports) => {
                let form = if pool { BuyForm::PoolV2 } else { BuyForm::CurveV3 };
                coin.buy_by(form, &user, lamports)
            }
            AttackStep::Cycle => {
                let count = self.chain.stats(&self.dat).cycle_count;
                let stays = pool == matches!(form, BuyForm::PoolV2 | BuyForm::Pool);
                let form = if stays { form } else { self.chain.form(&coin) };
                let cycle = self.ecosystem.cycle_by(form, &self.dat, count, 1);
                if let Err(failure) = self.chain.send(&[cycle], &[&self.ecosystem.operator]) {
                    failure.assert_dat(DatError::PriceTooHigh);
                }
                return;
            }
            AttackStep::Graduate => {
                if !self.chain.curve(&coin).complete {
                    // What is left, and the rest of the spend comes back.
                    let mut rest = coin.legacy_buy(&user, 100 * SOL);
                    *rest.data.last_mut().expect("flags") = 1;
                    let done = self.chain.send(&[rest], &[&payer, &self.attacker]);
                    done.unwrap_or_else(|failure| panic!("{failure:#?}"));
                }
                let migrate = coin.migrate(&user);
                self.chain.send(&[migrate], &[&payer, &self.attacker]).expect("a pool");
                return self.chain.prepare_for_pool(&self.dat);
            }
            AttackStep::Sell => {
                let tokens = self.tokens() - held;
                match (tokens, pool) {
                    (0, _) => return,
                    (_, false) => coin.sell(&user, tokens),
                    (_, true) => coin.swap_sell(&user, tokens),
                }
            }
            AttackStep::Withdraw => {
                let lp = ata(&user, &lp_mint(&coin.pool), &TOKEN_2022);
                coin.withdraw(&user, self.chain.tokens(&lp))
            }
        };
        let done = self.chain.send(&[instruction], &[&payer, &self.attacker]);
        done.unwrap_or_else(|failure| panic!("{step:?}: {failure:#?}"));
    }

    /// What an attack brings more than `instead`, at each of these sizes. He is the poorer for no smaller cycle, as the
    /// coin's creator or with its liquidity: the one that he lets be spends as much as the one that he attacks.
    pub fn results(
        &self,
        sizes: impl Iterator<Item = u64>,
        attack: impl Fn(u64) -> Vec<AttackStep>,
        instead: &[AttackStep],
    ) -> Vec<AttackResult> {
        let take = |size| {
            let (has, spent) = self.after(&attack(size), 1_000 * SOL);
            let runs = |step: &&AttackStep| spent > 0 || **step != AttackStep::Cycle;
            let instead: Vec<_> = instead.iter().filter(runs).copied().collect();
            AttackResult { gain: has - self.after(&instead, spent).0, spent, size }
        };
        sizes.map(take).collect()
    }

    /// Fails if buying ahead of the cycle and selling behind it takes more than it may, with anything from a milli-SOL to
    /// `most`.
    #[track_caller]
    pub fn assert_max_sandwich_gain(&self, what: &str, most: u64) {
        let attack = |size| vec![AttackStep::Buy(size), AttackStep::Cycle, AttackStep::Sell];
        assert_max_gain(what, self.results(attack_sizes(most), attack, &[AttackStep::Cycle]));
    }
}

/// What an attack with so much brings, and what our cycles spent; lamports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttackResult {
    pub gain: i64,
    pub spent: u64,
    pub size: u64,
}

impl AttackResult {
    /// Of what our cycles spent, basis points.
    pub fn bps(&self) -> f64 {
        self.gain as f64 * 10_000.0 / self.spent.max(1) as f64
    }
}

/// The most that whoever raises the price ahead of a buy may take of it, basis points (`arithmetic::TOLERANCE`).
pub const MAX_GAIN_BPS: i64 = 20;

/// Shows what an attack takes of our buys at best, and fails if that is more than it may be.
#[track_caller]
pub fn assert_max_gain(what: &str, results: impl IntoIterator<Item = AttackResult>) {
    let best = results.into_iter().max_by(|a, b| a.bps().total_cmp(&b.bps())).expect("sizes");
    println!("{what}: best {best:?}, {:.2} basis points", best.bps());
    assert!(best.gain * 10_000 <= best.spent as i64 * MAX_GAIN_BPS, "{what}: {best:?}");
}

/// From a milli-SOL on, by quarters.
pub fn attack_sizes(most: u64) -> impl Iterator<Item = u64> {
    (0..).map(|n| (1_000_000.0 * 1.25f64.powi(n)) as u64).take_while(move |size| *size < most)
}
