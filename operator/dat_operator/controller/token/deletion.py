"""The deletion of a DATToken: at once, or after the token is deactivated on chain."""

from collections.abc import Sequence

from dat_operator.controller.objects.lifecycle import is_terminating
from dat_operator.controller.objects.observed import Body
from dat_operator.domain.token_state import TokenState

FINALIZER = "dat.asdf.io/deactivate"
"""Keeps a DATToken until its token is deactivated. Only tokens that need it have it."""


def is_deactivating(body: Body) -> bool:
    """Whether a DATToken is being deleted and our finalizer keeps it."""
    return is_terminating(body) and FINALIZER in body["metadata"].get("finalizers", [])


def finalizers(body: Body, *, switched_off: bool) -> Sequence[str] | None:
    """The finalizers that a DATToken should have; None if it has them.

    ``switched_off``: nothing is left to do on chain, or nobody can do it.
    """
    old = list(body["metadata"].get("finalizers", []))
    others = [name for name in old if name != FINALIZER]
    wanted = body["spec"].get("deletionPolicy") == "Deactivate"
    if is_terminating(body):
        # The API server lets nobody add a finalizer now.
        wanted = wanted and FINALIZER in old and not switched_off
    new = [*others, FINALIZER] if wanted else others
    return None if sorted(new) == sorted(old) else new


def is_switched_off(token: TokenState | None, *, refused: bool, unread: bool, nobody_left: bool) -> bool:
    """Whether nothing is left to do on chain for a token whose DATToken is deleted.

    ``unread``: the chain could not be read. ``nobody_left``: no Job can be made any more.
    """
    if refused or nobody_left:
        return True
    return not unread and (token is None or token.stats is None or not token.stats.active)
