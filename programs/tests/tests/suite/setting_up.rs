//! initialize_dat_state and initialize_token_stats.

use dat::events::{DatInitialized, LookupTableSet, TokenStatsInitialized};
use dat::state::Guard;
use dat_tests::coin::KINDS;
use dat_tests::*;

#[test]
fn an_ecosystem_is_what_its_admin_asked_for() {
    let mut world = World::new();
    let ecosystem = world.ecosystem_with("the longest name: 32 bytes of it", 1_000, |_| ());
    let state: DatState = world.read(&ecosystem.state);
    assert_eq!((state.admin, state.treasury), (ecosystem.admin.pubkey(), ecosystem.treasury));
    assert_eq!(state.operator, ecosystem.operator.pubkey());
    assert_eq!(state.emergency_admin, Guard::fixed(Some(ecosystem.emergency.pubkey())));
    assert_eq!((state.parameters, state.root_mint), (parameters(), None));
    assert_eq!((state.root_share.bps, state.root_share.at(0)), (1_000, 1_000));
    assert_eq!((state.active, state.paused, state.token_count), (true, false, 0));
    assert_eq!((state.pending_admin, state.withdraw_address), (None, None));
    assert_eq!((state.pending_withdraw_address, state.withdraw_from), (None, 0));
    assert_eq!(state.shared_authority, ecosystem.shared_authority);
    assert_eq!(state.name, "the longest name: 32 bytes of it");
    assert_eq!(world.lamports(&ecosystem.treasury), world.rent(0));
}

#[test]
fn an_admin_may_have_several_ecosystems_but_none_twice() {
    let mut world = World::new();
    let first = world.ecosystem("one", |_| ());
    let second = Ecosystem::new("two", first.admin.insecure_clone(), first.operator.insecure_clone());
    let limits = parameters();
    world.send(&[second.initialize(limits)], &[&second.admin]).expect("a second one");
    assert_ne!((first.state, first.treasury), (second.state, second.treasury));
    world.send(&[first.initialize(limits)], &[&first.admin]).refused(DatError::AlreadyInitialized);
}

#[test]
fn lamports_at_an_address_do_not_keep_it_from_being_set_up() {
    let mut world = World::new();
    let (admin, operator) = (world.wallet(SOL), world.wallet(SOL));
    let ecosystem = Ecosystem::new("eco", admin, operator);
    world.give(&ecosystem.state, 900_000);
    world.give(&ecosystem.treasury, 5_000_000);
    let limits = parameters();
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
            assert_eq!((stats.bonding_curve, stats.pool), (dat.coin.curve, dat.coin.pool));
            assert_eq!((stats.sharing_config, stats.lookup_table), (sharing_config(&dat.coin.mint), None));
            assert_eq!((stats.role, stats.root_share, stats.cycle_count), (role, None, 0));
            assert_eq!((stats.active, stats.paused), (true, false));
            assert_eq!(world.state(&dat).token_count, 1);
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
    for role in [Role::Secondary, Role::Root] {
        let again = world.by(&ecosystem.admin, ecosystem.admit(&dat, role, None));
        again.refused(DatError::AlreadyInitialized);
    }
    assert_eq!((world.state(&dat).token_count, world.state(&dat).root_mint), (1, None));
}

#[test]
fn setting_up_says_what_has_been_set_up() {
    let mut world = World::new();
    let ecosystem = Ecosystem::new("eco", world.wallet(SOL), world.wallet(SOL));
    let initialize = ecosystem.initialize_with(1_234, parameters());
    let event = world.by(&ecosystem.admin, initialize).expect("an ecosystem").event::<DatInitialized>();
    assert_eq!((event.state, event.admin), (ecosystem.state, ecosystem.admin.pubkey()));
    assert_eq!(event.operator, ecosystem.operator.pubkey());
    assert_eq!(event.emergency_admin, Some(ecosystem.emergency.pubkey()));
    assert_eq!((event.root_share_bps, event.parameters), (1_234, parameters()));

    for (role, share) in [(Role::Root, None), (Role::Secondary, None), (Role::Secondary, Some(2_345))] {
        let dat = world.candidate(&ecosystem, Kind::Token2022);
        let admit = ecosystem.admit(&dat, role, share);
        let event = world.by(&ecosystem.admin, admit).expect("a token").event::<TokenStatsInitialized>();
        assert_eq!((event.state, event.mint), (ecosystem.state, dat.coin.mint));
        assert_eq!((event.role, event.root_share_bps), (role, share));
    }
}

#[test]
fn a_tokens_lookup_table_is_named_and_taken_back() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let dat = world.dat(&ecosystem, Kind::Spl, Role::Secondary);
    for table in [Some(world.keypair().pubkey()), None] {
        let set = ecosystem.set_lookup_table(&dat, table);
        let event = world.by(&ecosystem.admin, set).expect("set_lookup_table").event::<LookupTableSet>();
        assert_eq!((event.state, event.mint), (ecosystem.state, dat.coin.mint));
        assert_eq!((event.lookup_table, world.stats(&dat).lookup_table), (table, table));
    }
}
