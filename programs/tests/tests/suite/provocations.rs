//! Instructions that would go well but for one thing.

use dat_tests::coin::{readonly, writable};
use dat_tests::*;

pub fn secondary(world: &mut World) -> (Ecosystem, Dat) {
    let ecosystem = world.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 20_000_000);
    let dat = world.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    world.give(&dat.authority, 50_000_000);
    (ecosystem, dat)
}

/// What an ecosystem with a secondary that has money is refused.
pub fn with_money(act: impl FnOnce(&mut World, &Ecosystem, &Dat) -> Result<Done, Failure>) -> Failure {
    let mut world = World::new();
    let (ecosystem, dat) = secondary(&mut world);
    act(&mut world, &ecosystem, &dat).refusal()
}

/// A cycle that would run, after a change.
pub fn cycle_after(change: impl FnOnce(&mut World, &Dat), min_tokens_out: u64) -> Failure {
    with_money(|world, ecosystem, dat| {
        change(world, dat);
        world.by(&ecosystem.operator, ecosystem.cycle_with(dat, 0, min_tokens_out))
    })
}

/// A cycle that would run, changed; beside it that of another ecosystem's token.
pub fn with_another(change: impl FnOnce(&mut Instruction, &Instruction)) -> Failure {
    with_money(|world, ecosystem, dat| {
        let (other, other_dat) = secondary(world);
        let mut cycle = ecosystem.cycle(dat, 0);
        change(&mut cycle, &other.cycle(&other_dat, 0));
        world.by(&ecosystem.operator, cycle)
    })
}

/// A cycle on the pool of a coin that has not graduated.
pub fn cycle_on_no_pool() -> Failure {
    with_money(|world, ecosystem, dat| {
        let rich = world.rich();
        let wrapped = Coin { mint: WSOL, token_program: TOKEN, ..dat.coin };
        world.send(&[wrapped.create_ata(&rich.pubkey(), &dat.authority)], &[&rich]).expect("an account");
        let mut forwarded = vec![readonly(SYSTEM); 17];
        forwarded[0] = writable(dat::pump::pool_of(&dat.coin.mint));
        forwarded[1] = writable(dat.authority);
        forwarded[3] = readonly(dat.coin.mint);
        forwarded[5] = writable(dat.token_account);
        forwarded[6] = writable(wrapped.ata(&dat.authority));
        let data = dat::instruction::RunCycle {
            form: BuyForm::PoolV2,
            expected_cycle: 0,
            cycle_id: [0; 16],
            min_tokens_out: 1,
            planned_lamports: 0,
        };
        world.by(&ecosystem.operator, ecosystem.step(dat, data, forwarded))
    })
}

pub fn graduate(world: &mut World, dat: &Dat) {
    world.somebody_buys(&dat.coin, 90 * SOL);
    assert!(world.curve(&dat.coin).complete);
}

/// A curve of an older length: the buy takes the rent that it lacks from the buyer, on top of the spend.
pub fn shorten_curve(world: &mut World, dat: &Dat) {
    let missing = world.rent(166) - world.rent(151);
    world.edit(&dat.coin.curve, |account| {
        account.data.truncate(151);
        account.lamports -= missing;
    });
}

#[test]
fn a_short_curve_is_extended_ahead_of_its_cycle() {
    let mut world = World::new();
    let (ecosystem, dat) = secondary(&mut world);
    shorten_curve(&mut world, &dat);
    let rich = world.rich();
    world.send(&[dat.coin.extend_curve(&rich.pubkey())], &[&rich]).expect("extend_account");
    world.cycle(&ecosystem, &dat);
}
