//! Coins that give all their fees to a token through pump.fun's fee sharing.

use dat_tests::*;

/// A traded coin of a stranger that becomes one of our tokens.
fn adopted(chain: &mut Chain, ecosystem: &Ecosystem, kind: Kind, role: Role, graduated: bool) -> Dat {
    let (coin, creator) = chain.foreign_coin(kind);
    chain.somebody_buys(&coin, 10 * SOL);
    if graduated {
        chain.graduate(&coin);
        chain.somebody_swaps(&coin, 10 * SOL);
    }
    let authority = ecosystem.authority(&coin.mint);
    let dat = ecosystem.dat(chain.adopt(&coin, &creator, &authority));
    chain.admit(ecosystem, &dat, role, None);
    if graduated {
        chain.prepare_for_pool(&dat);
    }
    dat
}

#[test]
fn a_distribution_brings_the_fees() {
    for (kind, role) in KINDS.into_iter().flat_map(|k| [Role::Root, Role::Secondary].map(|r| (k, r))) {
        let mut chain = Chain::new();
        let ecosystem = chain.ecosystem("eco", |_| ());
        let dat = adopted(&mut chain, &ecosystem, kind, role, false);
        // Fees from before the change stay with the old creator.
        assert_eq!(chain.curve(&dat.coin).creator_fee, 0);
        let cycles = [0; 3].map(|_| {
            chain.somebody_buys(&dat.coin, 10 * SOL);
            chain.advance_seconds(60);
            chain.cycle(&ecosystem, &dat)
        });
        assert_eq!(cycles[0].inflow, 29_629_630);
        assert_totals(&chain, &dat, &cycles);
    }
}

#[test]
fn a_fee_sharing_coin_works_after_graduation() {
    for kind in KINDS {
        let mut chain = Chain::new();
        let ecosystem = chain.ecosystem("eco", |_| ());
        let dat = adopted(&mut chain, &ecosystem, kind, Role::Secondary, false);
        chain.somebody_buys(&dat.coin, 10 * SOL);
        let first = chain.cycle(&ecosystem, &dat);
        chain.graduate(&dat.coin);
        assert_eq!(chain.pool(&dat.coin).creator, dat.coin.creator);
        chain.prepare_for_pool(&dat);
        let mut cycles = vec![first];
        for form in [BuyForm::PoolV2, BuyForm::Pool, BuyForm::PoolV2] {
            chain.somebody_swaps(&dat.coin, 10 * SOL);
            chain.advance_seconds(60);
            cycles.push(chain.cycle_by(form, &ecosystem, &dat));
        }
        assert_totals(&chain, &dat, &cycles);
    }
}

#[test]
fn a_graduated_coin_can_be_adopted() {
    for kind in KINDS {
        let mut chain = Chain::new();
        let ecosystem = chain.ecosystem("eco", |_| ());
        let dat = adopted(&mut chain, &ecosystem, kind, Role::Secondary, true);
        chain.somebody_swaps(&dat.coin, 10 * SOL);
        let waiting = chain.pool(&dat.coin).creator_fees;
        assert_eq!(chain.cycle(&ecosystem, &dat).inflow, waiting);
        assert!(waiting > 90_000_000);
    }
}

#[test]
fn fees_shared_with_others_do_not_arrive() {
    // The program does not read the shareholders. It counts the lamports that arrive.
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let (coin, creator) = chain.foreign_coin(Kind::Token2022);
    let stranger = chain.wallet(SOL).pubkey();
    let dat = ecosystem.dat(chain.adopt(&coin, &creator, &stranger));
    chain.admit(&ecosystem, &dat, Role::Secondary, None);
    chain.somebody_buys(&dat.coin, 10 * SOL);
    let payer = chain.payer();
    let fees = [dat.coin.sweep(&payer.pubkey()), dat.coin.distribute(&[stranger])];
    chain.send(&fees, &[&payer]).expect("sweep and distribute");
    let cycle = ecosystem.cycle(&dat, 0);
    chain.simulate(&cycle).refused(DatError::InsufficientFees);
}
