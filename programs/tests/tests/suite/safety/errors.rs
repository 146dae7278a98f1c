//! Every error of the program, provoked once and checked by number and name.

use dat_tests::*;

use super::error_setups::*;

/// How to provoke each error, in the order of the enum. A new error does not compile without a line here.
macro_rules! provocations {
    ($($error:ident: $how:expr,)+) => {
        const ALL: &[DatError] = &[$(DatError::$error),+];

        fn provoke(error: DatError) -> Failure {
            match error {
                $(DatError::$error => $how),+
            }
        }
    };
}

provocations! {
    UnauthorizedAccess: with_money(|chain, eco, _| chain.by(&chain.payer(), eco.set_operator(eco.state))),
    DATNotActive: with_money(|chain, eco, dat| {
        chain.by(&eco.emergency, eco.emergency_pause(None)).expect("emergency_pause");
        chain.try_cycle(eco, dat)
    }),
    InvalidParameter: cycle_after(|_, _| (), 0),
    InvalidRootShare: with_money(|chain, eco, dat| chain.by(&eco.admin, eco.update_root_share(Some(dat), 999))),
    RootShareDeltaTooLarge: with_money(|chain, eco, _| {
        chain.by(&eco.admin, eco.update_root_share(None, ROOT_SHARE + 501))
    }),
    RootTokenAlreadySet: with_money(|chain, eco, _| {
        chain.dat(eco, Kind::Spl, Role::Root);
        let second = chain.candidate(eco, Kind::Spl);
        chain.send(&[eco.admit(&second, Role::Root, None)], &[&eco.admin])
    }),
    InvalidRootToken: with_money(|chain, eco, dat| {
        let root = chain.dat(eco, Kind::Spl, Role::Root);
        chain.by(&eco.admin, eco.set_root_token(&root, Some(dat)))
    }),
    InvalidBondingCurve: cycle_after(|chain, dat| chain.edit(&dat.coin.curve, |a| a.data[0] ^= 1), 1),
    InvalidPool: cycle_on_no_pool(),
    CreatorMismatch: cycle_after(|chain, dat| chain.edit_curve(&dat.coin, CurveField::Creator, &[7; 32]), 1),
    BondingCurveComplete: cycle_after(|chain, dat| chain.complete_curve(&dat.coin), 1),
    UnsupportedQuoteMint: cycle_after(
        |chain, dat| chain.edit_curve(&dat.coin, CurveField::QuoteMint, WSOL.as_ref()),
        1,
    ),
    CashbackCoin: cycle_after(|chain, dat| chain.edit_curve(&dat.coin, CurveField::Cashback, &[1]), 1),
    InsufficientPoolLiquidity: cycle_after(
        |chain, dat| chain.edit(&dat.coin.curve, |a| a.data[16..24].copy_from_slice(&9_999_999u64.to_le_bytes())),
        1,
    ),
    MintMismatch: with_another(|cycle, other| cycle.accounts[2] = other.accounts[2].clone()),
    InvalidRootTreasury: with_another(|cycle, other| cycle.accounts[6] = other.accounts[6].clone()),
    InvalidFeeConfig: cycle_after(|chain, _| chain.edit(&fee_config(), |a| a.data[65..69].fill(0)), 1),
    InvalidForwardedAccounts: with_another(|cycle, _| cycle.accounts.truncate(11 + 16)),
    CycleMismatch: with_another(|cycle, _| cycle.data[9] = 9),
    CycleTooSoon: with_money(|chain, eco, dat| {
        chain.cycle(eco, dat);
        chain.try_cycle(eco, dat)
    }),
    InsufficientFees: cycle_after(|chain, dat| chain.edit(&dat.authority, |a| a.lamports -= 44_310_001), 1),
    SlippageExceeded: cycle_after(|_, _| (), u64::MAX),
    NoPendingBurn: with_money(|chain, eco, dat| chain.by(&eco.operator, eco.burn_and_update(dat))),
    CreditMismatch: with_money(|chain, eco, _| {
        let dat = chain.sharing(eco, Kind::Spl, Role::Secondary);
        chain.by(&eco.operator, eco.credit_fees(&dat, 1, 0))
    }),
    FailureAlreadyRecorded: with_money(|chain, eco, dat| {
        chain.by(&eco.operator, eco.record_failure(dat, [1; 16], 0)).expect("record_failure");
        chain.by(&eco.operator, eco.record_failure(dat, [1; 16], 1))
    }),
    NoPendingAdminTransfer: with_money(|chain, eco, _| chain.by(&eco.admin, eco.cancel_admin_transfer())),
    NoWithdrawAddress: with_money(|chain, eco, dat| {
        chain.by(&eco.emergency, eco.emergency_pause(Some(dat))).expect("emergency_pause");
        chain.by(&eco.admin, eco.withdraw(dat, eco.admin.pubkey()))
    }),
    TimelockActive: with_money(|chain, eco, dat| {
        chain.by(&eco.emergency, eco.emergency_pause(Some(dat))).expect("emergency_pause");
        let to = chain.payer();
        chain.by(&eco.admin, eco.propose_withdraw_address(to.pubkey())).expect("propose_withdraw_address");
        chain.by(&to, eco.accept_withdraw_address(to.pubkey())).expect("accept_withdraw_address");
        chain.by(&eco.admin, eco.withdraw(dat, to.pubkey()))
    }),
    NotPaused: with_money(|chain, eco, dat| chain.by(&eco.admin, eco.withdraw(dat, eco.admin.pubkey()))),
    NotEmpty: with_money(|chain, eco, dat| chain.by(&eco.admin, eco.close_token_stats(dat))),
    ConservationViolated: cycle_after(shorten_curve, 1),
    MathOverflow: cycle_after(
        |chain, dat| chain.rewrite::<TokenStats>(&dat.stats, |s| s.total_burned = u64::MAX),
        1,
    ),
    PriceNotObserved: with_money(|chain, eco, dat| {
        chain.auto_observe = false;
        chain.try_cycle(eco, dat)
    }),
    PriceTooHigh: with_money(|chain, eco, dat| {
        chain.auto_observe = false;
        chain.by(&eco.operator, eco.observe(dat, false)).expect("observe");
        chain.advance_slots(8);
        chain.somebody_buys(&dat.coin, 5 * SOL);
        chain.try_cycle(eco, dat)
    }),
    RootTokenNotProposed: with_money(|chain, eco, dat| chain.by(&eco.admin, eco.set_root_token(dat, None))),
    AlreadyInitialized: with_money(|chain, eco, dat| {
        chain.by(&eco.admin, eco.admit(dat, Role::Secondary, None))
    }),
}

#[test]
fn every_error_can_be_provoked() {
    let mut missed = vec![];
    for (number, error) in ALL.iter().enumerate() {
        assert_eq!(u32::from(*error), 6_000 + number as u32, "all errors in the order of the enum");
        let failure = provoke(*error);
        let found = (failure.program, failure.number(), failure.name.clone());
        let expected = match error {
            // pump.fun gets the same minimum and fails first. Our check is a second barrier.
            DatError::SlippageExceeded => (PUMP, 6_042, "BuySlippageBelowMinTokensOut".to_owned()),
            _ => (dat::ID, u32::from(*error), format!("{error:?}")),
        };
        if found != (Some(expected.0), Some(expected.1), Some(expected.2)) {
            missed.push((error, found, failure));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}
