"""The port to Solana: the only modules that import solders, solana and anchorpy."""
