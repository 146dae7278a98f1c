//! Forwarded accounts that pump.fun accepts and that are not ours. Our program refuses them in every form.

use dat_tests::*;

use crate::cycle::buy_forms::{earning, CURVE_FORMS, POOL_FORMS};

/// The number of accounts before the forwarded ones.
const OWN: usize = 11;

/// A cycle of this form that succeeds.
struct Forwarding {
    chain: Chain,
    dat: Dat,
    cycle: Instruction,
}

impl Forwarding {
    fn of(form: BuyForm) -> Self {
        let mut chain = Chain::new();
        let (ecosystem, dat) = earning(&mut chain, form, Kind::Spl, Role::Root);
        chain.airdrop(&dat.authority, SOL / 10);
        let cycle = ecosystem.cycle_by(form, &dat, 0, 1);
        chain.simulate(&cycle).expect("a cycle that would run");
        Self { chain, dat, cycle }
    }

    /// Simulates the cycle with other keys among the forwarded accounts.
    fn with(&self, swaps: &[(Pubkey, Pubkey)]) -> Result<Success, Failure> {
        let mut changed = self.cycle.clone();
        let mut swapped = 0;
        for meta in &mut changed.accounts[OWN..] {
            if let Some((_, key)) = swaps.iter().find(|(old, _)| *old == meta.pubkey) {
                meta.pubkey = *key;
                swapped += 1;
            }
        }
        assert!(swapped >= swaps.len(), "each is among the forwarded accounts");
        self.chain.simulate(&changed)
    }

    #[track_caller]
    fn refused(&self, swaps: &[(Pubkey, Pubkey)]) {
        self.with(swaps).refused(DatError::InvalidForwardedAccounts);
    }
}

#[test]
fn the_bought_tokens_go_to_no_other_account() {
    for form in CURVE_FORMS.into_iter().chain(POOL_FORMS) {
        let mut forwarding = Forwarding::of(form);
        let coin = forwarding.dat.coin;
        let trader = forwarding.chain.trader(&coin, SOL);
        // A trader's account, and the account that the market sells from.
        let market = if POOL_FORMS.contains(&form) { coin.pool } else { coin.curve };
        for elsewhere in [coin.ata(&trader.pubkey()), coin.ata(&market)] {
            forwarding.refused(&[(forwarding.dat.token_account, elsewhere)]);
        }
    }
}

#[test]
fn no_other_account_can_be_the_buyer() {
    for form in CURVE_FORMS.into_iter().chain(POOL_FORMS) {
        let forwarding = Forwarding::of(form);
        for buyer in
            [forwarding.chain.payer().pubkey(), forwarding.cycle.accounts[0].pubkey, forwarding.dat.treasury]
        {
            forwarding.refused(&[(forwarding.dat.authority, buyer)]);
        }
    }
}

#[test]
fn no_other_coin_is_bought() {
    for form in CURVE_FORMS.into_iter().chain(POOL_FORMS) {
        let mut forwarding = Forwarding::of(form);
        let (dat, chain) = (forwarding.dat, &mut forwarding.chain);
        let other = chain.coin(Kind::Spl, |_| dat.authority);
        let payer = chain.payer();
        let account = other.create_ata(&payer.pubkey(), &dat.authority);
        chain.send(&[account], &[&payer]).expect("an account for the other coin");
        let mut swaps = vec![(dat.coin.mint, other.mint)];
        if POOL_FORMS.contains(&form) {
            chain.graduate(&other);
            swaps.extend([(dat.coin.pool, other.pool), (wsol(&dat.coin.pool), wsol(&other.pool))]);
            swaps.push((dat.coin.ata(&dat.coin.pool), other.ata(&other.pool)));
        } else {
            let curves = [dat.coin.ata(&dat.coin.curve), other.ata(&other.curve)];
            swaps.extend([(dat.coin.curve, other.curve), (curves[0], curves[1])]);
        }
        // All accounts together, and each alone.
        let everything = [&swaps[..], &[(dat.token_account, other.ata(&dat.authority))]].concat();
        forwarding.refused(&everything);
        forwarding.refused(&swaps);
        forwarding.refused(&swaps[..1]);
        forwarding.refused(&swaps[1..2]);
    }
}

