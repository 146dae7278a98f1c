//! `set_lookup_table`: sets or clears the address lookup table of a token.

use dat::events::LookupTableSet;
use dat_tests::*;

#[test]
fn a_lookup_table_can_be_set_and_cleared() {
    let mut chain = Chain::new();
    let ecosystem = chain.ecosystem("eco", |_| ());
    let dat = chain.dat(&ecosystem, Kind::Spl, Role::Secondary);
    for table in [Some(chain.keypair().pubkey()), None] {
        let set = ecosystem.set_lookup_table(&dat, table);
        let event = chain.by(&ecosystem.admin, set).expect("set_lookup_table").event::<LookupTableSet>();
        assert_eq!((event.state, event.mint), (ecosystem.state, dat.coin.mint));
        assert_eq!((event.lookup_table, chain.stats(&dat).lookup_table), (table, table));
    }
}
