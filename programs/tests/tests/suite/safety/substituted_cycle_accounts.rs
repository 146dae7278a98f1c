//! The accounts of a cycle: their number, their order, and the error for each wrong one.

use dat_tests::*;

use super::instruction_table::substitution;

/// The number of accounts before the forwarded ones.
const OWN: usize = 11;
const FORWARDED: usize = 17;

#[test]
fn a_cycle_needs_all_forwarded_accounts_in_order() {
    let substitution = substitution("run_cycle", "secondary");
    let accounts = &substitution.instruction.accounts;
    let (own, buy) = accounts.split_at(OWN);
    let wrong = [
        own.to_vec(),
        accounts[..accounts.len() - 1].to_vec(),
        [own, &buy[1..], &buy[..1]].concat(),
        [own, own, buy].concat(),
    ];
    for accounts in wrong {
        let changed = Instruction { accounts, ..substitution.instruction.clone() };
        substitution.chain.simulate(&changed).refused(DatError::InvalidForwardedAccounts);
    }
    for count in 0..OWN {
        let changed =
            Instruction { accounts: accounts[..count].to_vec(), ..substitution.instruction.clone() };
        assert!(substitution.chain.simulate(&changed).is_err(), "{count} accounts");
    }
}

#[test]
fn additional_accounts_change_nothing() {
    // Some coins need more accounts than a form's minimum, so additional accounts are forwarded.
    let substitution = substitution("run_cycle", "secondary");
    let event = |instruction: &Instruction| {
        let event = substitution.chain.simulate(instruction).expect("a cycle").event::<CycleCompleted>();
        (event.spent, event.carried_out, event.tokens_burned)
    };
    let genuine = event(&substitution.instruction);
    let theirs = &substitution.others[1].accounts;
    for more in [&substitution.instruction.accounts, theirs] {
        let accounts = [&substitution.instruction.accounts, &more[1..]].concat();
        assert_eq!(event(&Instruction { accounts, ..substitution.instruction.clone() }), genuine);
    }
}

/// The error at each position for the account of another ecosystem's token, or for a wallet if both tokens
/// use the same account.
#[rustfmt::skip]
const ERRORS: [&str; OWN + FORWARDED] = [
    // the program's own accounts
    "UnauthorizedAccess",
    "UnauthorizedAccess",
    "MintMismatch",
    "MintMismatch",
    "MintMismatch",
    "MintMismatch",
    "InvalidRootTreasury",
    "MintMismatch",
    "InvalidProgramId",
    "ConstraintAddress",
    "InstructionError(1, MissingAccount)",
    // buy_exact_quote_in_v3; one account is accepted and changes nothing of ours
    "AccountOwnedByWrongProgram",
    "InvalidForwardedAccounts",
    "AccountOwnedByWrongProgram",
    "InvalidProgramId",
    "InvalidProgramId",
    "InvalidForwardedAccounts",
    "ConstraintTokenOwner",
    "ConstraintSeeds",
    "InvalidForwardedAccounts",
    "InvalidForwardedAccounts",
    "taken",
    "ConstraintSeeds",
    "InvalidFeeConfig",
    "BuybackFeeRecipientNotAuthorized",
    "InvalidProgramId",
    "ConstraintSeeds",
    "InstructionError(1, MissingAccount)",
];

#[test]
fn a_cycle_reports_the_wrong_account() {
    let substitution = substitution("run_cycle", "secondary");
    let (theirs, wallet) = (&substitution.others[1].accounts, substitution.anywhere[0].1);
    let reaction = (0..ERRORS.len()).map(|position| {
        let mut changed = substitution.instruction.clone();
        let same = changed.accounts[position].pubkey == theirs[position].pubkey;
        changed.accounts[position].pubkey = if same { wallet } else { theirs[position].pubkey };
        substitution.chain.simulate(&changed).map_or_else(|failure| failure.reason(), |_| "taken".to_owned())
    });
    assert_eq!(reaction.collect::<Vec<_>>(), ERRORS);
}
