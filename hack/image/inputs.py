"""The files that decide about the image, besides the sources of the package."""

from hack.common.paths import REPO

RUNTIME_REQUIREMENTS = REPO / "requirements" / "runtime.txt"
BUILD_REQUIREMENTS = REPO / "hack" / "image" / "build.txt"
