//! Why a transaction failed: the program that failed and the name of its error.

use std::str::FromStr;

use litesvm::types::FailedTransactionMetadata;
use solana_instruction_error::InstructionError;
use solana_transaction_error::TransactionError;

use crate::{DatError, Pubkey, Success};

#[derive(Debug)]
pub struct Failure {
    pub error: TransactionError,
    /// The innermost program that failed, if any.
    pub program: Option<Pubkey>,
    /// The name in the log, if an Anchor program returned the error.
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
    /// The number of a custom error.
    pub fn number(&self) -> Option<u32> {
        match self.error {
            TransactionError::InstructionError(_, InstructionError::Custom(number)) => Some(number),
            _ => None,
        }
    }

    /// The name of the error, or else the runtime's error.
    pub fn reason(&self) -> String {
        self.name.clone().unwrap_or_else(|| format!("{:?}", self.error))
    }

    /// Panics unless our program returned exactly this error, by number and by name.
    #[track_caller]
    pub fn assert_dat(&self, expected: DatError) {
        self.assert_is(&dat::ID, u32::from(expected), &format!("{expected:?}"));
    }

    /// Panics unless this program returned this error.
    #[track_caller]
    pub fn assert_is(&self, program: &Pubkey, number: u32, name: &str) {
        let found = (self.program, self.number(), self.name.as_deref());
        assert_eq!(found, (Some(*program), Some(number), Some(name)), "{self:#?}");
    }
}

/// Expectations about a transaction that must fail.
pub trait Refusal {
    /// The failure. Panics if the transaction succeeded.
    fn refusal(self) -> Failure;
    /// Panics unless our program returned exactly this error.
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
