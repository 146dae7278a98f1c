//! What an attacker can do: every instruction that the table says anybody may send.

use std::sync::OnceLock;

use dat_tests::idl::catalog::{coverage_by_name, idl_programs};
use dat_tests::idl::coverage::Coverage;
use dat_tests::idl::{Idl, IdlInstruction};

use super::random::Random;

#[derive(Clone, Copy)]
pub enum AttackKind {
    /// An instruction of pump.fun's, by its IDL.
    Idl(&'static Idl, &'static IdlInstruction),
    /// Over our coin into or out of the attacker's that is paid in it.
    HopIn,
    HopOut,
    Create,
    GiveLamports,
    GiveWrapped,
    GiveTokens,
    /// An associated account for wrapped SOL, of one of our PDAs.
    OpenAssociated,
    /// One at any address.
    OpenElsewhere,
    Sync,
    BurnOwn,
    /// Makes one of our PDAs the owner of an account of the attacker's.
    HandOver,
    CloseOwn,
    /// In an ecosystem of the attacker's over our coin.
    TheirFund,
    TheirCycle,
    TheirCollect,
    TheirBuy,
    TheirBurn,
    TheirCredit,
    TheirFailure,
    TheirObserve,
    /// What a stolen key of the operator's must not bring about.
    StolenKey,
    Pause,
    /// Of one of our PDAs, where anybody may.
    Unwrap,
    /// A further ecosystem.
    CreateEcosystem,
}

use AttackKind::*;

const OTHERS: [(AttackKind, usize); 24] = [
    (HopIn, 14),
    (HopOut, 6),
    (Create, 1),
    (GiveLamports, 3),
    (GiveWrapped, 4),
    (GiveTokens, 2),
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

/// How often an instruction is drawn.
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

/// All verbs, each with how often it is drawn.
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

/// The number of a verb, drawn by weight.
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

/// The number of an instruction of pump.fun's.
pub fn named(name: &str) -> usize {
    let is = |(kind, _): &(AttackKind, usize)| matches!(kind, Idl(_, of) if of.name == name);
    all().iter().position(is).expect("a kind")
}

/// Whether it trades over several coins.
pub fn hops(number: usize) -> bool {
    matches!(get(number), HopIn | HopOut)
}

/// Whether a verb buys one of our coins.
pub fn buys(number: usize) -> bool {
    match get(number) {
        Idl(_, of) => of.name.starts_with("buy"),
        kind => matches!(kind, HopIn),
    }
}

impl std::fmt::Debug for AttackKind {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let name = match self {
            Idl(_, of) => return f.write_str(&of.name),
            HopIn => "multi_hop_swap in",
            HopOut => "multi_hop_swap out",
            Create => "create a coin",
            GiveLamports => "give lamports",
            GiveWrapped => "give wrapped SOL",
            GiveTokens => "give tokens",
            OpenAssociated => "open an associated account",
            OpenElsewhere => "open an account for wrapped SOL",
            Sync => "sync wrapped SOL",
            BurnOwn => "burn tokens",
            HandOver => "hand an account over",
            CloseOwn => "close an account",
            TheirFund => "fund an own ecosystem",
            TheirCycle => "cycle of an own ecosystem",
            TheirCollect => "collect_fees of an own ecosystem",
            TheirBuy => "execute_buy of an own ecosystem",
            TheirBurn => "burn_and_update of an own ecosystem",
            TheirCredit => "credit_fees of an own ecosystem",
            TheirFailure => "record_failure of an own ecosystem",
            TheirObserve => "observe of an own ecosystem",
            StolenKey => "a stolen key of the operator's",
            Pause => "a cycle while paused",
            Unwrap => "unwrap",
            CreateEcosystem => "found an ecosystem",
        };
        f.write_str(name)
    }
}
