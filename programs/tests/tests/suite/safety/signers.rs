//! The signer of every instruction: all other signers are refused.

use dat_tests::*;

use super::instruction_table::CASES;
use super::two_ecosystems::{EcosystemTokens, TwoEcosystems};

/// The roles that may sign an instruction. The default is the admin.
fn allowed_signers(instruction: &str) -> &'static [&'static str] {
    match instruction {
        "run_cycle" | "observe" | "collect_fees" | "execute_buy" | "burn_and_update" | "credit_fees"
        | "record_failure" => &["operator"],
        "emergency_pause" | "clear_withdraw_address" => &["admin", "emergency"],
        // In the table the nominated key is the emergency admin.
        "accept_admin_transfer" | "accept_withdraw_address" => &["emergency"],
        _ => &["admin"],
    }
}

#[test]
fn every_instruction_refuses_the_wrong_signer() {
    // Anybody may unwrap. The next test covers `initialize_dat_state`.
    let anybodys = ["unwrap", "initialize_dat_state"];
    for case in CASES.iter().filter(|case| !anybodys.contains(&case.instruction)) {
        let TwoEcosystems { mut chain, ours, theirs } = case.two_ecosystems();
        let instruction = case.instruction_of(&ours);
        let roles = |side: &EcosystemTokens| {
            let Ecosystem { admin, operator, emergency, .. } = &side.ecosystem;
            [admin, operator, emergency].map(Signer::pubkey)
        };
        let [admin, operator, emergency] = roles(&ours);
        let mut all = vec![("admin", admin), ("operator", operator), ("emergency", emergency)];
        all.extend(roles(&theirs).map(|key| ("theirs", key)));
        all.push(("somebody", chain.payer().pubkey()));
        for (name, key) in all {
            chain.airdrop(&key, SOL); // for rents
            let mut by = instruction.clone();
            by.accounts[0].pubkey = key;
            let outcome = chain.simulate(&by);
            if allowed_signers(case.instruction).contains(&name) {
                assert!(outcome.is_ok(), "{name} may {}", case.instruction);
            } else {
                outcome.refused(DatError::UnauthorizedAccess);
            }
        }
    }
}

#[test]
fn a_stranger_cannot_create_an_ecosystem_in_anothers_name() {
    let mut chain = Chain::new();
    let ecosystem = Ecosystem::new("eco", chain.wallet(SOL), chain.wallet(SOL));
    let stranger = chain.payer();
    let mut initialize = ecosystem.initialize(parameters());
    chain.by(&stranger, initialize.clone()).refused(DatError::UnauthorizedAccess);
    initialize.accounts[1].pubkey = stranger.pubkey();
    let refused = chain.by(&stranger, initialize).refusal();
    refused.assert_is(&dat::ID, 2_006, "ConstraintSeeds");
}
