"""The true pump.fun programs: their files, their genesis accounts, and a client of them.

Nothing of pump.fun's is kept in this repository: cargo fetches the crate that carries the programs.

This client of pump.fun is an independent oracle: it shares no code with the operator's client
(operator/dat_operator/chain) or with that of the program tests (programs/tests/src/pump).
"""

from hack.pump.artifacts import pump_artifacts, pump_idls, pump_programs

__all__ = ["pump_artifacts", "pump_idls", "pump_programs"]
