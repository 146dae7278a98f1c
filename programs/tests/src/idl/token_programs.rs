//! Every instruction of the token programs, the ATA program and the System program. They have no IDL here, so
//! these lists follow the sources of LiteSVM's programs.

use super::coverage::Coverage::{self, Harmless, NeedsSigner, Searched};

/// Name, first byte, coverage.
pub type ListedInstruction = (&'static str, u8, Coverage);

const NEW_ONLY: Coverage = Harmless("only for a newly allocated account, which is never one of ours");
const MINT: Coverage = NeedsSigner("the mint authority, which pump.fun has removed");
const OWNER: Coverage = NeedsSigner("the account's owner; ours is a PDA of our program");
const READS: Coverage = Harmless("only reads");
const EXTENSION: Coverage =
    Harmless("only during the creation of a mint, or by an authority that pump.fun's mints lack");

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
    ("Batch", 255, Harmless("several other instructions at once")),
];

/// Instructions that only Token-2022 has.
pub const TOKEN_2022_ONLY: &[ListedInstruction] = &[
    ("InitializeMintCloseAuthority", 25, EXTENSION),
    ("TransferFeeExtension", 26, EXTENSION),
    ("ConfidentialTransferExtension", 27, EXTENSION),
    ("DefaultAccountStateExtension", 28, EXTENSION),
    ("Reallocate", 29, OWNER),
    ("MemoTransferExtension", 30, OWNER),
    ("CreateNativeMint", 31, Harmless("Token-2022's own wrapped SOL, which pump.fun does not use")),
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
    ("RecoverNested", 2, NeedsSigner("the wallet; ours is a PDA of our program")),
];

const FROM_ITSELF: Coverage = NeedsSigner("the account itself; ours is a PDA of our program");
const NONCE: Coverage = NeedsSigner("a nonce account's authority");

pub const SYSTEM: &[ListedInstruction] = &[
    ("CreateAccount", 0, Searched),
    ("Assign", 1, FROM_ITSELF),
    ("Transfer", 2, Searched),
    ("CreateAccountWithSeed", 3, Harmless("as CreateAccount, at an address that is no PDA")),
    ("AdvanceNonceAccount", 4, NONCE),
    ("WithdrawNonceAccount", 5, NONCE),
    ("InitializeNonceAccount", 6, NEW_ONLY),
    ("AuthorizeNonceAccount", 7, NONCE),
    ("Allocate", 8, FROM_ITSELF),
    ("AllocateWithSeed", 9, FROM_ITSELF),
    ("AssignWithSeed", 10, FROM_ITSELF),
    ("TransferWithSeed", 11, FROM_ITSELF),
    ("UpgradeNonceAccount", 12, Harmless("only for a nonce account")),
    ("CreateAccountAllowPrefund", 13, FROM_ITSELF),
];
