//! The configuration of a simulation.

use dat_tests::*;

use super::random::Random;

/// The creator of the secondary's coin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CreatorKind {
    Own,
    Shared,
    Adopted,
}

/// The progress of our coins towards graduation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Progress {
    Young,
    Grown,
    /// Less than 2 SOL before graduation.
    Edge,
    Pool,
    /// In the tier with the lowest protocol fee.
    DeepPool,
}

/// The part of the configuration that decides how the chain is built. The rest applies to a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BaseConfig {
    pub kind: Kind,
    pub creator_kind: CreatorKind,
    /// Whether an attacker is the creator of the root.
    pub foreign_root: bool,
    pub progress: Progress,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Config {
    pub base: BaseConfig,
    /// Settings that pump.fun may change.
    pub max_curve_depth: u8,
    pub configurable: bool,
    pub fees: Fees,
    /// Lamports per byte. Existing accounts were created at today's rent.
    pub rent: u64,
    /// Our parameters.
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
    /// Nearly no protocol fee.
    Creators,
    NoCreators,
    /// A tier with a higher fee begins a little above the market cap.
    Rising,
    Falling,
    /// High fees on the curve, nearly none in the pool.
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

impl Config {
    pub fn any(random: &mut Random) -> Self {
        let base = BaseConfig {
            kind: random.one(&[Kind::Spl, Kind::Token2022]),
            creator_kind: random.one(&[
                CreatorKind::Own,
                CreatorKind::Own,
                CreatorKind::Shared,
                CreatorKind::Adopted,
            ]),
            foreign_root: random.percent(30),
            progress: random.one(&[
                Progress::Young,
                Progress::Grown,
                Progress::Edge,
                Progress::Edge,
                Progress::Pool,
                Progress::Pool,
                Progress::DeepPool,
                Progress::DeepPool,
            ]),
        };
        Self {
            base,
            max_curve_depth: random.one(&[0, 2, 2]),
            configurable: random.percent(20),
            fees: random.one(&FEES),
            rent: random.one(&[6_960, 6_960, 6_960, 5_000, 3_480]),
            impact_bps: random.one(&[1_000, 1_000, 300, 100]),
            cap_lamports: random.one(&[1_000 * SOL, 1_000 * SOL, SOL, SOL / 20]),
            rise_bps: random.one(&[1_000, 1_000, 300, 50]),
            interval_seconds: random.one(&[1, 1, 60]),
        }
    }
}

impl Fees {
    /// Tiers for a coin whose market cap is `cap` lamports.
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
