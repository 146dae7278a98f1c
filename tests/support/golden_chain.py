"""The chain of a golden case, from its YAML."""

from dataclasses import replace
from typing import Any

from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.dat_accounts import Parameters, Role, RootShare, TokenStats
from dat_operator.domain.public_key import is_public_key
from dat_operator.domain.token_state import Mint, SharedFees, Sharing, TokenState
from dat_operator.domain.upgrade import Upgrade
from tests.support import chain_state as builders

PARAMETERS = Parameters(2_000_000, 5_690_000, 1_000_000_000, 60, 100, 300)
"""What the program is set up with by a spec that says nothing of it."""


def chain_of(given: dict[str, Any], time: int) -> ChainState:
    facts, wallets = given["chain"], given["ecosystem"]["spec"]["wallets"]
    admin = Pubkey.from_string(wallets["admin"].get("base", wallets["admin"]["publicKey"]))
    program = Pubkey.from_string(given["ecosystem"]["spec"]["programId"])
    state = at.state_address(program, admin, "fruit")
    treasury = str(at.treasury_address(program, state))
    asked = {token["spec"]["mint"] for token in given["tokens"].values()}
    mints = [mint for mint in sorted(asked) if is_public_key(mint)]
    dat_state = builders.dat_state(
        admin=facts.get("admin", str(admin)),
        operator=wallets["operator"]["publicKey"],
        active=facts.get("active", True),
        paused=facts.get("paused", False),
        treasury=treasury,
        shared_authority=str(at.shared_authority_address(program, state)),
        root_mint=facts.get("root"),
        parameters=replace(PARAMETERS, **facts.get("parameters", {})),
        root_share=RootShare(**facts["rootShare"]) if "rootShare" in facts else RootShare(4480, 4480, 0),
    )
    return builders.chain(
        *(token_of(program, state, mint, facts["tokens"].get(mint, {})) for mint in mints),
        time=time,
        program_deployed=facts["programDeployed"],
        state_address=str(state),
        treasury_address=treasury,
        state=dat_state if facts["initialized"] else None,
        treasury_lamports=facts["treasuryLamports"],
        operator_lamports=facts["operatorLamports"],
        admin_lamports=facts.get("adminLamports", 5_000_000_000),
        upgrade=Upgrade("pump", facts["upgrade"]["slot"], facts["upgrade"]["time"]),
        grown=tuple(facts.get("grown", ())),
        shared=SharedFees(0, 0, 0, 0, facts["sharedVaultMissingLamports"])
        if "sharedVaultMissingLamports" in facts
        else None,
    )


def token_of(program: Pubkey, state: Pubkey, mint: str, facts: Any) -> TokenState:
    key = Pubkey.from_string(mint)
    supply = facts.get("supply")
    addresses = at.token_addresses(program, state, key, at.TOKEN if supply is not None else None)
    creator = {"creator": addresses.authority}
    coin_creator = {"coin_creator": addresses.authority}
    return builders.token(
        key,
        addresses=addresses,
        mint_account=Mint(str(at.TOKEN), supply, 6) if supply is not None else None,
        curve=builders.curve(**{**creator, **facts["curve"]}) if "curve" in facts else None,
        pool=builders.pool(**{**coin_creator, **facts["pool"]}) if "pool" in facts else None,
        sharing=Sharing(tuple(facts["sharing"].items()), admin_revoked=True) if "sharing" in facts else None,
        stats=stats_of(key, facts["stats"]) if "stats" in facts else None,
        authority_lamports=facts.get("authorityLamports", 0),
        vault_lamports=facts.get("vaultLamports", 0),
        vault_missing_lamports=facts.get("vaultMissingLamports", 0),
        authority_missing_lamports=facts.get("authorityMissingLamports", 0),
        has_token_account=facts.get("tokenAccount", True),
        missing=tuple(facts.get("missing", ())),
        unreadable=facts.get("unreadable"),
    )


def stats_of(mint: Pubkey, facts: Any) -> TokenStats:
    changes = {**facts, "role": Role(facts["role"])}
    for field in ("last_failed_id", "last_cycle_id"):
        if last := changes.pop(f"{field}_hex", None):
            changes[field] = bytes.fromhex(last)
    if share := changes.pop("root_share_bps", None):
        changes["root_share"] = RootShare(share, share, 0)
    return builders.stats(mint, **changes)
