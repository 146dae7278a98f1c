//! Coins that share one creator: what its authority has collected is divided, once, and then split like any inflow.

use dat::events::FeesCredited;
use dat_tests::*;
use solana_transaction_error::TransactionError;

/// A secondary and a root whose creator is the ecosystem's shared authority.
fn sharing(world: &mut World) -> (Ecosystem, [Dat; 2]) {
    let ecosystem = world.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 15_000_000);
    let kinds = [(Kind::Token2022, Role::Secondary), (Kind::Spl, Role::Root)];
    let dats = kinds.map(|(kind, role)| world.sharing(&ecosystem, kind, role));
    (ecosystem, dats)
}

/// Brings all fees of the coins to the shared authority, whose rent stays with it.
fn gather(world: &mut World, dats: &[Dat; 2]) {
    let rich = world.rich();
    let [sweep, collect] = dats[0].coin.gather(&rich.pubkey());
    let all = [sweep, dats[1].coin.sweep(&rich.pubkey()), collect];
    world.send(&all, &[&rich]).expect("two sweeps, one collection");
}

fn credit(
    world: &mut World,
    ecosystem: &Ecosystem,
    dat: &Dat,
    before: u64,
    lamports: u64,
) -> Result<Done, Failure> {
    world.by(&ecosystem.operator, ecosystem.credit_fees(dat, before, lamports))
}

/// 1 SOL of donations with the shared authority.
fn endowed() -> (World, Ecosystem, [Dat; 2]) {
    let mut world = World::new();
    let (ecosystem, dats) = sharing(&mut world);
    let rent = world.rent(0);
    world.give(&ecosystem.shared_authority, rent + SOL);
    (world, ecosystem, dats)
}

#[test]
fn fees_of_two_coins_come_to_one_place_and_are_divided() {
    let mut world = World::new();
    let (ecosystem, dats) = sharing(&mut world);
    let rent = world.rent(0);
    let [secondary, root] = dats;
    assert_eq!(secondary.coin.vault, root.coin.vault);
    world.give(&ecosystem.shared_authority, rent);
    world.somebody_buys(&secondary.coin, 10 * SOL);
    world.somebody_buys(&root.coin, 5 * SOL);
    gather(&mut world, &dats);
    // 0.3 % of what reaches the curves of 10 and of 5 SOL.
    let due = [29_629_630, 14_814_815];
    assert_eq!(world.lamports(&ecosystem.shared_authority), rent + due[0] + due[1]);

    for (dat, lamports) in dats.iter().zip(due) {
        let done = credit(&mut world, &ecosystem, dat, 0, lamports).expect("credit_fees");
        let event = done.event::<FeesCredited>();
        assert_eq!((event.state, event.mint), (ecosystem.state, dat.coin.mint));
        assert_eq!((event.lamports, event.total_credited), (lamports, lamports));
        assert_eq!(world.lamports(&dat.authority), rent + lamports);
        assert_eq!(world.stats(dat).total_credited_lamports, lamports);
    }
    assert_eq!(world.lamports(&ecosystem.shared_authority), rent);

    // It is inflow like any other.
    let sent = world.cycle(&ecosystem, &secondary);
    assert_eq!((sent.inflow, sent.to_root, sent.spent), (29_629_630, 13_274_074, 15_000_000));
    let spent = world.cycle(&ecosystem, &root);
    assert_eq!((spent.inflow, spent.treasury_in), (14_814_815, 13_274_074));
    for dat in &dats {
        world.assert_books(dat);
    }

    // The buys have paid the shared creator in turn.
    let due = dats.map(|dat| world.curve(&dat.coin).creator_fee);
    gather(&mut world, &dats);
    assert_eq!(world.lamports(&ecosystem.shared_authority), rent + due[0] + due[1]);
    credit(&mut world, &ecosystem, &secondary, 29_629_630, due[0]).expect("credit_fees");
    assert_eq!(world.stats(&secondary).total_credited_lamports, 29_629_630 + due[0]);
}

#[test]
fn never_more_is_credited_than_was_collected() {
    let (mut world, ecosystem, [first, second]) = endowed();
    credit(&mut world, &ecosystem, &first, 0, SOL + 1).refused(DatError::InsufficientFees);
    credit(&mut world, &ecosystem, &first, 0, 600_000_000).expect("credit_fees");
    credit(&mut world, &ecosystem, &second, 0, 400_000_001).refused(DatError::InsufficientFees);
    credit(&mut world, &ecosystem, &second, 0, 400_000_000).expect("credit_fees");
    credit(&mut world, &ecosystem, &first, 600_000_000, 1).refused(DatError::InsufficientFees);
    credit(&mut world, &ecosystem, &first, 600_000_000, u64::MAX).refused(DatError::InsufficientFees);
    assert_eq!(world.lamports(&ecosystem.shared_authority), world.rent(0));
}

