"""Set-up: creates the accounts of an ecosystem and of its tokens on chain."""
