//! Cycles with each form of buy, exact to the unit, and the errors of each form.

use dat_tests::*;

pub const CURVE_FORMS: [BuyForm; 3] = [BuyForm::CurveV3, BuyForm::CurveLegacy, BuyForm::CurveV2];
pub const POOL_FORMS: [BuyForm; 2] = [BuyForm::PoolV2, BuyForm::Pool];

/// A token with fees that trades in the place of the form.
pub fn earning(chain: &mut Chain, form: BuyForm, kind: Kind, role: Role) -> (Ecosystem, Dat) {
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dat = chain.dat(&ecosystem, kind, role);
    if POOL_FORMS.contains(&form) {
        chain.graduate(&dat.coin);
        chain.prepare_for_pool(&dat);
        chain.somebody_swaps(&dat.coin, 10 * SOL);
    } else {
        chain.somebody_buys(&dat.coin, 10 * SOL);
    }
    (ecosystem, dat)
}

#[test]
fn every_form_buys_what_the_model_says() {
    for form in CURVE_FORMS.into_iter().chain(POOL_FORMS) {
        for (kind, role) in KINDS.into_iter().flat_map(|k| [Role::Root, Role::Secondary].map(|r| (k, r))) {
            let mut chain = Chain::new();
            let (ecosystem, dat) = earning(&mut chain, form, kind, role);
            let cycles = [0, 7_000_000, 12_345_678].map(|lamports| {
                chain.airdrop(&dat.treasury, lamports);
                chain.airdrop(&dat.authority, 6_000_000 + lamports);
                chain.advance_seconds(60);
                chain.cycle_by(form, &ecosystem, &dat)
            });
            assert_totals(&chain, &dat, &cycles);
        }
    }
}

#[test]
fn the_callers_minimum_holds_to_the_token() {
    for form in CURVE_FORMS.into_iter().chain(POOL_FORMS) {
        let mut chain = Chain::new();
        let (ecosystem, dat) = earning(&mut chain, form, Kind::Token2022, Role::Root);
        chain.airdrop(&dat.authority, SOL / 10);
        let buy = |minimum| ecosystem.cycle_by(form, &dat, 0, minimum);
        let bought = chain.simulate(&buy(1)).expect("a cycle").event::<CycleCompleted>().tokens_bought;
        chain.simulate(&buy(bought)).expect("exactly as many");
        let refused = chain.simulate(&buy(bought + 1)).refusal();
        let (program, number, name) = match form {
            BuyForm::PoolV2 | BuyForm::Pool => (PUMP_AMM, 6_040, "BuySlippageBelowMinBaseAmountOut"),
            _ => (PUMP, 6_042, "BuySlippageBelowMinTokensOut"),
        };
        refused.assert_is(&program, number, name);
    }
}

#[test]
fn no_curve_form_buys_from_a_complete_curve() {
    for form in CURVE_FORMS {
        let mut chain = Chain::new();
        let (ecosystem, dat) = earning(&mut chain, form, Kind::Token2022, Role::Secondary);
        chain.somebody_buys(&dat.coin, 90 * SOL);
        chain.try_cycle_by(form, &ecosystem, &dat).refused(DatError::BondingCurveComplete);
        let payer = chain.payer();
        chain.send(&[dat.coin.migrate(&payer.pubkey())], &[&payer]).expect("migrate_v2");
        chain.prepare_for_pool(&dat);
        chain.try_cycle_by(form, &ecosystem, &dat).refused(DatError::BondingCurveComplete);
        // Nothing is lost.
        chain.cycle(&ecosystem, &dat);
    }
}

#[test]
fn no_pool_form_buys_from_a_curve() {
    for form in POOL_FORMS {
        let mut chain = Chain::new();
        let (ecosystem, dat) = earning(&mut chain, BuyForm::CurveV3, Kind::Spl, Role::Secondary);
        chain.try_cycle_by(form, &ecosystem, &dat).refused(DatError::InvalidForwardedAccounts);
        // With a wrapped-SOL account the error names the missing pool.
        chain.prepare_for_pool(&dat);
        chain.try_cycle_by(form, &ecosystem, &dat).refused(DatError::InvalidPool);
        chain.cycle(&ecosystem, &dat);
    }
}

#[test]
fn a_market_without_liquidity_is_refused() {
    let least = 10_000_000u64;
    let mut chain = Chain::new();
    let (ecosystem, dat) = earning(&mut chain, BuyForm::CurveV3, Kind::Spl, Role::Secondary);
    let virtual_quote = |lamports: u64| {
        move |account: &mut solana_account::Account| {
            account.data[16..24].copy_from_slice(&lamports.to_le_bytes());
        }
    };
    chain.edit(&dat.coin.curve, virtual_quote(least - 1));
    for form in CURVE_FORMS {
        chain.try_cycle_by(form, &ecosystem, &dat).refused(DatError::InsufficientPoolLiquidity);
    }
    chain.edit(&dat.coin.curve, virtual_quote(least));
    chain.cycle(&ecosystem, &dat);

    let mut chain = Chain::new();
    let (ecosystem, dat) = earning(&mut chain, BuyForm::PoolV2, Kind::Token2022, Role::Secondary);
    // Fees that wait for a sweep are no liquidity. Virtual reserves are none either.
    let lower = |chain: &mut Chain, by: u64| {
        chain.edit_pool(&dat.coin, PoolField::VirtualQuote, &(-i128::from(by)).to_le_bytes());
    };
    let real = chain.pool(&dat.coin).quote;
    lower(&mut chain, real - least + 1);
    for form in POOL_FORMS {
        let cycle = ecosystem.cycle_by(form, &dat, 0, 1);
        chain.airdrop(&dat.authority, SOL);
        chain.simulate(&cycle).refused(DatError::InsufficientPoolLiquidity);
    }
    lower(&mut chain, real - least);
    chain.simulate(&ecosystem.cycle_by(BuyForm::PoolV2, &dat, 0, 1)).expect("a cycle");
}