#[test]
fn a_credit_counts_once() {
    let (mut world, ecosystem, [dat, other]) = endowed();
    let bytes = world.transaction(&[ecosystem.credit_fees(&dat, 0, 1_000)], &[&ecosystem.operator]);
    world.submit(bytes.clone()).expect("credit_fees");
    assert_eq!(world.submit(bytes.clone()).refusal().error, TransactionError::AlreadyProcessed);
    // Nor would it count on a chain that has forgotten it.
    world.svm = world.svm.with_transaction_history(0);
    world.submit(bytes).refused(DatError::CreditMismatch);
    for before in [0, 999, 1_001, u64::MAX] {
        credit(&mut world, &ecosystem, &dat, before, 1).refused(DatError::CreditMismatch);
    }
    credit(&mut world, &ecosystem, &dat, 1_000, 1).expect("the next credit");
    // Each token counts its own.
    credit(&mut world, &ecosystem, &other, 0, 1).expect("credit_fees");
    assert_eq!([dat, other].map(|dat| world.stats(&dat).total_credited_lamports), [1_001, 1]);
}

#[test]
fn twice_in_one_transaction_is_refused_whole() {
    let (mut world, ecosystem, [dat, _]) = endowed();
    let credit = ecosystem.credit_fees(&dat, 0, 1_000);
    world.send(&[credit.clone(), credit], &[&ecosystem.operator]).refused(DatError::CreditMismatch);
    assert_eq!(world.stats(&dat).total_credited_lamports, 0);
    assert_eq!(world.lamports(&dat.authority), world.rent(0));
}

#[test]
fn a_total_survives_a_cycle() {
    let (mut world, ecosystem, [dat, _]) = endowed();
    credit(&mut world, &ecosystem, &dat, 0, 50_000_000).expect("credit_fees");
    world.cycle(&ecosystem, &dat);
    credit(&mut world, &ecosystem, &dat, 0, 1).refused(DatError::CreditMismatch);
    credit(&mut world, &ecosystem, &dat, 50_000_000, 1).expect("the next credit");
    world.assert_books(&dat);
}

#[test]
fn an_operator_cannot_push_the_pot_into_a_token_that_earns_nothing_of_it() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let rent = world.rent(0);
    world.give(&ecosystem.shared_authority, rent + SOL);
    let (coin, creator) = world.foreign_coin(Kind::Token2022);
    let adopted = ecosystem.dat(world.adopt(&coin, &creator, &ecosystem.authority(&coin.mint)));
    world.admit(&ecosystem, &adopted, Role::Secondary, None);
    let foreign = ecosystem.dat(world.foreign_coin(Kind::Spl).0);
    world.admit(&ecosystem, &foreign, Role::Root, None);
    let own = world.dat(&ecosystem, Kind::Spl, Role::Secondary);
    // Of the shared authority of another ecosystem.
    let other = world.ecosystem("other", |_| ());
    let theirs = ecosystem.dat(world.coin(Kind::Spl, |_| other.shared_authority));
    world
        .by(&ecosystem.admin, ecosystem.admit(&theirs, Role::Secondary, None))
        .refused(DatError::CreatorMismatch);
    for dat in [adopted, foreign, own] {
        credit(&mut world, &ecosystem, &dat, 0, 1).refused(DatError::CreatorMismatch);
    }
    let sharing = world.sharing(&ecosystem, Kind::Token2022, Role::Secondary);
    credit(&mut world, &ecosystem, &sharing, 0, SOL).expect("credit_fees");
    assert_eq!(world.lamports(&ecosystem.shared_authority), rent);
}

#[test]
fn a_closed_token_is_credited_nothing() {
    let (mut world, ecosystem, [dat, _]) = endowed();
    world.by(&ecosystem.admin, ecosystem.close_token_stats(&dat)).expect("close_token_stats");
    credit(&mut world, &ecosystem, &dat, 0, SOL).refused(DatError::DATNotActive);
    world.admit(&ecosystem, &dat, Role::Secondary, None);
    credit(&mut world, &ecosystem, &dat, 0, SOL).expect("credit_fees");
}
