//! A random life, lived.

use dat::events::Unwrapped;
use dat_tests::*;
use solana_rent::Rent;

use crate::forms::{CURVE_FORMS, POOL_FORMS};
use crate::lives::{Act, Life, Origin, Place};

/// A life on its way.
pub struct Living {
    pub world: World,
    ecosystem: Ecosystem,
    pub tokens: [Token; 2],
    /// How many cycles ran by each form.
    pub ran: [usize; FORMS],
}

/// How many forms of buy there are.
pub const FORMS: usize = CURVE_FORMS.len() + POOL_FORMS.len();

pub struct Token {
    pub dat: Dat,
    trader: Keypair,
    pub cycles: Vec<CycleCompleted>,
    /// Of what was carried, what rent took when it rose.
    pub lost_to_rent: u64,
}

impl Living {
    pub fn begin(life: &Life) -> Self {
        let mut world = World::new();
        let ecosystem = world.ecosystem_with("eco", life.share, |_| ());
        // Fees must not fail for what their recipients lack when rent rises.
        let (rich, others) = (world.rich(), [FEE_RECIPIENT, BUYBACK_RECIPIENT]);
        world.send(&[swap::create_wsol(&rich.pubkey(), &FEE_RECIPIENT)], &[&rich]).expect("an account");
        for key in others.into_iter().chain(others.map(|owner| wsol(&owner))) {
            world.give(&key, SOL);
        }
        let mut token = |role: Role, share: Option<u16>| {
            let at = usize::from(role == Role::Root);
            let dat = member(&mut world, &ecosystem, life.kinds[at], life.origins[at], role, share);
            let trader = world.swapper(&dat.coin, 10_000 * SOL);
            world.give(&trader.pubkey(), 10_000 * SOL);
            Token { dat, trader, cycles: vec![], lost_to_rent: 0 }
        };
        let tokens = [token(Role::Secondary, life.own_share), token(Role::Root, None)];
        world.looks_in_time = !life.looks;
        Self { world, ecosystem, tokens, ran: [0; FORMS] }
    }

    pub fn act(&mut self, root: bool, act: &Act) {
        let Self { world, ecosystem, tokens, ran } = self;
        let token = &mut tokens[usize::from(root)];
        let (dat, coin, user) = (token.dat, token.dat.coin, token.trader.pubkey());
        // Near its end a trade may complete a curve, which is another test's subject.
        let curve = world.curve(&coin);
        let ends = curve.real_tokens * 20 <= curve.virtual_tokens;
        if !world.graduated(&coin) && (ends || matches!(act, Act::Graduate)) {
            return graduate(world, &coin);
        }
        let graduated = world.graduated(&coin);
        let form = |number: usize| if graduated { POOL_FORMS[number % 2] } else { CURVE_FORMS[number % 3] };
        match act {
            Act::Graduate => (),
            Act::Buy(number, lamports) => {
                let buy = coin.buy_by(form(*number), &user, *lamports);
                if let Err(failure) = world.send(&[buy], &[&token.trader]) {
                    // The older form needs the rent of the creator's account on PumpSwap.
                    assert_eq!(failure.name.as_deref(), Some("ConstraintRentExempt"), "{failure:#?}");
                }
            }
            Act::Sell(part) => {
                let tokens = world.tokens(&coin.ata(&user)) / 1_000 * part;
                let sell = if graduated { coin.swap_sell(&user, tokens) } else { coin.sell(&user, tokens) };
                if tokens > 1_000_000_000 {
                    world.send(&[sell], &[&token.trader]).expect("sell");
                }
            }
            Act::Gather(which) => {
                let all = world.gather(&dat, &user);
                for (_, step) in all.into_iter().enumerate().filter(|(bit, _)| which >> bit & 1 == 1) {
                    // A distribution before its sweep is refused, and rent may be lacking.
                    drop(world.send(&[step], &[&token.trader]));
                }
            }
            Act::GiveLamports(place, lamports) => world.give(&at(*place, world, &dat), *lamports),
            Act::GiveWrapped(place, lamports) => {
                let place = if matches!(place, Place::PoolVault) { Place::PoolVault } else { Place::Wrapped };
                world.give_wsol(&at(place, world, &dat), *lamports);
            }
            Act::GiveTokens(part) => {
                let tokens = world.tokens(&coin.ata(&user)) / 1_000 * part;
                let gift = coin.transfer_tokens(&user, &dat.token_account, tokens);
                world.send(&[gift], &[&token.trader]).expect("a gift");
            }
            Act::Rent(lamports_per_byte) => set_rent(world, *lamports_per_byte),
            Act::Rates(tiers) => {
                world.set_pool_fee_tiers(tiers);
                let of_curve = |rates: Rates| Rates { lp: 0, ..rates };
                let tiers: Vec<_> = tiers.iter().map(|(from, rates)| (*from, of_curve(*rates))).collect();
                world.set_fee_tiers(&tiers);
            }
            Act::Limits { cap, impact } => {
                let mut limits = parameters();
                limits.max_fees_per_cycle_lamports = *cap;
                limits.max_price_impact_bps = *impact;
                let update = ecosystem.update_parameters(limits);
                world.send(&[update], &[&ecosystem.admin]).expect("update_parameters");
            }
            Act::CollectWrapped => {
                // There may be nothing to collect, or a sharing config in its place.
                let all = [coin.sweep_pool(&user), coin.collect_wrapped(&wsol(&dat.authority))];
                drop(world.send(&all, &[&token.trader]));
            }
            Act::Unwrap => unwrap(world, ecosystem, &dat),
            Act::Look => look(world, ecosystem, &dat),
            Act::Slots(slots) => world.pass_slots(*slots),
            Act::Cycle(number, gift) | Act::LookedAtCycle(number, gift) => {
                if matches!(act, Act::LookedAtCycle(..)) {
                    look(world, ecosystem, &dat);
                    world.pass_slots(8);
                }
                world.pass(60);
                world.give(&dat.authority, *gift);
                let carried = world.stats(&dat).carried_lamports;
                let form = form(*number);
                if let Some(cycle) = world.cycle_or_refusal(form, ecosystem, &dat) {
                    ran[form as usize] += 1;
                    token.lost_to_rent += carried - cycle.carried_in;
                    token.cycles.push(cycle);
                }
            }
        }
    }
}

