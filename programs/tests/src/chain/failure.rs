//! Why a transaction failed: which program said no, and what it called that.

use std::str::FromStr;

use litesvm::types::FailedTransactionMetadata;
use solana_instruction_error::InstructionError;
use solana_transaction_error::TransactionError;

use crate::{DatError, Pubkey, Success};

#[derive(Debug)]
pub struct Failure {
    pub error: TransactionError,
    /// The innermost program that failed, if one did.
    pub program: Option<Pubkey>,
    /// The name in the log, if it was an error of an Anchor program.
    pub name: Option<String>,
    pub logs: Vec<String>,
}

impl From<FailedTransactionMetadata> for Failure {
    fn from(failed: FailedTransactionMetadata) -> Self {
        let logs = failed.meta.logs;
        let program = logs.iter().find_map(|line| {
            let (program, _) = line.strip_prefix("Program ")?.split_once(" failed: ")?;
            Pubkey::from_str(program).ok()
        });
        let name = logs.iter().rev().find_map(|line| {
            let (_, rest) = line.split_once("Error Code: ")?;
            Some(rest.split_once('.')?.0.to_owned())
        });
        Self { error: failed.err, program, name, logs }
    }
}

impl Failure {
    /// The number, if it was a custom error.
    pub fn number(&self) -> Option<u32> {
        match self.error {
            TransactionError::InstructionError(_, InstructionError::Custom(number)) => Some(number),
            _ => None,
        }
    }

    /// The name of the error, or the runtime's word for it.
    pub fn reason(&self) -> String {
        self.name.clone().unwrap_or_else(|| format!("{:?}", self.error))
    }

    /// Fails unless our own program refused with exactly this error, by number and by name.
    #[track_caller]
    pub fn assert_dat(&self, expected: DatError) {
        self.assert_is(&dat::ID, u32::from(expected), &format!("{expected:?}"));
    }

    /// Fails unless this program refused with this error.
    #[track_caller]
    pub fn assert_is(&self, program: &Pubkey, number: u32, name: &str) {
        let seen = (self.program, self.number(), self.name.as_deref());
        assert_eq!(seen, (Some(*program), Some(number), Some(name)), "{self:#?}");
    }
}

/// What a test says of a transaction that must not go through.
pub trait Refusal {
    /// The failure; fails if there was none.
    fn refusal(self) -> Failure;
    /// Fails unless our own program refused with exactly this error.
    fn refused(self, expected: DatError);
}

impl Refusal for Result<Success, Failure> {
    #[track_caller]
    fn refusal(self) -> Failure {
        self.err().expect("a refusal")
    }

    #[track_caller]
    fn refused(self, expected: DatError) {
        self.refusal().assert_dat(expected);
    }
}
