//! The volume accumulator that every buyer needs.

use anchor_lang::prelude::*;
use anchor_lang::solana_program::instruction::Instruction;
use anchor_lang::solana_program::program::invoke;

use crate::pump::PUMP;

const INIT_USER_VOLUME_ACCUMULATOR: [u8; 8] = [94, 6, 202, 115, 255, 96, 232, 183];

/// `init_user_volume_accumulator`: the payer pays the rent. Otherwise a trade would take it from the buyer.
pub fn init_user_volume_accumulator<'info>(
    payer: &AccountInfo<'info>,
    user: &AccountInfo<'info>,
    user_volume_accumulator: &AccountInfo<'info>,
    system_program: &AccountInfo<'info>,
    event_authority: &AccountInfo<'info>,
    pump: &AccountInfo<'info>,
) -> Result<()> {
    let metas = vec![
        AccountMeta::new(*payer.key, true),
        AccountMeta::new_readonly(*user.key, false),
        AccountMeta::new(*user_volume_accumulator.key, false),
        AccountMeta::new_readonly(*system_program.key, false),
        AccountMeta::new_readonly(*event_authority.key, false),
        AccountMeta::new_readonly(*pump.key, false),
    ];
    let data = INIT_USER_VOLUME_ACCUMULATOR.to_vec();
    let instruction = Instruction { program_id: PUMP, accounts: metas, data };
    let infos =
        [payer, user, user_volume_accumulator, system_program, event_authority, pump].map(Clone::clone);
    invoke(&instruction, &infos)?;
    Ok(())
}
