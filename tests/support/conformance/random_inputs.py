"""Random inputs."""

import hashlib
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.chain.pump.buy import Buy
from hack.pump.borsh import Idl

FIND = (Phase.explicit, Phase.reuse, Phase.generate)
RANDOM = settings(max_examples=200, deadline=None, phases=FIND)
"""Other inputs in every run. A failing one is not simplified: that takes minutes, and keys stay keys."""


def _key(n: int) -> Pubkey:
    return Pubkey(hashlib.sha256(n.to_bytes(8, "little")).digest())


U64 = st.integers(0, 2**64 - 1)
KEYS = U64.map(_key)
"""On the curve and off it, as wallets and program-derived addresses are."""
TOKEN_PROGRAMS = st.sampled_from([at.TOKEN, at.TOKEN_2022])


def distinct(count: int) -> st.SearchStrategy[list[Pubkey]]:
    """So many keys, no two alike."""
    return st.lists(U64, min_size=count, max_size=count, unique=True).map(lambda n: [_key(i) for i in n])


@st.composite
def buys(draw: st.DrawFn) -> Buy:
    """Who buys what."""
    user, mint, creator, fee_recipient, buyback_fee_recipient = draw(distinct(5))
    return Buy(
        user, mint, draw(TOKEN_PROGRAMS), creator, fee_recipient, buyback_fee_recipient, draw(st.booleans())
    )


def up_to(bits: int, least: int = 0) -> st.SearchStrategy[int]:
    """Amounts of every order of magnitude."""
    return st.integers(0, bits).flatmap(lambda b: st.integers(least, max(least, 2**b - 1)))


def of_type(idl: Idl, kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a type of an IDL."""
    match kind:
        case "bool":
            return st.booleans()
        case "pubkey":
            return KEYS
        case str() if kind[0] == "u":
            return st.integers(0, 2 ** int(kind[1:]) - 1)
        case str() if kind[0] == "i":
            return st.integers(-(2 ** (int(kind[1:]) - 1)), 2 ** (int(kind[1:]) - 1) - 1)
        case {"array": [inner, count]}:
            return st.lists(of_type(idl, inner), min_size=count, max_size=count)
        case {"vec": inner}:
            return st.lists(of_type(idl, inner), max_size=10)
        case {"defined": {"name": name}}:
            (found,) = [t["type"] for t in idl.doc["types"] if t["name"] == name]
            return st.fixed_dictionaries({f["name"]: of_type(idl, f["type"]) for f in found["fields"]})
    raise ValueError(f"no such type here: {kind}")
