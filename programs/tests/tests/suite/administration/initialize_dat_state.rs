//! `initialize_dat_state`: creates an ecosystem.

use dat::events::DatInitialized;
use dat::state::TimelockedRole;
use dat_tests::*;

fn initialize(name: &str) -> Result<Success, Failure> {
    let mut chain = Chain::new();
    let ecosystem = Ecosystem::new(name, chain.wallet(SOL), chain.wallet(SOL));
    chain.by(&ecosystem.admin, ecosystem.initialize(parameters()))
}

#[test]
fn an_ecosystem_has_the_requested_roles_and_parameters() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem_with("the longest name: 32 bytes of it", 1_000, |_| ());
    let state: DatState = chain.read(&ecosystem.state);
    assert_eq!((state.admin, state.treasury), (ecosystem.admin.pubkey(), ecosystem.treasury));
    assert_eq!(state.operator, ecosystem.operator.pubkey());
    assert_eq!(state.emergency_admin, TimelockedRole::fixed(Some(ecosystem.emergency.pubkey())));
    assert_eq!((state.parameters, state.root_mint), (parameters(), None));
    assert_eq!((state.root_share.bps, state.root_share.at(0)), (1_000, 1_000));
    assert_eq!((state.active, state.paused, state.token_count), (true, false, 0));
    assert_eq!((state.pending_admin, state.withdraw_address), (None, None));
    assert_eq!((state.pending_withdraw_address, state.withdraw_from), (None, 0));
    assert_eq!(state.shared_authority, ecosystem.shared_authority);
    assert_eq!(state.name, "the longest name: 32 bytes of it");
    assert_eq!(chain.lamports(&ecosystem.treasury), chain.rent(0));
}

#[test]
fn an_admin_may_have_several_ecosystems_but_none_twice() {
    let mut chain = Chain::new();
    let first = chain.ecosystem("one", |_| ());
    let second = Ecosystem::new("two", first.admin.insecure_clone(), first.operator.insecure_clone());
    let limits = parameters();
    chain.send(&[second.initialize(limits)], &[&second.admin]).expect("a second one");
    assert_ne!((first.state, first.treasury), (second.state, second.treasury));
    chain.send(&[first.initialize(limits)], &[&first.admin]).refused(DatError::AlreadyInitialized);
}

#[test]
fn the_event_names_roles_share_and_parameters_of_the_new_ecosystem() {
    let mut chain = Chain::new();
    let ecosystem = Ecosystem::new("eco", chain.wallet(SOL), chain.wallet(SOL));
    let initialize = ecosystem.initialize_with(1_234, parameters());
    let event = chain.by(&ecosystem.admin, initialize).expect("an ecosystem").event::<DatInitialized>();
    assert_eq!((event.state, event.admin), (ecosystem.state, ecosystem.admin.pubkey()));
    assert_eq!(event.operator, ecosystem.operator.pubkey());
    assert_eq!(event.emergency_admin, Some(ecosystem.emergency.pubkey()));
    assert_eq!((event.root_share_bps, event.parameters), (1_234, parameters()));
}

#[test]
fn a_name_has_one_to_thirty_two_bytes() {
    initialize("").refused(DatError::InvalidParameter);
    initialize("x").expect("one byte");
    initialize("the longest name: 32 bytes of it").expect("32 bytes");
    // A name of 33 bytes has no program address.
    let mut chain = Chain::new();
    let mut ecosystem = Ecosystem::new("eco", chain.wallet(SOL), chain.wallet(SOL));
    ecosystem.name = "x".repeat(33);
    let refused = chain.by(&ecosystem.admin, ecosystem.initialize(parameters())).refusal();
    assert_eq!(refused.program, Some(dat::ID));
}

#[test]
fn the_operator_cannot_be_the_default_key() {
    let mut chain = Chain::new();
    let ecosystem = Ecosystem::new("eco", chain.wallet(SOL), chain.wallet(SOL));
    let mut instruction = ecosystem.initialize(parameters());
    // The operator's key follows the discriminator and the name.
    instruction.data[15..47].fill(0);
    chain.by(&ecosystem.admin, instruction).refused(DatError::InvalidParameter);
}
