"""Instructions that create accounts before a cycle needs them, so the cycle pays no rent. ``payer`` signs."""

from solders import system_program
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.pump.layouts import CURVE_LENGTH, POOL_LENGTH
from dat_operator.chain.tx import account_metas
from dat_operator.domain.token_state import SharedFees, TokenState

EXTEND_ACCOUNT = bytes([234, 102, 194, 203, 150, 72, 62, 229])
INIT_USER_VOLUME_ACCUMULATOR = bytes([94, 6, 202, 115, 255, 96, 232, 183])


def missing(payer: Pubkey, state: TokenState, *, fees_are_ours: bool) -> list[Instruction]:
    """Instructions for all missing accounts that the cycles of a token need, except its stats."""
    mint, authority = Pubkey.from_string(state.mint), Pubkey.from_string(state.addresses.authority)
    creator = Pubkey.from_string(state.creator) if state.creator else authority
    needed: list[Instruction] = []
    # The vault in the token state is the token's own vault, never the vault of a shared authority.
    own_vault = state.creator in (state.addresses.authority, state.addresses.sharing_config)
    if state.vault_missing_lamports and fees_are_ours and own_vault:
        needed.append(transfer(payer, at.creator_vault(creator), state.vault_missing_lamports))
    if state.curve and not state.curve.complete and state.curve.length < CURVE_LENGTH:
        needed.append(_extend(at.PUMP, payer, at.bonding_curve(mint)))
    if state.pool and state.pool.length < POOL_LENGTH:
        needed.append(_extend(at.PUMP_AMM, payer, at.pool(mint)))
    if state.pool and state.missing:
        needed += [
            create_token_account(payer, authority, at.WSOL, at.TOKEN),
            create_token_account(payer, at.amm_creator_vault(creator), at.WSOL, at.TOKEN),
            _init_volume_accumulator(at.PUMP_AMM, payer, authority),
        ]
        if state.curve and state.curve.is_cashback_coin:
            volume = at.user_volume_accumulator(authority, at.PUMP_AMM)
            needed.append(create_token_account(payer, volume, at.WSOL, at.TOKEN))
    return needed


def missing_rents(payer: Pubkey, shared_authority: Pubkey, shared: SharedFees) -> list[Instruction]:
    """Transfers of the missing rent of a shared authority and of its vault.

    Without these transfers, the first fees stay in the accounts as rent.
    """
    rents = {
        shared_authority: shared.authority_missing_lamports,
        at.creator_vault(shared_authority): shared.vault_missing_lamports,
    }
    return [transfer(payer, key, lamports) for key, lamports in rents.items() if lamports]


def transfer(payer: Pubkey, to: Pubkey, lamports: int) -> Instruction:
    """Transfers lamports."""
    return system_program.transfer({"from_pubkey": payer, "to_pubkey": to, "lamports": lamports})


def create_token_account(payer: Pubkey, owner: Pubkey, mint: Pubkey, token_program: Pubkey) -> Instruction:
    """Creates the associated token account of an owner, if it does not exist."""
    accounts = [
        account_metas.payer(payer),
        account_metas.write(at.associated_token(owner, mint, token_program)),
        account_metas.read(owner),
        account_metas.read(mint),
        account_metas.read(at.SYSTEM),
        account_metas.read(token_program),
    ]
    return Instruction(at.ASSOCIATED_TOKEN, bytes([1]), accounts)


def _extend(program: Pubkey, payer: Pubkey, account: Pubkey) -> Instruction:
    """Extends an old, short account to the length of today."""
    accounts = [
        account_metas.write(account),
        account_metas.payer(payer),
        account_metas.read(at.SYSTEM),
        account_metas.read(at.event_authority(program)),
        account_metas.read(program),
    ]
    return Instruction(program, EXTEND_ACCOUNT, accounts)


def _init_volume_accumulator(program: Pubkey, payer: Pubkey, user: Pubkey) -> Instruction:
    accounts = [
        account_metas.payer(payer),
        account_metas.read(user),
        account_metas.write(at.user_volume_accumulator(user, program)),
        account_metas.read(at.SYSTEM),
        account_metas.read(at.event_authority(program)),
        account_metas.read(program),
    ]
    return Instruction(program, INIT_USER_VOLUME_ACCUMULATOR, accounts)
