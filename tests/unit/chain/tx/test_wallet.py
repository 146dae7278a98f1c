import json
from pathlib import Path

import pytest
from solders.keypair import Keypair

from dat_operator.chain.tx.wallet import load_wallet
from dat_operator.domain.errors import DatError

PAIR = Keypair.from_seed(b"w" * 32)
FIELD = "spec.wallets.operator"


def test_a_keypair_file_of_the_solana_cli(tmp_path: Path) -> None:
    file = tmp_path / "keypair.json"
    file.write_text(json.dumps(list(bytes(PAIR))))
    assert load_wallet(file, str(PAIR.pubkey()), FIELD) == PAIR


def test_another_key_than_the_resource_names(tmp_path: Path) -> None:
    file = tmp_path / "keypair.json"
    file.write_text(json.dumps(list(bytes(Keypair()))))
    with pytest.raises(DatError, match=rf"{FIELD}: .* but publicKey says {PAIR.pubkey()}; correct"):
        load_wallet(file, str(PAIR.pubkey()), FIELD)


def test_a_secret_that_is_not_mounted(tmp_path: Path) -> None:
    with pytest.raises(DatError, match=r"cannot read .*No such file or directory.*mount the wallet's Secret"):
        load_wallet(tmp_path / "keypair.json", "x", FIELD)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[1, 2",
        "[1, 2, 3]",
        '"5x…"',
        "{}",
        "7",
        "99999999999999",
        "null",
        "[300]",
        json.dumps([7] * 64),
        "\udcff",
    ],
)
def test_what_is_no_keypair_is_said_so_without_a_word_of_it(tmp_path: Path, content: str) -> None:
    file = tmp_path / "keypair.json"
    file.write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(DatError) as caught:
        load_wallet(file, str(PAIR.pubkey()), FIELD)
    assert str(caught.value) == f"{FIELD}: {file} is no keypair file (a JSON array of 64 bytes)"
    assert caught.value.__cause__ is None
