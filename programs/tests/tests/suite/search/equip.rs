//! What attackers begin with.

use dat_tests::coin::{create_ata, init_user_volume_accumulator};
use dat_tests::swap::{create_wsol, init_amm_volume_accumulator};
use dat_tests::*;

use super::field::{Field, Token};
use super::setting::{Ground, Origin, Place};

impl Field {
    /// What attackers have before they begin: coins and ecosystems, and all accounts that trading takes.
    pub fn equip(&mut self, ground: &Ground) {
        self.world.set_max_curve_depth(2);
        let keys: Vec<_> = self.attackers.iter().map(|attacker| attacker.pubkey()).collect();
        self.make_coins(ground, &keys);
        for (who, coin) in [(0, 0), (1, 1), (0, 1)] {
            self.found_theirs(who, self.coins[coin]);
        }
        self.found_sharing();
        for user in keys {
            self.open_accounts(&user);
        }
        let rich = self.world.rich();
        for coin in &self.coins {
            let buyback = create_ata(&rich.pubkey(), &BUYBACK_RECIPIENT, &coin.quote, &coin.quote_program);
            let creators = create_wsol(&rich.pubkey(), &amm_creator_vault(&coin.creator));
            self.world.send(&[buyback, creators], &[&rich]).expect("accounts of pump.fun");
        }
    }

    fn make_coins(&mut self, ground: &Ground, keys: &[Pubkey]) {
        let Self { world, attackers, coins, .. } = self;
        let own = world.coin(Kind::Token2022, |_| keys[0]);
        world.somebody_buys(&own, 5 * SOL);
        let own = if ground.place == Place::Grown { world.with_cashback(own) } else { own };
        let sharing = world.coin(Kind::Token2022, |_| keys[1]);
        let config = sharing.create_sharing_config(false);
        world.send(&[config], &[&attackers[1]]).expect("fee sharing");
        coins.extend([own, sharing.shared()]);
        for (at, creator) in keys.iter().enumerate() {
            coins.extend(world.quoted_coin(&coins[at], creator).ok());
        }
    }

    fn found_theirs(&mut self, who: usize, coin: Coin) {
        let number = self.theirs.len();
        let [admin, operator] = [(); 2].map(|()| self.attackers[who].insecure_clone());
        let ecosystem = Ecosystem::new(&format!("theirs {number}"), admin, operator);
        let begin = ecosystem.initialize(Parameters { min_interval_seconds: 1, ..parameters() });
        let dat = ecosystem.dat(coin);
        let world = &mut self.world;
        let all = [begin, ecosystem.admit(&dat, Role::Root, None)];
        world.send(&all, &[&ecosystem.admin]).expect("an ecosystem of a stranger");
        world.prepare_for_pool(&dat);
        world.give(&dat.authority, 3 * SOL);
        if number == 1 {
            world.send(&[ecosystem.collect_fees(&dat)], &[&ecosystem.operator]).expect("collect_fees");
        }
        self.theirs.push(Token { ecosystem, dat, origin: Origin::Own });
    }

    /// One whose token has its shared authority as creator.
    fn found_sharing(&mut self) {
        let [admin, operator] = [(); 2].map(|()| self.attackers[1].insecure_clone());
        let ecosystem = Ecosystem::new("theirs, shared", admin, operator);
        let world = &mut self.world;
        let dat = ecosystem.dat(world.coin(Kind::Token2022, |_| ecosystem.shared_authority));
        let all = [ecosystem.initialize(parameters()), ecosystem.admit(&dat, Role::Secondary, None)];
        world.send(&all, &[&ecosystem.admin]).expect("an ecosystem of a stranger");
        world.give(&ecosystem.shared_authority, SOL);
        self.theirs.push(Token { ecosystem, dat, origin: Origin::Shared });
    }

    fn open_accounts(&mut self, user: &Pubkey) {
        let Self { world, coins, .. } = self;
        let rich = world.rich();
        let from = rich.pubkey();
        let mut needed = vec![
            create_wsol(&from, user),
            init_user_volume_accumulator(&from, user),
            init_amm_volume_accumulator(&from, user),
            create_wsol(&from, &amm_volume_accumulator(user)),
        ];
        needed.extend(coins.iter().map(|coin| coin.create_ata(&from, user)));
        for coin in coins.iter().filter(|coin| world.graduated(coin)) {
            needed.push(create_ata(&from, user, &lp_mint(&coin.pool), &TOKEN_2022));
        }
        world.send(&needed, &[&rich]).expect("accounts of an attacker");
        world.give_wsol(&wsol(user), 2_000 * SOL);
    }
}
