//! The graduation of a coin from its curve to PumpSwap.

use crate::*;

impl Coin {
    /// Creates the pool of a coin whose curve is complete (`migrate_v2`). Anybody may send this.
    pub fn migrate(&self, user: &Pubkey) -> Instruction {
        let (authority, lp) = (pool_authority(&self.mint), lp_mint(&self.pool));
        let accounts = vec![
            readonly(global()),
            writable(WITHDRAW_AUTHORITY),
            readonly(self.mint),
            readonly(WSOL),
            writable(self.curve),
            writable(self.ata(&self.curve)),
            writable(wsol(&self.curve)),
            signer(*user),
            readonly(SYSTEM),
            readonly(PUMP_AMM),
            writable(self.pool),
            writable(authority),
            writable(self.ata(&authority)),
            writable(wsol(&authority)),
            readonly(amm_global_config()),
            writable(lp),
            writable(ata(&authority, &lp, &TOKEN_2022)),
            writable(self.ata(&self.pool)),
            writable(wsol(&self.pool)),
            readonly(self.token_program),
            readonly(TOKEN),
            readonly(TOKEN_2022),
            readonly(ATA_PROGRAM),
            readonly(event_authority(&PUMP_AMM)),
            readonly(RENT_SYSVAR),
            readonly(event_authority(&PUMP)),
            readonly(PUMP),
        ];
        Instruction { program_id: PUMP, accounts, data: vec![187, 203, 18, 31, 206, 237, 254, 41] }
    }
}

impl Chain {
    pub fn graduated(&self, coin: &Coin) -> bool {
        self.lamports(&coin.pool) > 0
    }

    /// Somebody buys all remaining tokens of the curve.
    pub fn complete_curve(&mut self, coin: &Coin) {
        self.somebody_buys(coin, 90 * SOL);
        assert!(self.curve(coin).complete);
    }

    /// Somebody buys all remaining tokens of the curve, and `payer` creates the pool.
    pub fn graduate(&mut self, coin: &Coin) {
        self.complete_curve(coin);
        let payer = self.payer();
        self.send(&[coin.migrate(&payer.pubkey())], &[&payer]).expect("migrate_v2");
    }

    /// Creates all accounts that a token's cycles need on PumpSwap, so that no cycle pays rent. Anybody may
    /// send this.
    pub fn prepare_for_pool(&mut self, dat: &Dat) {
        let payer = self.payer();
        let from = payer.pubkey();
        let owners = [dat.authority, amm_creator_vault(&dat.coin.creator), dat.coin.fee_recipient()];
        let mut needed = owners.map(|owner| create_wsol(&from, &owner)).to_vec();
        needed.push(init_amm_volume_accumulator(&from, &dat.authority));
        self.send(&needed, &[&payer]).expect("accounts on PumpSwap");
    }
}
