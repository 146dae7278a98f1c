//! The replay of a random history.

use dat::events::Unwrapped;
use dat_tests::*;
use solana_rent::Rent;

use super::history::{CreatorKind, DonationTarget, History, Operation};
use crate::cycle::buy_forms::{CURVE_FORMS, POOL_FORMS};

/// A history in progress.
pub struct Replay {
    pub chain: Chain,
    ecosystem: Ecosystem,
    pub tokens: [TokenRecord; 2],
    /// The number of cycles by form.
    pub ran: [usize; FORMS],
}

/// The number of forms.
pub const FORMS: usize = CURVE_FORMS.len() + POOL_FORMS.len();

pub struct TokenRecord {
    pub dat: Dat,
    trader: Keypair,
    pub cycles: Vec<CycleCompleted>,
    /// Carried lamports that a rent rise took.
    pub lost_to_rent: u64,
}

impl Replay {
    pub fn begin(history: &History) -> Self {
        let mut chain = Chain::new();
        let ecosystem = chain.ecosystem_with("eco", history.share, |_| ());
        // The fee recipients get lamports, so that no trade fails after a rent rise.
        let (payer, others) = (chain.payer(), [FEE_RECIPIENT, BUYBACK_RECIPIENT]);
        chain.send(&[create_wsol(&payer.pubkey(), &FEE_RECIPIENT)], &[&payer]).expect("an account");
        for key in others.into_iter().chain(others.map(|owner| wsol(&owner))) {
            chain.airdrop(&key, SOL);
        }
        let mut token = |role: Role, share: Option<u16>| {
            let at = usize::from(role == Role::Root);
            let dat =
                member(&mut chain, &ecosystem, history.kinds[at], history.creator_kinds[at], role, share);
            let trader = chain.swapper(&dat.coin, 10_000 * SOL);
            chain.airdrop(&trader.pubkey(), 10_000 * SOL);
            TokenRecord { dat, trader, cycles: vec![], lost_to_rent: 0 }
        };
        let tokens = [token(Role::Secondary, history.own_share), token(Role::Root, None)];
        chain.auto_observe = !history.observes;
        Self { chain, ecosystem, tokens, ran: [0; FORMS] }
    }

    pub fn apply(&mut self, root: bool, operation: &Operation) {
        let Self { chain, ecosystem, tokens, ran } = self;
        let token = &mut tokens[usize::from(root)];
        let (dat, coin, user) = (token.dat, token.dat.coin, token.trader.pubkey());
        // A trade near the end may complete the curve. Another test covers this.
        let curve = chain.curve(&coin);
        let ends = curve.real_tokens * 20 <= curve.virtual_tokens;
        if !chain.graduated(&coin) && (ends || matches!(operation, Operation::Graduate)) {
            return graduate(chain, &coin);
        }
        let graduated = chain.graduated(&coin);
        let form = |number: usize| if graduated { POOL_FORMS[number % 2] } else { CURVE_FORMS[number % 3] };
        match operation {
            Operation::Graduate => (),
            Operation::Buy(number, lamports) => {
                let buy = coin.buy_by(form(*number), &user, *lamports);
                if let Err(failure) = chain.send(&[buy], &[&token.trader]) {
                    // The older form needs the rent of the creator's account on PumpSwap.
                    assert_eq!(failure.name.as_deref(), Some("ConstraintRentExempt"), "{failure:#?}");
                }
            }
            Operation::Sell(part) => {
                let tokens = chain.tokens(&coin.ata(&user)) / 1_000 * part;
                let sell = if graduated { coin.swap_sell(&user, tokens) } else { coin.sell(&user, tokens) };
                if tokens > 1_000_000_000 {
                    chain.send(&[sell], &[&token.trader]).expect("sell");
                }
            }
            Operation::BringFees(which) => {
                let all = chain.fee_instructions(&dat, &user);
                for (_, step) in all.into_iter().enumerate().filter(|(bit, _)| which >> bit & 1 == 1) {
                    // A distribution before its sweep fails, and rent may be missing.
                    drop(chain.send(&[step], &[&token.trader]));
                }
            }
            Operation::DonateLamports(donation_target, lamports) => {
                chain.airdrop(&at(*donation_target, chain, &dat), *lamports)
            }
            Operation::DonateWrapped(donation_target, lamports) => {
                let donation_target = if matches!(donation_target, DonationTarget::PoolVault) {
                    DonationTarget::PoolVault
                } else {
                    DonationTarget::Wrapped
                };
                chain.airdrop_wsol(&at(donation_target, chain, &dat), *lamports);
            }
            Operation::DonateTokens(part) => {
                let tokens = chain.tokens(&coin.ata(&user)) / 1_000 * part;
                let donation = coin.transfer_tokens(&user, &dat.token_account, tokens);
                chain.send(&[donation], &[&token.trader]).expect("a donation");
            }
            Operation::Rent(lamports_per_byte) => set_rent(chain, *lamports_per_byte),
            Operation::Rates(tiers) => {
                chain.set_pool_fee_tiers(tiers);
                let of_curve = |rates: Rates| Rates { lp: 0, ..rates };
                let tiers: Vec<_> = tiers.iter().map(|(from, rates)| (*from, of_curve(*rates))).collect();
                chain.set_fee_tiers(&tiers);
            }
            Operation::Limits { cap, impact } => {
                let mut limits = parameters();
                limits.max_fees_per_cycle_lamports = *cap;
                limits.max_price_impact_bps = *impact;
                let update = ecosystem.update_parameters(limits);
                chain.send(&[update], &[&ecosystem.admin]).expect("update_parameters");
            }
            Operation::CollectWrapped => {
                // There may be no fees, or the creator may be a sharing config.
                let all = [coin.sweep_pool(&user), coin.collect_wrapped(&wsol(&dat.authority))];
                drop(chain.send(&all, &[&token.trader]));
            }
            Operation::Unwrap => unwrap(chain, ecosystem, &dat),
            Operation::Observe => observe(chain, ecosystem, &dat),
            Operation::Slots(slots) => chain.advance_slots(*slots),
            Operation::Cycle(number, donation) | Operation::ObservedCycle(number, donation) => {
                if matches!(operation, Operation::ObservedCycle(..)) {
                    observe(chain, ecosystem, &dat);
                    chain.advance_slots(8);
                }
                chain.advance_seconds(60);
                chain.airdrop(&dat.authority, *donation);
                let carried = chain.stats(&dat).carried_lamports;
                let form = form(*number);
                if let Some(cycle) = chain.cycle_or_refusal(form, ecosystem, &dat) {
                    ran[form as usize] += 1;
                    token.lost_to_rent += carried - cycle.carried_in;
                    token.cycles.push(cycle);
                }
            }
        }
    }
}

