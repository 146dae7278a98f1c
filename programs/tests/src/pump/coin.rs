//! A pump.fun coin, its creation, and its traders.

use crate::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Created by `create`.
    Spl,
    /// Created by `create_v2`, the current instruction.
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
    /// The pool where it trades after graduation.
    pub pool: Pubkey,
    pub cashback: bool,
    pub mayhem: bool,
    /// The mint that buyers pay with: another coin, or wrapped SOL. A curve with wrapped SOL here takes SOL.
    pub quote: Pubkey,
    pub quote_program: Pubkey,
}

impl Coin {
    pub fn new(kind: Kind, mint: Pubkey, creator: Pubkey) -> Self {
        let token_program = if kind == Kind::Spl { TOKEN } else { TOKEN_2022 };
        let curve = pda(&PUMP, &[b"bonding-curve", mint.as_ref()]);
        let vault = creator_vault(&creator);
        let pool = pool_of(0, &pool_authority(&mint), &mint);
        let (quote, quote_program) = (WSOL, TOKEN);
        let (cashback, mayhem) = (false, false);
        Self {
            kind,
            mint,
            creator,
            token_program,
            curve,
            vault,
            pool,
            cashback,
            mayhem,
            quote,
            quote_program,
        }
    }

    /// The same coin, quoted in another coin.
    pub fn quoted_in(self, quote: &Coin) -> Self {
        let creator = pool_authority(&self.mint);
        let seeds = [b"pool", &[0, 0][..], creator.as_ref(), self.mint.as_ref(), quote.mint.as_ref()];
        let pool = pda(&PUMP_AMM, &seeds);
        Self { pool, quote: quote.mint, quote_program: quote.token_program, ..self }
    }

    /// Its token account for the quote mint.
    pub fn quote_ata(&self, owner: &Pubkey) -> Pubkey {
        ata(owner, &self.quote, &self.quote_program)
    }

    /// The same coin with another creator.
    pub fn with_creator(self, creator: Pubkey) -> Self {
        Self { creator, vault: creator_vault(&creator), ..self }
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
            // No mayhem mode, no cashback, no own creator fee, no holder rewards.
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
        if self.quote != WSOL {
            accounts.extend([
                readonly(self.quote),
                writable(self.quote_ata(&self.curve)),
                readonly(self.quote_program),
                readonly(pda(&PUMP, &[b"quote-control"])),
            ]);
        }
        Instruction { program_id: PUMP, accounts, data }
    }

    /// The accounts of this coin's market. The creation of a coin that is quoted in this one names them.
    pub fn market_accounts(&self, graduated: bool) -> Vec<AccountMeta> {
        let mut accounts = vec![readonly(self.curve)];
        if graduated {
            accounts.extend([self.pool, self.ata(&self.pool), self.quote_ata(&self.pool)].map(readonly));
        }
        accounts
    }

    /// Transfers tokens to another account.
    pub fn transfer_tokens(&self, from: &Pubkey, to: &Pubkey, tokens: u64) -> Instruction {
        let accounts = vec![writable(self.ata(from)), readonly(self.mint), writable(*to), signer(*from)];
        let data = [&[12][..], &tokens.to_le_bytes(), &[6]].concat(); // TransferChecked, 6 decimals
        Instruction { program_id: self.token_program, accounts, data }
    }

    pub fn create_ata(&self, payer: &Pubkey, owner: &Pubkey) -> Instruction {
        create_ata(payer, owner, &self.mint, &self.token_program)
    }
}

impl Chain {
    /// A new coin with this creator, who need not sign.
    pub fn coin(&mut self, kind: Kind, creator_of: impl FnOnce(&Pubkey) -> Pubkey) -> Coin {
        let (mint, payer) = (self.keypair(), self.payer());
        let coin = Coin::new(kind, mint.pubkey(), creator_of(&mint.pubkey()));
        self.send(&[coin.create(&payer.pubkey())], &[&payer, &mint]).expect("create");
        coin
    }

    /// A new coin whose creator is a wallet.
    pub fn foreign_coin(&mut self, kind: Kind) -> (Coin, Keypair) {
        let creator = self.wallet(SOL);
        (self.coin(kind, |_| creator.pubkey()), creator)
    }

    /// Turns a coin into a cashback coin: traders receive the creator fee. pump.fun creates no new ones.
    pub fn with_cashback(&mut self, coin: Coin) -> Coin {
        self.edit_curve(&coin, CurveField::Cashback, &[1]);
        if self.graduated(&coin) {
            self.edit_pool(&coin, PoolField::Cashback, &[1]);
        }
        Coin { cashback: true, ..coin }
    }

    /// Turns a coin into a mayhem coin. The parameters of `create_v2` for mayhem coins are not published, so
    /// the test edits the account.
    pub fn with_mayhem(&mut self, coin: Coin) -> Coin {
        self.edit_curve(&coin, CurveField::Mayhem, &[1]);
        if self.graduated(&coin) {
            self.edit_pool(&coin, PoolField::Mayhem, &[1]);
        }
        Coin { mayhem: true, ..coin }
    }

    /// A trader with all accounts for trading this coin.
    pub fn trader(&mut self, coin: &Coin, lamports: u64) -> Keypair {
        let (payer, trader) = (self.payer(), self.wallet(lamports));
        let (from, user) = (payer.pubkey(), trader.pubkey());
        let accounts = [coin.create_ata(&from, &user), init_user_volume_accumulator(&from, &user)];
        self.send(&accounts, &[&payer]).expect("a trader's accounts");
        trader
    }

    /// Somebody buys for this amount. Returns the trader and the number of tokens.
    pub fn somebody_buys(&mut self, coin: &Coin, lamports: u64) -> (Keypair, u64) {
        let trader = self.trader(coin, lamports + SOL);
        self.send(&[coin.buy(&trader.pubkey(), lamports)], &[&trader]).expect("buy");
        let tokens = self.tokens(&coin.ata(&trader.pubkey()));
        (trader, tokens)
    }
}

/// Creates the account that every trade of `user` needs. Anybody may send this.
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
