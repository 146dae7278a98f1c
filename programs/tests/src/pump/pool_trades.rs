//! Trades on PumpSwap, which takes wrapped SOL.

use crate::*;

impl Coin {
    /// Sells `tokens` with `sell_v2`.
    pub fn swap_sell(&self, user: &Pubkey, tokens: u64) -> Instruction {
        let data =
            [&[93, 246, 130, 60, 231, 233, 64, 178][..], &tokens.to_le_bytes(), &0u64.to_le_bytes()].concat();
        Instruction { program_id: PUMP_AMM, accounts: self.swap_accounts(user), data }
    }

    /// The 17 accounts of a v2 trade.
    pub fn swap_accounts(&self, user: &Pubkey) -> Vec<AccountMeta> {
        let mut accounts = self.first_swap_accounts(user);
        accounts.extend([
            readonly(self.token_program),
            readonly(TOKEN),
            readonly(SYSTEM),
            writable(amm_volume_accumulator(user)),
            readonly(amm_fee_config()),
            writable(wsol(&BUYBACK_RECIPIENT)),
            readonly(event_authority(&PUMP_AMM)),
            readonly(PUMP_AMM),
        ]);
        accounts
    }

    /// The 26 accounts of `buy_exact_quote_in`. A cashback coin needs one more, a coin without a creator one
    /// less.
    pub fn older_swap_accounts(&self, user: &Pubkey) -> Vec<AccountMeta> {
        let (recipient, vault) = (self.fee_recipient(), amm_creator_vault(&self.creator));
        let mut accounts = self.first_swap_accounts(user);
        accounts.extend([
            readonly(recipient),
            writable(wsol(&recipient)),
            readonly(self.token_program),
            readonly(TOKEN),
            readonly(SYSTEM),
            readonly(ATA_PROGRAM),
            readonly(event_authority(&PUMP_AMM)),
            readonly(PUMP_AMM),
            writable(wsol(&vault)),
            readonly(vault),
            readonly(pda(&PUMP_AMM, &[b"global_volume_accumulator"])),
            writable(amm_volume_accumulator(user)),
            readonly(amm_fee_config()),
            readonly(PUMP_FEES),
        ]);
        accounts.extend(self.behind_an_older_swap(user));
        accounts
    }

    /// The accounts of an older pool trade that its IDL does not list.
    pub fn behind_an_older_swap(&self, user: &Pubkey) -> Vec<AccountMeta> {
        let mut accounts = vec![];
        if self.cashback {
            accounts.push(writable(wsol(&amm_volume_accumulator(user))));
        }
        if self.creator != Pubkey::default() {
            accounts.push(readonly(pda(&PUMP_AMM, &[b"pool-v2", self.mint.as_ref()])));
        }
        accounts.extend([readonly(BUYBACK_RECIPIENT), writable(self.quote_ata(&BUYBACK_RECIPIENT))]);
        accounts
    }

    /// The accounts that all forms begin with.
    fn first_swap_accounts(&self, user: &Pubkey) -> Vec<AccountMeta> {
        vec![
            writable(self.pool),
            signer(*user),
            readonly(amm_global_config()),
            readonly(self.mint),
            readonly(WSOL),
            writable(self.ata(user)),
            writable(wsol(user)),
            writable(self.ata(&self.pool)),
            writable(wsol(&self.pool)),
        ]
    }
}

/// Creates the account that every trade of `user` on PumpSwap needs. Anybody may send this.
pub fn init_amm_volume_accumulator(payer: &Pubkey, user: &Pubkey) -> Instruction {
    let accounts = vec![
        signer(*payer),
        readonly(*user),
        writable(amm_volume_accumulator(user)),
        readonly(SYSTEM),
        readonly(event_authority(&PUMP_AMM)),
        readonly(PUMP_AMM),
    ];
    Instruction { program_id: PUMP_AMM, accounts, data: vec![94, 6, 202, 115, 255, 96, 232, 183] }
}

impl Chain {
    /// A trader of a graduated coin with this amount of wrapped SOL.
    pub fn swapper(&mut self, coin: &Coin, lamports: u64) -> Keypair {
        let (payer, trader) = (self.payer(), self.trader(coin, SOL));
        let (from, user) = (payer.pubkey(), trader.pubkey());
        let accounts = [create_wsol(&from, &user), init_amm_volume_accumulator(&from, &user)];
        self.send(&accounts, &[&payer]).expect("a trader's accounts on PumpSwap");
        self.airdrop_wsol(&wsol(&user), lamports);
        trader
    }

    /// Somebody buys for this amount on PumpSwap.
    pub fn somebody_swaps(&mut self, coin: &Coin, lamports: u64) -> Keypair {
        let trader = self.swapper(coin, lamports);
        let buy = coin.buy_by(BuyForm::PoolV2, &trader.pubkey(), lamports);
        self.send(&[buy], &[&trader]).expect("a buy on PumpSwap");
        trader
    }
}
