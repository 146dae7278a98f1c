//! Forwarded accounts that pump.fun would take and that are not ours: our own program refuses them, in every
//! form.

use dat_tests::coin::writable;
use dat_tests::*;

use crate::forms::{earning, CURVE_FORMS, POOL_FORMS};

/// How many accounts stand before those that are forwarded.
const OWN: usize = 11;

/// A cycle that would run by this form, and the same with other keys instead of some.
struct Forwarding {
    world: World,
    dat: Dat,
    cycle: Instruction,
}

impl Forwarding {
    fn of(form: BuyForm) -> Self {
        let mut world = World::new();
        let (ecosystem, dat) = earning(&mut world, form, Kind::Spl, Role::Root);
        world.give(&dat.authority, SOL / 10);
        let cycle = ecosystem.cycle_by(form, &dat, 0, 1);
        world.attempt(&cycle).expect("a cycle that would run");
        Self { world, dat, cycle }
    }

    /// The cycle with other keys among the forwarded accounts.
    fn with(&self, swaps: &[(Pubkey, Pubkey)]) -> Result<Done, Failure> {
        let mut changed = self.cycle.clone();
        let mut swapped = 0;
        for meta in &mut changed.accounts[OWN..] {
            if let Some((_, key)) = swaps.iter().find(|(old, _)| *old == meta.pubkey) {
                meta.pubkey = *key;
                swapped += 1;
            }
        }
        assert!(swapped >= swaps.len(), "each is among the forwarded accounts");
        self.world.attempt(&changed)
    }

    #[track_caller]
    fn refused(&self, swaps: &[(Pubkey, Pubkey)]) {
        self.with(swaps).refused(DatError::InvalidForwardedAccounts);
    }
}

#[test]
fn the_tokens_go_nowhere_else() {
    for form in CURVE_FORMS.into_iter().chain(POOL_FORMS) {
        let mut scene = Forwarding::of(form);
        let coin = scene.dat.coin;
        let trader = scene.world.trader(&coin, SOL);
        // Another's account, and the account that the market itself sells from.
        let market = if POOL_FORMS.contains(&form) { coin.pool } else { coin.curve };
        for elsewhere in [coin.ata(&trader.pubkey()), coin.ata(&market)] {
            scene.refused(&[(scene.dat.token_account, elsewhere)]);
        }
    }
}

#[test]
fn nobody_else_buys() {
    for form in CURVE_FORMS.into_iter().chain(POOL_FORMS) {
        let scene = Forwarding::of(form);
        for buyer in [scene.world.rich().pubkey(), scene.cycle.accounts[0].pubkey, scene.dat.treasury] {
            scene.refused(&[(scene.dat.authority, buyer)]);
        }
    }
}

#[test]
fn another_coin_is_not_bought() {
    for form in CURVE_FORMS.into_iter().chain(POOL_FORMS) {
        let mut scene = Forwarding::of(form);
        let (dat, world) = (scene.dat, &mut scene.world);
        let other = world.coin(Kind::Spl, |_| dat.authority);
        let rich = world.rich();
        let account = other.create_ata(&rich.pubkey(), &dat.authority);
        world.send(&[account], &[&rich]).expect("an account for the other coin");
        let mut swaps = vec![(dat.coin.mint, other.mint)];
        if POOL_FORMS.contains(&form) {
            world.graduate(&other);
            swaps.extend([(dat.coin.pool, other.pool), (wsol(&dat.coin.pool), wsol(&other.pool))]);
            swaps.push((dat.coin.ata(&dat.coin.pool), other.ata(&other.pool)));
        } else {
            let curves = [dat.coin.ata(&dat.coin.curve), other.ata(&other.curve)];
            swaps.extend([(dat.coin.curve, other.curve), (curves[0], curves[1])]);
        }
        // All of it, and each alone.
        let everything = [&swaps[..], &[(dat.token_account, other.ata(&dat.authority))]].concat();
        scene.refused(&everything);
        scene.refused(&swaps);
        scene.refused(&swaps[..1]);
        scene.refused(&swaps[1..2]);
    }
}

