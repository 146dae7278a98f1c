//! What the program before this one got wrong, point by point, and how it is here.

use dat::events::{BuyExecuted, TokensBurned};
use dat_tests::coin::KINDS;
use dat_tests::*;
use solana_rent::Rent;

/// Fault 1: it bought with 16 accounts on the curve and 23 on PumpSwap, which pump.fun has refused since April 2026.
#[test]
fn buys_have_the_accounts_that_pump_fun_asks_for_today() {
    let mut world = World::new();
    let (ecosystem, dat) = world.earning(Kind::Spl, Role::Secondary);
    // What it sent is refused to anybody who has all that a trade needs.
    let of_upstream = |world: &World, form, buyer: &Keypair, accounts| {
        let mut buy = dat.coin.buy_by(form, &buyer.pubkey(), SOL / 100);
        world.attempt(&buy).expect("with all its accounts");
        buy.accounts.truncate(accounts);
        world.attempt(&buy).refusal()
    };
    let trader = world.trader(&dat.coin, SOL);
    of_upstream(&world, BuyForm::CurveLegacy, &trader, 16).assert_is(
        &PUMP,
        6_062,
        "BuybackFeeRecipientMissing",
    );
    world.cycle_by(BuyForm::CurveLegacy, &ecosystem, &dat);

    world.pass(60);
    world.graduate(&dat.coin);
    world.prepare_for_pool(&dat);
    world.somebody_swaps(&dat.coin, 10 * SOL);
    let swapper = world.swapper(&dat.coin, SOL);
    of_upstream(&world, BuyForm::Pool, &swapper, 23).assert_is(&PUMP_AMM, 6_062, "InvalidPoolV2");
    world.cycle_by(BuyForm::Pool, &ecosystem, &dat);
}

/// Fault 2: its constant for Token-2022 was another address.
#[test]
fn a_token_2022_coin_is_bought_and_burned() {
    let mut world = World::new();
    let (ecosystem, dat) = world.earning(Kind::Token2022, Role::Secondary);
    assert_eq!(
        world.account(&dat.coin.mint).owner.to_string(),
        "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb"
    );
    assert!(world.cycle(&ecosystem, &dat).tokens_burned > 0);
}

/// Fault 3: anybody could make it buy, at a bound that it read from the reserves of that very moment.
#[test]
fn a_buy_needs_the_operator_and_keeps_to_his_minimum() {
    let mut world = World::new();
    let (ecosystem, dat) = world.earning(Kind::Token2022, Role::Root);
    world.give(&dat.authority, SOL);
    let attacker = world.trader(&dat.coin, 100 * SOL);
    world.by(&attacker, ecosystem.cycle(&dat, 0)).refused(DatError::UnauthorizedAccess);

    // What the operator was quoted is what he asks for, whatever comes before it in his transaction.
    let quoted = world.attempt(&ecosystem.cycle(&dat, 0)).expect("a cycle").event::<CycleCompleted>();
    let cycle = |min| ecosystem.cycle_with(&dat, 0, min);
    let signers = [&world.rich(), &attacker, &ecosystem.operator];
    for lamports in [SOL / 1_000, SOL] {
        let ahead = dat.coin.buy(&attacker.pubkey(), lamports);
        let refused = world.send(&[ahead, cycle(quoted.tokens_bought)], &signers).refusal();
        refused.assert_is(&PUMP, 6_042, "BuySlippageBelowMinTokensOut");
    }
    // Beyond what it may rise, the price is refused to whatever he asks for.
    let ahead = dat.coin.buy(&attacker.pubkey(), 50 * SOL);
    world.send(&[ahead, cycle(1)], &signers).refused(DatError::PriceTooHigh);
    world.send(&[cycle(quoted.tokens_bought)], &[&ecosystem.operator]).expect("at the quoted price");
}

