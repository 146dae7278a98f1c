"""``dat`` as a process of its own, as a pod would run it."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dat_operator.domain.report import Report
from hack.common.paths import REPO

DAT = ["-c", "from dat_operator.entry.cli.main import main; main()"]
SECONDS = 90


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Of a process that finds the package and nothing of the developer's own: no kubeconfig, no proxy."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return {**kept, "PYTHONPATH": str(REPO / "operator"), **extra}


def start(
    arguments: Sequence[str], env: Mapping[str, str], log: Path, python: str = sys.executable
) -> subprocess.Popen[bytes]:
    """Start ``dat`` with its output in ``log``."""
    with log.open("ab") as out:
        return subprocess.Popen([python, *DAT, *arguments], env=environment(env), stdout=out, stderr=out)


@dataclass(frozen=True)
class Ended:
    """How a Job command ended."""

    code: int
    report: Report | None
    log: str


@dataclass(frozen=True)
class JobCommand:
    """A Job's command with its input in ``folder``; may be started again and again."""

    arguments: tuple[str, ...]
    folder: Path
    run_id: str

    @property
    def report_file(self) -> Path:
        return self.folder / "report.json"

    @property
    def log_file(self) -> Path:
        return self.folder / "dat.log"

    def start(self) -> subprocess.Popen[bytes]:
        self.report_file.unlink(missing_ok=True)
        env = {
            "DAT_CONFIG": str(self.folder / "ecosystem.json"),
            "DAT_WALLET": str(self.folder / "keypair.json"),
            "DAT_RUN_ID": self.run_id,
            "DAT_REPORT": str(self.report_file),
        }
        return start(self.arguments, env, self.log_file)

    def end(self, process: subprocess.Popen[bytes]) -> Ended:
        """Wait for it."""
        code = process.wait(SECONDS)
        found = self.report_file.exists()
        report = Report.model_validate_json(self.report_file.read_text()) if found else None
        return Ended(code, report, self.log_file.read_text())

    def run(self) -> Ended:
        return self.end(self.start())
