"""The project's own on-chain program: its accounts, instructions and events."""
