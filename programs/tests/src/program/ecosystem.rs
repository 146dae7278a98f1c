//! Ecosystems and their tokens.

use anchor_lang::{InstructionData, ToAccountMetas};
use dat::instructions::Roles;
use dat::state::{AUTHORITY_SEED, STATE_SEED, STATS_SEED, TREASURY_SEED};

use crate::*;

/// The run id of all cycles in the tests.
pub const CYCLE_ID: [u8; 16] = *b"a cycle of tests";

/// Parameters that limit nothing except what a test sets.
pub fn parameters() -> Parameters {
    Parameters {
        min_fees_root_lamports: 2_000_000,
        min_fees_secondary_lamports: 5_690_000,
        max_fees_per_cycle_lamports: SOL,
        min_interval_seconds: 60,
        max_price_impact_bps: 100,
        max_price_rise_bps: 1_000,
    }
}

/// The root share of every ecosystem in the tests, basis points.
pub const ROOT_SHARE: u16 = 4_480;

pub struct Ecosystem {
    pub name: String,
    pub admin: Keypair,
    pub operator: Keypair,
    pub emergency: Keypair,
    /// The admin at creation. The state's address derives from this key.
    pub base_admin: Pubkey,
    pub state: Pubkey,
    pub treasury: Pubkey,
    /// The creator of all coins that share one creator.
    pub shared_authority: Pubkey,
}

impl Clone for Ecosystem {
    fn clone(&self) -> Self {
        let [admin, operator, emergency] =
            [&self.admin, &self.operator, &self.emergency].map(Keypair::insecure_clone);
        Self { name: self.name.clone(), admin, operator, emergency, ..*self }
    }
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
        let shared_authority = pda(&dat::ID, &[AUTHORITY_SEED, state.as_ref()]);
        let emergency = Keypair::new_from_array(state.to_bytes());
        let base_admin = admin.pubkey();
        let name = name.to_owned();
        Self { name, admin, operator, emergency, base_admin, state, treasury, shared_authority }
    }

    pub fn initialize(&self, parameters: Parameters) -> Instruction {
        self.initialize_with(ROOT_SHARE, parameters)
    }

    pub fn initialize_with(&self, root_share_bps: u16, parameters: Parameters) -> Instruction {
        let accounts = dat::accounts::InitializeDatState {
            admin: self.admin.pubkey(),
            base_admin: self.base_admin,
            state: self.state,
            treasury: self.treasury,
            shared_authority: self.shared_authority,
            system_program: SYSTEM,
            event_authority: event_authority(&dat::ID),
            program: dat::ID,
        };
        let roles =
            Roles { operator: self.operator.pubkey(), emergency_admin: Some(self.emergency.pubkey()) };
        let name = self.name.clone();
        our_instruction(
            accounts,
            dat::instruction::InitializeDatState { name, roles, root_share_bps, parameters },
        )
    }

    /// The authority of a mint: the required creator of the coin.
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
            user_volume_accumulator: user_volume_accumulator(&dat.authority),
            pump_event_authority: event_authority(&PUMP),
            pump_program: PUMP,
            token_program: dat.coin.token_program,
            associated_token_program: ATA_PROGRAM,
            system_program: SYSTEM,
            event_authority: event_authority(&dat::ID),
            program: dat::ID,
        };
        our_instruction(accounts, dat::instruction::InitializeTokenStats { role, root_share_bps })
    }
}

/// An instruction of our program.
pub fn our_instruction(accounts: impl ToAccountMetas, data: impl InstructionData) -> Instruction {
    Instruction { program_id: dat::ID, accounts: accounts.to_account_metas(None), data: data.data() }
}

impl Chain {
    pub fn ecosystem(&mut self, name: &str, change: impl FnOnce(&mut Parameters)) -> Ecosystem {
        self.ecosystem_with(name, ROOT_SHARE, change)
    }

