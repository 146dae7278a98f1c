"""What happens when a DATToken is deleted: nothing, or its cycles are switched off on chain first."""

from collections.abc import Sequence

from dat_operator.controller.objects.observed import Body
from dat_operator.domain.chain_state import TokenState
from dat_operator.domain.job_config import SkipConfig

FINALIZER = "dat.asdf.io/deactivate"
"""Keeps a DATToken until it is switched off. A finalizer that is not needed would only be in the way."""
DELETED = SkipConfig(reason="Suspended", message="its DATToken is being deleted")


def is_terminating(body: Body | None) -> bool:
    """Whether an object is being deleted, whatever it waits for."""
    return body is not None and "deletionTimestamp" in body["metadata"]


def is_going(body: Body) -> bool:
    """Whether it is being deleted, and waits for our finalizer."""
    return "deletionTimestamp" in body["metadata"] and FINALIZER in body["metadata"].get("finalizers", [])


def finalizers(body: Body, *, switched_off: bool) -> Sequence[str] | None:
    """The finalizers it should have, if they are not those it has.

    ``switched_off``: nothing is left to do on chain, or nobody is there to do it.
    """
    old = list(body["metadata"].get("finalizers", []))
    others = [name for name in old if name != FINALIZER]
    wanted = body["spec"].get("deletionPolicy") == "Deactivate"
    if "deletionTimestamp" in body["metadata"]:
        # None can be added any more.
        wanted = wanted and FINALIZER in old and not switched_off
    new = [*others, FINALIZER] if wanted else others
    return None if sorted(new) == sorted(old) else new


def is_switched_off(token: TokenState | None, *, refused: bool, unread: bool, nobody_left: bool) -> bool:
    """Whether nothing is left to do on chain for a token that goes; ``unread``: it is not known."""
    if refused or nobody_left:
        return True
    return not unread and (token is None or token.stats is None or not token.stats.active)
