//! Instructions of liquidity providers and of people who create their own pools.

use crate::*;

impl Coin {
    /// The same coin with the pool that `creator` made.
    pub fn with_pool_of(self, creator: &Pubkey) -> Self {
        Self { pool: pool_of(0, creator, &self.mint), ..self }
    }

    /// Creates the user's own pool (`create_pool`), for a coin `with_pool_of` the user.
    pub fn create_pool(&self, user: &Pubkey, tokens: u64, lamports: u64) -> Instruction {
        let lp = lp_mint(&self.pool);
        let accounts = vec![
            writable(self.pool),
            readonly(amm_global_config()),
            signer(*user),
            readonly(self.mint),
            readonly(WSOL),
            writable(lp),
            writable(self.ata(user)),
            writable(wsol(user)),
            writable(ata(user, &lp, &TOKEN_2022)),
            writable(self.ata(&self.pool)),
            writable(wsol(&self.pool)),
            readonly(SYSTEM),
            readonly(TOKEN_2022),
            readonly(self.token_program),
            readonly(TOKEN),
            readonly(ATA_PROGRAM),
            readonly(event_authority(&PUMP_AMM)),
            readonly(PUMP_AMM),
        ];
        let mut data = vec![233, 146, 209, 142, 207, 104, 64, 188, 0, 0];
        data.extend([tokens, lamports].map(u64::to_le_bytes).concat());
        data.extend([0; 32]); // no creator
        data.push(0); // no mayhem, and none of the options
        data.push(0);
        data.extend(0u64.to_le_bytes());
        data.extend([0, 0]);
        Instruction { program_id: PUMP_AMM, accounts, data }
    }

    /// Deposits tokens and wrapped SOL for `lp_tokens` (`deposit`).
    pub fn deposit(&self, user: &Pubkey, lp_tokens: u64, most: [u64; 2]) -> Instruction {
        let data = [[242, 35, 198, 137, 82, 225, 242, 182], lp_tokens.to_le_bytes()].concat();
        let data = [data, most.map(u64::to_le_bytes).concat()].concat();
        Instruction { program_id: PUMP_AMM, accounts: self.liquidity_accounts(user), data }
    }

    /// Withdraws the value of `lp_tokens` (`withdraw`).
    pub fn withdraw(&self, user: &Pubkey, lp_tokens: u64) -> Instruction {
        let data = [[183, 18, 70, 156, 148, 109, 161, 34], lp_tokens.to_le_bytes()].concat();
        let data = [data, vec![0; 16]].concat();
        Instruction { program_id: PUMP_AMM, accounts: self.liquidity_accounts(user), data }
    }

    fn liquidity_accounts(&self, user: &Pubkey) -> Vec<AccountMeta> {
        let lp = lp_mint(&self.pool);
        vec![
            writable(self.pool),
            readonly(amm_global_config()),
            signer(*user),
            readonly(self.mint),
            readonly(WSOL),
            writable(lp),
            writable(self.ata(user)),
            writable(wsol(user)),
            writable(ata(user, &lp, &TOKEN_2022)),
            writable(self.ata(&self.pool)),
            writable(wsol(&self.pool)),
            readonly(TOKEN),
            readonly(TOKEN_2022),
            readonly(event_authority(&PUMP_AMM)),
            readonly(PUMP_AMM),
        ]
    }
}