fn member(
    chain: &mut Chain,
    ecosystem: &Ecosystem,
    kind: Kind,
    creator_kind: CreatorKind,
    role: Role,
    share: Option<u16>,
) -> Dat {
    let dat = match creator_kind {
        CreatorKind::Own => chain.candidate(ecosystem, kind),
        CreatorKind::Foreign => ecosystem.dat(chain.foreign_coin(kind).0),
        CreatorKind::Adopted => {
            let (coin, creator) = chain.foreign_coin(kind);
            let authority = ecosystem.authority(&coin.mint);
            ecosystem.dat(chain.adopt(&coin, &creator, &authority))
        }
    };
    chain.admit(ecosystem, &dat, role, share);
    chain.prepare_for_pool(&dat);
    dat
}

fn observe(chain: &mut Chain, ecosystem: &Ecosystem, dat: &Dat) {
    let observe = ecosystem.observe(dat, chain.graduated(&dat.coin));
    chain.by(&ecosystem.operator, observe).expect("observe");
}

/// All wrapped SOL reaches the authority, except today's rent of the account that buys need.
fn unwrap(chain: &mut Chain, ecosystem: &Ecosystem, dat: &Dat) {
    let (payer, account) = (chain.payer(), wsol(&dat.authority));
    let [has, wrapped] = [dat.authority, account].map(|key| chain.lamports(&key));
    let gain = wrapped.saturating_sub(chain.rent(165));
    let done = chain.send(&[ecosystem.unwrap(dat, account)], &[&payer]).expect("unwrap");
    let said = done.events::<Unwrapped>().iter().map(|event| event.lamports).sum::<u64>();
    assert_eq!(said, gain);
    let now = [dat.authority, account].map(|key| chain.lamports(&key));
    assert_eq!((now, chain.tokens(&account)), ([has + gain, wrapped - gain], 0));
}

fn graduate(chain: &mut Chain, coin: &Coin) {
    // New accounts are created at the highest rent.
    let now = chain.svm.get_sysvar::<Rent>();
    set_rent(chain, 6_960);
    chain.graduate(coin);
    chain.svm.set_sysvar(&now);
}

fn set_rent(chain: &mut Chain, lamports_per_byte: u64) {
    let mut rent = chain.svm.get_sysvar::<Rent>();
    rent.lamports_per_byte = lamports_per_byte;
    chain.svm.set_sysvar(&rent);
}

fn at(donation_target: DonationTarget, chain: &Chain, dat: &Dat) -> Pubkey {
    match donation_target {
        DonationTarget::Authority => dat.authority,
        DonationTarget::Treasury => dat.treasury,
        DonationTarget::Vault => dat.coin.vault,
        DonationTarget::Market if chain.graduated(&dat.coin) => dat.coin.pool,
        DonationTarget::Market => dat.coin.curve,
        DonationTarget::Wrapped => wsol(&dat.authority),
        DonationTarget::PoolVault => wsol(&amm_creator_vault(&dat.coin.creator)),
    }
}
