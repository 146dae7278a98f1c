"""A chain that a Job can work on: accounts, simulations and transactions that land at once."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import asdict
from itertools import count
from typing import Any

from solders.address_lookup_table_account import AddressLookupTable
from solders.hash import Hash
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction

from dat_operator.chain import addresses as at
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.chain.session import Session
from dat_operator.chain.tx.signing_policy import SigningPolicy
from dat_operator.chain.tx.wallet import Wallet
from dat_operator.domain.binding import NOBODY, Binding, WalletRole
from dat_operator.domain.dat_accounts import Role
from dat_operator.domain.job_config import EcosystemConfig, LimitsConfig, TokenConfig
from dat_operator.domain.policy import PriorityFeeConfig
from tests.support.chain_state import (
    ADMIN,
    OPERATOR,
    PARAMETERS,
    PROGRAM,
    RENT,
    ROOT_SHARE,
    SOL,
    STATE,
    keypair,
)
from tests.support.fakes.accounts import TIME, Accounts, account, mint_account
from tests.support.fakes.assembled import (
    DecodedInstruction,
    RefusalRule,
    config,
    decoded_instructions,
    simulation,
)
from tests.support.vectors.dat_bytes import IDL, option, state_bytes, stats_bytes, u64
from tests.support.vectors.pump_bytes import curve_bytes

LAST_VALID = 150
NAMES = {bytes(i["discriminator"]): i["name"] for i in IDL["instructions"]}


def dat_instruction(one: DecodedInstruction) -> str | None:
    """The name of an instruction of the dat program; None for other programs."""
    return NAMES[one.data[:8]] if one.program == PROGRAM else None


class JobChain(Accounts):
    """``refuse``: the error of a simulation. ``lands``: called once for every sent transaction."""

    def __init__(self, table: dict[Pubkey, Any] | None = None, refuse: RefusalRule = lambda _: None) -> None:
        latest = {"blockhash": str(Hash.default()), "lastValidBlockHeight": LAST_VALID}
        self.refuse: RefusalRule = refuse
        self.lands: Callable[[Sequence[DecodedInstruction]], Any] = lambda _: None
        """The error of a transaction on chain; "never" if it does not land."""
        self.height = 100
        self.sent: dict[str, list[DecodedInstruction]] = {}
        self._ends: dict[str, Any] = {}
        self._slots = count(1_000)
        super().__init__(
            table,
            simulateTransaction=lambda *asked: simulation(self.refuse, self.listed)(*asked),
            getRecentPrioritizationFees=[],
            getLatestBlockhash={"value": latest},
            sendTransaction=self._send,
            getSignatureStatuses=self._statuses,
            getBlockHeight=self._next,
            getSlot=lambda *_: next(self._slots),
        )

    def calls(self) -> list[list[str]]:
        """The names of the dat program's instructions in each transaction."""
        names = [[dat_instruction(one) for one in transaction] for transaction in self.sent.values()]
        return [[name for name in transaction if name] for transaction in names]

    def cycles(self) -> list[list[Pubkey]]:
        """The mints of the cycles in each transaction."""
        found = [[one for one in t if dat_instruction(one) == "run_cycle"] for t in self.sent.values()]
        return [[one.accounts[3] for one in transaction] for transaction in found if transaction]

    def listed(self, table: Pubkey) -> list[Pubkey]:
        """The addresses in a lookup table."""
        data = base64.b64decode(self.table[str(table)]["data"][0])
        return list(AddressLookupTable.deserialize(data).addresses)

    def _send(self, encoded: str, _options: Any) -> str:
        transaction = VersionedTransaction.from_bytes(base64.b64decode(encoded))
        signature = str(transaction.signatures[0])
        if signature not in self.sent:
            self.sent[signature] = decoded_instructions(encoded, self.listed)
            self._ends[signature] = self.lands(self.sent[signature])
        return signature

    def _statuses(self, signatures: list[str], _options: Any) -> Any:
        ends = [self._ends[signature] for signature in signatures]
        confirmed = [{"confirmationStatus": "confirmed", "err": end} for end in ends]
        return {"value": [None if s["err"] == "never" else s for s in confirmed]}

    def _next(self, *_: Any) -> int:
        self.height += 100
        return self.height


def curve_of(
    mint: Pubkey, *, bucket: int = 0, creator: Pubkey | None = None, **changes: Any
) -> dict[Pubkey, Any]:
    """A coin on its curve. Its creator is its authority by default."""
    values = {
        "virtual_token_reserves": 1_073_000_000_000_000,
        "virtual_quote_reserves": 30 * SOL,
        "real_token_reserves": 793_100_000_000_000,
        "complete": False,
        "creator": creator or at.authority_address(PROGRAM, STATE, mint),
        "is_mayhem_mode": False,
        "is_cashback_coin": False,
        "quote_mint": Pubkey.default(),
        "creator_fee_bps": 0,
        "is_holder_reward": False,
        "creator_fee": bucket,
        **changes,
    }
    data = curve_bytes(**values)
    return {mint: mint_account(10**15), at.bonding_curve(mint): account(owner=at.PUMP, data=data)}


def vault_of(mint: Pubkey) -> dict[Pubkey, Any]:
    """The vault of its authority, with its rent."""
    return {at.creator_vault(at.authority_address(PROGRAM, STATE, mint)): account(RENT)}


def stats_of(mint: Pubkey, role: Role = Role.SECONDARY, **changes: bytes) -> dict[Pubkey, Any]:
    """The stats of an admitted token."""
    kind = b"\0" if role is Role.ROOT else b"\1"
    data = stats_bytes(mint, role=kind, **changes)
    return {at.stats_address(PROGRAM, STATE, mint): account(owner=PROGRAM, data=data)}


def cycled(mint: Pubkey, cycle_id: bytes, count: int = 1, role: Role = Role.SECONDARY) -> dict[Pubkey, Any]:
    """The stats after a run's cycle."""
    return stats_of(mint, role, last_cycle_id=cycle_id, cycle_count=u64(count), last_cycle_at=u64(TIME))


def state_account(root: Pubkey | None = None, **changes: bytes) -> dict[Pubkey, Any]:
    """The state of an ecosystem after set-up."""
    return {STATE: account(owner=PROGRAM, data=state_bytes(root_mint=option(root), **changes))}


def ecosystem(*tokens: TokenConfig) -> EcosystemConfig:
    """The configuration of a Job."""
    return EcosystemConfig(
        name="fruit",
        network="localnet",
        program_id=str(PROGRAM),
        rpc=[],
        admin=str(ADMIN),
        operator=str(OPERATOR),
        limits=LimitsConfig(root_share_bps=ROOT_SHARE.bps, **asdict(PARAMETERS)),
        slippage_bps=500,
        priority_fee=PriorityFeeConfig(percentile=50, max_lamports=1),
        tokens=list(tokens),
    )


def session(rpc: RpcClient, *mints: Pubkey, signer: str = "operator", root: Pubkey | None = None) -> Session:
    """A Job's session; the operator or the admin signs."""
    pair: Keypair = keypair(signer)
    roles = {mint: Role.ROOT if mint == root else Role.SECONDARY for mint in mints}
    configuration = ecosystem(*(config(mint, role) for mint, role in roles.items()))
    binding = Binding(
        network=configuration.network,
        program=configuration.program_id,
        admin=configuration.admin,
        ecosystem=configuration.name,
        role=WalletRole(signer),
        operators=(configuration.operator,),
        emergency_admins=(configuration.emergency or NOBODY,),
    )
    guard = SigningPolicy.of(binding, map(str, mints), by_hand=False)
    return Session(configuration, rpc, Wallet(pair, guard))