#[test]
fn a_pool_that_somebody_made_himself_is_not_bought_from() {
    // PumpSwap takes it for a pool of this coin like any other.
    for form in POOL_FORMS {
        let mut scene = Forwarding::of(form);
        let (coin, world) = (scene.dat.coin, &mut scene.world);
        let maker = world.somebody_swaps(&coin, 10 * SOL);
        let user = maker.pubkey();
        world.give_wsol(&wsol(&user), 100 * SOL);
        let own = coin.with_pool_of(&user);
        let tokens = world.tokens(&coin.ata(&user));
        world.send(&[own.create_pool(&user, tokens, 99 * SOL)], &[&maker]).expect("create_pool");
        let swaps = [
            (coin.pool, own.pool),
            (wsol(&coin.pool), wsol(&own.pool)),
            (coin.ata(&coin.pool), coin.ata(&own.pool)),
        ];
        scene.refused(&swaps);
        // Nor are its accounts taken for those of the true one.
        for swap in &swaps[1..] {
            scene.with(std::slice::from_ref(swap)).refused(DatError::InvalidPool);
        }
    }
}

#[test]
fn nothing_is_wrapped_for_another_owner() {
    for form in POOL_FORMS {
        let mut scene = Forwarding::of(form);
        let (dat, world) = (scene.dat, &mut scene.world);
        let thief = world.swapper(&dat.coin, 100 * SOL);
        let account = wsol(&thief.pubkey());
        // PumpSwap would take it from there: the authority is the account's delegate.
        let accounts = vec![writable(account), coin::readonly(dat.authority), coin::signer(thief.pubkey())];
        let data = [&[4][..], &(100 * SOL).to_le_bytes()].concat(); // Approve
        let approve = Instruction { program_id: TOKEN, accounts, data };
        world.send(&[approve], &[&thief]).expect("approve");
        scene.refused(&[(wsol(&dat.authority), account)]);
        // Nor is an account of another mint wrapped into, or one that is no token account.
        for wrong in [dat.token_account, scene.world.rich().pubkey()] {
            scene.refused(&[(wsol(&dat.authority), wrong)]);
        }
    }
}

#[test]
fn an_account_that_looks_like_wrapped_sol_gets_nothing() {
    for form in POOL_FORMS {
        let mut scene = Forwarding::of(form);
        let key = scene.world.keypair().pubkey();
        let mut twin = scene.world.account(&wsol(&scene.dat.authority));
        twin.owner = MEMO;
        scene.world.svm.set_account(key, twin).expect("an account");
        // The token program says so, before PumpSwap is asked.
        let refused = scene.with(&[(wsol(&scene.dat.authority), key)]).refusal();
        assert_eq!(refused.program, Some(TOKEN), "{refused:#?}");
    }
}

#[test]
fn any_account_of_the_authoritys_for_wrapped_sol_will_do() {
    for form in POOL_FORMS {
        let mut scene = Forwarding::of(form);
        let key = scene.world.keypair().pubkey();
        let second = scene.world.account(&wsol(&scene.dat.authority));
        scene.world.svm.set_account(key, second).expect("an account");
        let done = scene.with(&[(wsol(&scene.dat.authority), key)]).expect("a cycle");
        assert_eq!(world::u64_in(&done.accounts[&key].data, 64), 0, "and nothing stays there");
    }
}

#[test]
fn the_fee_configuration_is_the_programs_that_trades() {
    for form in CURVE_FORMS.into_iter().chain(POOL_FORMS) {
        let scene = Forwarding::of(form);
        let pool = POOL_FORMS.contains(&form);
        let (right, wrong) = (fee_config(), amm_fee_config());
        let swap = if pool { (wrong, right) } else { (right, wrong) };
        scene.with(&[swap]).refused(DatError::InvalidFeeConfig);
    }
}

#[test]
fn a_form_takes_all_its_accounts() {
    for form in CURVE_FORMS.into_iter().chain(POOL_FORMS) {
        let scene = Forwarding::of(form);
        // Without a creator the older form on PumpSwap takes one less.
        let least = scene.cycle.accounts.len() - usize::from(form == BuyForm::Pool);
        for count in OWN..least {
            let accounts = scene.cycle.accounts[..count].to_vec();
            let short = Instruction { accounts, ..scene.cycle.clone() };
            scene.world.attempt(&short).refused(DatError::InvalidForwardedAccounts);
        }
    }
}
