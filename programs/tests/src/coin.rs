//! A pump.fun coin on the bonding curve: what its creator and its traders send.

use crate::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Made by `create`.
    Spl,
    /// Made by `create_v2`, as pump.fun makes them now.
    Token2022,
}

pub const KINDS: [Kind; 2] = [Kind::Spl, Kind::Token2022];

#[derive(Clone, Copy, Debug)]
pub struct Coin {
    pub kind: Kind,
    pub mint: Pubkey,
    pub creator: Pubkey,
    pub token_program: Pubkey,
    pub curve: Pubkey,
    pub vault: Pubkey,
}

impl Coin {
    pub fn new(kind: Kind, mint: Pubkey, creator: Pubkey) -> Self {
        let token_program = if kind == Kind::Spl { TOKEN } else { TOKEN_2022 };
        let curve = pda(&PUMP, &[b"bonding-curve", mint.as_ref()]);
        Self { kind, mint, creator, token_program, curve, vault: creator_vault(&creator) }
    }

    pub fn ata(&self, owner: &Pubkey) -> Pubkey {
        ata(owner, &self.mint, &self.token_program)
    }

    pub fn create(&self, user: &Pubkey) -> Instruction {
        let mut data = if self.kind == Kind::Spl {
            vec![24, 30, 200, 40, 5, 28, 7, 119]
        } else {
            vec![214, 144, 76, 236, 95, 139, 49, 180]
        };
        for text in ["Coin", "COIN", "https://example.org/coin"] {
            data.extend((text.len() as u32).to_le_bytes());
            data.extend(text.as_bytes());
        }
        data.extend(self.creator.as_ref());
        let mut accounts = vec![
            signer(self.mint),
            readonly(pda(&PUMP, &[b"mint-authority"])),
            writable(self.curve),
            writable(self.ata(&self.curve)),
            readonly(global()),
        ];
        if self.kind == Kind::Spl {
            accounts.extend([
                readonly(METADATA),
                writable(pda(&METADATA, &[b"metadata", METADATA.as_ref(), self.mint.as_ref()])),
                signer(*user),
                readonly(SYSTEM),
                readonly(TOKEN),
                readonly(ATA_PROGRAM),
                readonly(RENT_SYSVAR),
            ]);
        } else {
            // No mayhem mode, no cashback, no creator fee of its own, no holder rewards.
            data.extend([0, 0]);
            data.extend(0u64.to_le_bytes());
            data.push(0);
            let sol_vault = pda(&MAYHEM, &[b"sol-vault"]);
            accounts.extend([
                signer(*user),
                readonly(SYSTEM),
                readonly(TOKEN_2022),
                readonly(ATA_PROGRAM),
                writable(MAYHEM),
                readonly(pda(&MAYHEM, &[b"global-params"])),
                writable(sol_vault),
                writable(pda(&MAYHEM, &[b"mayhem-state", self.mint.as_ref()])),
                writable(self.ata(&sol_vault)),
            ]);
        }
        accounts.extend([readonly(event_authority(&PUMP)), readonly(PUMP)]);
        Instruction { program_id: PUMP, accounts, data }
    }

    pub fn create_ata(&self, payer: &Pubkey, owner: &Pubkey) -> Instruction {
        let accounts = vec![
            signer(*payer),
            writable(self.ata(owner)),
            readonly(*owner),
            readonly(self.mint),
            readonly(SYSTEM),
            readonly(self.token_program),
        ];
        Instruction { program_id: ATA_PROGRAM, accounts, data: vec![1] }
    }

    /// Spends `lamports` (`buy_exact_quote_in_v3`): the creator's fee waits in the curve.
    pub fn buy(&self, user: &Pubkey, lamports: u64) -> Instruction {
        let data =
            [&[225, 247, 80, 30, 213, 179, 132, 136][..], &lamports.to_le_bytes(), &1u64.to_le_bytes(), &[0]]
                .concat();
        Instruction { program_id: PUMP, accounts: self.trade_accounts(user), data }
    }

