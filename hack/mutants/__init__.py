"""Fixes and checks that are taken out, one at a time: a test, or the search of attacks, must notice.

``search`` takes checks out of the on-chain program; the search finds them. ``rows`` takes out the fix of
each row of the audit of 2026-11-28; the row's test fails.
"""
