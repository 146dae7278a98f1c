"""The versions and settings of sbf/versions.toml."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

SBF = Path(__file__).resolve().parent / "sbf"
TARGET = SBF / "sbpf-solana-solana.json"


@dataclass(frozen=True)
class Recipe:
    """Versions and compiler settings. Each field is a key of sbf/versions.toml, which explains it."""

    rust: str
    rust_src_suite: str
    llvm_suite: str
    llvm: int
    llvm_packages: list[str]
    linker: str
    arch: str
    stack_bytes: int
    std_crates: str
    rustflags: list[str]


RECIPE = Recipe(**tomllib.loads((SBF / "versions.toml").read_text()))
