use anchor_lang::prelude::*;

use crate::ensure;
use crate::errors::DatError;
use crate::events::DatInitialized;
use crate::state::*;
use crate::transfer::fund_rent;

#[event_cpi]
#[derive(Accounts)]
#[instruction(name: String)]
pub struct InitializeDatState<'info> {
    #[account(mut)]
    pub admin: Signer<'info>,
    /// CHECK: the admin at creation, a seed of the address; compared in the handler
    pub base_admin: UncheckedAccount<'info>,
    // A closed state exists already, and its last admin may open it again.
    #[account(
        init_if_needed, payer = admin, space = 8 + DatState::INIT_SPACE,
        seeds = [STATE_SEED, base_admin.key().as_ref(), name.as_bytes()], bump,
    )]
    pub state: Box<Account<'info, DatState>>,
    /// CHECK: bare PDA with these seeds
    #[account(mut, seeds = [TREASURY_SEED, state.key().as_ref()], bump)]
    pub treasury: UncheckedAccount<'info>,
    /// CHECK: bare PDA with these seeds
    #[account(seeds = [AUTHORITY_SEED, state.key().as_ref()], bump)]
    pub shared_authority: UncheckedAccount<'info>,
    pub system_program: Program<'info, System>,
}

/// The role holders of a new ecosystem.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug)]
pub struct Roles {
    pub operator: Pubkey,
    pub emergency_admin: Option<Pubkey>,
}

impl InitializeDatState<'_> {
    /// Returns the first root share and checks the signer: the base admin of a new ecosystem, or the last
    /// admin of a closed one, which keeps its share.
    fn root_share(&self, bps: u16) -> Result<RootShare> {
        if self.state.admin == Pubkey::default() {
            ensure!(self.admin.key() == self.base_admin.key(), DatError::UnauthorizedAccess);
            return RootShare::fixed(bps);
        }
        ensure!(self.state.closed, DatError::AlreadyInitialized);
        ensure!(self.admin.key() == self.state.admin, DatError::UnauthorizedAccess);
        let promised = self.state.root_share;
        ensure!(bps == promised.at(Clock::get()?.unix_timestamp), DatError::InvalidRootShare);
        Ok(promised)
    }
}

pub fn initialize_dat_state(
    ctx: Context<InitializeDatState>,
    name: String,
    roles: Roles,
    root_share_bps: u16,
    parameters: Parameters,
) -> Result<()> {
    ensure!((1..=MAX_NAME_LEN).contains(&name.len()), DatError::InvalidParameter);
    ensure!(roles.operator != Pubkey::default(), DatError::InvalidParameter);
    parameters.check()?;
    let accounts = &mut *ctx.accounts;
    let root_share = accounts.root_share(root_share_bps)?;
    let promised = &accounts.state;
    let emergency_admin = if promised.closed {
        promised.emergency_admin.with_change(roles.emergency_admin, Clock::get()?.unix_timestamp)
    } else {
        TimelockedRole::fixed(roles.emergency_admin)
    };
    let root_from = promised.root_from;
    fund_rent(&accounts.admin, &accounts.treasury)?;
    accounts.state.set_inner(DatState {
        admin: accounts.admin.key(),
        operator: roles.operator,
        treasury: accounts.treasury.key(),
        treasury_bump: ctx.bumps.treasury,
        shared_authority: accounts.shared_authority.key(),
        shared_authority_bump: ctx.bumps.shared_authority,
        active: true,
        paused: false,
        paused_at: 0,
        closed: false,
        root_share,
        parameters,
        token_count: 0,
        withdraw_from: 0,
        root_from,
        root_mint: None,
        pending_root_mint: None,
        emergency_admin,
        pending_admin: None,
        withdraw_address: None,
        pending_withdraw_address: None,
        name,
    });
    let event = DatInitialized {
        state: accounts.state.key(),
        admin: accounts.admin.key(),
        operator: roles.operator,
        emergency_admin: roles.emergency_admin,
        root_share_bps,
        parameters,
    };
    emit_cpi!(event);
    Ok(())
}
