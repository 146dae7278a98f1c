"""What ``dat wallet`` writes is what a Job accepts."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dat_operator.chain.dat.codec import declared_program
from dat_operator.chain.tx.wallet import read_bindings, read_keypair
from dat_operator.domain.binding import Binding, WalletRole
from dat_operator.domain.errors import Refused
from dat_operator.entry.cli.main import app
from tests.support.chain_state import key

OPTIONS = ("--ecosystem", "fruit", "--network", "devnet")


def dat(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["wallet", *words])
    return done.exit_code, done.output


def test_a_new_admin(tmp_path: Path) -> None:
    folder = tmp_path / "fruit-admin"
    code, said = dat("create", str(folder), "--role", "admin", *OPTIONS)
    assert code == 0, said
    address = str(read_keypair(folder / "keypair.json", "x").pubkey())
    wanted = Binding(
        network="devnet",
        program=declared_program(),
        admin=address,
        ecosystem="fruit",
        role=WalletRole.ADMIN,
    )
    assert read_bindings(folder / "keypair.json") == [wanted]
    assert (folder / "keypair.json").stat().st_mode & 0o77 == 0
    assert f"kubectl create secret generic fruit-admin --from-file={folder}" in said
    assert dat("create", str(folder), "--role", "admin", *OPTIONS)[0] == 2, "a key is never written over"


def test_a_key_that_exists_is_bound_to_one_more_ecosystem(tmp_path: Path) -> None:
    admin = str(key("admin"))
    options = ("--role", "operator", *OPTIONS, "--admin", admin)
    assert dat("create", str(tmp_path), *options)[0] == 0
    assert dat("bind", str(tmp_path), *options)[0] == 0
    assert isinstance(json.loads((tmp_path / "binding.json").read_text()), dict), "the same again is one"
    other = ("--role", "operator", "--ecosystem", "nuts", "--network", "devnet", "--admin", admin)
    assert dat("bind", str(tmp_path), *other)[0] == 0
    assert [b.ecosystem for b in read_bindings(tmp_path / "keypair.json")] == ["fruit", "nuts"]


def test_an_owner_names_whom_his_admin_appoints(tmp_path: Path) -> None:
    """With the address alone; what the wallet is bound to stays as it is."""
    admin, friend, guardian = ("--role", "admin", *OPTIONS), str(key("friend")), str(key("guardian"))
    code, said = dat("create", str(tmp_path), *admin)
    assert f"dat wallet appoint {tmp_path} --operator KEY --emergency KEY-or-none" in said
    (before,) = read_bindings(tmp_path / "keypair.json")
    assert dat("appoint", str(tmp_path), "--operator", str(key("first")))[0] == 0
    code, said = dat("appoint", str(tmp_path), "--operator", friend)
    assert (code, f"operator: {friend}; emergency admin: not named" in said) == (0, True)
    assert dat("appoint", str(tmp_path), "--emergency", guardian, "--emergency", "none")[0] == 0
    named = {"operators": (friend,), "emergency_admins": (guardian, "none")}
    assert read_bindings(tmp_path / "keypair.json") == [before.model_copy(update=named)]
    assert dat("bind", str(tmp_path), *admin)[0] == 0
    assert read_bindings(tmp_path / "keypair.json") == [before.model_copy(update=named)], "the same again"


def hosts(folder: Path) -> list[tuple[str, ...] | None]:
    return [binding.rpc_hosts for binding in read_bindings(folder / "keypair.json")]


def test_an_owner_names_the_hosts_of_endpoints(tmp_path: Path) -> None:
    """Of any wallet's; they are kept when it is bound again, and others are not touched."""
    operator = ("--role", "operator", *OPTIONS, "--admin", str(key("admin")))
    code, said = dat("create", str(tmp_path), *operator)
    assert f"any host; name the hosts that you trust: dat wallet appoint {tmp_path} --ecosystem fruit" in said
    assert hosts(tmp_path) == [None]
    code, said = dat("bind", str(tmp_path), *operator, "--rpc-host", "A.example", "--rpc-host", "b.example:1")
    assert (code, "RPC endpoints: a.example or b.example:1 only" in said) == (0, True)
    assert hosts(tmp_path) == [("a.example", "b.example:1")], "no second binding, which names none"
    assert dat("bind", str(tmp_path), *operator)[0] == 0
    assert hosts(tmp_path) == [("a.example", "b.example:1")], "the same again"
    nuts = ("--role", "operator", "--ecosystem", "nuts", "--network", "devnet", "--admin", str(key("admin")))
    assert dat("bind", str(tmp_path), *nuts, "--rpc-host", "nuts.example")[0] == 0
    assert dat("appoint", str(tmp_path), "--ecosystem", "fruit", "--rpc-host", "c.example")[0] == 0
    assert hosts(tmp_path) == [("c.example",), ("nuts.example",)]


def test_hosts_and_appointments_leave_each_other_alone(tmp_path: Path) -> None:
    admin = ("--role", "admin", *OPTIONS)
    assert dat("create", str(tmp_path), *admin, "--rpc-host", "a.example")[0] == 0
    assert dat("appoint", str(tmp_path), "--operator", str(key("friend")))[0] == 0
    assert dat("bind", str(tmp_path), *admin, "--rpc-host", "b.example")[0] == 0
    (found,) = read_bindings(tmp_path / "keypair.json")
    assert (found.operators, found.rpc_hosts) == ((str(key("friend")),), ("b.example",))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "--operator, --emergency, --rpc-host: give at least one"),
        (("--rpc-host", "https://rpc.example"), "--rpc-host: https://rpc.example: write a host as"),
        (("--rpc-host", "rpc.example", "--ecosystem", "nuts"), "--ecosystem: name one"),
        (("--operator", "none"), "--operator: none is no public key"),
        (("--emergency", "1" * 40), "--emergency: 1"),
        (("--operator", str(key("friend")), "--ecosystem", "nuts"), "--ecosystem: name one"),
    ],
)
def test_an_appointment_that_is_none_is_said(tmp_path: Path, options: tuple[str, ...], words: str) -> None:
    assert dat("create", str(tmp_path), "--role", "admin", *OPTIONS)[0] == 0
    code, said = dat("appoint", str(tmp_path), *options)
    assert (code, words in said) == (2, True), said


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--role", "operator"), "--admin: give"),
        (("--role", "admin", "--program", "1" * 40), "--program: 1"),
        (("--role", "admin", "--rpc-host", "a/b"), "--rpc-host: a/b"),
    ],
)
def test_what_is_missing_or_wrong_is_said(tmp_path: Path, options: tuple[str, ...], words: str) -> None:
    code, said = dat("create", str(tmp_path), *options, *OPTIONS)
    assert code == 2
    assert words in said
    assert not list(tmp_path.iterdir()), "no key without a binding"


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, said = dat("create", str(tmp_path / "file" / "wallet"), "--role", "admin", *OPTIONS)
    wanted = f"Failed: DIRECTORY: cannot write {tmp_path}/file/wallet: Not a directory; name a directory"
    assert (code, wanted in said) == (2, True), said


def test_a_wallet_without_a_binding_is_bound_to_nothing(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"bound to nothing: cannot read .*binding\.json.*`dat wallet bind`"):
        read_bindings(tmp_path / "keypair.json")
