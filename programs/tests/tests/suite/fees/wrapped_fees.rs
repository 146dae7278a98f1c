//! A stranger collects fees on PumpSwap as wrapped SOL, and then a cycle runs as the operator sends it. The
//! root gets its share.

use dat_tests::pump::idl_call::IdlCall;
use dat_tests::*;

/// A lower bound of the fees.
const FEES: u64 = 100_000_000;

/// A graduated secondary with fees in its pool.
fn graduated(creator: impl FnOnce(&Ecosystem, &Pubkey) -> Pubkey) -> (Chain, Ecosystem, Dat) {
    let mut chain = Chain::new();
    chain.auto_observe = false;
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dat = ecosystem.dat(chain.coin(Kind::Token2022, |mint| creator(&ecosystem, mint)));
    chain.admit(&ecosystem, &dat, Role::Secondary, None);
    chain.graduate(&dat.coin);
    chain.prepare_for_pool(&dat);
    chain.set_pool_fee_tiers(&[(0, Rates::new(20, 5, 95))]);
    chain.somebody_swaps(&dat.coin, 20 * SOL);
    assert!(chain.pool(&dat.coin).creator_fees > FEES);
    (chain, ecosystem, dat)
}

/// A stranger collects all fees on PumpSwap into an account of the creator.
fn stranger_collects(chain: &mut Chain, coin: &Coin, into: Pubkey) {
    let stranger = chain.wallet(SOL);
    let idl = idl::Idl::pump("pump_amm");
    let about = IdlCall { collector: into, ..IdlCall::new(stranger.pubkey(), *coin, true, 0) };
    let collect = about.instruction(idl, idl.get("collect_coin_creator_fee"));
    chain
        .send(&[coin.sweep_pool(&stranger.pubkey()), collect], &[&stranger])
        .expect("collect_coin_creator_fee");
    assert!(chain.tokens(&into) > FEES);
}

/// The next cycle as the operator sends it.
fn cycle(chain: &mut Chain, ecosystem: &Ecosystem, dat: &Dat) -> CycleCompleted {
    chain.observe(ecosystem, dat);
    chain.advance_slots(program::preparation::SLOTS_BEFORE_A_BUY);
    chain.unwrap_all(ecosystem, dat);
    let done = chain.try_cycle_by(BuyForm::PoolV2, ecosystem, dat);
    done.unwrap_or_else(|failure| panic!("{failure:#?}")).event()
}

#[track_caller]
fn assert_shared(chain: &Chain, dat: &Dat, cycle: &CycleCompleted) {
    assert!(cycle.inflow > FEES, "{:#?}", model::compare::fields(cycle));
    assert_eq!(cycle.to_root, cycle.inflow * u64::from(ROOT_SHARE) / 10_000);
    assert_eq!(chain.wrapped_of(&dat.authority), []);
    chain.assert_accounted(dat);
}

#[test]
fn a_stranger_who_collects_wrapped_sol_does_not_reduce_the_roots_share() {
    let (mut chain, ecosystem, dat) = graduated(Ecosystem::authority);
    stranger_collects(&mut chain, &dat.coin, wsol(&dat.authority));
    let cycle = cycle(&mut chain, &ecosystem, &dat);
    assert_shared(&chain, &dat, &cycle);
}

#[test]
fn a_stranger_who_collects_into_another_account_does_not_reduce_the_roots_share() {
    let (mut chain, ecosystem, dat) = graduated(Ecosystem::authority);
    let account = chain.open_extra_wsol(&dat.authority);
    stranger_collects(&mut chain, &dat.coin, account);
    let cycle = cycle(&mut chain, &ecosystem, &dat);
    assert_shared(&chain, &dat, &cycle);
}

#[test]
fn a_stranger_who_also_donates_the_minimum_does_not_reduce_the_roots_share() {
    let (mut chain, ecosystem, dat) = graduated(Ecosystem::authority);
    stranger_collects(&mut chain, &dat.coin, wsol(&dat.authority));
    chain.airdrop(&dat.authority, 5_690_000);
    let cycle = cycle(&mut chain, &ecosystem, &dat);
    assert_shared(&chain, &dat, &cycle);
}

#[test]
fn a_stranger_who_collects_wrapped_sol_locks_no_shared_fees() {
    let (mut chain, ecosystem, dat) = graduated(|ecosystem, _| ecosystem.shared_authority);
    let shared = ecosystem.shared_authority;
    let account = chain.open_extra_wsol(&shared);
    stranger_collects(&mut chain, &dat.coin, account);
    chain.unwrap_all(&ecosystem, &dat);
    let lamports = chain.lamports(&shared).saturating_sub(chain.rent(0));
    assert!(lamports > FEES, "{lamports}");
    chain.by(&ecosystem.operator, ecosystem.credit_fees(&dat, 0, lamports)).expect("credit_fees");
    let cycle = cycle(&mut chain, &ecosystem, &dat);
    assert_shared(&chain, &dat, &cycle);
}
