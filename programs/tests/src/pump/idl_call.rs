//! Builds any instruction of pump.fun's programs from its IDL: which account each name means.

use serde_json::Value;

use crate::idl::{Idl, IdlAccount, IdlInstruction, IdlSeed};
use crate::*;

/// The parameters of an instruction.
#[derive(Clone, Debug)]
pub struct IdlCall {
    /// Signs wherever the IDL asks for a signer.
    pub user: Pubkey,
    pub coin: Coin,
    /// Whether the coin trades in its pool.
    pub graduated: bool,
    /// The amount, in the base units of the instruction.
    pub amount: u64,
    pub flag: bool,
    /// The destination of fees where the IDL accepts any account. By default the creator's wrapped SOL.
    pub collector: Pubkey,
    /// Accounts after those that the IDL lists.
    pub more: Vec<AccountMeta>,
}

impl IdlCall {
    pub fn new(user: Pubkey, coin: Coin, graduated: bool, amount: u64) -> Self {
        Self { user, coin, graduated, amount, flag: false, collector: wsol(&coin.creator), more: vec![] }
    }

    /// The instruction. The name of each account decides its address.
    pub fn instruction(&self, idl: &Idl, described: &IdlInstruction) -> Instruction {
        let metas = described.accounts.iter().map(|account| {
            let key = self.key(idl, described, account);
            AccountMeta { pubkey: key, is_signer: account.signer, is_writable: account.writable }
        });
        let accounts = metas.chain(self.remaining(idl, described)).collect();
        let args = described.args.iter().flat_map(|arg| self.encoded(&arg.name, &arg.of));
        let data = described.discriminator.iter().copied().chain(args).collect();
        Instruction { program_id: idl.address, accounts, data }
    }

    fn key(&self, idl: &Idl, described: &IdlInstruction, account: &IdlAccount) -> Pubkey {
        if account.optional && !self.graduated {
            return idl.address; // none
        }
        let special = self.special(idl, described, &account.name);
        let named = account.address.or(special);
        let known =
            named.or_else(|| self.derived(idl, described, account)).or_else(|| self.common(&account.name));
        known.unwrap_or(if account.optional || account.name == "program" { idl.address } else { self.user })
    }

    /// A program address from the seeds in the IDL.
    fn derived(&self, idl: &Idl, described: &IdlInstruction, account: &IdlAccount) -> Option<Pubkey> {
        let derivation = account.pda.as_ref()?;
        let bytes = |seed: &IdlSeed| match seed {
            IdlSeed::Const { value } => value.clone(),
            IdlSeed::Arg { .. } => vec![0, 0],
            IdlSeed::Account { path } => match path.as_str() {
                "pool.index" => vec![0, 0],
                "pool.creator" => pool_authority(&self.coin.mint).as_ref().to_vec(),
                path => self.at(idl, described, path).as_ref().to_vec(),
            },
        };
        let seeds: Vec<_> = derivation.seeds.iter().map(bytes).collect();
        let program = derivation
            .program
            .as_ref()
            .map_or(idl.address, |seed| Pubkey::try_from(&bytes(seed)[..]).expect("a program's address"));
        Some(pda(&program, &seeds.iter().map(Vec::as_slice).collect::<Vec<_>>()))
    }

    /// An account, or a field of one.
    fn at(&self, idl: &Idl, described: &IdlInstruction, path: &str) -> Pubkey {
        match path {
            "bonding_curve.creator" | "pool.coin_creator" => self.coin.creator,
            "pool.base_mint" => self.coin.mint,
            "pool.quote_mint" => self.coin.quote,
            _ => match described.accounts.iter().find(|account| account.name == path) {
                Some(account) => self.key(idl, described, account),
                None => self.common(path).unwrap_or_else(|| panic!("{}: what is {path}?", described.name)),
            },
        }
    }

    /// Names with another meaning in some instructions.
    fn special(&self, idl: &Idl, described: &IdlInstruction, name: &str) -> Option<Pubkey> {
        let (coin, curve) = (&self.coin, idl.address == PUMP);
        let buyback = || coin.quote_ata(&BUYBACK_RECIPIENT);
        Some(match (described.name.as_str(), name) {
            ("create_pool", "pool") => coin.pool,
            // The IDL uses the mint in place of its token program among the seeds.
            ("migrate", "associated_bonding_curve") => coin.ata(&coin.curve),
            ("migrate", "pool_authority_mint_account") => coin.ata(&pool_authority(&coin.mint)),
            ("migrate", "pool_base_token_account") => coin.ata(&coin.pool),
            ("create_pool" | "init_boost", "creator") => self.user,
            ("sweep_creator_fee", "recipient") if curve => coin.vault,
            ("sweep_creator_fee", "recipient") => amm_creator_vault(&coin.creator),
            ("buy_v3" | "sell_v3" | "buy_exact_quote_in_v3", "buyback_fee_recipient")
                if coin.quote != WSOL =>
            {
                buyback()
            }
            (_, "buyback_fee_recipient") if !curve => buyback(),
            ("buy" | "sell" | "buy_exact_sol_in", "token_program") => coin.token_program,
            ("claim_token_incentives", "token_program") => coin.token_program,
            ("transfer_creator_fees_to_pump" | "transfer_creator_fees_to_pump_v2", "token_program") => {
                coin.quote_program
            }
            ("extend_account", "account") if !curve => coin.pool,
            ("extend_account", "account") => coin.curve,
            ("extend_fee_config", "fee_config") => fee_config(),
            _ => return None,
        })
    }