fn member(
    world: &mut World,
    ecosystem: &Ecosystem,
    kind: Kind,
    origin: Origin,
    role: Role,
    share: Option<u16>,
) -> Dat {
    let dat = match origin {
        Origin::Own => world.candidate(ecosystem, kind),
        Origin::Foreign => ecosystem.dat(world.foreign_coin(kind).0),
        Origin::Adopted => {
            let (coin, creator) = world.foreign_coin(kind);
            let authority = ecosystem.authority(&coin.mint);
            ecosystem.dat(world.adopt(&coin, &creator, &authority))
        }
    };
    world.admit(ecosystem, &dat, role, share);
    world.prepare_for_pool(&dat);
    dat
}

fn look(world: &mut World, ecosystem: &Ecosystem, dat: &Dat) {
    let observe = ecosystem.observe(dat, world.graduated(&dat.coin));
    world.by(&ecosystem.operator, observe).expect("observe");
}

/// All that is wrapped comes to the authority, but the rent of today of the account that buys need.
fn unwrap(world: &mut World, ecosystem: &Ecosystem, dat: &Dat) {
    let (rich, account) = (world.rich(), wsol(&dat.authority));
    let [has, wrapped] = [dat.authority, account].map(|key| world.lamports(&key));
    let gain = wrapped.saturating_sub(world.rent(165));
    let done = world.send(&[ecosystem.unwrap(dat, account)], &[&rich]).expect("unwrap");
    let said = done.events::<Unwrapped>().iter().map(|event| event.lamports).sum::<u64>();
    assert_eq!(said, gain);
    let now = [dat.authority, account].map(|key| world.lamports(&key));
    assert_eq!((now, world.tokens(&account)), ([has + gain, wrapped - gain], 0));
}

fn graduate(world: &mut World, coin: &Coin) {
    // New accounts are made at the highest rent.
    let now = world.svm.get_sysvar::<Rent>();
    set_rent(world, 6_960);
    world.graduate(coin);
    world.svm.set_sysvar(&now);
}

fn set_rent(world: &mut World, lamports_per_byte: u64) {
    let mut rent = world.svm.get_sysvar::<Rent>();
    rent.lamports_per_byte = lamports_per_byte;
    world.svm.set_sysvar(&rent);
}

fn at(place: Place, world: &World, dat: &Dat) -> Pubkey {
    match place {
        Place::Authority => dat.authority,
        Place::Treasury => dat.treasury,
        Place::Vault => dat.coin.vault,
        Place::Market if world.graduated(&dat.coin) => dat.coin.pool,
        Place::Market => dat.coin.curve,
        Place::Wrapped => wsol(&dat.authority),
        Place::PoolVault => wsol(&amm_creator_vault(&dat.coin.creator)),
    }
}
