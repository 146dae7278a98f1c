//! A table of every instruction of the program, with a preparation that makes it succeed.

use dat_tests::*;

use super::case_preparations::*;
use super::substitution::Substitution;
use super::two_ecosystems::{EcosystemTokens, Tokens, TwoEcosystems};

/// An instruction, or one variant of it.
pub struct InstructionCase {
    /// The name in the IDL.
    pub instruction: &'static str,
    /// The name of the variant, if there are several.
    pub variant: &'static str,
    money: bool,
    prepare: fn(&mut Chain, &EcosystemTokens),
    make: fn(&Ecosystem, &Tokens) -> Instruction,
    /// Positions where another account is accepted without an effect on our accounts, with the reason.
    pub accepted: &'static [(usize, &'static str)],
}

impl InstructionCase {
    /// Two ecosystems where this instruction succeeds for every token.
    pub fn two_ecosystems(&self) -> TwoEcosystems {
        let mut two_ecosystems = if self.money { TwoEcosystems::funded() } else { TwoEcosystems::empty() };
        two_ecosystems.prepare(self.prepare);
        two_ecosystems
    }

    /// The instruction for the first token of an ecosystem.
    pub fn instruction_of(&self, side: &EcosystemTokens) -> Instruction {
        (self.make)(&side.ecosystem, &side.tokens[0])
    }

    pub fn substitution(&self) -> Substitution {
        let same = CASES.iter().filter(|case| case.instruction == self.instruction);
        let mut substitution =
            self.two_ecosystems().substitution(self.make, &same.map(|case| case.make).collect::<Vec<_>>());
        // `unwrap` pays any wrapped-SOL account to its owner. For any other account it does nothing, because
        // somebody may have unwrapped it just before.
        if self.instruction == "unwrap" {
            (substitution.twins_serve, substitution.idle_without) = (&[3], &[2, 3]);
        }
        substitution
    }
}

const fn case(instruction: &'static str, make: fn(&Ecosystem, &Tokens) -> Instruction) -> InstructionCase {
    InstructionCase { instruction, variant: "", money: true, prepare: |_, _| (), make, accepted: &[] }
}

/// The accounts of pump.fun follow the eleven accounts of a cycle.
const BUY: usize = 11;
const BOUGHT: &[(usize, &str)] = &[
    (BUY + 10, "pump.fun does not use the buyer's quote account"),
    (BUY + 13, "pump.fun takes any of its eight buyback recipients"),
];
const BOUGHT_BY_LEGACY: &[(usize, &str)] =
    &[(BUY + 17, "pump.fun takes any of its eight buyback recipients")];
