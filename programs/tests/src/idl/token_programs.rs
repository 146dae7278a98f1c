//! Every instruction of the token programs, the ATA program and the System program, which have no IDL here: kept by
//! hand, after the sources that LiteSVM's programs are built from.

use super::coverage::Coverage::{self, Harmless, NeedsSigner, Searched};

/// Name, first byte, use.
pub type ListedInstruction = (&'static str, u8, Coverage);

const NEW_ONLY: Coverage =
    Harmless("only of an account that its maker has just allocated, which is never one of ours");
const MINT: Coverage = NeedsSigner("the mint's authority, which pump.fun has given up");
const OWNER: Coverage = NeedsSigner("the account's owner: for ours a PDA, for which only our program signs");
const READS: Coverage = Harmless("reads, and returns what it read");
const EXTENSION: Coverage =
    Harmless("of a mint that is being made, or by an authority that pump.fun's mints do not have");

pub const SPL_TOKEN: &[ListedInstruction] = &[
    ("InitializeMint", 0, NEW_ONLY),
    ("InitializeAccount", 1, Harmless("as InitializeAccount3, with the rent sysvar")),
    ("InitializeMultisig", 2, NEW_ONLY),
    ("Transfer", 3, Searched),
    ("Approve", 4, OWNER),
    ("Revoke", 5, OWNER),
    ("SetAuthority", 6, Searched),
    ("MintTo", 7, MINT),
    ("Burn", 8, Searched),
    ("CloseAccount", 9, Searched),
    ("FreezeAccount", 10, MINT),
    ("ThawAccount", 11, MINT),
    ("TransferChecked", 12, Searched),
    ("ApproveChecked", 13, OWNER),
    ("MintToChecked", 14, MINT),
    ("BurnChecked", 15, Harmless("as Burn, with the decimals")),
    ("InitializeAccount2", 16, Harmless("as InitializeAccount3, with the rent sysvar")),
    ("SyncNative", 17, Searched),
    ("InitializeAccount3", 18, Searched),
    ("InitializeMultisig2", 19, NEW_ONLY),
    ("InitializeMint2", 20, NEW_ONLY),
    ("GetAccountDataSize", 21, READS),
    ("InitializeImmutableOwner", 22, NEW_ONLY),
    ("AmountToUiAmount", 23, READS),
    ("UiAmountToAmount", 24, READS),
    ("WithdrawExcessLamports", 38, OWNER),
    ("UnwrapLamports", 45, OWNER),
    ("Batch", 255, Harmless("several of the others at once")),
];

/// Beside those of SPL Token, which it has too.
pub const TOKEN_2022_ONLY: &[ListedInstruction] = &[
    ("InitializeMintCloseAuthority", 25, EXTENSION),
    ("TransferFeeExtension", 26, EXTENSION),
    ("ConfidentialTransferExtension", 27, EXTENSION),
    ("DefaultAccountStateExtension", 28, EXTENSION),
    ("Reallocate", 29, OWNER),
    ("MemoTransferExtension", 30, OWNER),
    ("CreateNativeMint", 31, Harmless("Token-2022's own wrapped SOL, which nothing of pump.fun's takes")),
    ("InitializeNonTransferableMint", 32, EXTENSION),
    ("InterestBearingMintExtension", 33, EXTENSION),
    ("CpiGuardExtension", 34, OWNER),
    ("InitializePermanentDelegate", 35, EXTENSION),
    ("TransferHookExtension", 36, EXTENSION),
    ("ConfidentialTransferFeeExtension", 37, EXTENSION),
    ("MetadataPointerExtension", 39, EXTENSION),
    ("GroupPointerExtension", 40, EXTENSION),
    ("GroupMemberPointerExtension", 41, EXTENSION),
    ("ConfidentialMintBurnExtension", 42, EXTENSION),
    ("ScaledUiAmountExtension", 43, EXTENSION),
    ("PausableExtension", 44, EXTENSION),
    ("PermissionedBurnExtension", 46, EXTENSION),
];

pub const ATA: &[ListedInstruction] = &[
    ("Create", 0, Searched),
    ("CreateIdempotent", 1, Searched),
    ("RecoverNested", 2, NeedsSigner("the wallet: for ours a PDA, for which only our program signs")),
];

const FROM_ITSELF: Coverage =
    NeedsSigner("the account itself: for ours a PDA, for which only our program signs");
const NONCE: Coverage = NeedsSigner("a nonce account's authority");

pub const SYSTEM: &[ListedInstruction] = &[
    ("CreateAccount", 0, Searched),
    ("Assign", 1, FROM_ITSELF),
    ("Transfer", 2, Searched),
    ("CreateAccountWithSeed", 3, Harmless("as CreateAccount, at an address that no PDA has")),
    ("AdvanceNonceAccount", 4, NONCE),
    ("WithdrawNonceAccount", 5, NONCE),
    ("InitializeNonceAccount", 6, NEW_ONLY),
    ("AuthorizeNonceAccount", 7, NONCE),
    ("Allocate", 8, FROM_ITSELF),
    ("AllocateWithSeed", 9, FROM_ITSELF),
    ("AssignWithSeed", 10, FROM_ITSELF),
    ("TransferWithSeed", 11, FROM_ITSELF),
    ("UpgradeNonceAccount", 12, Harmless("only of a nonce account")),
    ("CreateAccountAllowPrefund", 13, FROM_ITSELF),
];
