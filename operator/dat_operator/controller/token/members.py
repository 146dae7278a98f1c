"""The DATTokens of an ecosystem, each with the result of its checks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.api.token import TokenSpec
from dat_operator.controller.objects.lifecycle import is_terminating
from dat_operator.controller.objects.observed import Body, Observed
from dat_operator.controller.token.admission import TokenAdmissionInput, refusal_of
from dat_operator.controller.token.deletion import (
    FINALIZER,
    finalizers,
    is_deactivating,
    is_switched_off,
)
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.refusal import Refusal
from dat_operator.domain.token_state import TokenState


@dataclass(frozen=True, slots=True)
class Member:
    """A token of the ecosystem: its spec, and its state on chain."""

    body: Body
    spec: TokenSpec
    admission: TokenAdmissionInput
    refusal: Refusal | None
    chain: TokenState | None
    finalizers: Sequence[str] | None
    """The finalizers that the DATToken should have; None if it has them."""

    @property
    def name(self) -> str:
        """The DATToken's name."""
        return str(self.body["metadata"]["name"])

    @property
    def leaves(self) -> bool:
        """Whether the DATToken is being deleted and our finalizer does not keep it."""
        has = self.body["metadata"].get("finalizers", []) if self.finalizers is None else self.finalizers
        return is_terminating(self.body) and FINALIZER not in has

    @property
    def is_deactivating(self) -> bool:
        """Whether the DATToken is being deleted and waits until its token is deactivated."""
        return is_deactivating(self.body)

    @property
    def wants_setup(self) -> bool:
        """Whether accounts of the token are missing on chain."""
        if self.refusal is not None or self.chain is None or self.leaves or self.is_deactivating:
            return False
        return self.chain.stats is None or bool(self.chain.missing)

    @property
    def is_set_up(self) -> bool:
        """Whether the token has its stats account, where the program counts cycles."""
        return self.chain is not None and self.chain.stats is not None


def members(ecosystem: EcosystemSpec, observed: Observed) -> list[Member]:
    """All DATTokens that refer to the ecosystem."""
    return [_checked(body, ecosystem, observed) for body in observed.tokens]


def admitted_members(tokens: Iterable[Member]) -> list[Member]:
    """The tokens that Jobs may touch, the root first."""
    passed = [member for member in tokens if member.refusal is None and not member.leaves]
    return sorted(passed, key=lambda member: (member.spec.role is not Role.ROOT, member.name))


def _checked(body: Body, ecosystem: EcosystemSpec, observed: Observed) -> Member:
    spec = TokenSpec.model_validate(body["spec"])
    given = TokenAdmissionInput(body, spec, ecosystem, observed)
    refusal = refusal_of(given)
    # Another DATToken shows the state of this mint.
    chain = None if refusal and refusal.reason == "DuplicateMint" else given.chain_token
    off = is_switched_off(
        chain,
        refused=refusal is not None,
        unread=observed.chain is None,
        # No setup Job can be made that deactivates the token.
        nobody_left=observed.namespace_terminating or is_terminating(observed.ecosystem),
    )
    return Member(
        body=body,
        spec=spec,
        admission=given,
        refusal=refusal,
        chain=chain,
        finalizers=finalizers(body, switched_off=off),
    )