/// Fault 3, with a careless operator: moving the reserves ahead of the buy moved its bound along.
#[test]
fn moving_the_reserves_first_does_not_pay() {
    let mut world = World::new();
    let (ecosystem, dat) = world.earning(Kind::Token2022, Role::Root);
    world.give(&dat.authority, 100 * SOL);
    let [attacker, careless] = [(); 2].map(|()| world.trader(&dat.coin, 1_000 * SOL));
    let user = attacker.pubkey();
    // What he has after a purchase, the other buy and a sale, all in one transaction.
    let around = |buy: &Instruction, buyer: &Keypair, lamports| {
        let mut world = world.clone();
        let (tokens, _) = world.curve(&dat.coin).buy(lamports, world.rates(&dat.coin));
        let all = [dat.coin.buy(&user, lamports), buy.clone(), dat.coin.sell(&user, tokens)];
        world.send(&all, &[&world.rich(), &attacker, buyer]).map(|_| {
            assert_eq!(world.tokens(&dat.coin.ata(&user)), 0);
            world.lamports(&user)
        })
    };
    let cycle = ecosystem.cycle(&dat, 0);
    for lamports in [SOL / 1_000, SOL / 10, SOL] {
        let has = around(&cycle, &ecosystem.operator, lamports).expect("all three");
        assert!(has < 1_000 * SOL, "{lamports}");
    }
    for lamports in [10 * SOL, 60 * SOL] {
        let refused = around(&cycle, &ecosystem.operator, lamports).expect_err("too high a price");
        refused.assert_dat(DatError::PriceTooHigh);
    }
    // Around a buy without a bound it does.
    let unbounded = dat.coin.buy(&careless.pubkey(), 10 * SOL);
    assert!(around(&unbounded, &careless, 10 * SOL).expect("all three") > 1_000 * SOL);
}

/// Fault 4: what was to be burned was one number for all tokens, whichever had been bought.
#[test]
fn what_is_bought_of_one_token_is_burned_of_that_token() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let dats = KINDS.map(|kind| world.dat(&ecosystem, kind, Role::Secondary));
    let [bought, other] = &dats;
    for dat in &dats {
        world.give(&dat.authority, 50_000_000);
    }
    let steps = [ecosystem.collect_fees(bought), ecosystem.execute_buy(bought, 0)];
    let done = world.send(&steps, &[&ecosystem.operator]).expect("two steps");
    let tokens = done.event::<BuyExecuted>().tokens_bought;
    world.by(&ecosystem.operator, ecosystem.burn_and_update(other)).refused(DatError::NoPendingBurn);
    let burn = ecosystem.burn_and_update(bought);
    let event = world.by(&ecosystem.operator, burn).expect("a burn").event::<TokensBurned>();
    assert_eq!((event.mint, event.tokens_burned), (bought.coin.mint, tokens));
    let supply = dats.map(|dat| world.supply(&dat.coin.mint));
    assert_eq!(supply, [1_000_000_000_000_000 - tokens, 1_000_000_000_000_000]);
    assert_eq!(dats.map(|dat| world.stats(&dat).total_burned), [tokens, 0]);
}

/// Fault 5: one state, one cooldown and one vault for all tokens, so that the admin said whose fees they were.
#[test]
fn every_token_has_its_own_fees_and_its_own_interval_in_any_ecosystem() {
    let mut world = World::new();
    let ecosystems = ["one", "two"].map(|name| world.ecosystem(name, |_| ()));
    let mut cycles = vec![];
    for ecosystem in &ecosystems {
        for kind in KINDS {
            let dat = world.dat(ecosystem, kind, Role::Secondary);
            cycles.push((ecosystem, dat));
        }
    }
    // Only the first is traded: its fees are nobody else's.
    let (first, dat) = &cycles[0];
    world.somebody_buys(&dat.coin, 10 * SOL);
    let rich = world.rich();
    for (_, dat) in &cycles {
        world.send(&dat.coin.gather(&rich.pubkey()), &[&rich]).expect("sweep and collect");
    }
    let excess = |world: &World, dat: &Dat| world.lamports(&dat.authority) - world.rent(0);
    assert_eq!(cycles.iter().map(|(_, dat)| excess(&world, dat)).collect::<Vec<_>>(), [29_629_630, 0, 0, 0]);

    // It has just had its cycle; nobody else waits for it.
    world.by(&first.operator, first.cycle(dat, 0)).expect("a cycle");
    for (ecosystem, dat) in &cycles {
        world.give(&dat.authority, 50_000_000);
        let count = world.stats(dat).cycle_count;
        let outcome = world.by(&ecosystem.operator, ecosystem.cycle(dat, count));
        if count == 1 {
            outcome.refused(DatError::CycleTooSoon);
        } else {
            assert_eq!(outcome.expect("a cycle").event::<CycleCompleted>().inflow, 50_000_000);
        }
    }
}

