//! Random histories of two tokens, a secondary and its root.

use dat_tests::*;
use proptest::prelude::*;

/// One operation of a history.
#[derive(Clone, Debug)]
pub enum Operation {
    /// A buy with one of the forms for the place where the token trades.
    Buy(usize, u64),
    /// A part of the trader's tokens, thousandths.
    Sell(u64),
    /// Some of the fee instructions, chosen by bits.
    BringFees(u8),
    DonateLamports(DonationTarget, u64),
    DonateWrapped(DonationTarget, u64),
    /// A part of the trader's tokens, thousandths.
    DonateTokens(u64),
    Graduate,
    /// A stranger collects the fees on PumpSwap as wrapped SOL.
    CollectWrapped,
    /// Anybody unwraps the authority's wrapped SOL.
    Unwrap,
    /// The operator observes the price.
    Observe,
    Slots(u64),
    /// Lamports per byte, at most the value at which all accounts were created, because pump.fun refuses some
    /// accounts below rent.
    Rent(u64),
    Rates(Vec<(u64, Rates)>),
    Limits {
        cap: u64,
        impact: u16,
    },
    /// A donation to the authority, then a cycle with one of the forms for the place where the token trades.
    Cycle(usize, u64),
    /// The same with an observation in time.
    ObservedCycle(usize, u64),
}

/// Destinations of donations.
#[derive(Clone, Copy, Debug)]
pub enum DonationTarget {
    Authority,
    Treasury,
    Vault,
    Market,
    /// The authority's wrapped-SOL account.
    Wrapped,
    /// The creator's account on PumpSwap.
    PoolVault,
}

/// The creator of a token's coin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreatorKind {
    Own,
    Adopted,
    /// A creator who keeps the fees. Only for a root.
    Foreign,
}

#[derive(Clone, Debug)]
pub struct History {
    pub kinds: [Kind; 2],
    pub creator_kinds: [CreatorKind; 2],
    pub share: u16,
    pub own_share: Option<u16>,
    /// Whether the history contains the observations. Otherwise every cycle has an observation in time.
    pub observes: bool,
    /// Each operation, and whether it concerns the root.
    pub operations: Vec<(bool, Operation)>,
}

fn lamports() -> impl Strategy<Value = u64> {
    prop_oneof![1_000u64..1_000_000, 1_000_000u64..50_000_000, 50_000_000u64..3_000_000_000]
}

/// Usually enough for a cycle.
fn donation() -> impl Strategy<Value = u64> {
    prop_oneof![1 => Just(0), 3 => 5_500_000u64..60_000_000]
}

fn donation_target() -> impl Strategy<Value = DonationTarget> {
    use DonationTarget::*;
    prop::sample::select(vec![Authority, Authority, Treasury, Vault, Market, Wrapped, PoolVault])
}

fn rates() -> impl Strategy<Value = Vec<(u64, Rates)>> {
    let tier = (20 * SOL..600 * SOL, 0u64..=30, 2u64..=120, 1u64..=120);
    let tier = tier.prop_map(|(from, lp, protocol, creator)| (from, Rates::new(lp, protocol, creator)));
    prop::collection::vec(tier, 1..4).prop_map(|mut tiers| {
        tiers.sort_by_key(|tier| tier.0);
        tiers
    })
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        6 => (0usize..6, lamports()).prop_map(|(form, lamports)| Operation::Buy(form, lamports)),
        2 => (1u64..=1_000).prop_map(Operation::Sell),
        2 => (1u8..16).prop_map(Operation::BringFees),
        3 => (donation_target(), lamports()).prop_map(|(donation_target, lamports)| Operation::DonateLamports(donation_target, lamports)),
        1 => (donation_target(), lamports()).prop_map(|(donation_target, lamports)| Operation::DonateWrapped(donation_target, lamports)),
        1 => (1u64..=1_000).prop_map(Operation::DonateTokens),
        1 => Just(Operation::Graduate),
        1 => Just(Operation::CollectWrapped),
        1 => Just(Operation::Unwrap),
        1 => Just(Operation::Observe),
        1 => (1u64..160).prop_map(Operation::Slots),
        1 => prop::sample::select(vec![2_000, 3_480, 5_000, 6_960, 6_960]).prop_map(Operation::Rent),
        1 => rates().prop_map(Operation::Rates),
        1 => (
            prop_oneof![1_000u64..1_000_000, 1_000_000u64..50_000_000, 50_000_000u64..10_000_000_000],
            1u16..=1_000
        ).prop_map(|(cap, impact)| Operation::Limits { cap, impact }),
        8 => (0usize..6, donation()).prop_map(|(form, donation)| Operation::Cycle(form, donation)),
        24 => (0usize..6, donation()).prop_map(|(form, donation)| Operation::ObservedCycle(form, donation)),
    ]
}

prop_compose! {
    pub fn history(length: usize)(
        kinds in prop::array::uniform2(prop::sample::select(vec![Kind::Spl, Kind::Token2022])),
        secondary in prop::sample::select(vec![CreatorKind::Own, CreatorKind::Own, CreatorKind::Adopted]),
        root in prop::sample::select(vec![CreatorKind::Own, CreatorKind::Own, CreatorKind::Adopted, CreatorKind::Foreign]),
        share in 1_000u16..=9_000,
        own_share in prop::option::of(1_000u16..=9_000),
        observes: bool,
        operations in prop::collection::vec((any::<bool>(), operation()), length / 2..length),
    ) -> History {
        History { kinds, creator_kinds: [secondary, root], share, own_share, observes, operations }
    }
}