    fn common(&self, name: &str) -> Option<Pubkey> {
        let (coin, user) = (&self.coin, &self.user);
        Some(match name {
            "user" | "payer" | "authority" | "admin" | "source_authority" | "claimer" => *user,
            "mint" | "base_mint" => coin.mint,
            "quote_mint" | "wsol_mint" => coin.quote,
            "base_token_program" => coin.token_program,
            "quote_token_program" | "token_program" => coin.quote_program,
            "associated_token_program" => ATA_PROGRAM,
            "associated_user" | "associated_base_user" | "user_base_token_account" => coin.ata(user),
            "associated_quote_user" | "user_quote_token_account" | "user_wsol_token_account" => {
                coin.quote_ata(user)
            }
            "pool" => coin.pool,
            "bonding_curve" => coin.curve,
            "pool_base_token_account" => coin.ata(&coin.pool),
            "pool_quote_token_account" => coin.quote_ata(&coin.pool),
            "lp_mint" => lp_mint(&coin.pool),
            "user_pool_token_account" => ata(user, &lp_mint(&coin.pool), &TOKEN_2022),
            "global_config" => amm_global_config(),
            "fee_recipient" | "protocol_fee_recipient" | "recipient" => coin.fee_recipient(),
            "buyback_fee_recipient" => BUYBACK_RECIPIENT,
            "creator" | "coin_creator" | "current_creator" => coin.creator,
            "coin_creator_token_account" => self.collector,
            "coin_creator_vault_ata" => coin.quote_ata(&amm_creator_vault(&coin.creator)),
            "withdraw_authority" => WITHDRAW_AUTHORITY,
            "mayhem_token_vault" => coin.ata(&pda(&MAYHEM, &[b"sol-vault"])),
            "pump_global" => global(),
            "pump_fee_config" => fee_config(),
            "pump_event_authority" => event_authority(&PUMP),
            "pump_amm_event_authority" => event_authority(&PUMP_AMM),
            "config_program_id" => PUMP,
            _ => return None,
        })
    }

    /// Accounts that the IDL does not list, in the order of the official clients.
    fn remaining(&self, idl: &Idl, described: &IdlInstruction) -> Vec<AccountMeta> {
        let coin = &self.coin;
        let mut all = match (idl.address, described.name.as_str()) {
            (PUMP, "buy" | "buy_exact_sol_in" | "sell") => coin.behind_a_legacy_trade(),
            (PUMP_AMM, "buy" | "buy_exact_quote_in" | "sell") => coin.behind_an_older_swap(&self.user),
            _ => vec![],
        };
        all.extend(self.more.iter().cloned());
        if described.name.starts_with("update_fee_shares") && self.graduated {
            all.push(readonly(coin.pool));
        }
        all
    }

    fn encoded(&self, name: &str, described: &Value) -> Vec<u8> {
        let number = match name {
            _ if name.starts_with("max_") => u64::MAX,
            _ if name.starts_with("min_") => 1,
            _ => self.amount,
        };
        match (described.as_str(), described.pointer("/defined/name").and_then(Value::as_str)) {
            (Some("u64"), _) => number.to_le_bytes().to_vec(),
            (Some("u16"), _) => vec![0, 0],
            (Some("u8"), _) => vec![0],
            (Some("u128"), _) => u128::from(number).to_le_bytes().to_vec(),
            (Some("bool"), _) | (_, Some("OptionBool")) => vec![u8::from(self.flag)],
            (_, Some("OptionU64")) => vec![0; 8],
            (Some("pubkey"), _) => self.coin.creator.as_ref().to_vec(),
            (Some("string" | "bytes"), _) => [&3u32.to_le_bytes()[..], b"abc"].concat(),
            _ if described.get("option").is_some() => vec![0],
            _ if described.get("vec").is_some() => self.shares(described),
            _ => vec![0; 24],
        }
    }

    /// Gives all fees to the owner `collector`.
    fn shares(&self, described: &Value) -> Vec<u8> {
        match described.pointer("/vec/defined/name").and_then(Value::as_str) {
            Some("Shareholder") => {
                [&1u32.to_le_bytes()[..], self.collector.as_ref(), &10_000u16.to_le_bytes()].concat()
            }
            _ => vec![0; 4],
        }
    }
}
