"""The program's .so and IDLs: recorded in programs/artifacts, or built if the sources have changed."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hack.common.cache import built, digest
from hack.common.paths import REPO
from hack.common.steps import StepError, say
from hack.program.idl import Json, build_idl
from hack.program.legacy_idl import legacy
from hack.program.recipe import SBF
from hack.program.sbf import compile_program
from hack.program.toolchain import toolchain

PROGRAMS = REPO / "programs"
RECORDED = PROGRAMS / "artifacts"
PACKAGE = "dat"
SO = f"{PACKAGE}.so"
IDL = f"{PACKAGE}.idl.json"
LEGACY_IDL = f"{PACKAGE}.legacy.json"
RECORD = "run `python3 -m hack.program record` and commit programs/artifacts"


@dataclass(frozen=True)
class Manifest:
    """The file programs/artifacts/digest: sources and tools of the recorded files."""

    sources: str
    so_sha256: str
    made_with: dict[str, str]


def program_so() -> Path:
    """Return the .so of the present sources: the recorded file, or a build of this machine."""
    manifest = _manifest()
    if manifest and manifest.sources == sources_digest():
        recorded = RECORDED / SO
        if recorded.exists() and _sha256(recorded) == manifest.so_sha256:
            return recorded
    return build_so()


def idl() -> Json:
    """Return the IDL (form of Anchor >= 0.30) of the present sources."""
    return _idl_file(IDL)


def legacy_idl() -> Json:
    """Return the IDL in the form that anchorpy reads."""
    return _idl_file(LEGACY_IDL)


def sources_digest() -> str:
    """Compute the digest of all inputs that change the .so, and of no others."""
    return digest(_sources())


def build_so() -> Path:
    """Return the .so of the present sources. It is built unless this machine has built them before."""

    def build(out: Path) -> None:
        tools = toolchain()
        compile_program(PROGRAMS, PACKAGE, tools, out / SO)
        (out / "made_with.json").write_text(json.dumps(tools.versions))

    return built("program", _sources(), build, seconds=180) / SO


def build_idls() -> Path:
    """Return the directory with both IDLs. They are built unless this machine has built them before."""

    def build(out: Path) -> None:
        new_form = build_idl(PROGRAMS, PACKAGE, out / "idl.log")
        for name, content in ((IDL, new_form), (LEGACY_IDL, legacy(new_form))):
            (out / name).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")

    makers = [Path(__file__).with_name(name) for name in ("idl.py", "legacy_idl.py")]
    return built("program-idl", [*_sources(), *makers], build, seconds=180)


def record() -> None:
    """Record the artifacts of the present sources, with their digest."""
    so, idls = build_so(), build_idls()
    RECORDED.mkdir(exist_ok=True)
    shutil.copyfile(so, RECORDED / SO)
    for name in (IDL, LEGACY_IDL):
        shutil.copyfile(idls / name, RECORDED / name)
    manifest = Manifest(sources_digest(), _sha256(so), _made_with(so))
    (RECORDED / "digest").write_text(json.dumps(manifest.__dict__, indent=2) + "\n")
    say(f"recorded {manifest.so_sha256[:16]}… of sources {manifest.sources}")


def check(*, strict: bool = False) -> None:
    """Raise StepError unless the recorded artifacts are those of the present sources.

    ``strict``: raise also if other versions of the tools make a comparison of bytes impossible.
    """
    manifest = _manifest()
    if manifest is None or manifest.sources != sources_digest():
        recorded = manifest.sources if manifest else "nothing"
        raise StepError(
            f"programs/artifacts belongs to sources {recorded}, not to {sources_digest()}: {RECORD}"
        )
    so, idls = build_so(), build_idls()
    stale = [name for name in (IDL, LEGACY_IDL) if _differ(RECORDED / name, idls / name)]
    if not (RECORDED / SO).exists() or _sha256(RECORDED / SO) != manifest.so_sha256:
        stale.append(SO)
    if same_tools(manifest.made_with, _made_with(so), strict=strict) and _differ(RECORDED / SO, so):
        stale.append(SO)
    if stale:
        raise StepError(
            f"changed, but not recorded in programs/artifacts: {', '.join(dict.fromkeys(stale))}: {RECORD}"
        )
    say(f"programs/artifacts belongs to the present sources {manifest.sources}")


def same_tools(recorded: Mapping[str, str], here: Mapping[str, str], *, strict: bool) -> bool:
    """Whether two builds must have the same bytes. If not and ``strict``, raises StepError."""
    if recorded == here:
        return True
    names = sorted(recorded.keys() | here.keys())
    said = ", ".join(
        f"{name} {recorded.get(name, 'none')} (here {here.get(name, 'none')})"
        for name in names
        if recorded.get(name) != here.get(name)
    )
    if strict:
        raise StepError(
            f"{SO} cannot be compared byte by byte, it was made with {said}: with the tools here, {RECORD}"
        )
    say(f"{SO} is not compared byte by byte: it was made with {said}")
    return False


def _sources() -> list[Path | str]:
    source = PROGRAMS / PACKAGE
    lock = PROGRAMS / "Cargo.lock"
    if not lock.exists():
        raise StepError(
            "programs/Cargo.lock is missing. Run in programs: "
            "CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS=fallback cargo generate-lockfile"
        )
    return [source / "src", source / "Cargo.toml", PROGRAMS / "Cargo.toml", lock, SBF]


def _idl_file(name: str) -> Json:
    manifest = _manifest()
    recorded = manifest is not None and manifest.sources == sources_digest()
    file = RECORDED / name if recorded and (RECORDED / name).exists() else build_idls() / name
    content: Json = json.loads(file.read_text())
    return content


def _manifest() -> Manifest | None:
    file = RECORDED / "digest"
    return Manifest(**json.loads(file.read_text())) if file.exists() else None


def _made_with(so: Path) -> dict[str, str]:
    versions: dict[str, str] = json.loads(so.with_name("made_with.json").read_text())
    return versions


def _differ(a: Path, b: Path) -> bool:
    return not a.exists() or a.read_bytes() != b.read_bytes()


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
