//! A pump.fun coin: how it is made, and the people who trade it.

use crate::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    /// Where it trades once it has graduated.
    pub pool: Pubkey,
    pub cashback: bool,
    pub mayhem: bool,
    /// What it is paid in: wrapped SOL, which stands for SOL on a curve, or another coin.
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

    /// The coin as it is if it is paid in another.
    pub fn quoted_in(self, quote: &Coin) -> Self {
        let creator = pool_authority(&self.mint);
        let seeds = [b"pool", &[0, 0][..], creator.as_ref(), self.mint.as_ref(), quote.mint.as_ref()];
        let pool = pda(&PUMP_AMM, &seeds);
        Self { pool, quote: quote.mint, quote_program: quote.token_program, ..self }
    }

    /// Its account for what it is paid in.
    pub fn quote_ata(&self, owner: &Pubkey) -> Pubkey {
        ata(owner, &self.quote, &self.quote_program)
    }

    /// The coin as it is when somebody else gets its creator's fees.
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

    /// The market of this coin, as a coin that is paid in it names it at its making.
    pub fn market_accounts(&self, graduated: bool) -> Vec<AccountMeta> {
        let mut accounts = vec![readonly(self.curve)];
        if graduated {
            accounts.extend([self.pool, self.ata(&self.pool), self.quote_ata(&self.pool)].map(readonly));
        }
        accounts
    }

    /// Gives tokens away.
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
    /// A new coin of this creator, who need not sign.
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

    /// Makes a coin one whose traders get the creator's fee back; pump.fun makes no new ones.
    pub fn with_cashback(&mut self, coin: Coin) -> Coin {
        self.edit_curve(&coin, CurveField::Cashback, &[1]);
        if self.graduated(&coin) {
            self.edit_pool(&coin, PoolField::Cashback, &[1]);
        }
        Coin { cashback: true, ..coin }
    }

    /// Makes a coin a mayhem coin; the parameters of that are not published, so none can be made here.
    pub fn with_mayhem(&mut self, coin: Coin) -> Coin {
        self.edit_curve(&coin, CurveField::Mayhem, &[1]);
        if self.graduated(&coin) {
            self.edit_pool(&coin, PoolField::Mayhem, &[1]);
        }
        Coin { mayhem: true, ..coin }
    }

    /// A trader with all the accounts that trading this coin takes.
    pub fn trader(&mut self, coin: &Coin, lamports: u64) -> Keypair {
        let (payer, trader) = (self.payer(), self.wallet(lamports));
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
