//! `burn_and_update`: the third step of a cycle alone.

use dat::events::TokensBurned;
use dat_tests::*;

#[test]
fn burn_and_update_burns_the_whole_balance() {
    for kind in KINDS {
        let mut chain = Chain::new();
        let ecosystem = chain.ecosystem("eco", |_| ());
        let dat = chain.dat(&ecosystem, kind, Role::Secondary);
        let burn = ecosystem.burn_and_update(&dat);
        chain.by(&ecosystem.operator, burn.clone()).refused(DatError::NoPendingBurn);

        let tokens = chain.somebody_donates_tokens(&dat, SOL);
        let event = chain.by(&ecosystem.operator, burn.clone()).expect("a burn").event::<TokensBurned>();
        assert_eq!((event.state, event.mint, event.timestamp), (dat.state, dat.coin.mint, chain.now()));
        assert_eq!((event.tokens_burned, event.supply_before), (tokens, 1_000_000_000_000_000));
        assert_eq!(event.supply_after, 1_000_000_000_000_000 - tokens);
        assert_eq!(chain.supply(&dat.coin.mint), event.supply_after);
        let stats = chain.stats(&dat);
        assert_eq!((stats.total_burned, stats.cycle_count), (tokens, 0));
        chain.by(&ecosystem.operator, burn).refused(DatError::NoPendingBurn);
    }
}
