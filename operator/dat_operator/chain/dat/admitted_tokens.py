"""The tokens that an ecosystem has admitted."""

import based58
from solders.pubkey import Pubkey

from dat_operator.chain.accounts import find_accounts
from dat_operator.chain.dat.codec import account_tag, decode_stats
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.domain.dat_accounts import TokenStats


async def read_all_stats(rpc: RpcClient, program: Pubkey, state: Pubkey) -> list[TokenStats]:
    """The stats of all tokens that an ecosystem has admitted, with or without a DATToken.

    Raises RpcRefused or RpcUnavailable: not every endpoint answers getProgramAccounts. Raises DatError for
    stats that cannot be read.
    """
    head = account_tag("TokenStats") + bytes(state)
    filters = [{"memcmp": {"offset": 0, "bytes": based58.b58encode(head).decode()}}]
    return [decode_stats(data) for data in (await find_accounts(rpc, program, filters)).values()]
