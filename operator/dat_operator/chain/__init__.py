"""The port to Solana: RPC, transactions, and the accounts and instructions of on-chain programs.

``cycle``, ``setup`` and ``manual`` use keys and instructions of solders; the other code of Solana is here.
"""
