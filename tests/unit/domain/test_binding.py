"""A wallet signs by its owner's file. No text that an editor writes elsewhere changes that."""

import json
from typing import Any

import pytest

from dat_operator.domain.binding import Binding, WalletRole, bound, parse
from dat_operator.domain.errors import Refused
from dat_operator.domain.job_config import EcosystemConfig
from tests.support.chain_state import ADMIN, PROGRAM, key
from tests.support.fakes.job_chain import ecosystem

GIVEN = {
    "network": "localnet",
    "program": str(PROGRAM),
    "admin": str(ADMIN),
    "ecosystem": "fruit",
    "role": "operator",
}
OPERATOR = (WalletRole.OPERATOR,)


def binding(**changes: Any) -> Binding:
    return Binding.model_validate(GIVEN | changes)


def refusal(bindings: list[Binding], config: EcosystemConfig) -> Refused:
    with pytest.raises(Refused) as caught:
        bound(bindings, config, OPERATOR)
    assert "bind the wallet to it: `dat wallet bind`" in str(caught.value)
    return caught.value


def test_a_wallet_signs_for_its_bound_ecosystem() -> None:
    assert bound([binding()], ecosystem(), OPERATOR) == binding()


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"program_id": str(key("evil program"))}, "ProgramNotAllowed", "spec.programId"),
        ({"network": "mainnet-beta"}, "WalletNotBound", "spec.network"),
        ({"admin": str(key("evil admin"))}, "WalletNotBound", "spec.wallets.admin.publicKey"),
        ({"name": "other"}, "WalletNotBound", "metadata.name"),
    ],
)
def test_an_editor_cannot_turn_it_to_something_else(changes: dict[str, str], reason: str, field: str) -> None:
    said = refusal([binding()], ecosystem().model_copy(update=changes))
    (asked,) = changes.values()
    assert said.reason == reason
    assert f"{field}: {asked}, but binding.json allows" in str(said)


def test_a_transfer_of_the_admin_turns_no_wallet_to_something_else() -> None:
    """A binding names the admin that created the ecosystem; an editor cannot put another base in."""
    heir = {"admin": str(key("heir"))}
    given = ecosystem()
    bound([binding()], given.model_copy(update={**heir, "admin_base": str(ADMIN)}), [WalletRole.OPERATOR])
    evil = given.model_copy(update={"admin_base": str(key("evil admin"))})
    with pytest.raises(Refused, match=r"spec\.wallets\.admin\.base"):
        bound([binding()], evil, [WalletRole.OPERATOR])


@pytest.mark.parametrize("role", ["admin", "emergency", "creator"])
def test_the_admin_s_wallet_does_not_sign_as_an_operator(role: str) -> None:
    assert f"role: operator is needed, but binding.json allows {role}" in str(
        refusal([binding(role=role)], ecosystem())
    )


def test_one_of_several_bindings_has_to_fit_as_a_whole() -> None:
    """Not the program of one and the ecosystem of the other."""
    other = binding(ecosystem="other")
    foreign = binding(program=str(key("other program")))
    assert bound([other, binding()], ecosystem(), OPERATOR) == binding()
    refusal([other, foreign], ecosystem())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "binding.json"),
        ("{", "binding.json"),
        ("null", "binding.json"),
        ("7", "binding.json"),
        ("[]", "binds the wallet to nothing"),
        ("{}", "network: Field required"),
        (json.dumps(GIVEN | {"role": "owner"}), "role: "),
        (json.dumps(GIVEN | {"programs": []}), "programs: Extra inputs are not permitted"),
        (json.dumps(GIVEN | {"network": "*"}), "network: "),
        (json.dumps([GIVEN, GIVEN | {"ecosystem": None}]), "ecosystem: "),
        (json.dumps(GIVEN | {"rpcHosts": []}), "rpcHosts: "),
        (json.dumps(GIVEN | {"rpcHosts": ["a.example", "https://a.example"]}), "rpcHosts.1: "),
        (json.dumps(GIVEN | {"rpcHosts": ["*.example"]}), "write a host as rpc.example.com"),
        (json.dumps(GIVEN | {"rpcHosts": ["a.example/path"]}), "rpcHosts.0: "),
        (json.dumps(GIVEN | {"rpcHosts": ["a.example:http"]}), "rpcHosts.0: "),
    ],
)
def test_an_invalid_binding_is_refused(text: str, words: str) -> None:
    with pytest.raises(Refused, match=r"`dat wallet bind` writes one") as caught:
        parse(text, "/etc/dat/wallet/binding.json")
    assert caught.value.reason == "WalletNotBound"
    assert words in str(caught.value)


def test_hosts_of_endpoints_may_be_named_and_need_not_be() -> None:
    (named,) = parse(json.dumps(GIVEN | {"rpcHosts": [" Rpc.Example ", "[::1]:8899"]}), "f")
    assert named.rpc_hosts == ("rpc.example", "[::1]:8899")
    assert binding().rpc_hosts is None
    assert "rpcHosts" not in binding().model_dump(by_alias=True, exclude_none=True)


def test_one_or_several() -> None:
    assert parse(json.dumps(GIVEN), "f") == [binding()]
    assert parse("  " + json.dumps([GIVEN, GIVEN | {"role": "admin"}]), "f") == [
        binding(),
        binding(role="admin"),
    ]
