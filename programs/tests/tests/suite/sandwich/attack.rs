//! A sandwich attack on a cycle, and the attacker's gain against not attacking. The operator observed the
//! price before the attack, too long ago for one leader to influence it.

use dat_tests::*;

/// A root with more lamports than a cycle may spend, and the form of its next buy.
pub struct Target {
    pub chain: Chain,
    pub ecosystem: Ecosystem,
    pub dat: Dat,
    pub form: BuyForm,
    pub attacker: Keypair,
}

/// A step of an attack. `payer` pays the transaction fees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttackStep {
    Buy(u64),
    /// A careless operator asks for one token at least. A cycle that fails for its price is not repeated.
    Cycle,
    /// Buys all remaining tokens of the curve and creates the pool.
    Graduate,
    /// Sells the tokens of this attack.
    Sell,
    /// Withdraws the attacker's liquidity from the pool.
    Withdraw,
}

impl Target {
    /// A target on its curve. The attacker may be its creator.
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

    /// A target in its pool after graduation.
    pub fn in_pool(form: BuyForm, creator: bool) -> Self {
        let mut target = Self::on_curve(form, creator);
        target.chain.graduate(&target.dat.coin);
        target.chain.prepare_for_pool(&target.dat);
        target
    }

    /// The attacker deposits this part of the pool's liquidity, percent.
    pub fn with_liquidity(mut self, percent: u64) -> Self {
        let Self { chain, dat, attacker, .. } = &mut self;
        let (coin, user, payer) = (dat.coin, attacker.pubkey(), chain.payer());
        let lp = lp_mint(&coin.pool);
        let account = create_ata(&payer.pubkey(), &user, &lp, &TOKEN_2022);
        // The attacker already has these tokens.
        let tokens = chain.pool(&coin).base / 100 * (percent + 1);
        chain.edit(&coin.ata(&user), |account| account.data[64..72].copy_from_slice(&tokens.to_le_bytes()));
        let supply = u64_in(&chain.account(&coin.pool).data, 203);
        let deposit = coin.deposit(&user, supply / 100 * percent, [u64::MAX; 2]);
        chain.send(&[account, deposit], &[&payer, attacker]).expect("deposit");
        self
    }

    /// Everything that the attacker has and could collect, lamports.
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

    /// The attacker's wealth after these steps and a final sale, and the spend of the cycle, at most `cap`;
    /// lamports.
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
            target.perform(*step, *form, held);
        }
        target.perform(AttackStep::Sell, *form, 0);
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

    fn perform(&mut self, step: AttackStep, form: BuyForm, held: u64) {
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
                    // Buys the rest. The remaining lamports come back.
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

    /// The gain of an attack against `instead`, for each size. Both cycles spend the same. Otherwise the
    /// attacker would lose fees as the coin's creator or liquidity provider when the attack makes the cycle
    /// smaller.
    pub fn results(
        &self,
        sizes: impl Iterator<Item = u64>,
        attack: impl Fn(u64) -> Vec<AttackStep>,
        instead: &[AttackStep],
    ) -> Vec<AttackResult> {
        let result = |size| {
            let (has, spent) = self.after(&attack(size), 1_000 * SOL);
            let runs = |step: &&AttackStep| spent > 0 || **step != AttackStep::Cycle;
            let instead: Vec<_> = instead.iter().filter(runs).copied().collect();
            AttackResult { gain: has - self.after(&instead, spent).0, spent, size }
        };
        sizes.map(result).collect()
    }

    /// Panics if a buy before the cycle and a sale after it gain too much, for sizes from 0.001 SOL to
    /// `most`.
    #[track_caller]
    pub fn assert_max_sandwich_gain(&self, what: &str, most: u64) {
        let attack = |size| vec![AttackStep::Buy(size), AttackStep::Cycle, AttackStep::Sell];
        assert_max_gain(what, self.results(attack_sizes(most), attack, &[AttackStep::Cycle]));
    }
}

/// The gain of an attack of one size, and the spend of our cycles; lamports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttackResult {
    pub gain: i64,
    pub spent: u64,
    pub size: u64,
}

impl AttackResult {
    /// The gain relative to the spend of our cycles, basis points.
    pub fn bps(&self) -> f64 {
        self.gain as f64 * 10_000.0 / self.spent.max(1) as f64
    }
}

/// The most that an attacker may gain from a buy, basis points (`arithmetic::TOLERANCE`).
pub const MAX_GAIN_BPS: i64 = 20;

/// Prints the best result and panics if its gain is too high.
#[track_caller]
pub fn assert_max_gain(what: &str, results: impl IntoIterator<Item = AttackResult>) {
    let best = results.into_iter().max_by(|a, b| a.bps().total_cmp(&b.bps())).expect("sizes");
    println!("{what}: best {best:?}, {:.2} basis points", best.bps());
    assert!(best.gain * 10_000 <= best.spent as i64 * MAX_GAIN_BPS, "{what}: {best:?}");
}

/// Sizes from 0.001 SOL, each a quarter larger than the one before.
pub fn attack_sizes(most: u64) -> impl Iterator<Item = u64> {
    (0..).map(|n| (1_000_000.0 * 1.25f64.powi(n)) as u64).take_while(move |size| *size < most)
}
