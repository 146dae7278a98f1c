"""Kubernetes operator for hierarchical buyback-and-burn of pump.fun tokens on Solana."""

__version__ = "0.1.0"
