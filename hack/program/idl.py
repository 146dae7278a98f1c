"""Assemble the program's IDL from the output of Anchor's generated tests.

With the feature `idl-build`, each instruction module, event and constant has a test that prints its
part of the IDL. Anchor's CLI assembles them in the same way (crate anchor-lang-idl, build.rs).
"""

import json
import re
from pathlib import Path
from typing import Any

from hack.common.cache import lock
from hack.common.steps import StepError, run
from hack.program import rust
from hack.program.sbf import CARGO_RESOLVER, forget, target_dir

Json = dict[str, Any]

PART = re.compile(r"^--- IDL begin (\w+) ---\n(.*?)\n--- IDL end \1 ---$", re.DOTALL | re.MULTILINE)
MODULE_PATH = re.compile(r"^(?:\w+::)+(?=\w+$)")


def build_idl(workspace: Path, package: str, log: Path) -> Json:
    """Compile the package for this machine with `idl-build` and assemble its IDL."""
    command: list[str | Path] = [
        "cargo",
        "test",
        "--manifest-path",
        workspace / "Cargo.toml",
        "--package",
        package,
    ]
    command += ["--lib", "--locked", "--features", "idl-build", "--target-dir", target_dir("idl")]
    command += ["__anchor_private_print_idl"]
    harness = ["--", "--show-output", "--quiet", "--test-threads=1"]
    switches = {
        "ANCHOR_IDL_BUILD_RESOLUTION": "TRUE",
        "ANCHOR_IDL_BUILD_NO_DOCS": "FALSE",
        "ANCHOR_IDL_BUILD_PROGRAM_PATH": str(workspace / package),
        "CARGO_ENCODED_RUSTFLAGS": "",
    }
    with lock("cargo-target-idl"):
        forget(target_dir("idl"), package)
        run(
            [*command, *harness],
            log=log,
            cwd=workspace,
            env={**rust.environment(), **CARGO_RESOLVER, **switches},
        )
    return assemble(log.read_text())


def assemble(output: str) -> Json:
    """Assemble the printed parts: each type once, names without module paths, all lists sorted."""
    parts: dict[str, list[Any]] = {}
    for kind, body in PART.findall(output):
        parts.setdefault(kind, []).append(json.loads(body))
    if len(parts.get("program", [])) != 1 or len(parts.get("address", [])) != 1:
        raise StepError("the IDL tests printed no program: is the feature idl-build complete?")
    idl: Json = {**parts["program"][0], "address": parts["address"][0]}
    events = parts.get("event", [])
    printed_types = [t for part in [*events, idl] for t in part.get("types", [])]
    idl["events"] = [part["event"] for part in events]
    idl["errors"] = [error for part in parts.get("errors", []) for error in part]
    idl["constants"] = parts.get("const", [])
    idl["types"] = list({t["name"]: t for t in printed_types}.values())
    short = _without_module_paths(idl)
    for section in ("accounts", "constants", "events", "instructions", "types"):
        short[section] = sorted(short.get(section, []), key=lambda item: str(item["name"]))
    return {key: value for key, value in short.items() if value not in ([], None)}


def _without_module_paths(idl: Json) -> Json:
    """Shorten `dat::state::Role` to `Role`. Raise StepError if two types then have the same name."""
    names = [MODULE_PATH.sub("", t["name"]) for t in idl["types"]]
    if twice := {name for name in names if names.count(name) > 1}:
        raise StepError(f"types in the IDL share a name: {', '.join(sorted(twice))}. Rename one.")
    shortened: Json = _shortened(idl)
    return shortened


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: item if key == "docs" else _shortened(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_shortened(item) for item in value]
    return MODULE_PATH.sub("", value) if isinstance(value, str) else value
