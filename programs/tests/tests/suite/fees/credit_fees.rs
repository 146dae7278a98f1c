//! `credit_fees`: divides the fees of coins that share one creator. A credit is inflow and is split once.

use dat::events::FeesCredited;
use dat_tests::*;
use solana_transaction_error::TransactionError;

/// A secondary and a root whose creator is the ecosystem's shared authority.
fn sharing(chain: &mut Chain) -> (Ecosystem, [Dat; 2]) {
    let ecosystem = chain.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 15_000_000);
    let kinds = [(Kind::Token2022, Role::Secondary), (Kind::Spl, Role::Root)];
    let dats = kinds.map(|(kind, role)| chain.sharing(&ecosystem, kind, role));
    (ecosystem, dats)
}

/// Collects all fees of the coins at the shared authority.
fn collect_all(chain: &mut Chain, dats: &[Dat; 2]) {
    let payer = chain.payer();
    let [sweep, collect] = dats[0].coin.sweep_and_collect(&payer.pubkey());
    let all = [sweep, dats[1].coin.sweep(&payer.pubkey()), collect];
    chain.send(&all, &[&payer]).expect("two sweeps, one collection");
}

fn credit(
    chain: &mut Chain,
    ecosystem: &Ecosystem,
    dat: &Dat,
    before: u64,
    lamports: u64,
) -> Result<Success, Failure> {
    chain.by(&ecosystem.operator, ecosystem.credit_fees(dat, before, lamports))
}

/// The shared authority has 1 SOL of donations.
fn with_funded_shared_authority() -> (Chain, Ecosystem, [Dat; 2]) {
    let mut chain = Chain::new();
    let (ecosystem, dats) = sharing(&mut chain);
    let rent = chain.rent(0);
    chain.airdrop(&ecosystem.shared_authority, rent + SOL);
    (chain, ecosystem, dats)
}

#[test]
fn fees_of_two_coins_reach_the_shared_authority_and_are_divided() {
    let mut chain = Chain::new();
    let (ecosystem, dats) = sharing(&mut chain);
    let rent = chain.rent(0);
    let [secondary, root] = dats;
    assert_eq!(secondary.coin.vault, root.coin.vault);
    chain.airdrop(&ecosystem.shared_authority, rent);
    chain.somebody_buys(&secondary.coin, 10 * SOL);
    chain.somebody_buys(&root.coin, 5 * SOL);
    collect_all(&mut chain, &dats);
    // 0.3 % of the parts of 10 and 5 SOL that reach the curves.
    let due = [29_629_630, 14_814_815];
    assert_eq!(chain.lamports(&ecosystem.shared_authority), rent + due[0] + due[1]);

    for (dat, lamports) in dats.iter().zip(due) {
        let done = credit(&mut chain, &ecosystem, dat, 0, lamports).expect("credit_fees");
        let event = done.event::<FeesCredited>();
        assert_eq!((event.state, event.mint), (ecosystem.state, dat.coin.mint));
        assert_eq!((event.lamports, event.total_credited), (lamports, lamports));
        assert_eq!(chain.lamports(&dat.authority), rent + lamports);
        assert_eq!(chain.stats(dat).total_credited_lamports, lamports);
    }
    assert_eq!(chain.lamports(&ecosystem.shared_authority), rent);

    // A credit is inflow.
    let sent = chain.cycle(&ecosystem, &secondary);
    assert_eq!((sent.inflow, sent.to_root, sent.spent), (29_629_630, 13_274_074, 15_000_000));
    let spent = chain.cycle(&ecosystem, &root);
    assert_eq!((spent.inflow, spent.treasury_in), (14_814_815, 13_274_074));
    for dat in &dats {
        chain.assert_accounted(dat);
    }

    // The buys paid creator fees to the shared authority.
    let due = dats.map(|dat| chain.curve(&dat.coin).creator_fee);
    collect_all(&mut chain, &dats);
    assert_eq!(chain.lamports(&ecosystem.shared_authority), rent + due[0] + due[1]);
    credit(&mut chain, &ecosystem, &secondary, 29_629_630, due[0]).expect("credit_fees");
    assert_eq!(chain.stats(&secondary).total_credited_lamports, 29_629_630 + due[0]);
}

#[test]
fn credits_never_exceed_the_collected_fees() {
    let (mut chain, ecosystem, [first, second]) = with_funded_shared_authority();
    credit(&mut chain, &ecosystem, &first, 0, SOL + 1).refused(DatError::InsufficientFees);
    credit(&mut chain, &ecosystem, &first, 0, 600_000_000).expect("credit_fees");
    credit(&mut chain, &ecosystem, &second, 0, 400_000_001).refused(DatError::InsufficientFees);
    credit(&mut chain, &ecosystem, &second, 0, 400_000_000).expect("credit_fees");
    credit(&mut chain, &ecosystem, &first, 600_000_000, 1).refused(DatError::InsufficientFees);
    credit(&mut chain, &ecosystem, &first, 600_000_000, u64::MAX).refused(DatError::InsufficientFees);
    assert_eq!(chain.lamports(&ecosystem.shared_authority), chain.rent(0));
}

