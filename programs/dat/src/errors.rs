//! The errors of the program. Clients map numbers to names with the IDL.

use anchor_lang::prelude::*;

#[error_code]
#[derive(PartialEq, Eq)]
pub enum DatError {
    #[msg("the signer does not have the required role")]
    UnauthorizedAccess,
    #[msg("the ecosystem or the token is paused, inactive or closed")]
    DATNotActive,
    #[msg("a parameter is outside its range")]
    InvalidParameter,
    #[msg("the root share must be between 1000 and 9000 basis points, and a root token has none")]
    InvalidRootShare,
    #[msg("a root share may change by at most 500 basis points at a time")]
    RootShareDeltaTooLarge,
    #[msg("the ecosystem already has a root token")]
    RootTokenAlreadySet,
    #[msg("the new root must be a secondary, and the present root must be passed")]
    InvalidRootToken,
    #[msg("the account is no readable bonding curve of this mint")]
    InvalidBondingCurve,
    #[msg("the account is no readable pool of this mint")]
    InvalidPool,
    #[msg("the coin's creator is not its authority, the shared authority or its sharing config")]
    CreatorMismatch,
    #[msg("the bonding curve is complete: the token has graduated")]
    BondingCurveComplete,
    #[msg("only coins quoted in SOL are supported")]
    UnsupportedQuoteMint,
    #[msg("the fees of a cashback coin go to its traders")]
    CashbackCoin,
    #[msg("the curve or the pool has less than 0.01 SOL")]
    InsufficientPoolLiquidity,
    #[msg("the account does not belong to this token or ecosystem")]
    MintMismatch,
    #[msg("the account is not the treasury of this ecosystem")]
    InvalidRootTreasury,
    #[msg("the account is no readable fee configuration of pump.fun")]
    InvalidFeeConfig,
    #[msg("the forwarded accounts do not fit the form of buy and the token")]
    InvalidForwardedAccounts,
    #[msg("expected_cycle is not the token's cycle count; this cycle has already run")]
    CycleMismatch,
    #[msg("the minimum interval since the last cycle has not passed")]
    CycleTooSoon,
    #[msg("there are too few lamports for this instruction")]
    InsufficientFees,
    #[msg("the buy brought fewer tokens than the caller's minimum")]
    SlippageExceeded,
    #[msg("there are no tokens to burn")]
    NoPendingBurn,
    #[msg("total_before is not the token's credited total; this credit has already been made")]
    CreditMismatch,
    #[msg("this run has already recorded its failure")]
    FailureAlreadyRecorded,
    #[msg("there is no nominated admin")]
    NoPendingAdminTransfer,
    #[msg("there is no nominated or accepted withdrawal address")]
    NoWithdrawAddress,
    #[msg("the timelock has not passed")]
    TimelockActive,
    #[msg("a withdrawal needs a paused token or ecosystem")]
    NotPaused,
    #[msg("it still has lamports, tokens to burn or open tokens")]
    NotEmpty,
    #[msg("the lamports of the cycle do not balance")]
    ConservationViolated,
    #[msg("arithmetic overflow")]
    MathOverflow,
    #[msg("a buy needs an observation that is 8 to 150 slots old; observe first")]
    PriceNotObserved,
    #[msg("the price is too far above the observed price; try again later")]
    PriceTooHigh,
    #[msg("this token is not proposed as the root")]
    RootTokenNotProposed,
    #[msg("it already exists and is not closed")]
    AlreadyInitialized,
}

/// Converts an error. This function is not inlined: code at each of a hundred places would be a tenth of the
/// program.
#[cold]
#[inline(never)]
pub fn refuse(error: DatError) -> Error {
    error.into()
}

/// Returns the error unless the condition is true.
#[macro_export]
macro_rules! ensure {
    ($holds:expr, $error:expr) => {
        if !$holds {
            return Err($crate::errors::refuse($error));
        }
    };
}
