//! The instructions of our program except cycles and set-up. The account that must sign comes first.

use anchor_lang::InstructionData;

use crate::*;

/// Instructions of the admin.
impl Ecosystem {
    pub fn update_parameters(&self, parameters: Parameters) -> Instruction {
        self.administer(dat::instruction::UpdateParameters { parameters })
    }

    pub fn set_operator(&self, operator: Pubkey) -> Instruction {
        self.administer(dat::instruction::SetOperator { operator })
    }

    pub fn set_emergency_admin(&self, emergency_admin: Option<Pubkey>) -> Instruction {
        self.administer(dat::instruction::SetEmergencyAdmin { emergency_admin })
    }

    pub fn propose_admin_transfer(&self, new_admin: Pubkey) -> Instruction {
        self.administer(dat::instruction::ProposeAdminTransfer { new_admin })
    }

    pub fn cancel_admin_transfer(&self) -> Instruction {
        self.administer(dat::instruction::CancelAdminTransfer {})
    }

    pub fn propose_withdraw_address(&self, address: Pubkey) -> Instruction {
        self.administer(dat::instruction::ProposeWithdrawAddress { address })
    }

    /// For the ecosystem, or for one token.
    pub fn update_root_share(&self, dat: Option<&Dat>, root_share_bps: u16) -> Instruction {
        let accounts = dat::accounts::UpdateRootShare {
            admin: self.admin.pubkey(),
            state: self.state,
            stats: dat.map(|dat| dat.stats),
            event_authority: event_authority(&dat::ID),
            program: dat::ID,
        };
        our_instruction(accounts, dat::instruction::UpdateRootShare { root_share_bps })
    }

    pub fn propose_root_token(&self, root: &Dat) -> Instruction {
        let accounts = dat::accounts::AdministerRoot {
            admin: self.admin.pubkey(),
            state: self.state,
            stats: root.stats,
            event_authority: event_authority(&dat::ID),
            program: dat::ID,
        };
        our_instruction(accounts, dat::instruction::ProposeRootToken {})
    }

    pub fn set_root_token(&self, root: &Dat, previous: Option<&Dat>) -> Instruction {
        let accounts = dat::accounts::SetRootToken {
            admin: self.admin.pubkey(),
            state: self.state,
            stats: root.stats,
            previous: previous.map(|dat| dat.stats),
            event_authority: event_authority(&dat::ID),
            program: dat::ID,
        };
        our_instruction(accounts, dat::instruction::SetRootToken {})
    }

    pub fn set_lookup_table(&self, dat: &Dat, lookup_table: Option<Pubkey>) -> Instruction {
        let accounts = dat::accounts::AdministerToken {
            admin: self.admin.pubkey(),
            state: self.state,
            stats: dat.stats,
            event_authority: event_authority(&dat::ID),
            program: dat::ID,
        };
        our_instruction(accounts, dat::instruction::SetLookupTable { lookup_table })
    }

    /// For the ecosystem, or for one token.
    pub fn set_active(&self, dat: Option<&Dat>, active: bool) -> Instruction {
        self.change_status(&self.admin, dat, dat::instruction::SetActive { active })
    }

    pub fn resume(&self, dat: Option<&Dat>) -> Instruction {
        self.change_status(&self.admin, dat, dat::instruction::Resume {})
    }

    /// The emergency admin may send this, too.
    pub fn emergency_pause(&self, dat: Option<&Dat>) -> Instruction {
        self.change_status(&self.emergency, dat, dat::instruction::EmergencyPause {})
    }

    /// The emergency admin may send this, too.
    pub fn clear_withdraw_address(&self) -> Instruction {
        let accounts = dat::accounts::RefuseWithdrawal {
            signer: self.emergency.pubkey(),
            state: self.state,
            event_authority: event_authority(&dat::ID),
            program: dat::ID,
        };
        our_instruction(accounts, dat::instruction::ClearWithdrawAddress {})
    }