#[test]
fn a_credit_counts_once() {
    let (mut chain, ecosystem, [dat, other]) = with_funded_shared_authority();
    let bytes = chain.transaction(&[ecosystem.credit_fees(&dat, 0, 1_000)], &[&ecosystem.operator]);
    chain.submit(bytes.clone()).expect("credit_fees");
    assert_eq!(chain.submit(bytes.clone()).refusal().error, TransactionError::AlreadyProcessed);
    // The program refuses the bytes even if the chain has forgotten them.
    chain.svm = chain.svm.with_transaction_history(0);
    chain.submit(bytes).refused(DatError::CreditMismatch);
    for before in [0, 999, 1_001, u64::MAX] {
        credit(&mut chain, &ecosystem, &dat, before, 1).refused(DatError::CreditMismatch);
    }
    credit(&mut chain, &ecosystem, &dat, 1_000, 1).expect("the next credit");
    // Each token has its own total.
    credit(&mut chain, &ecosystem, &other, 0, 1).expect("credit_fees");
    assert_eq!([dat, other].map(|dat| chain.stats(&dat).total_credited_lamports), [1_001, 1]);
}

#[test]
fn a_transaction_that_credits_twice_is_refused() {
    let (mut chain, ecosystem, [dat, _]) = with_funded_shared_authority();
    let credit = ecosystem.credit_fees(&dat, 0, 1_000);
    chain.send(&[credit.clone(), credit], &[&ecosystem.operator]).refused(DatError::CreditMismatch);
    assert_eq!(chain.stats(&dat).total_credited_lamports, 0);
    assert_eq!(chain.lamports(&dat.authority), chain.rent(0));
}

#[test]
fn a_cycle_keeps_the_credited_total() {
    let (mut chain, ecosystem, [dat, _]) = with_funded_shared_authority();
    credit(&mut chain, &ecosystem, &dat, 0, 50_000_000).expect("credit_fees");
    chain.cycle(&ecosystem, &dat);
    credit(&mut chain, &ecosystem, &dat, 0, 1).refused(DatError::CreditMismatch);
    credit(&mut chain, &ecosystem, &dat, 50_000_000, 1).expect("the next credit");
    chain.assert_accounted(&dat);
}

#[test]
fn a_token_without_the_shared_creator_cannot_be_credited() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let rent = chain.rent(0);
    chain.airdrop(&ecosystem.shared_authority, rent + SOL);
    let (coin, creator) = chain.foreign_coin(Kind::Token2022);
    let adopted = ecosystem.dat(chain.adopt(&coin, &creator, &ecosystem.authority(&coin.mint)));
    chain.admit(&ecosystem, &adopted, Role::Secondary, None);
    let foreign = ecosystem.dat(chain.foreign_coin(Kind::Spl).0);
    chain.admit(&ecosystem, &foreign, Role::Root, None);
    let own = chain.dat(&ecosystem, Kind::Spl, Role::Secondary);
    // A coin of another ecosystem's shared authority.
    let other = chain.ecosystem("other", |_| ());
    let theirs = ecosystem.dat(chain.coin(Kind::Spl, |_| other.shared_authority));
    chain
        .by(&ecosystem.admin, ecosystem.admit(&theirs, Role::Secondary, None))
        .refused(DatError::CreatorMismatch);
    for dat in [adopted, foreign, own] {
        credit(&mut chain, &ecosystem, &dat, 0, 1).refused(DatError::CreatorMismatch);
    }
    let sharing = chain.sharing(&ecosystem, Kind::Token2022, Role::Secondary);
    credit(&mut chain, &ecosystem, &sharing, 0, SOL).expect("credit_fees");
    assert_eq!(chain.lamports(&ecosystem.shared_authority), rent);
}

#[test]
fn a_closed_token_cannot_be_credited() {
    let (mut chain, ecosystem, [dat, _]) = with_funded_shared_authority();
    chain.by(&ecosystem.admin, ecosystem.close_token_stats(&dat)).expect("close_token_stats");
    credit(&mut chain, &ecosystem, &dat, 0, SOL).refused(DatError::DATNotActive);
    chain.admit(&ecosystem, &dat, Role::Secondary, None);
    credit(&mut chain, &ecosystem, &dat, 0, SOL).expect("credit_fees");
}
