"""The on-chain program as a real sBPF .so, with its IDLs, from package registries alone.

``program_so()`` is the file for tests and demos; ``idl()`` and ``legacy_idl()`` describe it.
``anchor build`` builds a release; README.md explains how and why.
"""

from hack.program.artifacts import idl, legacy_idl, program_so

__all__ = ["idl", "legacy_idl", "program_so"]
