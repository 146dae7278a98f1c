"""DATEcosystem: admission, plan, health and status."""
