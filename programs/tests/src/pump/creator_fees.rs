//! Instructions that bring a coin's fees to its creator. Anybody may send them.

use crate::*;

impl Coin {
    /// Brings all fees of a coin on its curve to the creator.
    pub fn sweep_and_collect(&self, payer: &Pubkey) -> [Instruction; 2] {
        [self.sweep(payer), self.collect()]
    }

    /// Moves fees from the curve to the creator's vault.
    pub fn sweep(&self, payer: &Pubkey) -> Instruction {
        let data = vec![32, 246, 191, 52, 8, 201, 73, 186];
        Instruction { program_id: PUMP, accounts: self.sweep_accounts(payer), data }
    }

    /// The 13 accounts of a sweep.
    pub fn sweep_accounts(&self, payer: &Pubkey) -> Vec<AccountMeta> {
        vec![
            signer(*payer),
            readonly(global()),
            readonly(self.mint),
            readonly(WSOL),
            readonly(TOKEN),
            readonly(ATA_PROGRAM),
            readonly(SYSTEM),
            writable(self.curve),
            writable(wsol(&self.curve)),
            writable(self.vault),
            writable(wsol(&self.vault)),
            readonly(event_authority(&PUMP)),
            readonly(PUMP),
        ]
    }

    /// Pays the vault to the creator.
    pub fn collect(&self) -> Instruction {
        let accounts = vec![
            writable(self.creator),
            writable(self.vault),
            readonly(SYSTEM),
            readonly(event_authority(&PUMP)),
            readonly(PUMP),
        ];
        Instruction { program_id: PUMP, accounts, data: vec![20, 22, 86, 123, 198, 28, 219, 132] }
    }

    /// Moves fees from the pool to the creator's account on PumpSwap (`sweep_creator_fee`).
    pub fn sweep_pool(&self, payer: &Pubkey) -> Instruction {
        let vault = amm_creator_vault(&self.creator);
        let accounts = vec![
            signer(*payer),
            readonly(amm_global_config()),
            writable(self.pool),
            readonly(WSOL),
            readonly(TOKEN),
            writable(wsol(&self.pool)),
            readonly(vault),
            writable(wsol(&vault)),
            readonly(SYSTEM),
            readonly(ATA_PROGRAM),
            readonly(event_authority(&PUMP_AMM)),
            readonly(PUMP_AMM),
        ];
        Instruction { program_id: PUMP_AMM, accounts, data: vec![32, 246, 191, 52, 8, 201, 73, 186] }
    }

    /// Unwraps the creator's account on PumpSwap into the vault (`transfer_creator_fees_to_pump`).
    pub fn transfer_to_vault(&self) -> Instruction {
        let vault = amm_creator_vault(&self.creator);
        let accounts = vec![
            readonly(WSOL),
            readonly(TOKEN),
            readonly(SYSTEM),
            readonly(ATA_PROGRAM),
            readonly(self.creator),
            writable(vault),
            writable(wsol(&vault)),
            writable(self.vault),
            readonly(event_authority(&PUMP_AMM)),
            readonly(PUMP_AMM),
        ];
        Instruction { program_id: PUMP_AMM, accounts, data: vec![139, 52, 134, 85, 228, 229, 108, 241] }
    }

    /// Pays the creator's account on PumpSwap as wrapped SOL into any account of the creator
    /// (`collect_coin_creator_fee`). Anybody may send this.
    pub fn collect_wrapped(&self, into: &Pubkey) -> Instruction {
        let vault = amm_creator_vault(&self.creator);
        let accounts = vec![
            readonly(WSOL),
            readonly(TOKEN),
            readonly(self.creator),
            readonly(vault),
            writable(wsol(&vault)),
            writable(*into),
            readonly(event_authority(&PUMP_AMM)),
            readonly(PUMP_AMM),
        ];
        Instruction { program_id: PUMP_AMM, accounts, data: vec![160, 57, 89, 42, 181, 139, 43, 66] }
    }

    /// Pays a trader the cashback of a cashback coin, as lamports.
    pub fn claim_cashback(&self, user: &Pubkey) -> Instruction {
        let accounts = vec![
            writable(*user),
            writable(user_volume_accumulator(user)),
            readonly(SYSTEM),
            readonly(event_authority(&PUMP)),
            readonly(PUMP),
        ];
        Instruction { program_id: PUMP, accounts, data: vec![37, 58, 35, 126, 190, 53, 228, 197] }
    }

    /// The same on PumpSwap, as wrapped SOL.
    pub fn claim_pool_cashback(&self, user: &Pubkey) -> Instruction {
        let volume = amm_volume_accumulator(user);
        let accounts = vec![
            writable(*user),
            writable(volume),
            readonly(WSOL),
            readonly(TOKEN),
            writable(wsol(&volume)),
            writable(wsol(user)),
            readonly(SYSTEM),
            readonly(event_authority(&PUMP_AMM)),
            readonly(PUMP_AMM),
        ];
        Instruction { program_id: PUMP_AMM, accounts, data: vec![37, 58, 35, 126, 190, 53, 228, 197] }
    }

    /// Extends a curve of an older length to today's length. The payer funds the rent.
    pub fn extend_curve(&self, payer: &Pubkey) -> Instruction {
        extend(PUMP, self.curve, payer)
    }

    /// Extends a pool of an older length.
    pub fn extend_pool(&self, payer: &Pubkey) -> Instruction {
        extend(PUMP_AMM, self.pool, payer)
    }
}

fn extend(program_id: Pubkey, account: Pubkey, payer: &Pubkey) -> Instruction {
    let accounts = vec![
        writable(account),
        signer(*payer),
        readonly(SYSTEM),
        readonly(event_authority(&program_id)),
        readonly(program_id),
    ];
    Instruction { program_id, accounts, data: vec![234, 102, 194, 203, 150, 72, 62, 229] }
}

impl Chain {
    /// Brings all fees of a token to its authority, from every place.
    pub fn fee_instructions(&self, dat: &Dat, payer: &Pubkey) -> Vec<Instruction> {
        let coin = &dat.coin;
        let mut all = vec![];
        if self.graduated(coin) {
            all.extend([coin.sweep_pool(payer), coin.transfer_to_vault()]);
        }
        all.push(coin.sweep(payer));
        all.push(if coin.is_shared() { coin.distribute(&[dat.authority]) } else { coin.collect() });
        all
    }
}
