//! What attackers have at the start.

use dat_tests::*;

use super::config::{BaseConfig, CreatorKind, Progress};
use super::simulation::{Simulation, TrackedToken};

impl Simulation {
    /// Gives attackers coins, ecosystems and all accounts for trading.
    pub fn set_up_attackers(&mut self, base: &BaseConfig) {
        self.chain.set_max_curve_depth(2);
        let keys: Vec<_> = self.attackers.iter().map(|attacker| attacker.pubkey()).collect();
        self.make_coins(base, &keys);
        for (who, coin) in [(0, 0), (1, 1), (0, 1)] {
            self.create_their_ecosystem(who, self.coins[coin]);
        }
        self.create_sharing_ecosystem();
        for user in keys {
            self.open_accounts(&user);
        }
        let payer = self.chain.payer();
        for coin in &self.coins {
            let buyback = create_ata(&payer.pubkey(), &BUYBACK_RECIPIENT, &coin.quote, &coin.quote_program);
            let creators = create_wsol(&payer.pubkey(), &amm_creator_vault(&coin.creator));
            self.chain.send(&[buyback, creators], &[&payer]).expect("accounts of pump.fun");
        }
    }

    fn make_coins(&mut self, base: &BaseConfig, keys: &[Pubkey]) {
        let Self { chain, attackers, coins, .. } = self;
        let own = chain.coin(Kind::Token2022, |_| keys[0]);
        chain.somebody_buys(&own, 5 * SOL);
        let own = if base.progress == Progress::Grown { chain.with_cashback(own) } else { own };
        let sharing = chain.coin(Kind::Token2022, |_| keys[1]);
        let config = sharing.create_sharing_config(false);
        chain.send(&[config], &[&attackers[1]]).expect("fee sharing");
        coins.extend([own, sharing.shared()]);
        for (at, creator) in keys.iter().enumerate() {
            coins.extend(chain.quoted_coin(&coins[at], creator).ok());
        }
    }

    fn create_their_ecosystem(&mut self, who: usize, coin: Coin) {
        let number = self.theirs.len();
        let [admin, operator] = [(); 2].map(|()| self.attackers[who].insecure_clone());
        let ecosystem = Ecosystem::new(&format!("theirs {number}"), admin, operator);
        let begin = ecosystem.initialize(Parameters { min_interval_seconds: 1, ..parameters() });
        let dat = ecosystem.dat(coin);
        let chain = &mut self.chain;
        let all = [begin, ecosystem.admit(&dat, Role::Root, None)];
        chain.send(&all, &[&ecosystem.admin]).expect("an ecosystem of a stranger");
        chain.prepare_for_pool(&dat);
        chain.airdrop(&dat.authority, 3 * SOL);
        if number == 1 {
            chain.send(&[ecosystem.collect_fees(&dat)], &[&ecosystem.operator]).expect("collect_fees");
        }
        self.theirs.push(TrackedToken { ecosystem, dat, creator_kind: CreatorKind::Own });
    }

    /// An ecosystem whose token has the shared authority as creator.
    fn create_sharing_ecosystem(&mut self) {
        let [admin, operator] = [(); 2].map(|()| self.attackers[1].insecure_clone());
        let ecosystem = Ecosystem::new("theirs, shared", admin, operator);
        let chain = &mut self.chain;
        let dat = ecosystem.dat(chain.coin(Kind::Token2022, |_| ecosystem.shared_authority));
        let all = [ecosystem.initialize(parameters()), ecosystem.admit(&dat, Role::Secondary, None)];
        chain.send(&all, &[&ecosystem.admin]).expect("an ecosystem of a stranger");
        chain.airdrop(&ecosystem.shared_authority, SOL);
        self.theirs.push(TrackedToken { ecosystem, dat, creator_kind: CreatorKind::Shared });
    }

    fn open_accounts(&mut self, user: &Pubkey) {
        let Self { chain, coins, .. } = self;
        let payer = chain.payer();
        let from = payer.pubkey();
        let mut needed = vec![
            create_wsol(&from, user),
            init_user_volume_accumulator(&from, user),
            init_amm_volume_accumulator(&from, user),
            create_wsol(&from, &amm_volume_accumulator(user)),
        ];
        needed.extend(coins.iter().map(|coin| coin.create_ata(&from, user)));
        for coin in coins.iter().filter(|coin| chain.graduated(coin)) {
            needed.push(create_ata(&from, user, &lp_mint(&coin.pool), &TOKEN_2022));
        }
        chain.send(&needed, &[&payer]).expect("accounts of an attacker");
        chain.airdrop_wsol(&wsol(user), 2_000 * SOL);
    }
}
