"""The compiler of the route: exactly the release that Debian's rust-src belongs to."""

import shutil
import subprocess
from functools import cache

from hack.common.steps import StepError
from hack.program.recipe import RECIPE


@cache
def environment() -> dict[str, str]:
    """What cargo's environment needs so that the compiler is the recipe's release.

    That is nothing when the default toolchain is, else rustup's choice of an installed one.
    """
    if shutil.which("cargo") is None:
        raise StepError(f"cargo is missing. Install Rust {RECIPE.rust} (rustup.rs).")
    for choice in ({}, {"RUSTUP_TOOLCHAIN": RECIPE.rust}):
        if _release(choice) == RECIPE.rust:
            return choice
    raise StepError(
        f"the route needs rustc {RECIPE.rust}, this machine has {_release({}) or 'none'}. "
        f"Run: rustup toolchain install {RECIPE.rust}"
    )


def _release(choice: dict[str, str]) -> str:
    command = ["rustc", "--version"]
    if choice:
        command = ["rustup", "run", choice["RUSTUP_TOOLCHAIN"], *command]
    try:
        answer = subprocess.run(command, cwd="/", capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""
    return answer.split()[1]
