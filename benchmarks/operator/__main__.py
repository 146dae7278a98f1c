"""The operator over tokens that are set up: see benchmarks/README.md.

python -m benchmarks.operator [TOKENSxECOSYSTEMS ...]
"""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.operator.measurement import Measurement
from benchmarks.operator.result import Scenario, table
from devcluster.cluster import Cluster
from hack.common.paths import REPO
from hack.common.steps import say
from hack.localnet.localnet import Localnet
from hack.program import program_so
from tests.support.chain.ecosystem import PROGRAM_ID
from tests.support.cluster.kubectl import kubectl

SCENARIOS = ("100x1", "1000x10", "1000x50", "5000x50")


async def main(scenarios: Sequence[Scenario]) -> None:
    """Measure the scenarios, and print a table."""
    results = []
    for scenario in scenarios:
        # Each scenario has its own API server and chain: those of the last scenario would slow it down.
        with (
            Cluster("benchmark", node=False) as cluster,
            Localnet("benchmark", programs={PROGRAM_ID: program_so()}) as chain,
            tempfile.TemporaryDirectory() as folder,
        ):
            kubectl(cluster.kubeconfig, "apply", "-f", str(REPO / "crds"))
            kubectl(cluster.kubeconfig, "wait", "--for=condition=Established", "crd", "--all")
            results.append(await Measurement(scenario, chain, cluster.kubeconfig, Path(folder)).run())
        say(results[-1].row())
    print(table(results))


if __name__ == "__main__":
    asyncio.run(main([Scenario.parse(text) for text in sys.argv[1:] or SCENARIOS]))
