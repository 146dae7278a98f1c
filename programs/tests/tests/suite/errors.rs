//! Every error of the program, provoked: by number and by name.

use dat_tests::*;

/// How an error is provoked. A new error does not compile until it stands here.
fn provoke(error: DatError) -> Failure {
    use DatError::*;
    match error {
        UnauthorizedAccess => wrong_operator(),
        InvalidParameter => cycle_after(|_, _| (), 0),
        InvalidRootShare => admission(|_, _| (), Role::Root, Some(4_480)),
        RootTokenAlreadySet => second_root(),
        InvalidBondingCurve => {
            admission(|world, dat| world.edit(&dat.coin.curve, |a| a.data[0] ^= 1), Role::Root, None)
        }
        CreatorMismatch => {
            cycle_after(|world, dat| world.edit_curve(&dat.coin, CurveField::Creator, &[7; 32]), 1)
        }
        BondingCurveComplete => cycle_after(graduate, 1),
        UnsupportedQuoteMint => {
            cycle_after(|world, dat| world.edit_curve(&dat.coin, CurveField::QuoteMint, WSOL.as_ref()), 1)
        }
        CashbackCoin => cycle_after(|world, dat| world.edit_curve(&dat.coin, CurveField::Cashback, &[1]), 1),
        MintMismatch => with_another(|cycle, other| cycle.accounts[2] = other.accounts[2].clone()),
        InvalidRootTreasury => with_another(|cycle, other| cycle.accounts[6] = other.accounts[6].clone()),
        InvalidFeeConfig => cycle_after(|world, _| world.edit(&fee_config(), |a| a.data[65..69].fill(0)), 1),
        InvalidForwardedAccounts => with_another(|cycle, _| cycle.accounts.truncate(45)),
        CycleMismatch => with_another(|cycle, _| cycle.data[8] = 9),
        CycleTooSoon => too_soon(),
        InsufficientFees => {
            cycle_after(|world, dat| world.edit(&dat.authority, |a| a.lamports -= 44_310_001), 1)
        }
        SlippageExceeded => cycle_after(|_, _| (), u64::MAX),
        ConservationViolated => cycle_after(shorten_curve, 1),
        MathOverflow => cycle_after(
            |world, dat| world.rewrite::<TokenStats>(&dat.stats, |s| s.total_burned = u64::MAX),
            1,
        ),
    }
}

const ALL: [DatError; 19] = {
    use DatError::*;
    [
        UnauthorizedAccess,
        InvalidParameter,
        InvalidRootShare,
        RootTokenAlreadySet,
        InvalidBondingCurve,
        CreatorMismatch,
        BondingCurveComplete,
        UnsupportedQuoteMint,
        CashbackCoin,
        MintMismatch,
        InvalidRootTreasury,
        InvalidFeeConfig,
        InvalidForwardedAccounts,
        CycleMismatch,
        CycleTooSoon,
        InsufficientFees,
        SlippageExceeded,
        ConservationViolated,
        MathOverflow,
    ]
};

#[test]
fn every_error_is_met_by_its_name() {
    let mut missed = vec![];
    for (number, error) in ALL.into_iter().enumerate() {
        assert_eq!(u32::from(error), 6_000 + number as u32, "in the order of the enum, none left out");
        let failure = provoke(error);
        let seen = (failure.program, failure.number(), failure.name.clone());
        let expected = match error {
            // pump.fun is told the same minimum and comes first; ours is the net below it.
            DatError::SlippageExceeded => (PUMP, 6_042, "BuySlippageBelowMinTokensOut".to_owned()),
            _ => (dat::ID, u32::from(error), format!("{error:?}")),
        };
        if seen != (Some(expected.0), Some(expected.1), Some(expected.2)) {
            missed.push((error, seen, failure));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

fn secondary(world: &mut World) -> (Ecosystem, Dat) {
    let ecosystem = world.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 20_000_000);
    let dat = world.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    world.give(&dat.authority, 50_000_000);
    (ecosystem, dat)
}

/// A cycle that would run, after a change.
fn cycle_after(change: impl FnOnce(&mut World, &Dat), min_tokens_out: u64) -> Failure {
    let mut world = World::new();
    let (ecosystem, dat) = secondary(&mut world);
    change(&mut world, &dat);
    let cycle = ecosystem.cycle_with(&dat, 0, min_tokens_out);
    world.send(&[cycle], &[&ecosystem.operator]).err().expect("a refusal")
}

/// A cycle that would run, changed; beside it that of another ecosystem's token.
fn with_another(change: impl FnOnce(&mut Instruction, &Instruction)) -> Failure {
    let mut world = World::new();
    let (ecosystem, dat) = secondary(&mut world);
    let (other, other_dat) = secondary(&mut world);
    let mut cycle = ecosystem.cycle(&dat, 0);
    change(&mut cycle, &other.cycle(&other_dat, 0));
    world.send(&[cycle], &[&ecosystem.operator]).err().expect("a refusal")
}

/// An admission that would go well, after a change.
fn admission(change: impl FnOnce(&mut World, &Dat), role: Role, share: Option<u16>) -> Failure {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let dat = world.candidate(&ecosystem, Kind::Spl);
    change(&mut world, &dat);
    world.send(&[ecosystem.admit(&dat, role, share)], &[&ecosystem.admin]).err().expect("a refusal")
}

fn wrong_operator() -> Failure {
    let mut world = World::new();
    let (mut ecosystem, dat) = secondary(&mut world);
    ecosystem.operator = world.wallet(SOL);
    world.try_cycle(&ecosystem, &dat).err().expect("a refusal")
}

fn second_root() -> Failure {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    world.dat(&ecosystem, Kind::Spl, Role::Root);
    let second = world.candidate(&ecosystem, Kind::Spl);
    world.send(&[ecosystem.admit(&second, Role::Root, None)], &[&ecosystem.admin]).err().expect("a refusal")
}

fn too_soon() -> Failure {
    let mut world = World::new();
    let (ecosystem, dat) = secondary(&mut world);
    world.cycle(&ecosystem, &dat);
    world.try_cycle(&ecosystem, &dat).err().expect("a refusal")
}

fn graduate(world: &mut World, dat: &Dat) {
    world.somebody_buys(&dat.coin, 90 * SOL);
    assert!(world.curve(&dat.coin).complete);
}

/// A curve of an older length: the buy takes the rent that it lacks from the buyer, on top of the spend.
fn shorten_curve(world: &mut World, dat: &Dat) {
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

#[test]
fn unsupported_coins_are_not_admitted() {
    use DatError::*;
    type Change = fn(&mut World, &Dat);
    let refusals: [(DatError, Change); 4] = [
        (CreatorMismatch, |world, dat| world.edit_curve(&dat.coin, CurveField::Creator, &[7; 32])),
        (BondingCurveComplete, graduate),
        (UnsupportedQuoteMint, |world, dat| {
            world.edit_curve(&dat.coin, CurveField::QuoteMint, WSOL.as_ref())
        }),
        (CashbackCoin, |world, dat| world.edit_curve(&dat.coin, CurveField::Cashback, &[1])),
    ];
    for (error, change) in refusals {
        admission(change, Role::Secondary, None).assert_dat(error);
    }
}

#[test]
fn a_coin_of_somebody_else_is_not_admitted() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let stranger = world.rich().pubkey();
    let coin = world.coin(Kind::Spl, |_| stranger);
    let refused = world.send(&[ecosystem.admit(&ecosystem.dat(coin), Role::Root, None)], &[&ecosystem.admin]);
    refused.err().expect("a refusal").assert_dat(DatError::CreatorMismatch);
}