#[test]
fn no_other_pool_of_the_coin_is_used() {
    // PumpSwap accepts it as a pool of this coin.
    for form in POOL_FORMS {
        let mut forwarding = Forwarding::of(form);
        let (coin, chain) = (forwarding.dat.coin, &mut forwarding.chain);
        let maker = chain.somebody_swaps(&coin, 10 * SOL);
        let user = maker.pubkey();
        chain.airdrop_wsol(&wsol(&user), 100 * SOL);
        let own = coin.with_pool_of(&user);
        let tokens = chain.tokens(&coin.ata(&user));
        chain.send(&[own.create_pool(&user, tokens, 99 * SOL)], &[&maker]).expect("create_pool");
        let swaps = [
            (coin.pool, own.pool),
            (wsol(&coin.pool), wsol(&own.pool)),
            (coin.ata(&coin.pool), coin.ata(&own.pool)),
        ];
        forwarding.refused(&swaps);
        // The accounts of that pool are not accepted for the canonical pool either.
        for swap in &swaps[1..] {
            forwarding.with(std::slice::from_ref(swap)).refused(DatError::InvalidPool);
        }
    }
}

#[test]
fn no_lamports_are_wrapped_for_another_owner() {
    for form in POOL_FORMS {
        let mut forwarding = Forwarding::of(form);
        let (dat, chain) = (forwarding.dat, &mut forwarding.chain);
        let thief = chain.swapper(&dat.coin, 100 * SOL);
        let account = wsol(&thief.pubkey());
        // PumpSwap would accept this account, because the authority is its delegate.
        let accounts = vec![writable(account), readonly(dat.authority), signer(thief.pubkey())];
        let data = [&[4][..], &(100 * SOL).to_le_bytes()].concat(); // Approve
        let approve = Instruction { program_id: TOKEN, accounts, data };
        chain.send(&[approve], &[&thief]).expect("approve");
        forwarding.refused(&[(wsol(&dat.authority), account)]);
        // An account of another mint and a wallet are refused as well.
        for wrong in [dat.token_account, forwarding.chain.payer().pubkey()] {
            forwarding.refused(&[(wsol(&dat.authority), wrong)]);
        }
    }
}

#[test]
fn a_forged_wrapped_sol_account_receives_nothing() {
    for form in POOL_FORMS {
        let mut forwarding = Forwarding::of(form);
        let key = forwarding.chain.keypair().pubkey();
        let mut twin = forwarding.chain.account(&wsol(&forwarding.dat.authority));
        twin.owner = MEMO;
        forwarding.chain.svm.set_account(key, twin).expect("an account");
        // The token program refuses it before PumpSwap runs.
        let refused = forwarding.with(&[(wsol(&forwarding.dat.authority), key)]).refusal();
        assert_eq!(refused.program, Some(TOKEN), "{refused:#?}");
    }
}

#[test]
fn any_wrapped_sol_account_of_the_authority_works() {
    for form in POOL_FORMS {
        let mut forwarding = Forwarding::of(form);
        let key = forwarding.chain.keypair().pubkey();
        let second = forwarding.chain.account(&wsol(&forwarding.dat.authority));
        forwarding.chain.svm.set_account(key, second).expect("an account");
        let done = forwarding.with(&[(wsol(&forwarding.dat.authority), key)]).expect("a cycle");
        assert_eq!(u64_in(&done.accounts[&key].data, 64), 0, "the account is empty afterwards");
    }
}

#[test]
fn the_fee_configuration_must_be_that_of_the_trading_program() {
    for form in CURVE_FORMS.into_iter().chain(POOL_FORMS) {
        let forwarding = Forwarding::of(form);
        let pool = POOL_FORMS.contains(&form);
        let (right, wrong) = (fee_config(), amm_fee_config());
        let swap = if pool { (wrong, right) } else { (right, wrong) };
        forwarding.with(&[swap]).refused(DatError::InvalidFeeConfig);
    }
}

#[test]
fn a_form_needs_all_its_accounts() {
    for form in CURVE_FORMS.into_iter().chain(POOL_FORMS) {
        let forwarding = Forwarding::of(form);
        // The older form on PumpSwap needs one account less without a creator.
        let least = forwarding.cycle.accounts.len() - usize::from(form == BuyForm::Pool);
        for count in OWN..least {
            let accounts = forwarding.cycle.accounts[..count].to_vec();
            let short = Instruction { accounts, ..forwarding.cycle.clone() };
            forwarding.chain.simulate(&short).refused(DatError::InvalidForwardedAccounts);
        }
    }
}
