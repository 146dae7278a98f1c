//! Rent: cycles pay none, and they work after the rent has changed.

use dat_tests::*;
use solana_rent::Rent;

use crate::cycle::buy_forms::POOL_FORMS;

fn set_rent(chain: &mut Chain, lamports_per_byte: u64) {
    let mut rent = chain.svm.get_sysvar::<Rent>();
    rent.lamports_per_byte = lamports_per_byte;
    chain.svm.set_sysvar(&rent);
}

fn earning(chain: &mut Chain, role: Role) -> (Ecosystem, Dat) {
    let ecosystem = chain.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 10_000_000);
    let dat = chain.dat(&ecosystem, Kind::Token2022, role);
    chain.somebody_buys(&dat.coin, 10 * SOL);
    (ecosystem, dat)
}

#[test]
fn a_cycle_pays_no_rent() {
    for kind in KINDS {
        let mut chain = Chain::new();
        let ecosystem = chain.ecosystem("eco", |_| ());
        let dat = chain.dat(&ecosystem, kind, Role::Secondary);
        chain.somebody_buys(&dat.coin, 10 * SOL);
        let before = chain.accounts();
        chain.cycle(&ecosystem, &dat); // its operator has paid the fee alone: `cycle` sees to that
        let new: Vec<_> = chain.accounts().into_keys().filter(|key| !before.contains_key(key)).collect();
        assert!(new.is_empty(), "a cycle creates no account: {new:?}");
    }
}

#[test]
fn the_operator_needs_only_the_transaction_fee() {
    let mut chain = Chain::new();
    let (ecosystem, dat) = earning(&mut chain, Role::Secondary);
    let fee = 5_000;
    let rent = chain.rent(0);
    chain.edit(&ecosystem.operator.pubkey(), |account| account.lamports = rent + fee);
    chain.cycle(&ecosystem, &dat);
    assert_eq!(chain.lamports(&ecosystem.operator.pubkey()), rent);
}

#[test]
fn a_lower_rent_frees_lamports() {
    let mut chain = Chain::new();
    let (ecosystem, dat) = earning(&mut chain, Role::Secondary);
    chain.cycle(&ecosystem, &dat);
    let old = chain.rent(0);
    set_rent(&mut chain, 3_480);
    let freed = old - chain.rent(0);
    assert_eq!(freed, old / 2);
    chain.advance_seconds(60);
    let fee = chain.curve(&dat.coin).creator_fee;
    let done = chain.try_cycle(&ecosystem, &dat).expect("a cycle");
    let event = done.event::<CycleCompleted>();
    assert_identity(&event);
    // From the authority and from the vault.
    assert_eq!(event.inflow, 2 * freed + fee);
    assert_eq!(chain.lamports(&dat.authority), chain.rent(0) + event.carried_out);
    assert_eq!(chain.lamports(&dat.coin.vault), chain.rent(0));
}

#[test]
fn a_lower_rent_frees_lamports_of_the_treasury_for_the_root() {
    let mut chain = Chain::new();
    let (ecosystem, dat) = earning(&mut chain, Role::Root);
    set_rent(&mut chain, 3_480);
    let freed = chain.rent(0);
    let event = chain.try_cycle(&ecosystem, &dat).expect("a cycle").event::<CycleCompleted>();
    assert_eq!((event.treasury_in, event.inflow), (freed, 29_629_630 + 2 * freed));
    assert_eq!(chain.lamports(&ecosystem.treasury), chain.rent(0));
}

#[test]
fn a_higher_rent_takes_carried_lamports() {
    let mut chain = Chain::new();
    let (ecosystem, dat) = earning(&mut chain, Role::Secondary);
    set_rent(&mut chain, 3_480);
    let first = chain.cycle(&ecosystem, &dat);
    set_rent(&mut chain, 6_960);
    chain.advance_seconds(60);
    // The treasury and the vault hold only the lower rent, so somebody funds them.
    let fee = chain.curve(&dat.coin).creator_fee;
    chain.airdrop(&ecosystem.treasury, 445_440);
    chain.airdrop(&dat.coin.vault, 445_440);
    let second = chain.cycle(&ecosystem, &dat);
    // The creator fee of the cycle's own buy replaces a part, and is not split either.
    assert_eq!((second.carried_in, second.inflow), (first.carried_out - 445_440 + fee, 0));
    assert_totals_after_rent_loss(&chain, &dat, &[first, second], 445_440 - fee);
}

#[test]
fn a_sweep_pays_the_rent_that_a_vault_lacks() {
    let mut chain = Chain::new();
    let (ecosystem, dat) = earning(&mut chain, Role::Root);
    set_rent(&mut chain, 3_480);
    chain.cycle(&ecosystem, &dat);
    set_rent(&mut chain, 6_960);
    chain.advance_seconds(60);
    chain.airdrop(&ecosystem.treasury, SOL);
    let (operator, fee) = (ecosystem.operator.pubkey(), chain.curve(&dat.coin).creator_fee);
    let before = chain.lamports(&operator);
    // pump.fun takes a whole rent from the payer and pays out the old balance, which the authority lacked.
    let inflow = chain.cycle(&ecosystem, &dat).inflow;
    assert_eq!(before - chain.lamports(&operator), 890_880 + 5_000);
    assert_eq!(inflow, fee);
    assert_eq!(chain.lamports(&dat.coin.vault), 890_880);
}

#[test]
fn an_authority_that_lacks_rent_waits_for_fees() {
    for role in [Role::Root, Role::Secondary] {
        let mut chain = Chain::new();
        let (ecosystem, dat) = earning(&mut chain, role);
        let (payer, rent) = (chain.payer(), chain.rent(0));
        chain.send(&chain.fee_instructions(&dat, &payer.pubkey()), &[&payer]).expect("all fees");
        chain.edit(&dat.authority, |account| account.lamports = rent - 1);
        // The treasury's lamports do not help a root.
        chain.airdrop(&ecosystem.treasury, SOL);
        chain.simulate(&ecosystem.cycle(&dat, 0)).refused(DatError::InsufficientFees);
        chain.airdrop(&dat.authority, 6_000_001);
        assert_eq!(chain.cycle(&ecosystem, &dat).inflow, 6_000_000);
    }
}

#[test]
fn a_wrapped_sol_account_works_with_another_rent() {
    for form in POOL_FORMS {
        let mut chain = Chain::new();
        let (ecosystem, dat) = earning(&mut chain, Role::Root);
        chain.airdrop(&dat.authority, SOL);
        chain.graduate(&dat.coin);
        chain.prepare_for_pool(&dat);
        let freed = (165 + 128) * 3_480;

        // The token program counts the freed lamports at the next wrap. No buy spends them.
        set_rent(&mut chain, 3_480);
        for _ in 0..2 {
            assert_eq!(chain.cycle_by(form, &ecosystem, &dat).spent, 10_000_000);
            assert_eq!(chain.tokens(&wsol(&dat.authority)), freed);
            chain.advance_seconds(60);
        }
        // After a rent rise one buy is smaller. Nobody has to act.
        set_rent(&mut chain, 6_960);
        chain.airdrop(&ecosystem.treasury, SOL);
        chain.airdrop(&wsol(&amm_creator_vault(&dat.coin.creator)), freed);
        for bought in [10_000_000 - freed, 10_000_000] {
            chain.advance_seconds(60);
            let rates = chain.rates(&dat.coin);
            let expected = chain.pool(&dat.coin).buy(bought, rates).0;
            let event = chain.cycle_by(form, &ecosystem, &dat);
            assert_eq!((event.spent, event.tokens_bought), (10_000_000, expected));
        }
    }
}
