"""Whether a text is a public key."""

from solders.pubkey import Pubkey


def is_public_key(text: str) -> bool:
    """Whether ``text`` is 32 bytes in base58."""
    try:
        Pubkey.from_string(text)
    except ValueError:
        return False
    return True
