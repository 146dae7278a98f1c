"""What must be so before a token is touched: small pure functions, the first refusal wins."""

from collections.abc import Callable
from dataclasses import dataclass

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.api.token import TokenSpec
from dat_operator.chain.addresses import TOKEN_PROGRAMS
from dat_operator.chain.public_keys import is_public_key
from dat_operator.controller.objects.observed import Body, Observed
from dat_operator.domain.chain_state import Role, TokenState
from dat_operator.domain.coin import coin_refusal
from dat_operator.domain.decision import unreadable
from dat_operator.domain.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Subject:
    """A token to be checked, among its ecosystem."""

    body: Body
    spec: TokenSpec
    ecosystem: EcosystemSpec
    observed: Observed

    @property
    def chain_token(self) -> TokenState | None:
        """The token on chain, if the chain could be read."""
        chain = self.observed.chain
        return chain.tokens.get(self.spec.mint) if chain else None


def refusal(subject: Subject) -> Refusal | None:
    """Why a token must not be touched, if it must not."""
    for check in CHECKS:
        if found := check(subject):
            return found
    return None


def seniority(body: Body) -> tuple[str, str]:
    """By what two tokens that want the same are ranked: the older first."""
    return body["metadata"]["creationTimestamp"], body["metadata"]["name"]


def _key_is_valid(s: Subject) -> Refusal | None:
    if is_public_key(s.spec.mint):
        return None
    return Refusal(
        "InvalidMint",
        f"spec.mint: {s.spec.mint} is base58, but not 32 bytes long; copy the mint address from pump.fun",
    )


def _is_the_only_one_of_its_mint(s: Subject) -> Refusal | None:
    older = _older(s, lambda other: other["spec"]["mint"] == s.spec.mint)
    if older is None:
        return None
    return Refusal(
        "DuplicateMint",
        f"spec.mint: {s.spec.mint} is already the DATToken {older}; delete one of the two",
    )


def _is_the_only_root(s: Subject) -> Refusal | None:
    if s.spec.role is not Role.ROOT:
        return None
    older = _older(s, lambda other: other["spec"]["role"] == Role.ROOT)
    if older is None:
        return None
    return Refusal(
        "SecondRoot",
        f"spec.role: Root, but {older} is already the root of the ecosystem {s.observed.name}; "
        "delete this DATToken and make it a Secondary",
    )


def _is_readable(s: Subject) -> Refusal | None:
    return unreadable(s.chain_token)


def _mint_exists(s: Subject) -> Refusal | None:
    if s.chain_token is None or s.chain_token.mint_account is not None:
        return None
    return Refusal(
        "MintNotFound",
        f"spec.mint: {s.spec.mint} is no token mint on {s.ecosystem.network}; "
        "check the address, and that the ecosystem's spec.network is where the token lives",
    )


def _is_of_its_token_program(s: Subject) -> Refusal | None:
    mint = s.chain_token.mint_account if s.chain_token else None
    if mint is None or s.spec.token_program in ("Auto", found := TOKEN_PROGRAMS[mint.token_program]):
        return None
    return Refusal(
        "TokenProgramMismatch",
        f"spec.tokenProgram: {s.spec.token_program}, but the mint {s.spec.mint} is of {found}; "
        f"set spec.tokenProgram: {found}, or Auto, if this is the mint that you mean",
    )


def _has_a_curve(s: Subject) -> Refusal | None:
    if s.chain_token is None or s.chain_token.curve is not None:
        return None
    return Refusal(
        "CurveNotFound",
        f"spec.mint: {s.spec.mint} has no bonding curve; only tokens created on pump.fun can be DATs",
    )


def _coin_is_supported(s: Subject) -> Refusal | None:
    token, chain = s.chain_token, s.observed.chain
    if token is None or token.curve is None or chain is None:
        return None
    found = coin_refusal(token, s.spec.role, chain.state.shared_authority if chain.state else None)
    return Refusal(found.reason, f"spec.mint: {s.spec.mint}: {found.message}") if found else None


def role_refusal(s: Subject) -> Refusal | None:
    """Why a token cannot have its role, if the chain has given it another one."""
    token, chain = s.chain_token, s.observed.chain
    if token is None or chain is None or chain.state is None:
        return None
    if token.stats is not None and token.stats.role is not s.spec.role:
        return Refusal(
            "RoleMismatch",
            f"spec.role: {s.spec.role}, but on chain the token is a {token.stats.role}; "
            f"delete this DATToken and make it with role: {token.stats.role}",
        )
    root = chain.state.root_mint
    if s.spec.role is Role.ROOT and root not in (None, s.spec.mint):
        return Refusal(
            "SecondRoot",
            f"spec.role: Root, but on chain the root of the ecosystem {s.observed.name} is {root}; "
            "delete this DATToken and make it a Secondary",
        )
    return None


CHECKS: tuple[Callable[[Subject], Refusal | None], ...] = (
    _key_is_valid,
    _is_the_only_one_of_its_mint,
    _is_the_only_root,
    _is_readable,
    _mint_exists,
    _is_of_its_token_program,
    _has_a_curve,
    _coin_is_supported,
    role_refusal,
)


def _older(s: Subject, wanted: Callable[[Body], bool]) -> str | None:
    """The name of an older token that fits, if there is one."""
    mine = seniority(s.body)
    older = [other for other in s.observed.tokens if wanted(other) and seniority(other) < mine]
    return str(min(older, key=seniority)["metadata"]["name"]) if older else None
