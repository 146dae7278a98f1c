//! `emergency_pause`, `resume` and `set_active`: no lamports move until the same stop is lifted.

use dat::events::StatusChanged;
use dat_tests::*;

/// An instruction that stops an ecosystem or a token, and the instruction that lifts the stop.
struct Stop {
    stop: fn(&Ecosystem, Option<&Dat>) -> Instruction,
    lift: fn(&Ecosystem, Option<&Dat>) -> Instruction,
    /// The values of `active` and `paused` after the stop.
    status: (bool, bool),
}

const STOPS: [Stop; 2] = [
    Stop { stop: Ecosystem::emergency_pause, lift: Ecosystem::resume, status: (true, true) },
    Stop {
        stop: |ecosystem, scope| ecosystem.set_active(scope, false),
        lift: |ecosystem, scope| ecosystem.set_active(scope, true),
        status: (false, false),
    },
];

/// Two tokens with lamports to split, lamports to spend and tokens to burn.
fn earning() -> (Chain, Ecosystem, [Dat; 2]) {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |p| p.max_fees_per_cycle_lamports = 10_000_000);
    let dats = [Kind::Spl, Kind::Token2022].map(|kind| chain.dat(&ecosystem, kind, Role::Secondary));
    for dat in &dats {
        chain.airdrop(&dat.authority, 50_000_000);
        chain.by(&ecosystem.operator, ecosystem.collect_fees(dat)).expect("collect_fees");
        chain.airdrop(&dat.authority, 50_000_000);
        chain.somebody_donates_tokens(dat, SOL);
    }
    chain.airdrop(&ecosystem.shared_authority, 10_000_000);
    (chain, ecosystem, dats)
}

/// Instructions that move a token's lamports or tokens.
fn moves(ecosystem: &Ecosystem, dat: &Dat) -> [Instruction; 4] {
    [
        ecosystem.cycle(dat, 0),
        ecosystem.collect_fees(dat),
        ecosystem.execute_buy(dat, 0),
        ecosystem.burn_and_update(dat),
    ]
}

fn change(chain: &mut Chain, ecosystem: &Ecosystem, instruction: Instruction) -> StatusChanged {
    let who = [&ecosystem.admin, &ecosystem.emergency];
    let who = who.into_iter().find(|key| key.pubkey() == instruction.accounts[0].pubkey).expect("a key");
    chain.by(who, instruction).expect("a change of status").event::<StatusChanged>()
}

#[test]
fn no_money_moves_in_a_stopped_ecosystem() {
    for Stop { stop, lift, status } in STOPS {
        let (mut chain, ecosystem, dats) = earning();
        let sharing = chain.sharing(&ecosystem, Kind::Spl, Role::Secondary);
        let by = stop(&ecosystem, None).accounts[0].pubkey;
        let event = change(&mut chain, &ecosystem, stop(&ecosystem, None));
        assert_eq!((event.state, event.mint, event.by), (ecosystem.state, None, by));
        assert_eq!((event.active, event.paused), status);
        for dat in &dats {
            let credit = ecosystem.credit_fees(&sharing, 0, 1);
            for instruction in moves(&ecosystem, dat).into_iter().chain([credit]) {
                chain.by(&ecosystem.operator, instruction).refused(DatError::DATNotActive);
            }
        }
        let event = change(&mut chain, &ecosystem, lift(&ecosystem, None));
        assert_eq!((event.mint, event.active, event.paused), (None, true, false));
        for dat in &dats {
            chain.cycle(&ecosystem, dat);
        }
        chain.by(&ecosystem.operator, ecosystem.credit_fees(&sharing, 0, 1)).expect("credit_fees");
    }
}

#[test]
fn stopping_one_token_does_not_stop_the_others() {
    for Stop { stop, lift, status } in STOPS {
        let (mut chain, ecosystem, [dat, other]) = earning();
        let event = change(&mut chain, &ecosystem, stop(&ecosystem, Some(&dat)));
        assert_eq!((event.state, event.mint), (ecosystem.state, Some(dat.coin.mint)));
        assert_eq!((event.active, event.paused), status);
        for instruction in moves(&ecosystem, &dat) {
            chain.by(&ecosystem.operator, instruction).refused(DatError::DATNotActive);
        }
        chain.cycle(&ecosystem, &other);
        // A credit from the shared authority still arrives, because it belongs to the token. It stays there.
        let sharing = chain.sharing(&ecosystem, Kind::Spl, Role::Secondary);
        change(&mut chain, &ecosystem, stop(&ecosystem, Some(&sharing)));
        chain.by(&ecosystem.operator, ecosystem.credit_fees(&sharing, 0, 1)).expect("credit_fees");

        let event = change(&mut chain, &ecosystem, lift(&ecosystem, Some(&dat)));
        assert_eq!((event.mint, event.active, event.paused), (Some(dat.coin.mint), true, false));
        chain.cycle(&ecosystem, &dat);
    }
}

#[test]
fn each_stop_is_lifted_only_by_its_opposite() {
    let (mut chain, ecosystem, [dat, _]) = earning();
    for scope in [None, Some(&dat)] {
        for Stop { stop, .. } in STOPS {
            change(&mut chain, &ecosystem, stop(&ecosystem, scope));
        }
    }
    let mut lifts = vec![];
    for scope in [None, Some(&dat)] {
        lifts.extend(STOPS.map(|Stop { lift, .. }| lift(&ecosystem, scope)));
    }
    for lift in lifts {
        chain.by(&ecosystem.operator, ecosystem.cycle(&dat, 0)).refused(DatError::DATNotActive);
        change(&mut chain, &ecosystem, lift);
    }
    chain.cycle(&ecosystem, &dat);
}

#[test]
fn a_stop_moves_no_lamports() {
    let (mut chain, ecosystem, [dat, _]) = earning();
    let money = |chain: &Chain| {
        let accounts = [dat.authority, dat.token_account, ecosystem.treasury, ecosystem.shared_authority];
        accounts.map(|key| chain.account(&key))
    };
    let before = money(&chain);
    for Stop { stop, .. } in STOPS {
        change(&mut chain, &ecosystem, stop(&ecosystem, None));
        change(&mut chain, &ecosystem, stop(&ecosystem, Some(&dat)));
    }
    assert_eq!(money(&chain), before);
    // Anybody may still bring fees to the authority. They wait there.
    let payer = chain.payer();
    chain.somebody_buys(&dat.coin, SOL);
    chain.send(&dat.coin.sweep_and_collect(&payer.pubkey()), &[&payer]).expect("sweep and collect");
    assert!(chain.lamports(&dat.authority) > before[0].lamports);
}
