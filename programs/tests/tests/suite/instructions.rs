//! Every instruction of the program, in a world in which it goes well.

use dat_tests::ecosystem::ROOT_SHARE;
use dat_tests::*;

use crate::scene::Scene;
use crate::stage::{Cast, Side, Stage};

/// One instruction, or one of its ways.
pub struct Row {
    /// As in the IDL.
    pub instruction: &'static str,
    /// Which of its ways, if there are several.
    pub way: &'static str,
    money: bool,
    ready: fn(&mut World, &Side),
    make: fn(&Ecosystem, &Cast) -> Instruction,
    /// Positions at which other accounts are taken without effect on anything of ours, and why.
    pub taken: &'static [(usize, &'static str)],
}

impl Row {
    /// Where it goes well for every token of both sides.
    pub fn stage(&self) -> Stage {
        let mut stage = if self.money { Stage::funded() } else { Stage::empty() };
        stage.ready(self.ready);
        stage
    }

    /// That of the side's first token.
    pub fn of(&self, side: &Side) -> Instruction {
        (self.make)(&side.ecosystem, &side.casts[0])
    }

    pub fn scene(&self) -> Scene {
        let same = TABLE.iter().filter(|row| row.instruction == self.instruction);
        let mut scene = self.stage().scene(self.make, &same.map(|row| row.make).collect::<Vec<_>>());
        // Whatever account of wrapped SOL the owner has, it comes to the owner.
        // What is not of wrapped SOL is left alone: somebody may have unwrapped it right before.
        if self.instruction == "unwrap" {
            (scene.twins_serve, scene.idle_without) = (&[3], &[2, 3]);
        }
        scene
    }
}

const fn row(instruction: &'static str, make: fn(&Ecosystem, &Cast) -> Instruction) -> Row {
    Row { instruction, way: "", money: true, ready: |_, _| (), make, taken: &[] }
}

/// pump.fun's accounts stand behind the eleven of a cycle.
const BUY: usize = 11;
const BOUGHT: &[(usize, &str)] = &[
    (BUY + 10, "pump.fun does not use the buyer's quote account"),
    (BUY + 13, "pump.fun takes any of its eight buyback recipients"),
];
const BOUGHT_BY_LEGACY: &[(usize, &str)] =
    &[(BUY + 17, "pump.fun takes any of its eight buyback recipients")];
