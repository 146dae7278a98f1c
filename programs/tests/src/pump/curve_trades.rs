//! Trades on the curve.

use crate::*;

impl Coin {
    /// Buys for `lamports` with `buy_exact_quote_in_v3`: the creator fee waits in the curve.
    pub fn buy(&self, user: &Pubkey, lamports: u64) -> Instruction {
        self.buy_by(BuyForm::CurveV3, user, lamports)
    }

    /// Buys for `lamports` with `buy_exact_sol_in`, the older form: the creator fee goes to the vault.
    pub fn legacy_buy(&self, user: &Pubkey, lamports: u64) -> Instruction {
        self.buy_by(BuyForm::CurveLegacy, user, lamports)
    }

    /// Buys for `lamports` with a form of buy. On PumpSwap, `user` pays with wrapped SOL.
    pub fn buy_by(&self, form: BuyForm, user: &Pubkey, lamports: u64) -> Instruction {
        // No partial fills and no volume tracking.
        let (program_id, discriminator, flags): (_, [u8; 8], &[u8]) = match form {
            BuyForm::CurveV3 => (PUMP, [225, 247, 80, 30, 213, 179, 132, 136], &[0]),
            BuyForm::CurveLegacy => (PUMP, [56, 252, 116, 8, 158, 223, 205, 95], &[0, 0]),
            BuyForm::CurveV2 => (PUMP, [194, 171, 28, 70, 104, 77, 91, 47], &[0]),
            BuyForm::PoolV2 => (PUMP_AMM, [194, 171, 28, 70, 104, 77, 91, 47], &[]),
            BuyForm::Pool => (PUMP_AMM, [198, 46, 21, 82, 180, 217, 232, 112], &[0]),
        };
        let data = [&discriminator[..], &lamports.to_le_bytes(), &1u64.to_le_bytes(), flags].concat();
        Instruction { program_id, accounts: self.buy_accounts(form, user), data }
    }

    /// Sells `tokens` with `sell_v3`.
    pub fn sell(&self, user: &Pubkey, tokens: u64) -> Instruction {
        let data = [&[28, 146, 222, 119, 38, 196, 105, 213][..], &tokens.to_le_bytes(), &0u64.to_le_bytes()]
            .concat();
        Instruction { program_id: PUMP, accounts: self.trade_accounts(user), data }
    }

    /// The recipient that the older forms pay the protocol fee to, at once.
    pub fn fee_recipient(&self) -> Pubkey {
        if self.mayhem {
            MAYHEM_FEE_RECIPIENT
        } else {
            FEE_RECIPIENT
        }
    }

    /// The 17 accounts of a v3 trade.
    pub fn trade_accounts(&self, user: &Pubkey) -> Vec<AccountMeta> {
        vec![
            readonly(global()),
            readonly(self.mint),
            readonly(WSOL),
            readonly(self.token_program),
            readonly(TOKEN),
            writable(self.curve),
            writable(self.ata(&self.curve)),
            writable(wsol(&self.curve)),
            signer(*user),
            writable(self.ata(user)),
            writable(wsol(user)),
            writable(user_volume_accumulator(user)),
            readonly(fee_config()),
            writable(BUYBACK_RECIPIENT),
            readonly(SYSTEM),
            readonly(event_authority(&PUMP)),
            readonly(PUMP),
        ]
    }

    /// The accounts of a form of buy.
    pub fn buy_accounts(&self, form: BuyForm, user: &Pubkey) -> Vec<AccountMeta> {
        match form {
            BuyForm::CurveV3 => self.trade_accounts(user),
            BuyForm::CurveLegacy => self.legacy_buy_accounts(user),
            BuyForm::CurveV2 => self.buy_v2_accounts(user),
            BuyForm::PoolV2 => self.swap_accounts(user),
            BuyForm::Pool => self.older_swap_accounts(user),
        }
    }

    /// The 18 accounts of `buy_exact_sol_in`.
    fn legacy_buy_accounts(&self, user: &Pubkey) -> Vec<AccountMeta> {
        let mut accounts = vec![
            readonly(global()),
            writable(self.fee_recipient()),
            readonly(self.mint),
            writable(self.curve),
            writable(self.ata(&self.curve)),
            writable(self.ata(user)),
            signer(*user),
            readonly(SYSTEM),
            readonly(self.token_program),
            writable(self.vault),
            readonly(event_authority(&PUMP)),
            readonly(PUMP),
            readonly(pda(&PUMP, &[b"global_volume_accumulator"])),
            writable(user_volume_accumulator(user)),
            readonly(fee_config()),
            readonly(PUMP_FEES),
        ];
        accounts.extend(self.behind_a_legacy_trade());
        accounts
    }

    /// The accounts of an older curve trade that its IDL does not list.
    pub fn behind_a_legacy_trade(&self) -> Vec<AccountMeta> {
        vec![readonly(pda(&PUMP, &[b"bonding-curve-v2", self.mint.as_ref()])), writable(BUYBACK_RECIPIENT)]
    }

    /// The 27 accounts of `buy_exact_quote_in_v2`.
    fn buy_v2_accounts(&self, user: &Pubkey) -> Vec<AccountMeta> {
        let quote = |owner: &Pubkey| writable(wsol(owner));
        let volume = user_volume_accumulator(user);
        vec![
            readonly(global()),
            readonly(self.mint),
            readonly(WSOL),
            readonly(self.token_program),
            readonly(TOKEN),
            readonly(ATA_PROGRAM),
            writable(self.fee_recipient()),
            quote(&self.fee_recipient()),
            writable(BUYBACK_RECIPIENT),
            quote(&BUYBACK_RECIPIENT),
            writable(self.curve),
            writable(self.ata(&self.curve)),
            quote(&self.curve),
            signer(*user),
            writable(self.ata(user)),
            quote(user),
            writable(self.vault),
            quote(&self.vault),
            readonly(sharing_config(&self.mint)),
            readonly(pda(&PUMP, &[b"global_volume_accumulator"])),
            writable(volume),
            quote(&volume),
            readonly(fee_config()),
            readonly(PUMP_FEES),
            readonly(SYSTEM),
            readonly(event_authority(&PUMP)),
            readonly(PUMP),
        ]
    }
}
