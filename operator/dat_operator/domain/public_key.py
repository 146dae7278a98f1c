"""Public keys as text."""

import based58

LONGEST = 44
"""Characters of 32 bytes in base58. The time to decode grows with the square of the length."""


def is_public_key(text: str) -> bool:
    """Whether ``text`` is 32 bytes in base58."""
    try:
        return len(text) <= LONGEST and len(based58.b58decode(text.encode())) == 32
    except ValueError:
        return False
