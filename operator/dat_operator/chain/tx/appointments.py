"""Whom a wallet puts into a role. Who may edit a configuration must not choose whom."""

from collections.abc import Iterator

from construct import ConstructError

from dat_operator.chain.dat.codec import coder
from dat_operator.domain.binding import FILE, NOBODY, Binding, WalletRole
from dat_operator.domain.errors import Refused

SET_OPERATOR, SET_EMERGENCY_ADMIN, FOUND = "set_operator", "set_emergency_admin", "initialize_dat_state"


def check(binding: Binding, data: bytes, *, by_hand: bool) -> None:
    """Raise Refused if an instruction of the dat program appoints somebody whom the binding does not name.

    By hand a person types the key. Who founds an ecosystem by hand types none: the roles come from the
    configuration, as in a Job.
    """
    for name, role, key in _appointed(data):
        if by_hand and name != FOUND:
            continue
        named = binding.operators if role is WalletRole.OPERATOR else binding.emergency_admins
        # No key needs the owner's word as well: what is founded may be one that was closed, with a guard.
        if key not in named:
            raise _refused(binding, role, key, named)


def _appointed(data: bytes) -> Iterator[tuple[str, WalletRole, str]]:
    """Instruction, role, and the key or NOBODY."""
    sighashes = coder().instruction.sighashes
    name = next((n for n in (SET_OPERATOR, SET_EMERGENCY_ADMIN, FOUND) if data[:8] == sighashes[n]), None)
    if name is None:
        return
    try:
        args = coder().instruction.parse(data).data
    except ConstructError:
        raise Refused(
            "InstructionNotAllowed", f"{name} with arguments that cannot be read: nothing was signed"
        ) from None
    roles = args.roles if name == FOUND else args
    if name != SET_EMERGENCY_ADMIN:
        yield name, WalletRole.OPERATOR, str(roles.operator)
    if name != SET_OPERATOR:
        yield name, WalletRole.EMERGENCY, str(roles.emergency_admin or NOBODY)


def _refused(binding: Binding, role: WalletRole, key: str, named: tuple[str, ...]) -> Refused:
    allowed = f"names {' or '.join(named) or 'nobody'} as {role}"
    if key == NOBODY and not named:
        allowed = f"does not say that there may be no {role} admin"
    said = f"spec.wallets.{role}.publicKey: {key}, but {FILE} of the admin's wallet {allowed}"
    command = f"`dat wallet appoint DIRECTORY --ecosystem {binding.ecosystem} --{role} {key}`"
    remedy = f"put the DATEcosystem right, or, if this is meant, let the wallet's owner run {command}"
    return Refused(
        "WalletNotBound", f"{said}: nothing was signed; {remedy} and renew its Secret (docs/setup.md)"
    )
