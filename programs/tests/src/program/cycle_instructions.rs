//! The instructions of a cycle: the whole cycle, its single steps, `observe` and `unwrap`.

use anchor_lang::InstructionData;

use crate::*;

impl Ecosystem {
    /// A cycle without fee instructions. `Chain::try_cycle` sends those first.
    pub fn cycle(&self, dat: &Dat, expected_cycle: u64) -> Instruction {
        self.cycle_with(dat, expected_cycle, 1)
    }

    pub fn cycle_with(&self, dat: &Dat, expected_cycle: u64, min_tokens_out: u64) -> Instruction {
        self.cycle_by(BuyForm::CurveV3, dat, expected_cycle, min_tokens_out)
    }

    pub fn cycle_by(
        &self,
        form: BuyForm,
        dat: &Dat,
        expected_cycle: u64,
        min_tokens_out: u64,
    ) -> Instruction {
        self.cycle_planned(form, dat, expected_cycle, [min_tokens_out, 0])
    }

    /// `min_tokens_out` applies to a buy of `planned_lamports`.
    pub fn cycle_planned(
        &self,
        form: BuyForm,
        dat: &Dat,
        expected_cycle: u64,
        [min_tokens_out, planned_lamports]: [u64; 2],
    ) -> Instruction {
        let cycle_id = CYCLE_ID;
        let data =
            dat::instruction::RunCycle { form, expected_cycle, cycle_id, min_tokens_out, planned_lamports };
        self.step(dat, data, dat.coin.buy_accounts(form, &dat.authority))
    }

    /// A step of a cycle, with the forwarded accounts.
    pub fn step(&self, dat: &Dat, data: impl InstructionData, forwarded: Vec<AccountMeta>) -> Instruction {
        let accounts = dat::accounts::Cycle {
            operator: self.operator.pubkey(),
            state: self.state,
            stats: dat.stats,
            mint: dat.coin.mint,
            authority: dat.authority,
            token_account: dat.token_account,
            treasury: self.treasury,
            token_program: dat.coin.token_program,
            system_program: SYSTEM,
            event_authority: event_authority(&dat::ID),
            program: dat::ID,
        };
        let mut instruction = our_instruction(accounts, data);
        instruction.accounts.extend(forwarded);
        let buyer = instruction.accounts.iter_mut().filter(|meta| meta.pubkey == dat.authority);
        buyer.for_each(|meta| meta.is_signer = false);
        instruction
    }

    pub fn collect_fees(&self, dat: &Dat) -> Instruction {
        self.step(dat, dat::instruction::CollectFees {}, vec![])
    }

    pub fn execute_buy(&self, dat: &Dat, expected_cycle: u64) -> Instruction {
        self.execute_buy_by(BuyForm::CurveV3, dat, expected_cycle, 1)
    }

    pub fn execute_buy_by(
        &self,
        form: BuyForm,
        dat: &Dat,
        expected_cycle: u64,
        min_tokens_out: u64,
    ) -> Instruction {
        let data = dat::instruction::ExecuteBuy {
            form,
            expected_cycle,
            cycle_id: CYCLE_ID,
            min_tokens_out,
            planned_lamports: 0,
        };
        self.step(dat, data, dat.coin.buy_accounts(form, &dat.authority))
    }

    pub fn burn_and_update(&self, dat: &Dat) -> Instruction {
        self.step(dat, dat::instruction::BurnAndUpdate {}, vec![])
    }
}

impl Ecosystem {
    /// Observes the token's price on its curve or in its pool.
    pub fn observe(&self, dat: &Dat, in_pool: bool) -> Instruction {
        let coin = &dat.coin;
        let accounts = dat::accounts::Observe {
            operator: self.operator.pubkey(),
            state: self.state,
            stats: dat.stats,
            mint: coin.mint,
            market: if in_pool { coin.pool } else { coin.curve },
        };
        let mut instruction = our_instruction(accounts, dat::instruction::Observe {});
        if in_pool {
            instruction.accounts.extend([readonly(coin.ata(&coin.pool)), readonly(wsol(&coin.pool))]);
        }
        instruction
    }

    /// Unwraps a wrapped-SOL account of the token's authority.
    pub fn unwrap(&self, dat: &Dat, wrapped: Pubkey) -> Instruction {
        self.unwrap_of(Some(dat), dat.authority, wrapped)
    }

    /// The same for a token's authority, the shared authority or the treasury.
    pub fn unwrap_of(&self, dat: Option<&Dat>, owner: Pubkey, wrapped: Pubkey) -> Instruction {
        let accounts = dat::accounts::Unwrap {
            state: self.state,
            stats: dat.map(|dat| dat.stats),
            owner,
            wrapped,
            wsol: WSOL,
            token_program: TOKEN,
            associated_token_program: ATA_PROGRAM,
            system_program: SYSTEM,
            event_authority: event_authority(&dat::ID),
            program: dat::ID,
        };
        our_instruction(accounts, dat::instruction::Unwrap {})
    }
}
