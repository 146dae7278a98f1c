//! Faults of the program before this one, and how this program behaves.

use dat::events::{BuyExecuted, TokensBurned};
use dat_tests::*;
use solana_rent::Rent;

/// Fault 1: it sent 16 accounts on the curve and 23 on PumpSwap. pump.fun has refused this since April 2026.
#[test]
fn buys_have_the_accounts_that_pump_fun_requires_today() {
    let mut chain = Chain::new();
    let (ecosystem, dat) = chain.earning(Kind::Spl, Role::Secondary);
    // pump.fun refuses the old account list for every buyer.
    let of_upstream = |chain: &Chain, form, buyer: &Keypair, accounts| {
        let mut buy = dat.coin.buy_by(form, &buyer.pubkey(), SOL / 100);
        chain.simulate(&buy).expect("with all its accounts");
        buy.accounts.truncate(accounts);
        chain.simulate(&buy).refusal()
    };
    let trader = chain.trader(&dat.coin, SOL);
    of_upstream(&chain, BuyForm::CurveLegacy, &trader, 16).assert_is(
        &PUMP,
        6_062,
        "BuybackFeeRecipientMissing",
    );
    chain.cycle_by(BuyForm::CurveLegacy, &ecosystem, &dat);

    chain.advance_seconds(60);
    chain.graduate(&dat.coin);
    chain.prepare_for_pool(&dat);
    chain.somebody_swaps(&dat.coin, 10 * SOL);
    let swapper = chain.swapper(&dat.coin, SOL);
    of_upstream(&chain, BuyForm::Pool, &swapper, 23).assert_is(&PUMP_AMM, 6_062, "InvalidPoolV2");
    chain.cycle_by(BuyForm::Pool, &ecosystem, &dat);
}

/// Fault 2: its constant for Token-2022 was a wrong address.
#[test]
fn a_token_2022_coin_is_bought_and_burned() {
    let mut chain = Chain::new();
    let (ecosystem, dat) = chain.earning(Kind::Token2022, Role::Secondary);
    assert_eq!(
        chain.account(&dat.coin.mint).owner.to_string(),
        "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb"
    );
    assert!(chain.cycle(&ecosystem, &dat).tokens_burned > 0);
}

/// Fault 3: anybody could make it buy, and it took the price bound from the current reserves.
#[test]
fn a_buy_needs_the_operator_and_obeys_the_minimum() {
    let mut chain = Chain::new();
    let (ecosystem, dat) = chain.earning(Kind::Token2022, Role::Root);
    chain.airdrop(&dat.authority, SOL);
    let attacker = chain.trader(&dat.coin, 100 * SOL);
    chain.by(&attacker, ecosystem.cycle(&dat, 0)).refused(DatError::UnauthorizedAccess);

    // The operator's minimum applies, whatever comes before it in the transaction.
    let quoted = chain.simulate(&ecosystem.cycle(&dat, 0)).expect("a cycle").event::<CycleCompleted>();
    let cycle = |min| ecosystem.cycle_with(&dat, 0, min);
    let signers = [&chain.payer(), &attacker, &ecosystem.operator];
    for lamports in [SOL / 1_000, SOL] {
        let ahead = dat.coin.buy(&attacker.pubkey(), lamports);
        let refused = chain.send(&[ahead, cycle(quoted.tokens_bought)], &signers).refusal();
        refused.assert_is(&PUMP, 6_042, "BuySlippageBelowMinTokensOut");
    }
    // Above the allowed rise the buy is refused for any minimum.
    let ahead = dat.coin.buy(&attacker.pubkey(), 50 * SOL);
    chain.send(&[ahead, cycle(1)], &signers).refused(DatError::PriceTooHigh);
    chain.send(&[cycle(quoted.tokens_bought)], &[&ecosystem.operator]).expect("at the quoted price");
}

