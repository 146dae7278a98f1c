import pytest
from solders.pubkey import Pubkey

from dat_operator.chain import addresses as at
from dat_operator.domain.public_key import is_public_key
from hack.pump.instructions import ata, find
from tests.support.chain_state import PROGRAM, STATE, key


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (at.PUMP_GLOBAL, "4wTV1YmiEkRvAtNtsSGPtUrqRYQMe5SKy2uB4Jjaxnjf"),
        (at.PUMP_VOLUME, "Hq2wp8uJ9jCPsYgNHex8RtqdvMPfVGoYwjvF1ATiwn2Y"),
        (at.event_authority(at.PUMP), "Ce6TQqeHC9p8KetsN6JsjHK7UTZk7nasjjnr7XxXp9F1"),
        (at.FEE_CONFIG, "8Wf5TiAheLUqBrKXeYg2JtAFFMWtKdG2BSFgqUcPVwTt"),
        (at.AMM_GLOBAL, "ADyA8hdefvWN2dbGGWFotbzWxrAvLW83WG6QCVXvJKqw"),
        (at.AMM_VOLUME, "C2aFPdENg4A2HQsmrd5rTw5TaYBX5Ku887cWjbFKtZpw"),
        (at.AMM_FEE_CONFIG, "5PHirr8joyTMp9JMm6nW7hNDVyEYdkzDqazxPD7RaTjx"),
        (at.event_authority(at.PUMP_AMM), "GS4CU59F31iL7aR2Q8zVS8DRrcRnXX1yjQ66TqNVQnaR"),
    ],
)
def test_pump_funs_fixed_addresses(address: Pubkey, expected: str) -> None:
    """tests/support/vectors/golden-pumpswap.json."""
    assert str(address) == expected


# Addresses that the official SDKs put into the instructions of tests/support/vectors.
MINT = Pubkey.from_string("cGfHiC6Kgg3FpFZvgwGcswsCRtp4aBP2fzuXRQPizuN")
USER = Pubkey.from_string("US517G5965aydkZ46HS38QLi7UQiSojurfbQfKCELFx")
CREATOR = Pubkey.from_string("k7FaK87WHGVXzkaoHb7CdVPgkKDQhZ29VLDeBVbDfYn")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (at.bonding_curve(MINT), "8wYqXkcPdNxEVXYBxP1EXj2VEHzkZxPTpvwccxcM9znJ"),
        (at.creator_vault(CREATOR), "2rXLdUQejSdTkEru2WrptZ8pfv55UZ72HBxvzu5qhLDr"),
        (at.user_volume_accumulator(USER), "4M9tKPmc5NNdNV8pnazDYNyDH719Jc9gqoLxeuhmYHrT"),
        (at.user_volume_accumulator(USER, at.PUMP_AMM), "7ZW3E1rwxKKEqL6AhvJKau7b7JmAGqfdSSGsUGKVrktf"),
        (at.amm_creator_vault(CREATOR), "6Amfd6xyJk4ajts8BnMVehp8LDb2rhoXXuhdoiCyA5y9"),
        (at.sharing_config(MINT), "CKezUzomdN91BiBc6biJN269xfKqcDPj4S3Rii3TEwPG"),
        (at.pool(MINT), "B7yKiQPXrCukVkZ6UbpvpPM6Uy32VLm885jyKywuBg6w"),
        (at.wrapped_sol(at.pool(MINT)), "2BRdvrQeJydHuGiB7K8WLTGE5fGTgzRgNCbi7G4VLzV8"),
        (at.wrapped_sol(USER), "Coz3LBGDD5czMN8CroEdxrDykE9CSnXBMyj7SZMwh82z"),
        (at.associated_token(USER, MINT, at.TOKEN_2022), "GkszU3JvM7uPsFGpazjSHDDAgbKdDeUdBNkZB94k3FCX"),
        (at.associated_token(USER, MINT, at.TOKEN), "BjmJ1yi1Sc4s9xQaiv4DbRuUhgfjUSc8cYSuwsFqoS9"),
    ],
)
def test_derived_addresses_are_the_sdks(address: Pubkey, expected: str) -> None:
    assert str(address) == expected


def test_our_addresses_have_the_seeds_of_the_specification() -> None:
    mint, admin = key("mint"), key("admin")
    state = at.state_address(PROGRAM, admin, "fruit")
    assert state == find(PROGRAM, b"state", bytes(admin), b"fruit")
    assert at.treasury_address(PROGRAM, state) == find(PROGRAM, b"treasury", bytes(state))
    assert at.stats_address(PROGRAM, state, mint) == find(PROGRAM, b"stats", bytes(state), bytes(mint))
    assert at.authority_address(PROGRAM, state, mint) == find(
        PROGRAM, b"authority", bytes(state), bytes(mint)
    )
    assert at.shared_authority_address(PROGRAM, state) == find(PROGRAM, b"authority", bytes(state))


def test_a_tokens_addresses() -> None:
    mint = key("mint")
    found = at.token_addresses(PROGRAM, STATE, mint, at.TOKEN_2022)
    authority = Pubkey.from_string(found.authority)
    assert found.creator_vault == str(at.creator_vault(authority))
    assert (found.pool, found.sharing_config) == (str(at.pool(mint)), str(at.sharing_config(mint)))
    assert found.token_account == str(ata(authority, mint, at.TOKEN_2022))
    assert at.token_addresses(PROGRAM, STATE, mint, None).token_account is None


@pytest.mark.parametrize(
    ("text", "is_key"),
    [
        (str(MINT), True),
        ("11111111111111111111111111111111", True),
        ("1" * 31, False),
        ("1" * 44, False),
        ("", False),
        ("z" * 44, False),
        ("0OIl" * 11, False),
        ("ключ", False),
    ],
)
def test_what_a_public_key_is(text: str, is_key: bool) -> None:
    assert is_public_key(text) is is_key
