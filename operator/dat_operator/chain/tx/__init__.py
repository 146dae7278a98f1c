"""Transactions: build, guard, sign, simulate, send, and read why one failed."""
