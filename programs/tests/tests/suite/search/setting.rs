//! Under which circumstances a program of attackers' steps runs.

use dat_tests::*;

use super::dice::Dice;

/// Whose the secondary's fees are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    Own,
    Shared,
    Adopted,
}

/// How far our coins have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Young,
    Grown,
    /// Less than 2 SOL before its graduation.
    Edge,
    Pool,
    /// In the tier that pays the protocol least.
    DeepPool,
}

/// What the world is built from; the rest of a setting is set in a copy of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ground {
    pub kind: Kind,
    pub origin: Origin,
    /// Whether an attacker is the creator of the root.
    pub foreign_root: bool,
    pub place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    pub ground: Ground,
    /// Settings that pump.fun may switch.
    pub max_curve_depth: u8,
    pub configurable: bool,
    pub fees: Fees,
    /// Lamports a byte; what was made before was made at today's.
    pub rent: u64,
    /// Ours.
    pub impact_bps: u16,
    pub cap_lamports: u64,
    pub rise_bps: u16,
    pub interval_seconds: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fees {
    Published,
    Low,
    High,
    /// Nearly nothing for the protocol.
    Creators,
    NoCreators,
    /// A tier whose fee is higher begins a little above.
    Rising,
    Falling,
    /// Dear on the curve, nearly free in the pool.
    CheapPool,
}

const FEES: [Fees; 11] = [
    Fees::Published,
    Fees::Published,
    Fees::Published,
    Fees::Published,
    Fees::Low,
    Fees::High,
    Fees::Creators,
    Fees::NoCreators,
    Fees::Rising,
    Fees::Falling,
    Fees::CheapPool,
];

impl Setting {
    pub fn any(dice: &mut Dice) -> Self {
        let ground = Ground {
            kind: dice.one(&[Kind::Spl, Kind::Token2022]),
            origin: dice.one(&[Origin::Own, Origin::Own, Origin::Shared, Origin::Adopted]),
            foreign_root: dice.percent(30),
            place: dice.one(&[
                Place::Young,
                Place::Grown,
                Place::Edge,
                Place::Edge,
                Place::Pool,
                Place::Pool,
                Place::DeepPool,
                Place::DeepPool,
            ]),
        };
        Self {
            ground,
            max_curve_depth: dice.one(&[0, 2, 2]),
            configurable: dice.percent(20),
            fees: dice.one(&FEES),
            rent: dice.one(&[6_960, 6_960, 6_960, 5_000, 3_480]),
            impact_bps: dice.one(&[1_000, 1_000, 300, 100]),
            cap_lamports: dice.one(&[1_000 * SOL, 1_000 * SOL, SOL, SOL / 20]),
            rise_bps: dice.one(&[1_000, 1_000, 300, 50]),
            interval_seconds: dice.one(&[1, 1, 60]),
        }
    }
}

impl Fees {
    /// Tiers by market cap, where a coin's is `cap` lamports.
    pub fn tiers(self, cap: u64) -> Option<Vec<(u64, Rates)>> {
        let step = cap + cap / 12;
        Some(match self {
            Self::Published => return None,
            Self::Low => vec![(0, Rates::new(5, 5, 5))],
            Self::High => vec![(0, Rates::new(30, 150, 100))],
            Self::Creators => vec![(0, Rates::new(20, 5, 95))],
            Self::NoCreators => vec![(0, Rates::new(2, 93, 0))],
            Self::CheapPool => vec![(0, Rates::new(0, 5, 5))],
            Self::Rising => vec![(0, Rates::new(2, 20, 20)), (step, Rates::new(2, 93, 95))],
            Self::Falling => vec![(0, Rates::new(2, 93, 95)), (step, Rates::new(2, 10, 10))],
        })
    }
}
