"""Build all that the demo needs, downloads beside compiles: ``python3 -m hack.prepare``.

Runs before the project's virtual environment exists, and builds that too.
"""

from devcluster import binaries
from devcluster.kind import is_available as has_kind
from hack.common.board import build_all
from hack.common.steps import main
from hack.image import archive
from hack.localnet.binary import chain_build
from hack.pump.artifacts import pump_build
from hack.venv import venv_build


def prepare() -> None:
    """Build what is missing. The compilers use both cores; the other track waits for the network."""
    cluster = [binaries.kube_build(), binaries.helm_build()] if has_kind() else binaries.builds()
    build_all([[chain_build()], cluster, [venv_build(), *archive.builds(), pump_build()]])


if __name__ == "__main__":
    main(prepare)
