"""The sBPF toolchain from package registries alone, built once per machine.

rustc compiles to LLVM bitcode, with a standard library for the os "solana"; LLVM 23 and the crate
sbpf-linker turn the bitcode into a program. Each part is a build of its own: a new patch of the
linker does not download LLVM again.
"""

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hack.common.cache import built
from hack.common.steps import StepError, run
from hack.program import rust
from hack.program.debian import Suite
from hack.program.recipe import RECIPE, SBF, TARGET

RUNTIME_API = (
    "memcpy,memmove,memset,memcmp,bcmp,__adddf3,__subdf3,__negdf2,__muldf3,__divdf3,__floatundidf,"
    "__fixunsdfdi,__gedf2,__gtdf2,sbf_multi3,sbf_udivti3,sbf_umodti3,sbf_divti3,sbf_modti3"
)


@dataclass(frozen=True)
class Toolchain:
    """Paths of the finished parts, and their exact versions in Debian."""

    library: Path  # Rust's library/, patched, at the same path on every machine
    linker: Path  # the program that rustc calls as linker
    runtime: Path  # bitcode for the linker: memory functions, 128-bit arithmetic, floats
    target: Path  # a custom target of rustc, at one path for all clones: cargo compares it
    llvm: Path
    versions: dict[str, str]

    def demangled(self, symbols: Sequence[str]) -> list[str]:
        """Return Rust symbols in readable form."""
        command = _llvm_command(self.llvm, "llvm-cxxfilt", *symbols)
        answer = subprocess.run([*map(str, command)], capture_output=True, text=True, check=True)
        return answer.stdout.splitlines()


def toolchain() -> Toolchain:
    """Return the toolchain of this machine. The first call builds it."""
    llvm = _build("llvm", _llvm, [str(RECIPE.llvm), RECIPE.llvm_suite, *RECIPE.llvm_packages])
    std = _build("std", _std, [RECIPE.rust, RECIPE.rust_src_suite, SBF / "std-os-solana.patch"])
    patch = SBF / "sbpf-linker-frame-size.patch"
    linker = _build("linker", lambda out: _linker(out, llvm), [RECIPE.linker, patch, llvm.name])
    library = _same_path_everywhere(std / "library")
    inputs: list[Path | str] = [SBF / "runtime", TARGET, str(library), llvm.name, *RECIPE.rustflags]
    runtime = _build("runtime", lambda out: _runtime(out, llvm, library), inputs)
    versions = {"rustc": RECIPE.rust, "sbpf-linker": RECIPE.linker, "library": str(library)}
    for part in (llvm, std):
        versions.update(json.loads((part / "versions.json").read_text()))
    return Toolchain(
        library=library,
        linker=linker / "sbpf-linker",
        runtime=runtime / "runtime.bc",
        target=runtime / TARGET.name,
        llvm=llvm,
        versions=versions,
    )


def std_build_environment(library: Path, rustflags: Sequence[str]) -> dict[str, str]:
    """Return the environment in which a stable cargo builds std from ``library`` with these flags."""
    return {
        **rust.environment(),
        "RUSTC_BOOTSTRAP": "1",
        "__CARGO_TESTS_ONLY_SRC_ROOT": str(library),
        "CARGO_ENCODED_RUSTFLAGS": "\x1f".join(rustflags),
        "CARGO_INCREMENTAL": "0",
    }


def _build(part: str, build: Callable[[Path], None], inputs: Sequence[Path | str]) -> Path:
    seconds = {"llvm": 30, "std": 30, "linker": 120, "runtime": 30}
    return built(f"sbf-{part}", inputs, build, seconds=seconds[part])


def _llvm(out: Path) -> None:
    """Unpack Debian's LLVM with its libraries into ``out``/root."""
    log = out / "build.log"
    suite = Suite(RECIPE.llvm_suite, out / "apt", log)
    version = suite.newest(f"libllvm{RECIPE.llvm}", f"{RECIPE.llvm}.")
    suite.unpack(RECIPE.llvm_packages, out / "root")
    (out / "versions.json").write_text(json.dumps({"llvm": version}))
    for left_over in ("apt", "root.debs"):
        shutil.rmtree(out / left_over)


def _std(out: Path) -> None:
    """Unpack Rust's library/ of the compiler's release and patch it for the os "solana"."""
    log = out / "build.log"
    suite = Suite(RECIPE.rust_src_suite, out / "apt", log)
    version = suite.newest("rust-src", f"{RECIPE.rust}+")
    suite.unpack([f"rust-src={version}"], out / "root")
    (out / f"root/usr/src/rustc-{RECIPE.rust}/library").rename(out / "library")
    _patch(out / "library", SBF / "std-os-solana.patch", log)
    (out / "versions.json").write_text(json.dumps({"rust-src": version}))
    for left_over in ("apt", "root", "root.debs"):
        shutil.rmtree(out / left_over)


