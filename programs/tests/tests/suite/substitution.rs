//! Every account of the instructions that set things up, replaced: refused.

use std::collections::BTreeSet;

use dat_tests::coin::KINDS;
use dat_tests::*;

use crate::scene::Scene;

#[test]
fn initialize_dat_state_takes_no_other_account() {
    let mut world = World::new();
    let founding = |world: &mut World| {
        let ecosystem = Ecosystem::new("eco", world.wallet(SOL), world.wallet(SOL));
        let instruction = ecosystem.initialize(parameters(&ecosystem.operator.pubkey()));
        (ecosystem, instruction)
    };
    let (ecosystem, instruction) = founding(&mut world);
    let others = vec![founding(&mut world).1];
    let mut scene = Scene::new(world, instruction, others, vec![ecosystem.state, ecosystem.treasury]);
    assert_eq!(scene.taken(), BTreeSet::new());
    assert_eq!(scene.needlessly_writable(), []);
}

#[test]
fn initialize_token_stats_takes_no_other_account() {
    for kind in KINDS {
        let mut world = World::new();
        let [first, second] = [world.ecosystem("one", |_| ()), world.ecosystem("two", |_| ())];
        let dat = world.candidate(&first, kind);
        let others = KINDS.map(|kind| world.candidate(&first, kind));
        let mut others = others.map(|other| first.admit(&other, Role::Secondary, None)).to_vec();
        let theirs = world.candidate(&second, kind);
        others.push(second.admit(&theirs, Role::Secondary, None));
        // The same coin, as the other ecosystem would admit it.
        others.push(second.admit(&second.dat(dat.coin), Role::Secondary, None));
        let instruction = first.admit(&dat, Role::Secondary, None);
        let ours = vec![dat.stats, dat.authority, dat.token_account, dat.coin.vault, first.state];
        let mut scene = Scene::new(world, instruction, others, ours);
        assert_eq!(scene.taken(), BTreeSet::new(), "{kind:?}");
        assert_eq!(scene.needlessly_writable(), [], "{kind:?}");
    }
}
