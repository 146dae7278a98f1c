//! Accounts of pump.fun that are shorter than today's accounts. The first trader pays for their extension; a
//! cycle never does.

use dat_tests::*;

use crate::cycle::buy_forms::{CURVE_FORMS, POOL_FORMS};

/// Cuts an account to an earlier length and removes the rent of the rest.
fn shorten(chain: &mut Chain, address: &Pubkey, length: usize) {
    let whole = chain.account(address).data.len();
    let less = chain.rent(whole) - chain.rent(length);
    chain.edit(address, |account| {
        account.data.truncate(length);
        account.lamports -= less;
    });
}

fn rich_root(kind: Kind, graduated: bool) -> (Chain, Ecosystem, Dat) {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dat = chain.dat(&ecosystem, kind, Role::Root);
    chain.airdrop(&dat.authority, SOL);
    if graduated {
        chain.graduate(&dat.coin);
        chain.prepare_for_pool(&dat);
    }
    (chain, ecosystem, dat)
}

#[test]
fn a_cycle_does_not_pay_to_extend_a_short_curve() {
    for length in [115, 125, 150, 151] {
        for (form, kind) in CURVE_FORMS.into_iter().flat_map(|f| KINDS.map(|k| (f, k))) {
            let (mut chain, ecosystem, dat) = rich_root(kind, false);
            shorten(&mut chain, &dat.coin.curve, length);
            let cycle = ecosystem.cycle_by(form, &dat, 0, 1);
            chain.simulate(&cycle).refused(DatError::ConservationViolated);
            let payer = chain.payer();
            chain.send(&[dat.coin.extend_curve(&payer.pubkey())], &[&payer]).expect("extend_account");
            chain.cycle_by(form, &ecosystem, &dat);
        }
    }
}

#[test]
fn a_cycle_does_not_pay_to_extend_a_short_pool() {
    for length in [244, 245, 261, 270, 271] {
        for form in POOL_FORMS {
            let (mut chain, ecosystem, dat) = rich_root(Kind::Token2022, true);
            shorten(&mut chain, &dat.coin.pool, length);
            let cycle = ecosystem.cycle_by(form, &dat, 0, 1);
            chain.simulate(&cycle).refused(DatError::ConservationViolated);
            let payer = chain.payer();
            chain.send(&[dat.coin.extend_pool(&payer.pubkey())], &[&payer]).expect("extend_account");
            chain.cycle_by(form, &ecosystem, &dat);
        }
    }
}

#[test]
fn a_sweep_before_the_cycle_pays_the_extension() {
    for graduated in [false, true] {
        let (mut chain, ecosystem, dat) = rich_root(Kind::Token2022, graduated);
        let (market, length) = if graduated { (dat.coin.pool, 271) } else { (dat.coin.curve, 151) };
        let before = chain.account(&market);
        shorten(&mut chain, &market, length);
        let operator = chain.lamports(&ecosystem.operator.pubkey());
        let done = chain.try_cycle_by(chain.form(&dat.coin), &ecosystem, &dat).expect("a cycle");
        assert!(done.event::<CycleCompleted>().tokens_bought > 0);
        let after = chain.account(&market);
        assert!(
            after.data.len() >= before.data.len().min(287) && after.lamports >= chain.rent(after.data.len())
        );
        let paid = operator - chain.lamports(&ecosystem.operator.pubkey()) - done.meta.fee;
        assert_eq!(paid, chain.rent(after.data.len()) - chain.rent(length));
    }
}

#[test]
fn a_short_curve_can_be_extended_before_the_cycle() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 20_000_000);
    let dat = chain.dat(&ecosystem, Kind::Token2022, Role::Secondary);
    chain.airdrop(&dat.authority, 50_000_000);
    shorten(&mut chain, &dat.coin.curve, 151);
    let payer = chain.payer();
    chain.send(&[dat.coin.extend_curve(&payer.pubkey())], &[&payer]).expect("extend_account");
    chain.cycle(&ecosystem, &dat);
}
