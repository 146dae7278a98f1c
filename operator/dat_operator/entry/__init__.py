"""Entry points: every process starts here."""