/// Fault 6: it took 890,880 lamports for the rent of an empty account, and so on, for ever.
#[test]
fn rent_is_what_the_chain_says() {
    for lamports_per_byte in [6_960, 3_480, 1_000] {
        let mut world = World::new();
        let mut rent = world.svm.get_sysvar::<Rent>();
        rent.lamports_per_byte = lamports_per_byte;
        world.svm.set_sysvar(&rent);
        let (ecosystem, dat) = world.earning(Kind::Token2022, Role::Secondary);
        assert_eq!(world.rent(0), 128 * lamports_per_byte);
        for address in [dat.authority, ecosystem.treasury] {
            assert_eq!(world.lamports(&address), world.rent(0));
        }
        let event = world.cycle(&ecosystem, &dat);
        assert_eq!((event.inflow, event.to_root, event.carried_out), (29_629_630, 13_274_074, 0));
        assert_eq!(world.lamports(&dat.authority), world.rent(0));
    }
}

/// Fault 8: it read the reserves of a curve and nothing else.
#[test]
fn a_curve_is_read_whole() {
    type Change = fn(&mut World, &Dat);
    let refusals: [(DatError, Change); 5] = [
        (DatError::BondingCurveComplete, |world, dat| {
            world.edit_curve(&dat.coin, CurveField::Complete, &[1])
        }),
        (DatError::CreatorMismatch, |world, dat| world.edit_curve(&dat.coin, CurveField::Creator, &[7; 32])),
        (DatError::CashbackCoin, |world, dat| world.edit_curve(&dat.coin, CurveField::Cashback, &[1])),
        (DatError::UnsupportedQuoteMint, |world, dat| {
            world.edit_curve(&dat.coin, CurveField::QuoteMint, WSOL.as_ref());
        }),
        (DatError::CreatorMismatch, |world, dat| {
            // The creator of a coin whose holders get the fees.
            let holders = pda(&PUMP, &[b"holder-rewards", dat.coin.mint.as_ref()]);
            world.edit_curve(&dat.coin, CurveField::Creator, holders.as_ref());
            world.edit_curve(&dat.coin, CurveField::HolderReward, &[1]);
        }),
    ];
    for (error, change) in refusals {
        let mut world = World::new();
        let (ecosystem, dat) = world.earning(Kind::Token2022, Role::Secondary);
        world.give(&dat.authority, 50_000_000);
        world.attempt(&ecosystem.cycle(&dat, 0)).expect("a cycle");
        change(&mut world, &dat);
        world.by(&ecosystem.operator, ecosystem.cycle(&dat, 0)).refused(error);
    }
}

/// Fault 8: a mayhem coin pays other fee recipients.
#[test]
fn a_mayhem_coin_pays_its_own_recipients() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let mut dat = world.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    world.edit_curve(&dat.coin, CurveField::Mayhem, &[1]);
    world.give(&dat.authority, 50_000_000);
    let cycle = ecosystem.cycle_by(BuyForm::CurveLegacy, &dat, 0, 1);
    let refused = world.by(&ecosystem.operator, cycle).refusal();
    assert_eq!(refused.program, Some(PUMP));
    dat.coin.mayhem = true;
    world.cycle_by(BuyForm::CurveLegacy, &ecosystem, &dat);
}
