"""The checks that a token must pass before set-up: small pure functions; the first refusal counts."""

from collections.abc import Callable
from dataclasses import dataclass

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.api.token import TokenSpec
from dat_operator.controller.objects.observed import Body, Observed, seniority
from dat_operator.domain.coin import coin_refusal
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.decision import account_refusal
from dat_operator.domain.public_key import is_public_key
from dat_operator.domain.refusal import Refusal
from dat_operator.domain.token_program import TOKEN_PROGRAMS
from dat_operator.domain.token_state import TokenState


@dataclass(frozen=True, slots=True)
class TokenAdmissionInput:
    """A token to check, and its ecosystem."""

    body: Body
    spec: TokenSpec
    ecosystem: EcosystemSpec
    observed: Observed

    @property
    def chain_token(self) -> TokenState | None:
        """The token on chain; None if the chain could not be read."""
        chain = self.observed.chain
        return chain.tokens.get(self.spec.mint) if chain else None


def refusal_of(given: TokenAdmissionInput) -> Refusal | None:
    """Return why the operator must not touch a token; None if it may."""
    for check in ADMISSION_CHECKS:
        if found := check(given):
            return found
    return None


def _key_refusal(s: TokenAdmissionInput) -> Refusal | None:
    if is_public_key(s.spec.mint):
        return None
    return Refusal(
        "InvalidMint",
        f"spec.mint: {s.spec.mint} is base58, but not 32 bytes long; copy the mint address from pump.fun",
    )


def _duplicate_mint_refusal(s: TokenAdmissionInput) -> Refusal | None:
    older = _older(s, s.observed.oldest_by_mint.get(s.spec.mint))
    if older is None:
        return None
    return Refusal(
        "DuplicateMint",
        f"spec.mint: {s.spec.mint} is already the DATToken {older}; delete one of the two",
    )


def _second_root_refusal(s: TokenAdmissionInput) -> Refusal | None:
    if s.spec.role is not Role.ROOT:
        return None
    older = _older(s, s.observed.oldest_root)
    if older is None:
        return None
    return Refusal(
        "SecondRoot",
        f"spec.role: Root, but {older} is already the root of the ecosystem {s.observed.name}; "
        "delete this DATToken and make it a Secondary",
    )


def _account_refusal(s: TokenAdmissionInput) -> Refusal | None:
    return account_refusal(s.chain_token)


def _mint_refusal(s: TokenAdmissionInput) -> Refusal | None:
    if s.chain_token is None or s.chain_token.mint_account is not None:
        return None
    return Refusal(
        "MintNotFound",
        f"spec.mint: {s.spec.mint} is no token mint on {s.ecosystem.network}; "
        "check the address, and that the ecosystem's spec.network is where the token lives",
    )


def _token_program_refusal(s: TokenAdmissionInput) -> Refusal | None:
    mint = s.chain_token.mint_account if s.chain_token else None
    if mint is None or s.spec.token_program in ("Auto", found := TOKEN_PROGRAMS[mint.token_program]):
        return None
    return Refusal(
        "TokenProgramMismatch",
        f"spec.tokenProgram: {s.spec.token_program}, but the mint {s.spec.mint} is of {found}; "
        f"set spec.tokenProgram: {found}, or Auto, if this is the mint that you mean",
    )


def _curve_refusal(s: TokenAdmissionInput) -> Refusal | None:
    if s.chain_token is None or s.chain_token.curve is not None:
        return None
    return Refusal(
        "CurveNotFound",
        f"spec.mint: {s.spec.mint} has no bonding curve; only tokens created on pump.fun can be DATs",
    )


def _coin_refusal(s: TokenAdmissionInput) -> Refusal | None:
    token, chain = s.chain_token, s.observed.chain
    if token is None or token.curve is None or chain is None:
        return None
    found = coin_refusal(token, s.spec.role, chain.state.shared_authority if chain.state else None)
    return Refusal(found.reason, f"spec.mint: {s.spec.mint}: {found.message}") if found else None


def role_refusal(s: TokenAdmissionInput) -> Refusal | None:
    """Return why a token cannot have its role: the chain has another one."""
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


ADMISSION_CHECKS: tuple[Callable[[TokenAdmissionInput], Refusal | None], ...] = (
    _key_refusal,
    _duplicate_mint_refusal,
    _second_root_refusal,
    _account_refusal,
    _mint_refusal,
    _token_program_refusal,
    _curve_refusal,
    _coin_refusal,
    role_refusal,
)


def _older(s: TokenAdmissionInput, oldest: Body | None) -> str | None:
    """Return the name of the oldest token, unless no token is older than this one."""
    if oldest is None or seniority(oldest) >= seniority(s.body):
        return None
    return str(oldest["metadata"]["name"])
