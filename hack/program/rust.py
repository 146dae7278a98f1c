"""The Rust compiler: exactly the release of Debian's rust-src."""

import shutil
import subprocess
from functools import cache

from hack.common.steps import StepError
from hack.program.recipe import RECIPE


@cache
def environment() -> dict[str, str]:
    """Return the environment in which cargo uses the recipe's release of the compiler.

    The environment is empty if the default toolchain has that release; else rustup selects it.
    """
    if shutil.which("cargo") is None:
        raise StepError(f"cargo is missing. Install Rust {RECIPE.rust} (rustup.rs).")
    for choice in ({}, {"RUSTUP_TOOLCHAIN": RECIPE.rust}):
        if _release(choice) == RECIPE.rust:
            return choice
    raise StepError(
        f"rustc {RECIPE.rust} is needed, this machine has {_release({}) or 'none'}. "
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
