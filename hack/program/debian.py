"""Unpack packages of another Debian suite into a directory, without installing them.

apt uses lists and a cache of its own: the machine's sources and packages do not change, and no root
is needed. The mirror is that of this machine.
"""

import subprocess
from pathlib import Path

from hack.common.steps import StepError, run

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
REMEDY = (
    "This route needs Debian (12 or newer) with a working apt. Elsewhere use the recorded "
    "artifacts in programs/artifacts, or build with `anchor build`."
)


class Suite:
    """A Debian suite. apt keeps its lists and cache below ``state``."""

    def __init__(self, name: str, state: Path, log: Path) -> None:
        for directory in ("lists/partial", "archives/partial", "parts"):
            (state / directory).mkdir(parents=True, exist_ok=True)
        sources = state / "sources.list"
        sources.write_text(f"deb [signed-by={KEYRING}] {_mirror()} {name} main\n")
        settings = {
            "Dir::Etc::sourcelist": sources,
            "Dir::Etc::sourceparts": state / "parts",
            "Dir::Etc::preferences": state / "preferences",
            "Dir::Etc::preferencesparts": state / "parts",
            "Dir::State::lists": state / "lists",
            "Dir::Cache": state,
            "APT::Sandbox::User": "root",
        }
        self._options = [word for key, value in settings.items() for word in ("-o", f"{key}={value}")]
        self._name = name
        self._log = log
        run(["apt-get", *self._options, "-qq", "update"], log=log)

    def versions(self, package: str) -> list[str]:
        """List the versions of the package in the suite, newest first."""
        listing = _output(["apt-cache", *self._options, "madison", package])
        return [line.split("|")[1].strip() for line in listing.splitlines() if "|" in line]

    def newest(self, package: str, series: str) -> str:
        """Return the newest version of the package that begins with ``series``, the epoch aside."""
        offered = self.versions(package)
        for version in offered:
            if version.split(":", 1)[-1].startswith(series):
                return version
        raise StepError(
            f"Debian {self._name} has no {package} {series}* (it has: {', '.join(offered) or 'none'}). "
            "Use the recorded artifacts, or set newer versions in sbf/versions.toml."
        )

    def unpack(self, packages: list[str], into: Path) -> None:
        """Download packages (``name`` or ``name=version``) and unpack them below ``into``."""
        debs = into.with_name(into.name + ".debs")
        debs.mkdir(parents=True)
        run(["apt-get", *self._options, "-qq", "download", *packages], log=self._log, cwd=debs)
        for deb in sorted(debs.iterdir()):
            run(["dpkg-deb", "-x", deb, into], log=self._log)


def _mirror() -> str:
    """Ask apt for the address of this machine's Debian mirror."""
    listing = _output(["apt-get", "indextargets", "--format", "$(REPO_URI)"])
    mirrors = sorted({line for line in listing.splitlines() if "security" not in line})
    if not mirrors or not KEYRING.exists():
        raise StepError(f"apt names no Debian mirror. {REMEDY}")
    return mirrors[0]


def _output(command: list[str]) -> str:
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise StepError(f"{command[0]} does not work here: {error}. {REMEDY}") from error
