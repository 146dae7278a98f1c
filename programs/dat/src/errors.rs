//! Everything the program refuses, by name. Clients map numbers by the IDL, never by hand.

use anchor_lang::prelude::*;

#[error_code]
#[derive(PartialEq, Eq)]
pub enum DatError {
    #[msg("the signer does not hold the role this instruction needs")]
    UnauthorizedAccess,
    #[msg("a parameter is outside its range")]
    InvalidParameter,
    #[msg("the root share must be between 1000 and 9000 basis points, and a root token has none")]
    InvalidRootShare,
    #[msg("the ecosystem already has a root token")]
    RootTokenAlreadySet,
    #[msg("the account is not the bonding curve of this mint")]
    InvalidBondingCurve,
    #[msg("the creator of the bonding curve is not this token's authority")]
    CreatorMismatch,
    #[msg("the bonding curve is complete: the token has graduated")]
    BondingCurveComplete,
    #[msg("only curves quoted in SOL are supported")]
    UnsupportedQuoteMint,
    #[msg("fees of a cashback coin go to its traders, not to its creator")]
    CashbackCoin,
    #[msg("the account does not belong to this token or ecosystem")]
    MintMismatch,
    #[msg("the account is not the treasury of this ecosystem")]
    InvalidRootTreasury,
    #[msg("the account is not pump.fun's fee configuration or cannot be read")]
    InvalidFeeConfig,
    #[msg("the forwarded accounts are not those of pump.fun's sweep and buy for this token")]
    InvalidForwardedAccounts,
    #[msg("expected_cycle is not the token's cycle count: this cycle has already run")]
    CycleMismatch,
    #[msg("the minimum interval since the last cycle has not passed")]
    CycleTooSoon,
    #[msg("there are fewer fees than the minimum for a cycle")]
    InsufficientFees,
    #[msg("the buy brought fewer tokens than the caller's minimum")]
    SlippageExceeded,
    #[msg("lamports are unaccounted for")]
    ConservationViolated,
    #[msg("arithmetic overflow")]
    MathOverflow,
}
