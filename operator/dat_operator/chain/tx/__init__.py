"""Transactions: build, check, sign, simulate and send them, and read the error of a failed one."""