    pub fn ecosystem_with(
        &mut self,
        name: &str,
        root_share_bps: u16,
        change: impl FnOnce(&mut Parameters),
    ) -> Ecosystem {
        let (admin, operator) = (self.wallet(1_000 * SOL), self.wallet(SOL));
        let ecosystem = Ecosystem::new(name, admin, operator);
        let mut wanted = parameters();
        change(&mut wanted);
        let initialize = ecosystem.initialize_with(root_share_bps, wanted);
        self.send(&[initialize], &[&ecosystem.admin]).expect("initialize_dat_state");
        ecosystem
    }

    /// A new coin whose creator is its authority. It is not yet admitted.
    pub fn candidate(&mut self, ecosystem: &Ecosystem, kind: Kind) -> Dat {
        let coin = self.coin(kind, |mint| ecosystem.authority(mint));
        ecosystem.dat(coin)
    }

    /// A token whose creator is the shared authority.
    pub fn sharing(&mut self, ecosystem: &Ecosystem, kind: Kind, role: Role) -> Dat {
        let dat = ecosystem.dat(self.coin(kind, |_| ecosystem.shared_authority));
        self.admit(ecosystem, &dat, role, None);
        dat
    }

    pub fn dat(&mut self, ecosystem: &Ecosystem, kind: Kind, role: Role) -> Dat {
        self.dat_with(ecosystem, kind, role, None)
    }

    /// A token with 29,629,630 lamports of fees, in its own ecosystem.
    pub fn earning(&mut self, kind: Kind, role: Role) -> (Ecosystem, Dat) {
        let ecosystem = self.ecosystem("eco", |_| ());
        let dat = self.dat(&ecosystem, kind, role);
        self.somebody_buys(&dat.coin, 10 * SOL);
        (ecosystem, dat)
    }

    pub fn dat_with(&mut self, ecosystem: &Ecosystem, kind: Kind, role: Role, share: Option<u16>) -> Dat {
        let dat = self.candidate(ecosystem, kind);
        self.admit(ecosystem, &dat, role, share);
        dat
    }

    /// Admits a token, and creates its vault so that no sweep pays rent for it.
    pub fn admit(&mut self, ecosystem: &Ecosystem, dat: &Dat, role: Role, share: Option<u16>) {
        let missing = self.rent(0).saturating_sub(self.lamports(&dat.coin.vault));
        let vault = transfer(&ecosystem.admin.pubkey(), &dat.coin.vault, missing);
        self.send(&[vault, ecosystem.admit(dat, role, share)], &[&ecosystem.admin])
            .expect("initialize_token_stats");
    }

    /// Somebody buys for this amount and gives the tokens to the authority. Returns the number of tokens.
    pub fn somebody_donates_tokens(&mut self, dat: &Dat, lamports: u64) -> u64 {
        let (trader, tokens) = self.somebody_buys(&dat.coin, lamports);
        let accounts = vec![
            writable(dat.coin.ata(&trader.pubkey())),
            readonly(dat.coin.mint),
            writable(dat.token_account),
            signer(trader.pubkey()),
        ];
        let data = [&[12][..], &tokens.to_le_bytes(), &[6]].concat(); // TransferChecked, 6 decimals
        let give = Instruction { program_id: dat.coin.token_program, accounts, data };
        self.send(&[give], &[&trader]).expect("a donation of tokens");
        tokens
    }

    pub fn state(&self, dat: &Dat) -> DatState {
        self.read(&dat.state)
    }

    pub fn stats(&self, dat: &Dat) -> TokenStats {
        self.read(&dat.stats)
    }

    /// Collects the token's fees and sends its next cycle.
    pub fn try_cycle(&mut self, ecosystem: &Ecosystem, dat: &Dat) -> Result<Success, Failure> {
        let cycle = ecosystem.cycle(dat, self.stats(dat).cycle_count);
        let [sweep, collect] = dat.coin.sweep_and_collect(&ecosystem.operator.pubkey());
        self.send(&[sweep, collect, cycle], &[&ecosystem.operator])
    }

    /// Simulates the token's next cycle. The chain does not change.
    pub fn simulate_cycle(&self, ecosystem: &Ecosystem, dat: &Dat) -> Result<Success, Failure> {
        self.simulate(&ecosystem.cycle(dat, self.stats(dat).cycle_count))
    }
}
