//! Who signs what: the wrong signer, and no signature at all.

use dat_tests::*;

#[test]
fn a_stranger_cannot_run_a_cycle() {
    let mut world = World::new();
    let mut ecosystem = world.ecosystem("eco", |_| ());
    let dat = world.dat(&ecosystem, Kind::Spl, Role::Secondary);
    world.give(&dat.authority, 50_000_000);
    // Neither somebody, nor the admin, nor the operator of another ecosystem.
    let other = world.ecosystem("other", |_| ());
    for stranger in [world.rich(), ecosystem.admin.insecure_clone(), other.operator.insecure_clone()] {
        ecosystem.operator = stranger;
        world.try_cycle(&ecosystem, &dat).err().expect("a refusal").assert_dat(DatError::UnauthorizedAccess);
    }
}

#[test]
fn a_stranger_cannot_admit_a_token() {
    let mut world = World::new();
    let ecosystem = world.ecosystem("eco", |_| ());
    let other = world.ecosystem("eco", |_| ());
    let dat = world.candidate(&ecosystem, Kind::Spl);
    for stranger in [&world.rich(), &ecosystem.operator, &other.admin] {
        let mut instruction = ecosystem.admit(&dat, Role::Secondary, None);
        instruction.accounts[0].pubkey = stranger.pubkey();
        let refused = world.send(&[instruction], &[stranger]);
        refused.err().expect("a refusal").assert_dat(DatError::UnauthorizedAccess);
    }
}

#[test]
fn a_stranger_cannot_found_an_ecosystem_in_anothers_name() {
    let mut world = World::new();
    let ecosystem = Ecosystem::new("eco", world.wallet(SOL), world.wallet(SOL));
    let stranger = world.rich();
    let mut instruction = ecosystem.initialize(parameters(&stranger.pubkey()));
    instruction.accounts[0].pubkey = stranger.pubkey();
    let refused = world.send(&[instruction], &[&stranger]).err().expect("a refusal");
    refused.assert_is(&dat::ID, 2_006, "ConstraintSeeds");
}

#[test]
fn a_name_alone_is_not_a_signature() {
    let mut world = World::new();
    let founding = Ecosystem::new("new", world.wallet(SOL), world.wallet(SOL));
    let ecosystem = world.ecosystem("eco", |_| ());
    let candidate = world.candidate(&ecosystem, Kind::Spl);
    let dat = world.dat(&ecosystem, Kind::Spl, Role::Secondary);
    world.give(&dat.authority, 50_000_000);
    let instructions = [
        founding.initialize(parameters(&founding.operator.pubkey())),
        ecosystem.admit(&candidate, Role::Secondary, None),
        ecosystem.cycle(&dat, 0),
    ];
    for mut instruction in instructions {
        world.attempt(&instruction).expect("it goes well if signed");
        instruction.accounts.iter_mut().for_each(|meta| meta.is_signer = false);
        let refused = world.attempt(&instruction).err().expect("a refusal");
        refused.assert_is(&dat::ID, 3_010, "AccountNotSigner");
    }
}