/// Fault 3 with a careless operator: an attacker who moved the reserves first also moved the bound.
#[test]
fn moving_the_reserves_first_brings_no_profit() {
    let mut chain = Chain::new();
    let (ecosystem, dat) = chain.earning(Kind::Token2022, Role::Root);
    chain.airdrop(&dat.authority, 100 * SOL);
    let [attacker, careless] = [(); 2].map(|()| chain.trader(&dat.coin, 1_000 * SOL));
    let user = attacker.pubkey();
    // The attacker's lamports after a buy, the other buy and a sale in one transaction.
    let around = |buy: &Instruction, buyer: &Keypair, lamports| {
        let mut chain = chain.clone();
        let (tokens, _) = chain.curve(&dat.coin).buy(lamports, chain.rates(&dat.coin));
        let all = [dat.coin.buy(&user, lamports), buy.clone(), dat.coin.sell(&user, tokens)];
        chain.send(&all, &[&chain.payer(), &attacker, buyer]).map(|_| {
            assert_eq!(chain.tokens(&dat.coin.ata(&user)), 0);
            chain.lamports(&user)
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
    // Around a buy without a bound the attack is profitable.
    let unbounded = dat.coin.buy(&careless.pubkey(), 10 * SOL);
    assert!(around(&unbounded, &careless, 10 * SOL).expect("all three") > 1_000 * SOL);
}

/// Fault 4: one number counted the tokens to burn of all tokens.
#[test]
fn a_token_burns_only_its_own_purchase() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dats = KINDS.map(|kind| chain.dat(&ecosystem, kind, Role::Secondary));
    let [bought, other] = &dats;
    for dat in &dats {
        chain.airdrop(&dat.authority, 50_000_000);
    }
    let steps = [ecosystem.collect_fees(bought), ecosystem.execute_buy(bought, 0)];
    let done = chain.send(&steps, &[&ecosystem.operator]).expect("two steps");
    let tokens = done.event::<BuyExecuted>().tokens_bought;
    chain.by(&ecosystem.operator, ecosystem.burn_and_update(other)).refused(DatError::NoPendingBurn);
    let burn = ecosystem.burn_and_update(bought);
    let event = chain.by(&ecosystem.operator, burn).expect("a burn").event::<TokensBurned>();
    assert_eq!((event.mint, event.tokens_burned), (bought.coin.mint, tokens));
    let supply = dats.map(|dat| chain.supply(&dat.coin.mint));
    assert_eq!(supply, [1_000_000_000_000_000 - tokens, 1_000_000_000_000_000]);
    assert_eq!(dats.map(|dat| chain.stats(&dat).total_burned), [tokens, 0]);
}

/// Fault 5: all tokens had one state, one cooldown and one vault, so the admin decided the owner of the fees.
#[test]
fn every_token_has_its_own_fees_and_its_own_interval_in_any_ecosystem() {
    let mut chain = Chain::new();
    let ecosystems = ["one", "two"].map(|name| chain.ecosystem(name, |_| ()));
    let mut cycles = vec![];
    for ecosystem in &ecosystems {
        for kind in KINDS {
            let dat = chain.dat(ecosystem, kind, Role::Secondary);
            cycles.push((ecosystem, dat));
        }
    }
    // Only the first token is traded, so the fees belong to it alone.
    let (first, dat) = &cycles[0];
    chain.somebody_buys(&dat.coin, 10 * SOL);
    let payer = chain.payer();
    for (_, dat) in &cycles {
        chain.send(&dat.coin.sweep_and_collect(&payer.pubkey()), &[&payer]).expect("sweep and collect");
    }
    let excess = |chain: &Chain, dat: &Dat| chain.lamports(&dat.authority) - chain.rent(0);
    assert_eq!(cycles.iter().map(|(_, dat)| excess(&chain, dat)).collect::<Vec<_>>(), [29_629_630, 0, 0, 0]);

    // The first token has just run its cycle. The others do not wait for it.
    chain.by(&first.operator, first.cycle(dat, 0)).expect("a cycle");
    for (ecosystem, dat) in &cycles {
        chain.airdrop(&dat.authority, 50_000_000);
        let count = chain.stats(dat).cycle_count;
        let outcome = chain.by(&ecosystem.operator, ecosystem.cycle(dat, count));
        if count == 1 {
            outcome.refused(DatError::CycleTooSoon);
        } else {
            assert_eq!(outcome.expect("a cycle").event::<CycleCompleted>().inflow, 50_000_000);
        }
    }
}

/// Fault 6: it used constants such as 890,880 lamports for the rent of an empty account.
#[test]
fn rent_is_read_from_the_chain() {
    for lamports_per_byte in [6_960, 3_480, 1_000] {
        let mut chain = Chain::new();
        let mut rent = chain.svm.get_sysvar::<Rent>();
        rent.lamports_per_byte = lamports_per_byte;
        chain.svm.set_sysvar(&rent);
        let (ecosystem, dat) = chain.earning(Kind::Token2022, Role::Secondary);
        assert_eq!(chain.rent(0), 128 * lamports_per_byte);
        for address in [dat.authority, ecosystem.treasury] {
            assert_eq!(chain.lamports(&address), chain.rent(0));
        }
        let event = chain.cycle(&ecosystem, &dat);
        assert_eq!((event.inflow, event.to_root, event.carried_out), (29_629_630, 13_274_074, 0));
        assert_eq!(chain.lamports(&dat.authority), chain.rent(0));
    }
}

/// Fault 8: it read only the reserves of a curve.
#[test]
fn all_fields_of_a_curve_are_checked() {
    type Change = fn(&mut Chain, &Dat);
    let refusals: [(DatError, Change); 5] = [
        (DatError::BondingCurveComplete, |chain, dat| {
            chain.edit_curve(&dat.coin, CurveField::Complete, &[1])
        }),
        (DatError::CreatorMismatch, |chain, dat| chain.edit_curve(&dat.coin, CurveField::Creator, &[7; 32])),
        (DatError::CashbackCoin, |chain, dat| chain.edit_curve(&dat.coin, CurveField::Cashback, &[1])),
        (DatError::UnsupportedQuoteMint, |chain, dat| {
            chain.edit_curve(&dat.coin, CurveField::QuoteMint, WSOL.as_ref());
        }),
        (DatError::CreatorMismatch, |chain, dat| {
            // The creator of a coin that pays its holders.
            let holders = pda(&PUMP, &[b"holder-rewards", dat.coin.mint.as_ref()]);
            chain.edit_curve(&dat.coin, CurveField::Creator, holders.as_ref());
            chain.edit_curve(&dat.coin, CurveField::HolderReward, &[1]);
        }),
    ];
    for (error, change) in refusals {
        let mut chain = Chain::new();
        let (ecosystem, dat) = chain.earning(Kind::Token2022, Role::Secondary);
        chain.airdrop(&dat.authority, 50_000_000);
        chain.simulate(&ecosystem.cycle(&dat, 0)).expect("a cycle");
        change(&mut chain, &dat);
        chain.by(&ecosystem.operator, ecosystem.cycle(&dat, 0)).refused(error);
    }
}

/// Fault 8: a mayhem coin pays other fee recipients.
#[test]
fn a_mayhem_coin_pays_its_own_recipients() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let mut dat = chain.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    chain.edit_curve(&dat.coin, CurveField::Mayhem, &[1]);
    chain.airdrop(&dat.authority, 50_000_000);
    let cycle = ecosystem.cycle_by(BuyForm::CurveLegacy, &dat, 0, 1);
    let refused = chain.by(&ecosystem.operator, cycle).refusal();
    assert_eq!(refused.program, Some(PUMP));
    dat.coin.mayhem = true;
    chain.cycle_by(BuyForm::CurveLegacy, &ecosystem, &dat);
}
