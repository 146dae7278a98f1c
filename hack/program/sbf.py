"""Compile an Anchor program of a workspace into a program file (.so) for sBPF."""

import os
import re
import shutil
from pathlib import Path

from hack.common.cache import lock
from hack.common.paths import cache_root
from hack.common.steps import StepError, run
from hack.program.recipe import RECIPE
from hack.program.toolchain import Toolchain, std_build_environment

LIBCALLS = "__multi3,__udivti3,__umodti3,__divti3,__modti3"
# Errors of LLVM about locals, and of sbpf-linker about locals with arguments. Both name the function.
FRAME_COMPLAINTS = (
    r"in function (\S+) [^\n]*BPF stack limit is exceeded",
    r"overlaps incoming spilled-argument region in `([^`]+)`",
)
CARGO_RESOLVER = {"CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS": "fallback"}
PROFILE = {"CARGO_PROFILE_RELEASE_LTO": "fat", "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "1"}


def target_dir(kind: str) -> Path:
    """Return a cargo target directory in the user cache. All clones share it."""
    return cache_root() / "cargo-target" / kind


def forget(target: Path, package: str) -> None:
    """Force cargo to compile the package again.

    Clones share the target directory. cargo regards a package as unchanged if its files are older
    than the last build, also if another clone with other files made that build.
    """
    for level in ("*", "*/*"):
        for fingerprint in target.glob(f"{level}/.fingerprint/{package}-*"):
            shutil.rmtree(fingerprint)


def compile_program(workspace: Path, package: str, tools: Toolchain, out: Path) -> None:
    """Write ``out``, the .so of ``package``. Raise StepError if a function has a too big stack frame.

    The program's manifest is the same for every build: the runtime is one more input of the final
    link only.
    """
    log = out.with_suffix(".log")
    log.unlink(missing_ok=True)
    target = target_dir("sbf")
    build: list[str | Path] = [
        "cargo",
        "rustc",
        "--manifest-path",
        workspace / "Cargo.toml",
        "--package",
        package,
    ]
    build += ["--lib", "--crate-type", "cdylib", "--release", "--locked", "--target", tools.target]
    build += ["--target-dir", target, f"-Zbuild-std={RECIPE.std_crates}", "-Zjson-target-spec"]
    link = [f"-Clink-arg={tools.runtime}", f"-Clink-arg=--export={LIBCALLS}"]
    environment = std_build_environment(tools.library, _rustflags(tools))
    with lock("cargo-target-sbf"):
        forget(target, package)
        try:
            run(
                [*build, "--", *link],
                log=log,
                cwd=workspace,
                env={**environment, **CARGO_RESOLVER, **PROFILE},
            )
        except StepError as error:
            raise _explained(error, log, tools) from None
        shutil.copyfile(target / tools.target.stem / f"release/lib{package.replace('-', '_')}.so", out)


def _rustflags(tools: Toolchain) -> list[str]:
    """Return the flags of every crate for the target. No path of this machine enters the result."""
    cargo_home = os.environ.get("CARGO_HOME") or Path.home() / ".cargo"
    names = {cargo_home: "/cargo", target_dir("sbf"): "/target"}
    return [
        *RECIPE.rustflags,
        f"-Clinker={tools.linker}",
        f"-Clink-arg=--llvm-args=-bpf-stack-size={RECIPE.stack_bytes}",
        f"-Clink-arg=--arch={RECIPE.arch}",
        "-Clink-arg=--deploy=false",
        *(f"--remap-path-prefix={path}={name}" for path, name in names.items()),
    ]


def _explained(error: StepError, log: Path, tools: Toolchain) -> StepError:
    """Explain the linker's error about a stack frame. Return any other error unchanged."""
    text = log.read_text(errors="replace")
    symbols = {name for complaint in FRAME_COMPLAINTS for name in re.findall(complaint, text)}
    if not symbols:
        return error
    functions = "\n  ".join(tools.demangled(sorted(symbols)))
    return StepError(
        f"the stack frame of these functions exceeds {RECIPE.stack_bytes} bytes:\n  {functions}\n"
        "Box the large accounts and values they hold, or move a part of each into a function of its "
        f"own (#[inline(never)]). The whole log: {log}"
    )
