//! Lamports that no buy spends: remainders of divisions, and donated wrapped SOL, which is not yet split.
//! `unwrap` turns the wrapped SOL into inflow.

use dat_tests::*;

use crate::cycle::buy_forms::{CURVE_FORMS, POOL_FORMS};

/// A root whose cycles spend exactly this amount.
fn spending(lamports: u64, graduated: bool) -> (Chain, Ecosystem, Dat) {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = lamports);
    let dat = chain.dat(&ecosystem, Kind::Token2022, Role::Root);
    chain.airdrop(&dat.authority, SOL);
    if graduated {
        chain.graduate(&dat.coin);
        chain.prepare_for_pool(&dat);
        assert_eq!(chain.rates(&dat.coin), Rates::new(20, 5, 95));
    }
    (chain, ecosystem, dat)
}

#[test]
fn a_lamport_left_by_a_curve_buy_is_carried() {
    // A spend of a multiple of 2025 plus 1 leaves one lamport at 0.95 % and 0.3 %.
    for spend in [2_026, 405_001, 4_050_001] {
        for form in CURVE_FORMS {
            let (mut chain, ecosystem, dat) = spending(spend, false);
            let cycles = [0; 3].map(|_| {
                chain.advance_seconds(60);
                chain.cycle_by(form, &ecosystem, &dat)
            });
            assert_eq!(cycles.each_ref().map(|cycle| cycle.spent), [spend - 1; 3], "{form:?}");
            assert_totals(&chain, &dat, &cycles);
        }
    }
}

/// Anybody may unwrap.
fn unwrap(chain: &mut Chain, ecosystem: &Ecosystem, dat: &Dat) {
    let payer = chain.payer();
    chain.send(&[ecosystem.unwrap(dat, wsol(&dat.authority))], &[&payer]).expect("unwrap");
}

#[test]
fn a_lamport_left_by_a_pool_buy_is_inflow_after_unwrap() {
    // A spend of a multiple of 2024 plus 1 leaves one lamport at 0.2 %, 0.05 % and 0.95 %.
    for spend in [2_025, 404_801, 20_240_001] {
        for form in POOL_FORMS {
            let (mut chain, ecosystem, dat) = spending(spend, true);
            let mut cycles = vec![];
            for left in 1..=3 {
                chain.advance_seconds(60);
                let event = chain.cycle_by(form, &ecosystem, &dat);
                assert_eq!((chain.tokens(&wsol(&dat.authority)), event.spent), (left, spend), "{form:?}");
                cycles.push(event);
            }
            unwrap(&mut chain, &ecosystem, &dat);
            let fees =
                chain.pool(&dat.coin).creator_fees + chain.tokens(&wsol(&amm_creator_vault(&dat.authority)));
            chain.advance_seconds(60);
            cycles.push(chain.cycle_by(form, &ecosystem, &dat));
            assert_eq!(cycles[3].inflow, fees + 3, "{form:?}");
            assert_totals(&chain, &dat, &cycles);
        }
    }
}

#[test]
fn donated_wrapped_sol_is_not_spent_before_it_is_split() {
    let spend = 10_000_000;
    for form in POOL_FORMS {
        for donation in [1, spend - 1, spend, 3 * spend + 7] {
            let (mut chain, ecosystem, dat) = spending(spend, true);
            chain.airdrop_wsol(&wsol(&dat.authority), donation);
            for _ in 0..3 {
                chain.advance_seconds(60);
                assert_eq!(chain.cycle_by(form, &ecosystem, &dat).spent, spend);
                assert!(chain.tokens(&wsol(&dat.authority)) >= donation);
            }
            let held = chain.tokens(&wsol(&dat.authority));
            let before = chain.lamports(&dat.authority);
            unwrap(&mut chain, &ecosystem, &dat);
            assert_eq!(chain.lamports(&dat.authority), before + held);
            assert_eq!(chain.tokens(&wsol(&dat.authority)), 0);
            chain.advance_seconds(60);
            assert!(chain.cycle_by(form, &ecosystem, &dat).inflow >= held);
        }
    }
}

#[test]
fn lamports_donated_to_the_wrapped_sol_account_arrive() {
    // The token program does not yet count these lamports.
    for form in POOL_FORMS {
        let (mut chain, ecosystem, dat) = spending(10_000_000, true);
        chain.airdrop(&wsol(&dat.authority), 4_000_000);
        for _ in 0..2 {
            assert_eq!(chain.cycle_by(form, &ecosystem, &dat).spent, 10_000_000);
            chain.advance_seconds(60);
        }
        chain.airdrop(&wsol(&dat.authority), 5_000_000);
        let before = chain.lamports(&dat.authority);
        unwrap(&mut chain, &ecosystem, &dat);
        assert!(chain.lamports(&dat.authority) >= before + 9_000_000, "{form:?}");
    }
}

#[test]
fn wrapped_sol_does_not_disturb_a_coin_on_its_curve() {
    let (mut chain, ecosystem, dat) = spending(10_000_000, false);
    let payer = chain.payer();
    chain.send(&[create_wsol(&payer.pubkey(), &dat.authority)], &[&payer]).expect("an account");
    chain.airdrop_wsol(&wsol(&dat.authority), 4_000_000);
    for form in CURVE_FORMS {
        assert_eq!(chain.cycle_by(form, &ecosystem, &dat).spent, 10_000_000);
        chain.advance_seconds(60);
    }
    unwrap(&mut chain, &ecosystem, &dat);
    let fees = chain.curve(&dat.coin).creator_fee + chain.lamports(&dat.coin.vault) - chain.rent(0);
    assert_eq!(chain.cycle(&ecosystem, &dat).inflow, 4_000_000 + fees);
}

#[test]
fn donated_wrapped_sol_funds_a_cycle_after_unwrap() {
    let (mut chain, ecosystem, dat) = spending(10_000_000, true);
    chain.airdrop_wsol(&wsol(&dat.authority), SOL);
    let (payer, rent) = (chain.payer(), chain.rent(0));
    chain.send(&chain.fee_instructions(&dat, &payer.pubkey()), &[&payer]).expect("all fees");
    chain.edit(&dat.authority, |account| account.lamports = rent);
    chain.try_cycle_by(BuyForm::PoolV2, &ecosystem, &dat).refused(DatError::InsufficientFees);
    // One transaction, as the operator sends it.
    let all = [ecosystem.unwrap(&dat, wsol(&dat.authority)), ecosystem.cycle_by(BuyForm::PoolV2, &dat, 0, 1)];
    let event = chain.send(&all, &[&ecosystem.operator]).expect("a cycle").event::<CycleCompleted>();
    assert_eq!((event.inflow, event.spent, event.carried_out), (SOL, 10_000_000, SOL - 10_000_000));
}