    /// Sells `tokens` (`sell_v3`).
    pub fn sell(&self, user: &Pubkey, tokens: u64) -> Instruction {
        let data = [&[28, 146, 222, 119, 38, 196, 105, 213][..], &tokens.to_le_bytes(), &0u64.to_le_bytes()]
            .concat();
        Instruction { program_id: PUMP, accounts: self.trade_accounts(user), data }
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
            writable(ata(&self.curve, &WSOL, &TOKEN)),
            signer(*user),
            writable(self.ata(user)),
            writable(ata(user, &WSOL, &TOKEN)),
            writable(user_volume_accumulator(user)),
            readonly(fee_config()),
            writable(BUYBACK_RECIPIENT),
            readonly(SYSTEM),
            readonly(event_authority(&PUMP)),
            readonly(PUMP),
        ]
    }

    /// Spends `lamports` (`buy_exact_sol_in`, the older form): the creator's fee goes to the vault.
    pub fn legacy_buy(&self, user: &Pubkey, lamports: u64) -> Instruction {
        let data = [
            &[56, 252, 116, 8, 158, 223, 205, 95][..],
            &lamports.to_le_bytes(),
            &1u64.to_le_bytes(),
            &[0, 0],
        ]
        .concat();
        let accounts = vec![
            readonly(global()),
            writable(FEE_RECIPIENT),
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
            readonly(pda(&PUMP, &[b"bonding-curve-v2", self.mint.as_ref()])),
            writable(BUYBACK_RECIPIENT),
        ];
        Instruction { program_id: PUMP, accounts, data }
    }

    /// Moves the fees that wait in the curve to the creator's vault; anybody may.
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
            writable(ata(&self.curve, &WSOL, &TOKEN)),
            writable(self.vault),
            writable(ata(&self.vault, &WSOL, &TOKEN)),
            readonly(event_authority(&PUMP)),
            readonly(PUMP),
        ]
    }

    /// Pays the vault out to the creator; anybody may.
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

    /// Lets a curve of an older length grow to today's, at the payer's cost; anybody may.
    pub fn extend_curve(&self, payer: &Pubkey) -> Instruction {
        let accounts = vec![
            writable(self.curve),
            signer(*payer),
            readonly(SYSTEM),
            readonly(event_authority(&PUMP)),
            readonly(PUMP),
        ];
        Instruction { program_id: PUMP, accounts, data: vec![234, 102, 194, 203, 150, 72, 62, 229] }
    }
}

impl World {
    /// A new coin of this creator, who need not sign.
    pub fn coin(&mut self, kind: Kind, creator_of: impl FnOnce(&Pubkey) -> Pubkey) -> Coin {
        let (mint, payer) = (self.keypair(), self.rich());
        let coin = Coin::new(kind, mint.pubkey(), creator_of(&mint.pubkey()));
        self.send(&[coin.create(&payer.pubkey())], &[&payer, &mint]).expect("create");
        coin
    }

    /// A trader with all the accounts that trading this coin takes.
    pub fn trader(&mut self, coin: &Coin, lamports: u64) -> Keypair {
        let (payer, trader) = (self.rich(), self.wallet(lamports));
        let (from, user) = (payer.pubkey(), trader.pubkey());
        let accounts = [coin.create_ata(&from, &user), init_user_volume_accumulator(&from, &user)];
        self.send(&accounts, &[&payer]).expect("a trader's accounts");
        trader
    }

    /// Somebody buys for so many lamports; his tokens.
    pub fn somebody_buys(&mut self, coin: &Coin, lamports: u64) -> (Keypair, u64) {
        let trader = self.trader(coin, lamports + SOL);
        self.send(&[coin.buy(&trader.pubkey(), lamports)], &[&trader]).expect("buy");
        let tokens = self.tokens(&coin.ata(&trader.pubkey()));
        (trader, tokens)
    }
}

/// Creates the account that every trade of `user` needs; anybody may.
pub fn init_user_volume_accumulator(payer: &Pubkey, user: &Pubkey) -> Instruction {
    let accounts = vec![
        signer(*payer),
        readonly(*user),
        writable(user_volume_accumulator(user)),
        readonly(SYSTEM),
        readonly(event_authority(&PUMP)),
        readonly(PUMP),
    ];
    Instruction { program_id: PUMP, accounts, data: vec![94, 6, 202, 115, 255, 96, 232, 183] }
}

pub fn readonly(key: Pubkey) -> AccountMeta {
    AccountMeta::new_readonly(key, false)
}

pub fn writable(key: Pubkey) -> AccountMeta {
    AccountMeta::new(key, false)
}

/// A signer that pays or may pay: always writable.
pub fn signer(key: Pubkey) -> AccountMeta {
    AccountMeta::new(key, true)
}
