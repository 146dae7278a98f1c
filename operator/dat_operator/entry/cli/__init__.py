"""The command line ``dat``: the operator, the commands of its Jobs, and manual commands."""
