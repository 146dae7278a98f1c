"""The on-chain program as a real sBPF .so, with its IDLs, from package registries alone.

``program_so()`` is the file to deploy in tests and demos, ``idl()`` and ``legacy_idl()`` describe it.
A release is built with ``anchor build``; README.md has the how and the why.
"""

from hack.program.artifacts import idl, legacy_idl, program_so

__all__ = ["idl", "legacy_idl", "program_so"]
