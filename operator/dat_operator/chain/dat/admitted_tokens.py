"""The tokens that an ecosystem has admitted."""

import based58
from solders.pubkey import Pubkey

from dat_operator.chain.accounts import find_accounts
from dat_operator.chain.dat import codec as dat
from dat_operator.chain.rpc.client import RpcClient
from dat_operator.domain.dat_accounts import TokenStats


async def read_all_stats(rpc: RpcClient, program: Pubkey, state: Pubkey) -> list[TokenStats]:
    """Of all tokens that an ecosystem has admitted, whether they are configured or not.

    Raises RpcRefused or RpcUnavailable: not every endpoint answers getProgramAccounts. Raises DatError for
    stats that cannot be read.
    """
    head = dat.account_tag("TokenStats") + bytes(state)
    filters = [{"memcmp": {"offset": 0, "bytes": based58.b58encode(head).decode()}}]
    return [dat.decode_stats(data) for data in (await find_accounts(rpc, program, filters)).values()]
