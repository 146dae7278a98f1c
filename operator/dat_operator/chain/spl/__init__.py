"""The SPL token programs: token accounts and wrapped SOL."""