    /// Withdraws everything from a token's authority.
    pub fn withdraw(&self, dat: &Dat, to: Pubkey) -> Instruction {
        self.withdraw_to(Some(dat), dat.authority, to)
    }

    pub fn withdraw_to(&self, dat: Option<&Dat>, from: Pubkey, to: Pubkey) -> Instruction {
        let accounts = dat::accounts::WithdrawTo {
            admin: self.admin.pubkey(),
            state: self.state,
            stats: dat.map(|dat| dat.stats),
            from,
            to,
            system_program: SYSTEM,
            event_authority: event_authority(&dat::ID),
            program: dat::ID,
        };
        our_instruction(accounts, dat::instruction::WithdrawTo {})
    }

    pub fn close_token_stats(&self, dat: &Dat) -> Instruction {
        let accounts = dat::accounts::CloseTokenStats {
            admin: self.admin.pubkey(),
            state: self.state,
            stats: dat.stats,
            authority: dat.authority,
            token_account: dat.token_account,
            token_program: dat.coin.token_program,
            system_program: SYSTEM,
            event_authority: event_authority(&dat::ID),
            program: dat::ID,
        };
        our_instruction(accounts, dat::instruction::CloseTokenStats {})
    }

    pub fn close_dat_state(&self) -> Instruction {
        let accounts = dat::accounts::CloseDatState {
            admin: self.admin.pubkey(),
            state: self.state,
            treasury: self.treasury,
            shared_authority: self.shared_authority,
            system_program: SYSTEM,
            event_authority: event_authority(&dat::ID),
            program: dat::ID,
        };
        our_instruction(accounts, dat::instruction::CloseDatState {})
    }

    fn administer(&self, data: impl InstructionData) -> Instruction {
        let accounts = dat::accounts::Administer {
            admin: self.admin.pubkey(),
            state: self.state,
            event_authority: event_authority(&dat::ID),
            program: dat::ID,
        };
        our_instruction(accounts, data)
    }

    fn change_status(&self, signer: &Keypair, dat: Option<&Dat>, data: impl InstructionData) -> Instruction {
        let accounts = dat::accounts::ChangeStatus {
            signer: signer.pubkey(),
            state: self.state,
            stats: dat.map(|dat| dat.stats),
            event_authority: event_authority(&dat::ID),
            program: dat::ID,
        };
        our_instruction(accounts, data)
    }
}

/// Instructions of a nominated key.
impl Ecosystem {
    pub fn accept_admin_transfer(&self, named: Pubkey) -> Instruction {
        self.accept(named, dat::instruction::AcceptAdminTransfer {})
    }

    pub fn accept_withdraw_address(&self, named: Pubkey) -> Instruction {
        self.accept(named, dat::instruction::AcceptWithdrawAddress {})
    }

    fn accept(&self, named: Pubkey, data: impl InstructionData) -> Instruction {
        let accounts = dat::accounts::Accept {
            named,
            state: self.state,
            event_authority: event_authority(&dat::ID),
            program: dat::ID,
        };
        our_instruction(accounts, data)
    }
}

/// Instructions of the operator, except cycles.
impl Ecosystem {
    pub fn record_failure(&self, dat: &Dat, cycle_id: [u8; 16], error_code: u32) -> Instruction {
        let accounts = dat::accounts::RecordFailure {
            operator: self.operator.pubkey(),
            state: self.state,
            stats: dat.stats,
            event_authority: event_authority(&dat::ID),
            program: dat::ID,
        };
        our_instruction(accounts, dat::instruction::RecordFailure { cycle_id, error_code })
    }

    pub fn credit_fees(&self, dat: &Dat, total_before: u64, lamports: u64) -> Instruction {
        let accounts = dat::accounts::CreditFees {
            operator: self.operator.pubkey(),
            state: self.state,
            stats: dat.stats,
            shared_authority: self.shared_authority,
            authority: dat.authority,
            system_program: SYSTEM,
            event_authority: event_authority(&dat::ID),
            program: dat::ID,
        };
        our_instruction(accounts, dat::instruction::CreditFees { total_before, lamports })
    }
}
