"""Measures one scenario on a fresh API server and a fresh chain."""

import asyncio
import re
import signal
import time
from pathlib import Path

from benchmarks.operator.coins import Ecosystem, put_on_chain
from benchmarks.operator.crowd import PATIENCE, Crowd, all_of
from benchmarks.operator.process import Usage
from benchmarks.operator.result import STEADY_SECONDS, Moment, Result, Scenario
from dat_operator.api import API_VERSION
from hack.common.paths import REPO
from hack.common.steps import say
from hack.localnet.localnet import Localnet
from hack.venv import venv_build
from tests.support.chain.ecosystem import PROGRAM_ID
from tests.support.cluster.api_server import Body, Namespace
from tests.support.operator.process import Operator

POLL_SECONDS = 5
"""The default of the chart."""
DOCKERFILE = REPO / "Dockerfile"
BARE = "bare"
"""The namespace of the bare loop."""


class Measurement:
    """The steps of one scenario."""

    def __init__(self, scenario: Scenario, chain: Localnet, kubeconfig: Path, folder: Path) -> None:
        self._scenario, self._chain, self._kubeconfig = scenario, chain, kubeconfig
        self._ecosystems = scenario.make()
        self._namespace = Namespace(kubeconfig, "benchmark")
        malloc = dict(re.findall(r"(MALLOC_\w+)=(\d+)", DOCKERFILE.read_text()))
        self._operator = Operator(self._namespace, folder, DAT_POLL_SECONDS=str(POLL_SECONDS), **malloc)
        # Only the packages of the image: anchorpy imports pytest where it is installed.
        self._operator.python = str(venv_build("runtime").directory() / "bin/python")

    async def run(self) -> Result:
        """Run all steps."""
        put_on_chain(self._chain, self._ecosystems)
        say(f"{self._scenario.name}: the chain has all coins")
        self._namespace.create_namespace()
        async with Crowd(self._kubeconfig, self._namespace.name) as crowd:
            with self._operator:
                await asyncio.sleep(POLL_SECONDS)  # Kubernetes puts objects into a new namespace.
                at_first = self._moment()
                creating, converging = await self._converge(crowd)
                after = await self._until_quiet()
                await asyncio.sleep(STEADY_SECONDS)
                steady = self._moment()
                starting, restarted = await self._restart()
            bare = await self._bare_loop(crowd)
        self._namespace.close()
        return Result(
            self._scenario, creating, converging, bare, at_first, after, steady, starting, restarted
        )

    async def _restart(self) -> tuple[float, Moment]:
        """Seconds until a new process is ready, and its usage and writes a few polls later."""
        self._operator.send(signal.SIGTERM)
        self._operator.end(PATIENCE)
        started = time.monotonic()
        self._operator.start(PATIENCE)
        ready = time.monotonic() - started
        await asyncio.sleep(3 * POLL_SECONDS)
        return ready, self._moment()

    def _moment(self) -> Moment:
        rpc_calls = _rpc_calls(self._operator)  # First: it shows the log if the operator has ended.
        return Moment(Usage.of(self._operator.pid), self._namespace.writes(), rpc_calls)

    async def _converge(self, crowd: Crowd) -> tuple[float, float]:
        """Seconds to create all objects, and from then until every token is Ready."""
        started = time.monotonic()
        await all_of(crowd.create, [self._ecosystem(e) for e in self._ecosystems])
        await all_of(crowd.create, [token for e in self._ecosystems for token in _tokens(e)])
        created = time.monotonic()
        await crowd.until_ready("DATToken")
        converged = time.monotonic()
        say(f"{self._scenario.name}: Ready {converged - created:.1f} s after the last create")
        return created - started, converged - created

    async def _until_quiet(self) -> Moment:
        """Wait until two polls have passed without a write; returns the observation at that time."""
        before, now = None, self._moment()
        while before is None or now.writes_since(before):
            await asyncio.sleep(2 * POLL_SECONDS)
            before, now = now, self._moment()
        return now

    async def _bare_loop(self, crowd: Crowd) -> float:
        """Seconds that the same PATCHes and Events take on new objects, without an operator."""
        statuses = {body["metadata"]["name"]: body["status"] for body in await crowd.list("DATToken")}
        events = [_again(event) for event in await crowd.list("Event")]
        namespace = Namespace(self._kubeconfig, BARE)
        namespace.create_namespace()
        namespace.close()
        async with Crowd(self._kubeconfig, BARE) as bare:
            await all_of(bare.create, [token for e in self._ecosystems for token in _tokens(e)])
            started = time.monotonic()
            await all_of(lambda name: bare.patch_status("DATToken", name, statuses[name]), statuses)
            await all_of(bare.create, events)
            return time.monotonic() - started

    def _ecosystem(self, ecosystem: Ecosystem) -> Body:
        wallets = {
            role: {"publicKey": self._chain.wallet(role).address, "secretRef": {"name": role}}
            for role in ("admin", "operator")
        }
        spec = {
            "network": "localnet",
            "programId": PROGRAM_ID,
            "rpc": {"endpoints": [{"url": self._chain.rpc_url}]},
            "wallets": wallets,
            # February 30th: no Job starts.
            "cycle": {"schedule": "0 0 30 2 *"},
        }
        return _manifest("DATEcosystem", ecosystem.name, spec)


def _tokens(ecosystem: Ecosystem) -> list[Body]:
    ref = {"name": ecosystem.name}
    return [
        _manifest(
            "DATToken",
            f"t{number}-{ecosystem.name}",
            {"ecosystemRef": ref, "mint": str(mint), "role": "Secondary" if number else "Root"},
        )
        for number, mint in enumerate(ecosystem.mints)
    ]


def _manifest(kind: str, name: str, spec: Body) -> Body:
    return {"apiVersion": API_VERSION, "kind": kind, "metadata": {"name": name}, "spec": spec}


def _again(event: Body) -> Body:
    """The same Event in another namespace."""
    kept = {key: event[key] for key in event if key not in ("metadata", "involvedObject")}
    about = {**event["involvedObject"], "namespace": BARE}
    return {**kept, "kind": "Event", "metadata": {"name": event["metadata"]["name"]}, "involvedObject": about}


def _rpc_calls(operator: Operator) -> int:
    found = re.findall(r"^dat_rpc_calls_total\{.*\} (\S+)$", operator.answers("/metrics") or "", re.MULTILINE)
    return int(sum(map(float, found)))