const BOUGHT_BY_V2: &[(usize, &str)] = &[(BUY + 15, "pump.fun does not use the buyer's quote account")];
const SWAPPED: &[(usize, &str)] = &[
    (BUY + 2, "PumpSwap checks owner and type of its configuration; only one exists"),
    (BUY + 6, "any wrapped-SOL account of the authority works"),
];
/// Our program's id stands for an absent account. The event then reads it from that position, too.
const fn event(position: usize) -> [(usize, &'static str); 1] {
    [(position, "the event reads our program's id at the position of the absent account")]
}
const EVENT_4: &[(usize, &str)] = &event(4);
const EVENT_5: &[(usize, &str)] = &event(5);
const EVENT_7: &[(usize, &str)] = &event(7);
const EVENT_9: &[(usize, &str)] = &event(9);

pub const CASES: &[InstructionCase] = &[
    case("initialize_dat_state", |eco, _| {
        let [admin, operator] = [&eco.admin, &eco.operator].map(Keypair::insecure_clone);
        Ecosystem::new("another", admin, operator).initialize(parameters())
    }),
    InstructionCase {
        variant: "again",
        money: false,
        prepare: closed,
        ..case("initialize_dat_state", |eco, _| eco.initialize(parameters()))
    },
    case("initialize_token_stats", |eco, tokens| eco.admit(&tokens.candidate, Role::Secondary, None)),
    InstructionCase {
        variant: "again",
        money: false,
        prepare: tokenless,
        ..case("initialize_token_stats", |eco, tokens| eco.admit(&tokens.token, Role::Secondary, None))
    },
    InstructionCase {
        variant: "secondary",
        accepted: BOUGHT,
        ..case("run_cycle", |eco, tokens| eco.cycle(&tokens.token, 0))
    },
    InstructionCase {
        variant: "root",
        accepted: BOUGHT,
        ..case("run_cycle", |eco, tokens| eco.cycle(&tokens.root, 0))
    },
    InstructionCase {
        variant: "by legacy",
        accepted: BOUGHT_BY_LEGACY,
        ..case("run_cycle", |eco, tokens| by(BuyForm::CurveLegacy, eco, tokens))
    },
    InstructionCase {
        variant: "by v2",
        accepted: BOUGHT_BY_V2,
        ..case("run_cycle", |eco, tokens| by(BuyForm::CurveV2, eco, tokens))
    },
    InstructionCase {
        variant: "on PumpSwap",
        prepare: graduated,
        accepted: SWAPPED,
        ..case("run_cycle", |eco, tokens| by(BuyForm::PoolV2, eco, tokens))
    },
    InstructionCase {
        variant: "on PumpSwap, older",
        prepare: graduated,
        accepted: SWAPPED,
        ..case("run_cycle", |eco, tokens| by(BuyForm::Pool, eco, tokens))
    },
    InstructionCase {
        variant: "secondary",
        ..case("collect_fees", |eco, tokens| eco.collect_fees(&tokens.token))
    },
    InstructionCase { variant: "root", ..case("collect_fees", |eco, tokens| eco.collect_fees(&tokens.root)) },
    InstructionCase {
        prepare: collected,
        accepted: BOUGHT,
        ..case("execute_buy", |eco, tokens| eco.execute_buy(&tokens.token, 0))
    },
    case("burn_and_update", |eco, tokens| eco.burn_and_update(&tokens.token)),
    InstructionCase {
        variant: "on its curve",
        ..case("observe", |eco, tokens| eco.observe(&tokens.token, false))
    },
    InstructionCase {
        variant: "in its pool",
        prepare: graduated,
        ..case("observe", |eco, tokens| eco.observe(&tokens.token, true))
    },
    InstructionCase {
        variant: "token",
        prepare: wrapped,
        ..case("unwrap", |eco, tokens| eco.unwrap(&tokens.token, wsol(&tokens.token.authority)))
    },
    InstructionCase {
        variant: "treasury",
        prepare: wrapped,
        accepted: EVENT_9,
        ..case("unwrap", |eco, _| eco.unwrap_of(None, eco.treasury, wsol(&eco.treasury)))
    },
    InstructionCase {
        variant: "shared authority",
        prepare: wrapped,
        accepted: EVENT_9,
        ..case("unwrap", |eco, _| eco.unwrap_of(None, eco.shared_authority, wsol(&eco.shared_authority)))
    },
    case("credit_fees", |eco, tokens| eco.credit_fees(&tokens.sharing, 0, 1_000_000)),
    case("record_failure", |eco, tokens| eco.record_failure(&tokens.token, [1; 16], 1)),
    InstructionCase {
        variant: "ecosystem",
        accepted: EVENT_4,
        ..case("emergency_pause", |eco, _| eco.emergency_pause(None))
    },
    InstructionCase {
        variant: "token",
        ..case("emergency_pause", |eco, tokens| eco.emergency_pause(Some(&tokens.token)))
    },
    InstructionCase { variant: "ecosystem", accepted: EVENT_4, ..case("resume", |eco, _| eco.resume(None)) },
    InstructionCase { variant: "token", ..case("resume", |eco, tokens| eco.resume(Some(&tokens.token))) },
    InstructionCase {
        variant: "ecosystem",
        accepted: EVENT_4,
        ..case("set_active", |eco, _| eco.set_active(None, false))
    },
    InstructionCase {
        variant: "token",
        ..case("set_active", |eco, tokens| eco.set_active(Some(&tokens.token), false))
    },
    case("update_parameters", |eco, _| {
        eco.update_parameters(Parameters { max_price_impact_bps: 1, ..parameters() })
    }),
    InstructionCase {
        variant: "ecosystem",
        accepted: EVENT_4,
        ..case("update_root_share", |eco, _| eco.update_root_share(None, ROOT_SHARE + 1))
    },
    InstructionCase {
        variant: "token",
        ..case("update_root_share", |eco, tokens| eco.update_root_share(Some(&tokens.token), ROOT_SHARE + 1))
    },
    case("propose_root_token", |eco, tokens| eco.propose_root_token(&tokens.token)),
    InstructionCase {
        variant: "another",
        prepare: root_proposed,
        ..case("set_root_token", |eco, tokens| eco.set_root_token(&tokens.token, Some(&tokens.root)))
    },
    InstructionCase {
        variant: "first",
        money: false,
        prepare: |chain, side| {
            rootless(chain, side);
            root_proposed(chain, side);
        },
        accepted: EVENT_5,
        ..case("set_root_token", |eco, tokens| eco.set_root_token(&tokens.token, None))
    },
    case("set_lookup_table", |eco, tokens| eco.set_lookup_table(&tokens.token, Some(safe(eco)))),
    case("set_operator", |eco, _| eco.set_operator(safe(eco))),
    case("set_emergency_admin", |eco, _| eco.set_emergency_admin(None)),
    case("propose_admin_transfer", |eco, _| eco.propose_admin_transfer(safe(eco))),
    InstructionCase {
        prepare: proposed,
        ..case("cancel_admin_transfer", |eco, _| eco.cancel_admin_transfer())
    },
    InstructionCase {
        prepare: proposed,
        ..case("accept_admin_transfer", |eco, _| eco.accept_admin_transfer(safe(eco)))
    },
    case("propose_withdraw_address", |eco, _| eco.propose_withdraw_address(safe(eco))),
    InstructionCase {
        prepare: proposed,
        ..case("accept_withdraw_address", |eco, _| eco.accept_withdraw_address(safe(eco)))
    },
    InstructionCase {
        prepare: proposed,
        ..case("clear_withdraw_address", |eco, _| eco.clear_withdraw_address())
    },
    InstructionCase {
        variant: "token",
        prepare: open,
        ..case("withdraw_to", |eco, tokens| eco.withdraw(&tokens.token, safe(eco)))
    },
    InstructionCase {
        variant: "treasury",
        prepare: open,
        accepted: EVENT_7,
        ..case("withdraw_to", |eco, _| eco.withdraw_to(None, eco.treasury, safe(eco)))
    },
    InstructionCase {
        variant: "shared authority",
        prepare: open,
        accepted: EVENT_7,
        ..case("withdraw_to", |eco, _| eco.withdraw_to(None, eco.shared_authority, safe(eco)))
    },
    InstructionCase {
        money: false,
        ..case("close_token_stats", |eco, tokens| eco.close_token_stats(&tokens.token))
    },
    InstructionCase {
        money: false,
        prepare: tokenless,
        ..case("close_dat_state", |eco, _| eco.close_dat_state())
    },
];

fn by(form: BuyForm, ecosystem: &Ecosystem, tokens: &Tokens) -> Instruction {
    ecosystem.cycle_by(form, &tokens.token, 0, 1)
}

/// The substitution of one case.
pub fn substitution(instruction: &str, variant: &str) -> Substitution {
    let case = CASES.iter().find(|case| (case.instruction, case.variant) == (instruction, variant));
    case.unwrap_or_else(|| panic!("{instruction} {variant}")).substitution()
}
