"""The keypair of a coin that is to be made."""

import json
from pathlib import Path

import pytest
from solders.keypair import Keypair

from dat_operator.cycle.coins import mint_in
from dat_operator.domain.errors import DatError


def test_a_dry_run_writes_no_private_key(tmp_path: Path) -> None:
    file = tmp_path / "mint.json"
    assert mint_in(file, keep=False) != mint_in(file, keep=False)
    assert not file.exists()


def test_a_new_key_is_kept_for_its_owner_alone_and_used_again(tmp_path: Path) -> None:
    file = tmp_path / "mint.json"
    made = mint_in(file, keep=True)
    assert Keypair.from_bytes(bytes(json.loads(file.read_text()))) == made
    assert file.stat().st_mode & 0o777 == 0o600
    assert mint_in(file, keep=False) == mint_in(file, keep=True) == made


def test_what_is_no_keypair_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "mint.json").write_text("[1, 2]")
    with pytest.raises(DatError, match="--mint: "):
        mint_in(tmp_path / "mint.json", keep=True)
