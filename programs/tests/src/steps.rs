//! The steps of a cycle, each alone.

use crate::ecosystem::CYCLE_ID;
use crate::*;

impl Ecosystem {
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
    /// A look at the token's price where it trades: on its curve, or in its pool.
    pub fn observe(&self, dat: &Dat, in_pool: bool) -> Instruction {
        let coin = &dat.coin;
        let accounts = dat::accounts::Observe {
            operator: self.operator.pubkey(),
            state: self.state,
            stats: dat.stats,
            mint: coin.mint,
            market: if in_pool { coin.pool } else { coin.curve },
        };
        let mut instruction = ours(accounts, dat::instruction::Observe {});
        if in_pool {
            instruction
                .accounts
                .extend([coin::readonly(coin.ata(&coin.pool)), coin::readonly(wsol(&coin.pool))]);
        }
        instruction
    }

    /// Brings in what an account of wrapped SOL of the token's authority holds.
    pub fn unwrap(&self, dat: &Dat, wrapped: Pubkey) -> Instruction {
        self.unwrap_of(Some(dat), dat.authority, wrapped)
    }

    /// The same for the authority of one token, the shared authority or the treasury.
    pub fn unwrap_of(&self, of: Option<&Dat>, owner: Pubkey, wrapped: Pubkey) -> Instruction {
        let accounts = dat::accounts::Unwrap {
            state: self.state,
            stats: of.map(|dat| dat.stats),
            owner,
            wrapped,
            wsol: WSOL,
            token_program: TOKEN,
            associated_token_program: ATA_PROGRAM,
            system_program: SYSTEM,
            event_authority: event_authority(&dat::ID),
            program: dat::ID,
        };
        ours(accounts, dat::instruction::Unwrap {})
    }
}
