"""The DATTokens of an ecosystem, each with what its checks have found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.api.token import TokenSpec
from dat_operator.controller.objects.observed import Body, Observed
from dat_operator.controller.token.admission import TokenAdmissionInput, refusal_of
from dat_operator.controller.token.deletion import (
    FINALIZER,
    finalizers,
    is_going,
    is_switched_off,
    is_terminating,
)
from dat_operator.domain.chain_state import Role, TokenState
from dat_operator.domain.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Member:
    """A token of the ecosystem: what it should be, and what it is."""

    body: Body
    spec: TokenSpec
    admission: TokenAdmissionInput
    refusal: Refusal | None
    chain: TokenState | None
    finalizers: Sequence[str] | None
    """Those it should have, if they are others than it has."""

    @property
    def name(self) -> str:
        """The DATToken's."""
        return str(self.body["metadata"]["name"])

    @property
    def leaves(self) -> bool:
        """Whether it is as good as gone: deleted, and nothing of ours keeps it."""
        has = self.body["metadata"].get("finalizers", []) if self.finalizers is None else self.finalizers
        return "deletionTimestamp" in self.body["metadata"] and FINALIZER not in has

    @property
    def wants_setup(self) -> bool:
        """Whether something of it has to be made on chain."""
        if self.refusal is not None or self.chain is None or self.leaves or is_going(self.body):
            return False
        return self.chain.stats is None or bool(self.chain.missing)

    @property
    def is_set_up(self) -> bool:
        """Whether cycles can be counted for it."""
        return self.chain is not None and self.chain.stats is not None


def members(ecosystem: EcosystemSpec, observed: Observed) -> list[Member]:
    """All DATTokens that refer to the ecosystem."""
    return [_checked(body, ecosystem, observed) for body in observed.tokens]


def allowed(found: Iterable[Member]) -> list[tuple[str, TokenSpec]]:
    """The tokens that Jobs may touch, the root first."""
    passed = [member for member in found if member.refusal is None and not member.leaves]
    ordered = sorted(passed, key=lambda member: (member.spec.role is not Role.ROOT, member.name))
    return [(member.name, member.spec) for member in ordered]


def _checked(body: Body, ecosystem: EcosystemSpec, observed: Observed) -> Member:
    spec = TokenSpec.model_validate(body["spec"])
    given = TokenAdmissionInput(body, spec, ecosystem, observed)
    refusal = refusal_of(given)
    # What lies under this mint is another DATToken's to show.
    chain = None if refusal and refusal.reason == "DuplicateMint" else given.chain_token
    off = is_switched_off(
        chain,
        refused=refusal is not None,
        unread=observed.chain is None,
        # Nobody is there any more to switch it off.
        nobody_left=observed.namespace_goes or is_terminating(observed.ecosystem),
    )
    return Member(body, spec, given, refusal, chain, finalizers(body, switched_off=off))
