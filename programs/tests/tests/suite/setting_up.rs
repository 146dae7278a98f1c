//! initialize_dat_state and initialize_token_stats.

use dat_tests::coin::KINDS;
use dat_tests::*;

#[test]
fn an_ecosystem_is_what_its_admin_asked_for() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("the longest name: 32 bytes of it", |p| p.root_share_bps = 1_000);
    let state: DatState = world.read(&ecosystem.state);
    let mut wanted = parameters(&ecosystem.operator.pubkey());
    wanted.root_share_bps = 1_000;
    assert_eq!((state.admin, state.treasury), (ecosystem.admin.pubkey(), ecosystem.treasury));
    assert_eq!((state.parameters, state.root_mint), (wanted, None));
    assert_eq!(state.name, "the longest name: 32 bytes of it");
    assert_eq!(world.lamports(&ecosystem.treasury), world.rent(0));
}

#[test]
fn an_admin_may_have_several_ecosystems_but_none_twice() {
    let mut world = World::new();
    let first = world.ecosystem("one", |_| ());
    let second = Ecosystem::new("two", first.admin.insecure_clone(), first.operator.insecure_clone());
    let limits = parameters(&first.operator.pubkey());
    world.send(&[second.initialize(limits)], &[&second.admin]).expect("a second one");
    assert_ne!((first.state, first.treasury), (second.state, second.treasury));
    let again = world.send(&[first.initialize(limits)], &[&first.admin]).err().expect("a refusal");
    assert_eq!(again.program, Some(SYSTEM), "the account is already in use");
}

#[test]
fn lamports_at_an_address_do_not_keep_it_from_being_set_up() {
    let mut world = World::new();
    let (admin, operator) = (world.wallet(SOL), world.wallet(SOL));
    let ecosystem = Ecosystem::new("eco", admin, operator);
    world.give(&ecosystem.state, 900_000);
    world.give(&ecosystem.treasury, 5_000_000);
    let limits = parameters(&ecosystem.operator.pubkey());
    world.send(&[ecosystem.initialize(limits)], &[&ecosystem.admin]).expect("initialize_dat_state");
    assert_eq!(world.lamports(&ecosystem.treasury), 5_000_000);

    let dat = world.candidate(&ecosystem, Kind::Token2022);
    let addresses = [dat.stats, dat.authority, dat.coin.vault, user_volume_accumulator(&dat.authority)];
    for address in addresses {
        world.give(&address, 900_000);
    }
    world.send(&[ecosystem.admit(&dat, Role::Secondary, None)], &[&ecosystem.admin]).expect("admitted");
    assert_eq!(world.lamports(&dat.authority), 900_000);
    world.somebody_buys(&dat.coin, 10 * SOL);
    let event = world.cycle(&ecosystem, &dat);
    assert_eq!(event.inflow, 29_629_630 + 2 * (900_000 - world.rent(0)));
}

#[test]
fn a_token_gets_all_that_its_cycles_need() {
    for kind in KINDS {
        for role in [Role::Root, Role::Secondary] {
            let mut world = World::new();
            let ecosystem = world.ecosystem("eco", |_| ());
            let dat = world.dat(&ecosystem, kind, role);
            let stats = world.stats(&dat);
            assert_eq!((stats.state, stats.mint), (ecosystem.state, dat.coin.mint));
            assert_eq!((stats.authority, stats.token_account), (dat.authority, dat.token_account));
            assert_eq!((stats.bonding_curve, stats.creator_vault), (dat.coin.curve, dat.coin.vault));
            assert_eq!((stats.role, stats.root_share_bps, stats.cycle_count), (role, None, 0));
            let root = (role == Role::Root).then_some(dat.coin.mint);
            assert_eq!(world.state(&dat).root_mint, root);

            assert_eq!(world.lamports(&dat.authority), world.rent(0));
            assert_eq!(world.lamports(&dat.coin.vault), world.rent(0));
            assert_eq!(world.account(&user_volume_accumulator(&dat.authority)).owner, PUMP);
            assert_eq!(world.account(&dat.token_account).owner, dat.coin.token_program);
        }
    }
}

#[test]
fn what_somebody_else_has_set_up_is_taken() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let dat = world.candidate(&ecosystem, Kind::Token2022);
    let (rich, (_, tokens)) = (world.rich(), world.somebody_buys(&dat.coin, 10 * SOL));
    assert!(tokens > 0);
    // Fees of a time before the token was ours, in the vault; the token account; the volume accumulator.
    let volume = coin::init_user_volume_accumulator(&rich.pubkey(), &dat.authority);
    let token_account = dat.coin.create_ata(&rich.pubkey(), &dat.authority);
    world.send(&[dat.coin.sweep(&rich.pubkey()), token_account, volume], &[&rich]).expect("by anybody");
    world.send(&[ecosystem.admit(&dat, Role::Secondary, None)], &[&ecosystem.admin]).expect("admitted");
    assert_eq!(world.cycle(&ecosystem, &dat).inflow, 29_629_630);
}

#[test]
fn a_token_may_be_admitted_once() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let dat = world.dat(&ecosystem, Kind::Spl, Role::Secondary);
    let again = world.send(&[ecosystem.admit(&dat, Role::Secondary, None)], &[&ecosystem.admin]);
    assert_eq!(again.err().expect("a refusal").program, Some(SYSTEM), "the account is already in use");
}
