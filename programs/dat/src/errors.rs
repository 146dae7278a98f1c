//! Everything the program refuses, by name. Clients map numbers by the IDL, never by hand.

use anchor_lang::prelude::*;

#[error_code]
#[derive(PartialEq, Eq)]
pub enum DatError {
    #[msg("the signer does not hold the role this instruction needs")]
    UnauthorizedAccess,
    #[msg("the ecosystem or the token is paused, not active or closed")]
    DATNotActive,
    #[msg("a parameter is outside its range")]
    InvalidParameter,
    #[msg("the root share must be between 1000 and 9000 basis points, and a root token has none")]
    InvalidRootShare,
    #[msg("a root share may change by at most 500 basis points at a time")]
    RootShareDeltaTooLarge,
    #[msg("the ecosystem already has a root token")]
    RootTokenAlreadySet,
    #[msg("the new root must be a secondary, and the present root must be named beside it")]
    InvalidRootToken,
    #[msg("the account is not the bonding curve of this mint, or it cannot be read")]
    InvalidBondingCurve,
    #[msg("the account is not the pool of this mint, or it cannot be read")]
    InvalidPool,
    #[msg(
        "the fees of this coin do not go to its authority, the shared authority or its own sharing config"
    )]
    CreatorMismatch,
    #[msg("the bonding curve is complete: the token has graduated")]
    BondingCurveComplete,
    #[msg("only coins quoted in SOL are supported")]
    UnsupportedQuoteMint,
    #[msg("fees of a cashback coin go to its traders, not to its creator")]
    CashbackCoin,
    #[msg("there is less than 0.01 SOL in the curve or the pool")]
    InsufficientPoolLiquidity,
    #[msg("the account does not belong to this token or ecosystem")]
    MintMismatch,
    #[msg("the account is not the treasury of this ecosystem")]
    InvalidRootTreasury,
    #[msg("the account is not pump.fun's fee configuration or cannot be read")]
    InvalidFeeConfig,
    #[msg("the forwarded accounts are not those of this form of buy for this token")]
    InvalidForwardedAccounts,
    #[msg("expected_cycle is not the token's cycle count: this cycle has already run")]
    CycleMismatch,
    #[msg("the minimum interval since the last cycle has not passed")]
    CycleTooSoon,
    #[msg("there are fewer lamports than this instruction needs")]
    InsufficientFees,
    #[msg("the buy brought fewer tokens than the caller's minimum")]
    SlippageExceeded,
    #[msg("there are no tokens to burn")]
    NoPendingBurn,
    #[msg("total_before is not the token's credited total: this credit has already been made")]
    CreditMismatch,
    #[msg("this run has already recorded its failure")]
    FailureAlreadyRecorded,
    #[msg("nobody has been named who could accept or be cancelled")]
    NoPendingAdminTransfer,
    #[msg("no withdrawal address has been named and accepted")]
    NoWithdrawAddress,
    #[msg("the timelock has not passed")]
    TimelockActive,
    #[msg("only what is paused can be withdrawn from")]
    NotPaused,
    #[msg("the account still holds or serves something: withdraw, burn or close that first")]
    NotEmpty,
    #[msg("lamports are unaccounted for")]
    ConservationViolated,
    #[msg("arithmetic overflow")]
    MathOverflow,
    #[msg("observe the price first: a buy comes 8 to 150 slots after the look that it uses up")]
    PriceNotObserved,
    #[msg("the price has risen too far above what was observed: observe again and try later")]
    PriceTooHigh,
    #[msg("propose_root_token has not named this token")]
    RootTokenNotProposed,
    #[msg("it is there already and was not closed")]
    AlreadyInitialized,
}

/// The error as the program returns it. Out of line: made at each of a hundred places, it would be a tenth of the program.
#[cold]
#[inline(never)]
pub fn refuse(error: DatError) -> Error {
    error.into()
}

/// Returns the error unless the condition holds.
#[macro_export]
macro_rules! ensure {
    ($holds:expr, $error:expr) => {
        if !$holds {
            return Err($crate::errors::refuse($error));
        }
    };
}