def _linker(out: Path, llvm: Path) -> None:
    """Build the patched crate sbpf-linker, and a script that starts it with Debian's LLVM."""
    log = out / "build.log"
    run(["cargo", "info", "-q", f"sbpf-linker@{RECIPE.linker}"], log=log, cwd=out)  # downloads the crate
    cargo_home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    crate = next(cargo_home.glob(f"registry/cache/*/sbpf-linker-{RECIPE.linker}.crate"), None)
    if crate is None:
        raise StepError(f"cargo did not fetch sbpf-linker {RECIPE.linker}; see {log}")
    run(["tar", "xzf", crate, "-C", out], log=log)
    source = out / f"sbpf-linker-{RECIPE.linker}"
    for of_upstream in (".cargo/config.toml", "rust-toolchain.toml"):
        (source / of_upstream).unlink()
    _patch(source, SBF / "sbpf-linker-frame-size.patch", log)
    install: list[str | Path] = [
        "cargo",
        "install",
        "-q",
        "--locked",
        "--path",
        ".",
        "--root",
        out / "installed",
    ]
    run(
        [*install, "--target-dir", out / "target"],
        log=log,
        cwd=source,
        env={**rust.environment(), "CARGO_ENCODED_RUSTFLAGS": ""},
    )
    (out / "installed/bin/sbpf-linker").rename(out / "sbpf-linker.bin")
    script = out / "sbpf-linker"
    loader = shlex.join(map(str, _loader(llvm)))
    script.write_text(
        "#!/bin/sh\n"
        f"LD_LIBRARY_PATH={shlex.quote(str(_libraries(llvm)))} "
        f'exec {loader} "$(dirname "$0")/sbpf-linker.bin" "$@"\n'
    )
    script.chmod(0o755)
    for left_over in (source, out / "target", out / "installed"):
        shutil.rmtree(left_over)


def _runtime(out: Path, llvm: Path, library: Path) -> None:
    """Compile sbf/runtime to one bitcode file. Only the functions that LLVM calls are visible in it."""
    log = out / "build.log"
    source, target = out / "source", out / TARGET.name
    shutil.copytree(SBF / "runtime", source)
    shutil.copyfile(TARGET, target)
    command = ["cargo", "build", "--release", "--locked", "-Zbuild-std=core", "-Zjson-target-spec"]
    flags = [*RECIPE.rustflags, "--emit=llvm-bc"]
    run(
        [*command, "--target", target, "--target-dir", out / "target"],
        log=log,
        cwd=source,
        env=std_build_environment(library, flags),
    )
    deps = out / "target" / TARGET.stem / "release/deps"
    crates = [next(deps.glob(f"{name}-*.bc")) for name in ("sbf_runtime", "solana_compiler_builtins")]

    def tool(name: str, *arguments: str | Path) -> None:
        run(_llvm_command(llvm, name, *arguments), log=log)

    # Some Rust functions have the names of LLVM's library calls. They are hidden before libcalls.ll
    # adds the functions with these names in LLVM's calling convention.
    tool("llvm-link", *crates, "-o", out / "crates.bc")
    passes = "--passes=internalize,default<O2>,globaldce"
    hidden = ["--internalize-public-api-list=" + RUNTIME_API, "--disable-loop-idiom-all"]
    tool("opt", passes, *hidden, out / "crates.bc", "-o", out / "hidden.bc")
    tool("llvm-as", SBF / "runtime/libcalls.ll", "-o", out / "libcalls.bc")
    tool("llvm-link", out / "hidden.bc", out / "libcalls.bc", "-o", out / "runtime.bc")
    shutil.rmtree(out / "target")


def _same_path_everywhere(library: Path) -> Path:
    """Create a link to the library at a path that does not depend on the home directory.

    Cargo names the symbols of std by the path of its sources: with the same path, the same sources
    give the same bytes on every machine. If another user owns the link, the library's own path is
    used, which gives other bytes.
    """
    link = Path("/tmp") / f"dat-operator-{library.parent.name}"  # noqa: S108 (the owner is checked)
    # A library of this name in another cache has the same digest, so the same sources. The link must
    # stay: a build that uses the other cache may be running.
    if link.is_symlink() and link.lstat().st_uid == os.getuid() and not link.exists():
        link.unlink()
    with suppress(FileExistsError):
        link.symlink_to(library)
    return link if link.is_symlink() and link.lstat().st_uid == os.getuid() else library


def _llvm_command(llvm: Path, tool: str, *arguments: str | Path) -> list[str | Path]:
    """Return the command that runs a tool of LLVM with LLVM's own libraries."""
    program = llvm / f"root/usr/lib/llvm-{RECIPE.llvm}/bin" / tool
    return [*_loader(llvm), program, *arguments]


def _loader(llvm: Path) -> list[str | Path]:
    """Return Debian sid's ld.so with its libraries: LLVM 23 needs a newer libc than this machine has."""
    libraries = _libraries(llvm)
    return [libraries / "ld-linux-x86-64.so.2", "--library-path", libraries]


def _libraries(llvm: Path) -> Path:
    return llvm / "root/usr/lib/x86_64-linux-gnu"


def _patch(directory: Path, patch: Path, log: Path) -> None:
    run(["patch", "-d", directory, "-sp1", "-i", patch], log=log)
