"""When an instruction of ours is the SDK's."""

from collections.abc import Sequence

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from tests.support.vectors.pump_idl import shown


def same(ours: Instruction, theirs: Instruction) -> None:
    """Program, data, and every account with its place and its flags."""
    assert ours.program_id == theirs.program_id
    assert ours.data.hex() == theirs.data.hex()
    same_accounts(ours.accounts, theirs.accounts)


def same_accounts(ours: Sequence[AccountMeta], theirs: Sequence[AccountMeta]) -> None:
    """Every account, with its place and its flags."""
    assert shown(ours) == shown(theirs)


def without_signature(theirs: Instruction, user: Pubkey) -> list[AccountMeta]:
    """The accounts of a buy whose buyer is a program-derived address, which no transaction can sign for.

    Our metas show it as no signer; the program that forwards them adds its signature (forms.rs). The SDK
    takes the buyer for a wallet: it is the only one who signs there.
    """
    assert [meta.pubkey for meta in theirs.accounts if meta.is_signer] == [user]
    return [AccountMeta(meta.pubkey, False, meta.is_writable) for meta in theirs.accounts]
