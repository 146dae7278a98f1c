//! The kinds of attack steps: every instruction that anybody may send according to the coverage tables.

use std::sync::OnceLock;

use dat_tests::idl::catalog::{coverage_by_name, idl_programs};
use dat_tests::idl::coverage::Coverage;
use dat_tests::idl::{Idl, IdlInstruction};

use super::random::Random;

#[derive(Clone, Copy)]
pub enum AttackKind {
    /// An instruction of pump.fun, built from its IDL.
    Idl(&'static Idl, &'static IdlInstruction),
    /// A swap through our coin into or out of the attacker's coin that is quoted in it.
    HopIn,
    HopOut,
    Create,
    DonateLamports,
    DonateWrapped,
    DonateTokens,
    /// Creates the associated wrapped-SOL account of one of our PDAs.
    OpenAssociated,
    /// Creates a wrapped-SOL account at another address.
    OpenElsewhere,
    Sync,
    BurnOwn,
    /// Makes one of our PDAs the owner of an attacker's account.
    HandOver,
    CloseOwn,
    /// Steps of an attacker's ecosystem with our coin.
    TheirFund,
    TheirCycle,
    TheirCollect,
    TheirBuy,
    TheirBurn,
    TheirCredit,
    TheirFailure,
    TheirObserve,
    /// Instructions that must fail even with the operator's key.
    StolenKey,
    Pause,
    /// Unwraps an account of one of our PDAs.
    Unwrap,
    /// Creates another ecosystem of the attacker.
    CreateEcosystem,
}

use AttackKind::*;

const OTHERS: [(AttackKind, usize); 24] = [
    (HopIn, 14),
    (HopOut, 6),
    (Create, 1),
    (DonateLamports, 3),
    (DonateWrapped, 4),
    (DonateTokens, 2),
    (OpenAssociated, 2),
    (OpenElsewhere, 3),
    (Sync, 1),
    (BurnOwn, 3),
    (HandOver, 2),
    (CloseOwn, 1),
    (TheirFund, 2),
    (TheirCycle, 4),
    (TheirCollect, 2),
    (TheirBuy, 2),
    (TheirBurn, 2),
    (TheirCredit, 1),
    (TheirFailure, 1),
    (CreateEcosystem, 1),
    (TheirObserve, 4),
    (Unwrap, 6),
    (StolenKey, 14),
    (Pause, 2),
];

/// The weight of an instruction in the random choice.
fn weight(name: &str) -> usize {
    match name {
        _ if name.starts_with("buy") => 8,
        _ if name.starts_with("sell") => 4,
        "sweep_creator_fee" | "collect_coin_creator_fee" => 8,
        "migrate" | "migrate_v2" | "set_coin_creator" | "deposit" => 6,
        "multi_hop_swap" | "create" | "create_v2" => 0, // by verbs of their own
        _ => 2,
    }
}

/// All kinds with their weights.
fn all() -> &'static [(AttackKind, usize)] {
    static ALL: OnceLock<Vec<(AttackKind, usize)>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut kinds = OTHERS.to_vec();
        for (_, idl, table) in idl_programs().into_iter().take(3) {
            let searched = coverage_by_name(table).into_iter().filter(|(_, how)| *how == Coverage::Searched);
            kinds.extend(searched.map(|(name, _)| (Idl(idl, idl.get(name)), weight(name))));
        }
        kinds
    })
}

pub fn get(number: usize) -> AttackKind {
    all()[number].0
}

/// A random kind by weight, as its number.
pub fn any(random: &mut Random) -> usize {
    let mut left = random.below(all().iter().map(|(_, weight)| weight).sum());
    all()
        .iter()
        .position(|(_, weight)| match left.checked_sub(*weight) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        })
        .expect("a kind")
}

/// The number of a pump.fun instruction.
pub fn named(name: &str) -> usize {
    let is = |(kind, _): &(AttackKind, usize)| matches!(kind, Idl(_, described) if described.name == name);
    all().iter().position(is).expect("a kind")
}

/// Whether it swaps through several coins.
pub fn hops(number: usize) -> bool {
    matches!(get(number), HopIn | HopOut)
}

/// Whether it buys one of our coins.
pub fn buys(number: usize) -> bool {
    match get(number) {
        Idl(_, described) => described.name.starts_with("buy"),
        kind => matches!(kind, HopIn),
    }
}

impl std::fmt::Debug for AttackKind {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let name = match self {
            Idl(_, described) => return f.write_str(&described.name),
            HopIn => "multi_hop_swap in",
            HopOut => "multi_hop_swap out",
            Create => "create a coin",
            DonateLamports => "give lamports",
            DonateWrapped => "give wrapped SOL",
            DonateTokens => "give tokens",
            OpenAssociated => "open an associated account",
            OpenElsewhere => "open an account for wrapped SOL",
            Sync => "sync wrapped SOL",
            BurnOwn => "burn tokens",
            HandOver => "hand over an account",
            CloseOwn => "close an account",
            TheirFund => "fund the attacker's ecosystem",
            TheirCycle => "cycle in the attacker's ecosystem",
            TheirCollect => "collect_fees in the attacker's ecosystem",
            TheirBuy => "execute_buy in the attacker's ecosystem",
            TheirBurn => "burn_and_update in the attacker's ecosystem",
            TheirCredit => "credit_fees in the attacker's ecosystem",
            TheirFailure => "record_failure in the attacker's ecosystem",
            TheirObserve => "observe in the attacker's ecosystem",
            StolenKey => "a stolen operator key",
            Pause => "a cycle while paused",
            Unwrap => "unwrap",
            CreateEcosystem => "create an ecosystem",
        };
        f.write_str(name)
    }
}
