"""pump.fun's official SDKs: Node runs them beside the tests and answers what they make of an input."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from hack.common.cache import built
from hack.common.paths import REPO
from hack.common.steps import StepError, run
from hack.pump.artifacts import pump_idls

SDK = REPO / "tests/conformance/sdk"
INSTALLED_FROM = [SDK / "package.json", SDK / "package-lock.json", SDK / ".npmrc"]


def installed() -> Path:
    """The directory of the installed packages: those of the lock file, whose digests npm checks."""
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            raise StepError(f"{tool} is missing: install Node.js 20 or newer, with npm")

    def build(target: Path) -> None:
        for file in INSTALLED_FROM:
            shutil.copy(file, target)
        run(["npm", "ci", "--ignore-scripts"], log=target / "install.log", cwd=target)

    return built("pump-sdks", INSTALLED_FROM, build, seconds=20) / "node_modules"


@dataclass(frozen=True)
class Call:
    """A call whose result is an argument of another one."""

    name: str
    args: tuple[Any, ...]


def call(name: str, *args: Any) -> Call:
    """A call that another one makes."""
    return Call(name, args)


class Sdk:
    """Calls of functions by name: ``pump.…`` and ``amm.…`` are the SDKs, ``anchor.…`` is in sdk/answer.cjs.

    An int arrives there as BN, a float as number, Pubkey and bytes as PublicKey and Buffer; likewise back.
    """

    def __init__(self) -> None:
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 (close() does)
        self._process = subprocess.Popen(
            ["node", SDK / "answer.cjs", pump_idls()],
            env={**os.environ, "NODE_PATH": str(installed())},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()
        self._errors.close()

    def __call__(self, name: str, *args: Any) -> Any:
        """The result of a call, or the value of that name. Raises RuntimeError if the SDK throws."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps({"call": name, "args": _written(args)}), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        if not line:
            self._errors.seek(0)
            raise RuntimeError(f"node ended: {self._errors.read()}")
        answer = json.loads(line, object_hook=_read)
        if "error" in answer:
            raise RuntimeError(f"{name}: {answer['error']}")
        return answer["answer"]

    def each(self, *calls: Call) -> list[Any]:
        """The results of some calls."""
        results = self("each", *calls)
        assert isinstance(results, list)
        return results

    def instruction(self, name: str, *args: Any) -> Instruction:
        """The instruction that a call makes."""
        made = self(name, *args)
        assert isinstance(made, Instruction)
        return made

    def data(self, program: str, name: str, args: Mapping[str, Any]) -> bytes:
        """An instruction's data; ``program`` is ``sdk pump`` as of the SDK, ``pump`` as now deployed."""
        data = self("anchor.data", program, name, args)
        assert isinstance(data, bytes)
        return data


def _written(value: Any) -> Any:
    match value:
        case bool() | float() | str() | None:
            return value
        case int():
            return {"$int": str(value)}
        case Pubkey():
            return {"$key": str(value)}
        case bytes():
            return {"$hex": value.hex()}
        case Call(name, args):
            return {"$call": name, "args": _written(args)}
        case Mapping():
            return {name: _written(field) for name, field in value.items()}
        case _:
            return [_written(item) for item in value]


def _read(value: dict[str, Any]) -> Any:
    match value:
        case {"$key": text}:
            return Pubkey.from_string(text)
        case {"$int": text}:
            return int(text)
        case {"$hex": text}:
            return bytes.fromhex(text)
        case {"$program": text, "data": data, "keys": keys}:
            return Instruction(Pubkey.from_string(text), data, [AccountMeta(*meta) for meta in keys])
    return value
