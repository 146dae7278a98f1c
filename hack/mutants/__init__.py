"""Mutants: each removes one fix or check, and a test or the search for attacks must fail.

``search`` removes checks of the on-chain program, and the search for attacks must find the fault. ``rows``
removes the fix of each row of the audit of 2026-11-28, and the test of the row must fail.
"""
