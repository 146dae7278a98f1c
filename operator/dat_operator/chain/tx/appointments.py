"""Checks the keys that an instruction appoints to a role: the binding of the wallet names the allowed keys.

An editor of a configuration must not appoint a key of his own.
"""

from collections.abc import Iterator

from construct import ConstructError

from dat_operator.chain.dat.codec import coder
from dat_operator.domain.binding import FILE, NOBODY, Binding, WalletRole
from dat_operator.domain.errors import Refused

SET_OPERATOR, SET_EMERGENCY_ADMIN, INITIALIZE = "set_operator", "set_emergency_admin", "initialize_dat_state"


def check(binding: Binding, data: bytes, *, by_hand: bool) -> None:
    """Raise Refused if an instruction of the dat program appoints a key that the binding does not name.

    ``by_hand``: a person has typed the key, so any key is allowed. The instruction that creates an ecosystem
    is the exception: its keys come from the configuration, as in a Job.
    """
    for name, role, key in _appointed(data):
        if by_hand and name != INITIALIZE:
            continue
        named = binding.operators if role is WalletRole.OPERATOR else binding.emergency_admins
        # The binding must also allow "no key": the ecosystem may be a closed one that had an emergency admin.
        if key not in named:
            raise _refused(binding, role, key, named)


def _appointed(data: bytes) -> Iterator[tuple[str, WalletRole, str]]:
    """Name of the instruction, role, and the appointed key or NOBODY."""
    sighashes = coder().instruction.sighashes
    name = next(
        (n for n in (SET_OPERATOR, SET_EMERGENCY_ADMIN, INITIALIZE) if data[:8] == sighashes[n]), None
    )
    if name is None:
        return
    try:
        args = coder().instruction.parse(data).data
    except ConstructError:
        raise Refused(
            "InstructionNotAllowed", f"{name} with arguments that cannot be read: nothing was signed"
        ) from None
    roles = args.roles if name == INITIALIZE else args
    if name != SET_EMERGENCY_ADMIN:
        yield name, WalletRole.OPERATOR, str(roles.operator)
    if name != SET_OPERATOR:
        yield name, WalletRole.EMERGENCY, str(roles.emergency_admin or NOBODY)


def _refused(binding: Binding, role: WalletRole, key: str, named: tuple[str, ...]) -> Refused:
    allowed = f"names {' or '.join(named) or 'nobody'} as {role}"
    if key == NOBODY and not named:
        allowed = f"does not allow an ecosystem without {role} admin"
    said = f"spec.wallets.{role}.publicKey: {key}, but {FILE} of the admin's wallet {allowed}"
    command = f"`dat wallet appoint DIRECTORY --ecosystem {binding.ecosystem} --{role} {key}`"
    remedy = f"correct the DATEcosystem, or, if this key is intended, have the wallet's owner run {command}"
    return Refused(
        "WalletNotBound", f"{said}: nothing was signed; {remedy} and renew its Secret (docs/setup.md)"
    )
