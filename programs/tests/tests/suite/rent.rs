//! Rent: cycles pay none, and live with another rent than that of their set-up.

use dat_tests::*;
use solana_rent::Rent;

fn set_rent(world: &mut World, lamports_per_byte: u64) {
    let mut rent = world.svm.get_sysvar::<Rent>();
    rent.lamports_per_byte = lamports_per_byte;
    world.svm.set_sysvar(&rent);
}

fn earning(world: &mut World, role: Role) -> (Ecosystem, Dat) {
    let ecosystem = world.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 10_000_000);
    let dat = world.dat(&ecosystem, Kind::Token2022, role);
    world.somebody_buys(&dat.coin, 10 * SOL);
    (ecosystem, dat)
}

#[test]
fn a_cycle_pays_no_rent() {
    for kind in coin::KINDS {
        let mut world = World::new();
        let ecosystem = world.ecosystem("eco", |_| ());
        let dat = world.dat(&ecosystem, kind, Role::Secondary);
        world.somebody_buys(&dat.coin, 10 * SOL);
        let before = world.accounts();
        world.cycle(&ecosystem, &dat); // its operator has paid the fee alone: `cycle` sees to that
        let new: Vec<_> = world.accounts().into_keys().filter(|key| !before.contains_key(key)).collect();
        assert!(new.is_empty(), "a cycle creates no account: {new:?}");
    }
}

#[test]
fn an_operator_needs_no_more_than_his_fee() {
    let mut world = World::new();
    let (ecosystem, dat) = earning(&mut world, Role::Secondary);
    let fee = 5_000;
    let rent = world.rent(0);
    world.edit(&ecosystem.operator.pubkey(), |account| account.lamports = rent + fee);
    world.cycle(&ecosystem, &dat);
    assert_eq!(world.lamports(&ecosystem.operator.pubkey()), rent);
}

#[test]
fn a_lower_rent_frees_lamports() {
    let mut world = World::new();
    let (ecosystem, dat) = earning(&mut world, Role::Secondary);
    world.cycle(&ecosystem, &dat);
    let old = world.rent(0);
    set_rent(&mut world, 3_480);
    let freed = old - world.rent(0);
    assert_eq!(freed, old / 2);
    world.pass(60);
    let fee = world.curve(&dat.coin).creator_fee;
    let done = world.try_cycle(&ecosystem, &dat).expect("a cycle");
    let event = done.event::<CycleCompleted>();
    model::assert_identity(&event);
    // Of the authority and of the vault.
    assert_eq!(event.inflow, 2 * freed + fee);
    assert_eq!(world.lamports(&dat.authority), world.rent(0) + event.carried_out);
    assert_eq!(world.lamports(&dat.coin.vault), world.rent(0));
}

#[test]
fn a_lower_rent_frees_the_treasurys_for_the_root() {
    let mut world = World::new();
    let (ecosystem, dat) = earning(&mut world, Role::Root);
    set_rent(&mut world, 3_480);
    let freed = world.rent(0);
    let event = world.try_cycle(&ecosystem, &dat).expect("a cycle").event::<CycleCompleted>();
    assert_eq!((event.treasury_in, event.inflow), (freed, 29_629_630 + 2 * freed));
    assert_eq!(world.lamports(&ecosystem.treasury), world.rent(0));
}
