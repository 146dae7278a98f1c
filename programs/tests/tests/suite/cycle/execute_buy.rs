//! `execute_buy`: the second step of a cycle alone.

use dat::events::BuyExecuted;
use dat_tests::*;
use solana_transaction_error::TransactionError;

fn earning(kind: Kind, role: Role) -> (Chain, Ecosystem, Dat) {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 10_000_000);
    let dat = chain.dat(&ecosystem, kind, role);
    chain.airdrop(&dat.authority, 50_000_000);
    (chain, ecosystem, dat)
}

/// A token with split lamports.
fn collected(kind: Kind) -> (Chain, Ecosystem, Dat) {
    let (mut chain, ecosystem, dat) = earning(kind, Role::Secondary);
    chain.by(&ecosystem.operator, ecosystem.collect_fees(&dat)).expect("collect_fees");
    (chain, ecosystem, dat)
}

#[test]
fn execute_buy_spends_only_carried_lamports() {
    for kind in KINDS {
        let (mut chain, ecosystem, dat) = collected(kind);
        chain.airdrop(&dat.authority, SOL); // not split yet
        let (tokens, _) = chain.curve(&dat.coin).buy(10_000_000, chain.rates(&dat.coin));
        let done = chain.by(&ecosystem.operator, ecosystem.execute_buy(&dat, 0)).expect("execute_buy");
        let event = done.event::<BuyExecuted>();
        assert_eq!((event.state, event.mint, event.timestamp), (dat.state, dat.coin.mint, chain.now()));
        assert_eq!((event.cycle_id, event.cycle), (CYCLE_ID, 1));
        assert_eq!((event.spent, event.carried_out, event.tokens_bought), (10_000_000, 17_600_000, tokens));
        assert_eq!(chain.tokens(&dat.token_account), tokens);
        assert_eq!(chain.lamports(&dat.authority), chain.rent(0) + SOL + 17_600_000);
        assert_eq!(chain.supply(&dat.coin.mint), 1_000_000_000_000_000);
        let stats = chain.stats(&dat);
        assert_eq!((stats.cycle_count, stats.last_cycle_at), (1, chain.now()));
        assert_eq!((stats.cycles_in_hour, stats.cycles_in_day), (1, 1));
        assert_eq!((stats.last_cycle_id, stats.total_burned), (CYCLE_ID, 0));
    }
}

#[test]
fn execute_buy_without_carried_lamports_is_refused() {
    let (mut chain, ecosystem, dat) = earning(Kind::Spl, Role::Secondary);
    chain.by(&ecosystem.operator, ecosystem.execute_buy(&dat, 0)).refused(DatError::InsufficientFees);
    assert_eq!(chain.stats(&dat).cycle_count, 0);
}

#[test]
fn execute_buy_needs_a_minimum_of_tokens() {
    let (mut chain, ecosystem, dat) = collected(Kind::Token2022);
    let (tokens, _) = chain.curve(&dat.coin).buy(10_000_000, chain.rates(&dat.coin));
    let buy = |min| ecosystem.execute_buy_by(BuyForm::CurveV3, &dat, 0, min);
    chain.by(&ecosystem.operator, buy(0)).refused(DatError::InvalidParameter);
    let refused = chain.by(&ecosystem.operator, buy(tokens + 1)).refusal();
    refused.assert_is(&PUMP, 6_042, "BuySlippageBelowMinTokensOut");
    chain.by(&ecosystem.operator, buy(tokens)).expect("execute_buy");
}

#[test]
fn execute_buy_counts_once() {
    let (mut chain, ecosystem, dat) = collected(Kind::Spl);
    let buy = chain.transaction(&[ecosystem.execute_buy(&dat, 0)], &[&ecosystem.operator]);
    chain.write_observations(&[ecosystem.execute_buy(&dat, 0)]);
    chain.submit(buy.clone()).expect("execute_buy");
    assert_eq!(chain.submit(buy.clone()).refusal().error, TransactionError::AlreadyProcessed);
    // The program refuses the bytes even if the chain has forgotten them.
    chain.svm = chain.svm.with_transaction_history(0);
    chain.submit(buy).refused(DatError::CycleMismatch);
    // A buy must name the token's next cycle and keep the interval, alone and within a cycle.
    for stale in [ecosystem.execute_buy(&dat, 0), ecosystem.cycle(&dat, 0), ecosystem.execute_buy(&dat, 2)] {
        chain.by(&ecosystem.operator, stale).refused(DatError::CycleMismatch);
    }
    chain.advance_seconds(59);
    for early in [ecosystem.execute_buy(&dat, 1), ecosystem.cycle(&dat, 1)] {
        chain.by(&ecosystem.operator, early).refused(DatError::CycleTooSoon);
    }
    chain.advance_seconds(1);
    chain.by(&ecosystem.operator, ecosystem.execute_buy(&dat, 1)).expect("execute_buy");
    assert_eq!(chain.stats(&dat).cycle_count, 2);
    chain.assert_accounted(&dat);
}
