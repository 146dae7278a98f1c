//! Our side: ecosystems, their tokens, and the instructions of our program.

use anchor_lang::{InstructionData, ToAccountMetas};
use dat::state::{AUTHORITY_SEED, STATE_SEED, STATS_SEED, TREASURY_SEED};

use crate::*;

/// What a test cycle is called by.
pub const CYCLE_ID: [u8; 16] = *b"a cycle of tests";

/// Parameters under which only what a test is about binds.
pub fn parameters(operator: &Pubkey) -> Parameters {
    Parameters {
        operator: *operator,
        root_share_bps: 4_480,
        min_fees_root_lamports: 2_000_000,
        min_fees_secondary_lamports: 5_690_000,
        max_fees_per_cycle_lamports: SOL,
        min_interval_seconds: 60,
        max_price_impact_bps: 100,
    }
}

pub struct Ecosystem {
    pub name: String,
    pub admin: Keypair,
    pub operator: Keypair,
    pub state: Pubkey,
    pub treasury: Pubkey,
}

/// A token of an ecosystem.
#[derive(Clone, Copy, Debug)]
pub struct Dat {
    pub coin: Coin,
    pub state: Pubkey,
    pub treasury: Pubkey,
    pub stats: Pubkey,
    pub authority: Pubkey,
    pub token_account: Pubkey,
}

impl Ecosystem {
    pub fn new(name: &str, admin: Keypair, operator: Keypair) -> Self {
        let state = pda(&dat::ID, &[STATE_SEED, admin.pubkey().as_ref(), name.as_bytes()]);
        let treasury = pda(&dat::ID, &[TREASURY_SEED, state.as_ref()]);
        Self { name: name.to_owned(), admin, operator, state, treasury }
    }

    pub fn initialize(&self, parameters: Parameters) -> Instruction {
        let accounts = dat::accounts::InitializeDatState {
            admin: self.admin.pubkey(),
            state: self.state,
            treasury: self.treasury,
            system_program: SYSTEM,
        };
        let data = dat::instruction::InitializeDatState { name: self.name.clone(), parameters }.data();
        Instruction { program_id: dat::ID, accounts: accounts.to_account_metas(None), data }
    }

    /// The authority of a mint: who must be the coin's creator.
    pub fn authority(&self, mint: &Pubkey) -> Pubkey {
        pda(&dat::ID, &[AUTHORITY_SEED, self.state.as_ref(), mint.as_ref()])
    }

    pub fn dat(&self, coin: Coin) -> Dat {
        let authority = self.authority(&coin.mint);
        Dat {
            coin,
            state: self.state,
            treasury: self.treasury,
            stats: pda(&dat::ID, &[STATS_SEED, self.state.as_ref(), coin.mint.as_ref()]),
            authority,
            token_account: coin.ata(&authority),
        }
    }

    pub fn admit(&self, dat: &Dat, role: Role, root_share_bps: Option<u16>) -> Instruction {
        let accounts = dat::accounts::InitializeTokenStats {
            admin: self.admin.pubkey(),
            state: self.state,
            mint: dat.coin.mint,
            stats: dat.stats,
            authority: dat.authority,
            token_account: dat.token_account,
            bonding_curve: dat.coin.curve,
            creator_vault: creator_vault(&dat.authority),
            user_volume_accumulator: user_volume_accumulator(&dat.authority),
            pump_event_authority: event_authority(&PUMP),
            pump_program: PUMP,
            token_program: dat.coin.token_program,
            associated_token_program: ATA_PROGRAM,
            system_program: SYSTEM,
        };
        let data = dat::instruction::InitializeTokenStats { role, root_share_bps }.data();
        Instruction { program_id: dat::ID, accounts: accounts.to_account_metas(None), data }
    }

    pub fn cycle(&self, dat: &Dat, expected_cycle: u64) -> Instruction {
        self.cycle_with(dat, expected_cycle, 1)
    }

    pub fn cycle_with(&self, dat: &Dat, expected_cycle: u64, min_tokens_out: u64) -> Instruction {
        let operator = self.operator.pubkey();
        let accounts = dat::accounts::RunCycle {
            operator,
            state: self.state,
            stats: dat.stats,
            mint: dat.coin.mint,
            authority: dat.authority,
            token_account: dat.token_account,
            treasury: self.treasury,
            bonding_curve: dat.coin.curve,
            creator_vault: dat.coin.vault,
            fee_config: fee_config(),
            pump_event_authority: event_authority(&PUMP),
            pump_program: PUMP,
            token_program: dat.coin.token_program,
            system_program: SYSTEM,
            event_authority: event_authority(&dat::ID),
            program: dat::ID,
        };
        let mut metas = accounts.to_account_metas(None);
        metas.extend(dat.coin.sweep_accounts(&operator));
        metas.extend(dat.coin.trade_accounts(&dat.authority));
        metas.iter_mut().filter(|meta| meta.pubkey == dat.authority).for_each(|meta| meta.is_signer = false);
        let data = dat::instruction::RunCycle { expected_cycle, cycle_id: CYCLE_ID, min_tokens_out }.data();
        Instruction { program_id: dat::ID, accounts: metas, data }
    }
}

impl World {
    pub fn ecosystem(&mut self, name: &str, change: impl FnOnce(&mut Parameters)) -> Ecosystem {
        let (admin, operator) = (self.wallet(1_000 * SOL), self.wallet(SOL));
        let ecosystem = Ecosystem::new(name, admin, operator);
        let mut wanted = parameters(&ecosystem.operator.pubkey());
        change(&mut wanted);
        self.send(&[ecosystem.initialize(wanted)], &[&ecosystem.admin]).expect("initialize_dat_state");
        ecosystem
    }

    /// A new coin whose creator is its authority, not yet in the ecosystem.
    pub fn candidate(&mut self, ecosystem: &Ecosystem, kind: Kind) -> Dat {
        let coin = self.coin(kind, |mint| ecosystem.authority(mint));
        ecosystem.dat(coin)
    }

    pub fn dat(&mut self, ecosystem: &Ecosystem, kind: Kind, role: Role) -> Dat {
        self.dat_with(ecosystem, kind, role, None)
    }

    pub fn dat_with(&mut self, ecosystem: &Ecosystem, kind: Kind, role: Role, share: Option<u16>) -> Dat {
        let dat = self.candidate(ecosystem, kind);
        self.send(&[ecosystem.admit(&dat, role, share)], &[&ecosystem.admin])
            .expect("initialize_token_stats");
        dat
    }

    pub fn state(&self, dat: &Dat) -> DatState {
        self.read(&dat.state)
    }

    pub fn stats(&self, dat: &Dat) -> TokenStats {
        self.read(&dat.stats)
    }

    /// Sends the token's next cycle, whatever comes of it.
    pub fn try_cycle(&mut self, ecosystem: &Ecosystem, dat: &Dat) -> Result<Done, Failure> {
        let instruction = ecosystem.cycle(dat, self.stats(dat).cycle_count);
        self.send(&[instruction], &[&ecosystem.operator])
    }

    /// Tries the token's next cycle; nothing changes.
    pub fn attempt_cycle(&self, ecosystem: &Ecosystem, dat: &Dat) -> Result<Done, Failure> {
        self.attempt(&ecosystem.cycle(dat, self.stats(dat).cycle_count))
    }
}
