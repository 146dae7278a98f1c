"""The command line ``dat``: the operator itself, and what its Jobs run."""
