//! What the operator sends before a cycle.

use crate::idl::Idl;
use crate::*;

/// Slots between an observation and the buy that uses it.
pub const SLOTS_BEFORE_A_BUY: u64 = 8;

impl Chain {
    /// Unwraps all wrapped SOL of the token's authority, the shared authority and the treasury, in every
    /// account.
    pub fn unwrap_all(&mut self, ecosystem: &Ecosystem, dat: &Dat) {
        for owner in [dat.authority, ecosystem.shared_authority, ecosystem.treasury] {
            for account in self.wrapped_of(&owner) {
                let stats = if owner == dat.authority { dat.stats } else { dat::ID };
                let known = [("stats", stats), ("owner", owner), ("wrapped", account), ("wsol", WSOL)];
                self.send_our_instruction("unwrap", ecosystem, dat, &known, vec![]);
            }
        }
    }

    /// Observes a token's price for its next buy.
    pub fn observe(&mut self, ecosystem: &Ecosystem, dat: &Dat) {
        let coin = &dat.coin;
        let (market, more) = if self.graduated(coin) {
            (coin.pool, [coin.ata(&coin.pool), coin.quote_ata(&coin.pool)].map(readonly).to_vec())
        } else {
            (coin.curve, vec![])
        };
        self.send_our_instruction("observe", ecosystem, dat, &[("market", market)], more);
    }

    /// Sends an instruction of our program for a token. Its accounts follow from the IDL.
    fn send_our_instruction(
        &mut self,
        name: &str,
        ecosystem: &Ecosystem,
        dat: &Dat,
        known: &[(&str, Pubkey)],
        more: Vec<AccountMeta>,
    ) {
        let Some(of) = Idl::ours().instructions.iter().find(|of| of.name == name) else { return };
        let key = |name: &str| match name {
            _ if known.iter().any(|(known, _)| *known == name) => {
                known.iter().find(|(known, _)| *known == name).expect("known").1
            }
            "operator" => ecosystem.operator.pubkey(),
            "state" => dat.state,
            "stats" => dat.stats,
            "mint" => dat.coin.mint,
            "authority" => dat.authority,
            "treasury" => dat.treasury,
            "token_program" => TOKEN,
            "associated_token_program" => ATA_PROGRAM,
            "system_program" => SYSTEM,
            "event_authority" => event_authority(&dat::ID),
            "program" => dat::ID,
            other => panic!("{name}: what is {other}?"),
        };
        let meta = |account: &idl::IdlAccount| AccountMeta {
            pubkey: key(&account.name),
            is_signer: account.signer,
            is_writable: account.writable,
        };
        let accounts = of.accounts.iter().map(meta).chain(more).collect();
        let instruction = Instruction { program_id: dat::ID, accounts, data: of.discriminator.clone() };
        let done = self.send(&[instruction], &[&ecosystem.operator]);
        done.unwrap_or_else(|failure| panic!("{name}: {failure:#?}"));
    }
}
