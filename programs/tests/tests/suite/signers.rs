//! Who may do what: everybody else is refused, with his own signature on it.

use dat_tests::*;

use crate::instructions::TABLE;
use crate::stage::{Side, Stage};

/// The signer that each instruction asks for; everything that is not here is the admin's.
fn may(instruction: &str) -> &'static [&'static str] {
    match instruction {
        "run_cycle" | "observe" | "collect_fees" | "execute_buy" | "burn_and_update" | "credit_fees"
        | "record_failure" => &["operator"],
        "emergency_pause" | "clear_withdraw_address" => &["admin", "emergency"],
        // In the table the emergency admin is who was named.
        "accept_admin_transfer" | "accept_withdraw_address" => &["emergency"],
        _ => &["admin"],
    }
}

#[test]
fn nobody_does_what_is_anothers() {
    // Unwrapping is anybody's, and founding an ecosystem is another test's.
    let anybodys = ["unwrap", "initialize_dat_state"];
    for row in TABLE.iter().filter(|row| !anybodys.contains(&row.instruction)) {
        let Stage { mut world, ours, theirs } = row.stage();
        let instruction = row.of(&ours);
        let roles = |side: &Side| {
            let Ecosystem { admin, operator, emergency, .. } = &side.ecosystem;
            [admin, operator, emergency].map(Signer::pubkey)
        };
        let [admin, operator, emergency] = roles(&ours);
        let mut all = vec![("admin", admin), ("operator", operator), ("emergency", emergency)];
        all.extend(roles(&theirs).map(|key| ("theirs", key)));
        all.push(("somebody", world.rich().pubkey()));
        for (name, key) in all {
            world.give(&key, SOL); // for rents
            let mut by = instruction.clone();
            by.accounts[0].pubkey = key;
            let outcome = world.attempt(&by);
            if may(row.instruction).contains(&name) {
                assert!(outcome.is_ok(), "{name} may {}", row.instruction);
            } else {
                outcome.refused(DatError::UnauthorizedAccess);
            }
        }
    }
}

#[test]
fn a_stranger_cannot_found_an_ecosystem_in_anothers_name() {
    let mut world = World::new();
    let ecosystem = Ecosystem::new("eco", world.wallet(SOL), world.wallet(SOL));
    let stranger = world.rich();
    let mut initialize = ecosystem.initialize(parameters());
    world.by(&stranger, initialize.clone()).refused(DatError::UnauthorizedAccess);
    initialize.accounts[1].pubkey = stranger.pubkey();
    let refused = world.by(&stranger, initialize).refusal();
    refused.assert_is(&dat::ID, 2_006, "ConstraintSeeds");
}