const BOUGHT_BY_V2: &[(usize, &str)] = &[(BUY + 15, "pump.fun does not use the buyer's quote account")];
const SWAPPED: &[(usize, &str)] = &[
    (BUY + 2, "PumpSwap knows its configuration by owner and kind; it makes but one"),
    (BUY + 6, "any account of wrapped SOL serves that is the authority's"),
];
/// What stands for an absent account is our program, so its event finds it there too.
const fn event(position: usize) -> [(usize, &'static str); 1] {
    [(position, "the event finds our program in the place of the absent account")]
}
const EVENT_4: &[(usize, &str)] = &event(4);
const EVENT_5: &[(usize, &str)] = &event(5);
const EVENT_7: &[(usize, &str)] = &event(7);
const EVENT_9: &[(usize, &str)] = &event(9);

pub const TABLE: &[Row] = &[
    row("initialize_dat_state", |eco, _| {
        let [admin, operator] = [&eco.admin, &eco.operator].map(Keypair::insecure_clone);
        Ecosystem::new("another", admin, operator).initialize(parameters())
    }),
    Row {
        way: "again",
        money: false,
        ready: closed,
        ..row("initialize_dat_state", |eco, _| eco.initialize(parameters()))
    },
    row("initialize_token_stats", |eco, cast| eco.admit(&cast.candidate, Role::Secondary, None)),
    Row {
        way: "again",
        money: false,
        ready: tokenless,
        ..row("initialize_token_stats", |eco, cast| eco.admit(&cast.token, Role::Secondary, None))
    },
    Row { way: "secondary", taken: BOUGHT, ..row("run_cycle", |eco, cast| eco.cycle(&cast.token, 0)) },
    Row { way: "root", taken: BOUGHT, ..row("run_cycle", |eco, cast| eco.cycle(&cast.root, 0)) },
    Row {
        way: "by legacy",
        taken: BOUGHT_BY_LEGACY,
        ..row("run_cycle", |eco, cast| by(BuyForm::CurveLegacy, eco, cast))
    },
    Row {
        way: "by v2",
        taken: BOUGHT_BY_V2,
        ..row("run_cycle", |eco, cast| by(BuyForm::CurveV2, eco, cast))
    },
    Row {
        way: "on PumpSwap",
        ready: graduated,
        taken: SWAPPED,
        ..row("run_cycle", |eco, cast| by(BuyForm::PoolV2, eco, cast))
    },
    Row {
        way: "on PumpSwap, older",
        ready: graduated,
        taken: SWAPPED,
        ..row("run_cycle", |eco, cast| by(BuyForm::Pool, eco, cast))
    },
    Row { way: "secondary", ..row("collect_fees", |eco, cast| eco.collect_fees(&cast.token)) },
    Row { way: "root", ..row("collect_fees", |eco, cast| eco.collect_fees(&cast.root)) },
    Row {
        ready: collected,
        taken: BOUGHT,
        ..row("execute_buy", |eco, cast| eco.execute_buy(&cast.token, 0))
    },
    row("burn_and_update", |eco, cast| eco.burn_and_update(&cast.token)),
    Row { way: "on its curve", ..row("observe", |eco, cast| eco.observe(&cast.token, false)) },
    Row {
        way: "in its pool",
        ready: graduated,
        ..row("observe", |eco, cast| eco.observe(&cast.token, true))
    },
    Row {
        way: "token",
        ready: wrapped,
        ..row("unwrap", |eco, cast| eco.unwrap(&cast.token, wsol(&cast.token.authority)))
    },
    Row {
        way: "treasury",
        ready: wrapped,
        taken: EVENT_9,
        ..row("unwrap", |eco, _| eco.unwrap_of(None, eco.treasury, wsol(&eco.treasury)))
    },
    Row {
        way: "shared authority",
        ready: wrapped,
        taken: EVENT_9,
        ..row("unwrap", |eco, _| eco.unwrap_of(None, eco.shared_authority, wsol(&eco.shared_authority)))
    },
    row("credit_fees", |eco, cast| eco.credit_fees(&cast.sharing, 0, 1_000_000)),
    row("record_failure", |eco, cast| eco.record_failure(&cast.token, [1; 16], 1)),
    Row { way: "ecosystem", taken: EVENT_4, ..row("emergency_pause", |eco, _| eco.emergency_pause(None)) },
    Row { way: "token", ..row("emergency_pause", |eco, cast| eco.emergency_pause(Some(&cast.token))) },
    Row { way: "ecosystem", taken: EVENT_4, ..row("resume", |eco, _| eco.resume(None)) },
    Row { way: "token", ..row("resume", |eco, cast| eco.resume(Some(&cast.token))) },
    Row { way: "ecosystem", taken: EVENT_4, ..row("set_active", |eco, _| eco.set_active(None, false)) },
    Row { way: "token", ..row("set_active", |eco, cast| eco.set_active(Some(&cast.token), false)) },
    row("update_parameters", |eco, _| {
        eco.update_parameters(Parameters { max_price_impact_bps: 1, ..parameters() })
    }),
    Row {
        way: "ecosystem",
        taken: EVENT_4,
        ..row("update_root_share", |eco, _| eco.update_root_share(None, ROOT_SHARE + 1))
    },
    Row {
        way: "token",
        ..row("update_root_share", |eco, cast| eco.update_root_share(Some(&cast.token), ROOT_SHARE + 1))
    },
    row("propose_root_token", |eco, cast| eco.propose_root_token(&cast.token)),
    Row {
        way: "another",
        ready: root_proposed,
        ..row("set_root_token", |eco, cast| eco.set_root_token(&cast.token, Some(&cast.root)))
    },
    Row {
        way: "first",
        money: false,
        ready: |world, side| {
            rootless(world, side);
            root_proposed(world, side);
        },
        taken: EVENT_5,
        ..row("set_root_token", |eco, cast| eco.set_root_token(&cast.token, None))
    },
    row("set_lookup_table", |eco, cast| eco.set_lookup_table(&cast.token, Some(safe(eco)))),
    row("set_operator", |eco, _| eco.set_operator(safe(eco))),
    row("set_emergency_admin", |eco, _| eco.set_emergency_admin(None)),
    row("propose_admin_transfer", |eco, _| eco.propose_admin_transfer(safe(eco))),
    Row { ready: proposed, ..row("cancel_admin_transfer", |eco, _| eco.cancel_admin_transfer()) },
    Row { ready: proposed, ..row("accept_admin_transfer", |eco, _| eco.accept_admin_transfer(safe(eco))) },
    row("propose_withdraw_address", |eco, _| eco.propose_withdraw_address(safe(eco))),
    Row {
        ready: proposed,
        ..row("accept_withdraw_address", |eco, _| eco.accept_withdraw_address(safe(eco)))
    },
    Row { ready: proposed, ..row("clear_withdraw_address", |eco, _| eco.clear_withdraw_address()) },
    Row { way: "token", ready: open, ..row("withdraw_to", |eco, cast| eco.withdraw(&cast.token, safe(eco))) },
    Row {
        way: "treasury",
        ready: open,
        taken: EVENT_7,
        ..row("withdraw_to", |eco, _| eco.withdraw_to(None, eco.treasury, safe(eco)))
    },
    Row {
        way: "shared authority",
        ready: open,
        taken: EVENT_7,
        ..row("withdraw_to", |eco, _| eco.withdraw_to(None, eco.shared_authority, safe(eco)))
    },
    Row { money: false, ..row("close_token_stats", |eco, cast| eco.close_token_stats(&cast.token)) },
    Row { money: false, ready: tokenless, ..row("close_dat_state", |eco, _| eco.close_dat_state()) },
];

/// Whoever is named for something.
fn safe(ecosystem: &Ecosystem) -> Pubkey {
    ecosystem.emergency.pubkey()
}

fn by(form: BuyForm, ecosystem: &Ecosystem, cast: &Cast) -> Instruction {
    ecosystem.cycle_by(form, &cast.token, 0, 1)
}

fn graduated(world: &mut World, side: &Side) {
    for cast in side.casts {
        world.graduate(&cast.token.coin);
        world.prepare_for_pool(&cast.token);
    }
}

fn collected(world: &mut World, side: &Side) {
    for cast in side.casts {
        world.by(&side.ecosystem.operator, side.ecosystem.collect_fees(&cast.token)).expect("collect_fees");
    }
}

fn rootless(world: &mut World, side: &Side) {
    let close = side.ecosystem.close_token_stats(&side.casts[0].root);
    world.by(&side.ecosystem.admin, close).expect("close_token_stats");
}

fn tokenless(world: &mut World, side: &Side) {
    for dat in side.dats() {
        let close = side.ecosystem.close_token_stats(&dat);
        world.by(&side.ecosystem.admin, close).expect("close_token_stats");
    }
}

fn closed(world: &mut World, side: &Side) {
    tokenless(world, side);
    world.by(&side.ecosystem.admin, side.ecosystem.close_dat_state()).expect("close_dat_state");
}

/// The first token may become the root.
fn root_proposed(world: &mut World, Side { ecosystem, casts }: &Side) {
    let propose = ecosystem.propose_root_token(&casts[0].token);
    world.by(&ecosystem.admin, propose).expect("propose_root_token");
    world.pass(3_600);
}

/// Everybody has wrapped SOL.
fn wrapped(world: &mut World, side: &Side) {
    let (rich, ecosystem) = (world.rich(), &side.ecosystem);
    let bare = [ecosystem.treasury, ecosystem.shared_authority];
    for owner in side.dats().map(|dat| dat.authority).into_iter().chain(bare) {
        world.send(&[swap::create_wsol(&rich.pubkey(), &owner)], &[&rich]).expect("an account");
        world.give_wsol(&wsol(&owner), 5_000_000);
    }
}

fn proposed(world: &mut World, Side { ecosystem, .. }: &Side) {
    let proposals = [
        ecosystem.propose_admin_transfer(safe(ecosystem)),
        ecosystem.propose_withdraw_address(safe(ecosystem)),
    ];
    world.send(&proposals, &[&ecosystem.admin]).expect("proposals");
}

/// Paused, and an address to withdraw to.
fn open(world: &mut World, side: &Side) {
    let ecosystem = &side.ecosystem;
    proposed(world, side);
    let accept = [ecosystem.accept_withdraw_address(safe(ecosystem)), ecosystem.emergency_pause(None)];
    world.send(&accept, &[&world.rich(), &ecosystem.emergency]).expect("an address, and a pause");
    world.pass(3_600);
}

/// The scene of one row.
pub fn scene(instruction: &str, way: &str) -> Scene {
    let row = TABLE.iter().find(|row| (row.instruction, row.way) == (instruction, way));
    row.unwrap_or_else(|| panic!("{instruction} {way}")).scene()
}
