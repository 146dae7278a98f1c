"""``make demo`` and ``make demo-down``."""

import argparse
import asyncio
import time

from dat_operator.domain.money import sol
from hack.common.paths import REPO
from hack.common.steps import main, say
from hack.demo.environment import NAMESPACE, Environment
from hack.demo.ledger import proof, read_ledger, show_run
from hack.demo.scenario import ECOSYSTEM, Scenario

ROUNDS = 2


def demo(name: str) -> None:
    """Scenario the whole demo and leave everything running."""
    start = time.monotonic()
    say("dat-operator: a cluster, a chain with the true pump.fun, the operator, three tokens")
    environment = Environment.up(name)
    scenario = Scenario(environment)
    scenario.launch()
    scenario.declare()
    say(f"  up after {time.monotonic() - start:.0f} s")
    for number in range(1, ROUNDS + 1):
        say(f"\nround {number}: traders trade, then the cycles run")
        scenario.trade()
        run = scenario.run_cycles()
        show_run(asyncio.run(read_ledger(environment.chain.rpc_url, *scenario.on_chain())), run)
    say("\na stranger: on pump.fun anyone can pay a graduated token's fees as wrapped SOL, without the split")
    scenario.graduate("pear")
    wrapped = scenario.collect_as_a_stranger("pear")
    say(f"    bob has paid pear's {sol(wrapped)} SOL of fees as wrapped SOL; the next run splits them")
    run = scenario.run_cycles()
    show_run(asyncio.run(read_ledger(environment.chain.rpc_url, *scenario.on_chain())), run)
    scenario.settle()
    print(f"\n$ kubectl -n {NAMESPACE} get dateco,dattokens,datcycles")
    print(environment.kubectl("get", "dateco,dattokens"), environment.kubectl("get", "datcycles"), sep="\n")
    print(proof(asyncio.run(read_ledger(environment.chain.rpc_url, *scenario.on_chain()))))
    _look_around(environment)


def _look_around(environment: Environment) -> None:
    print(f"""
Everything is still running. Look around:
  export KUBECONFIG={environment.cluster.kubeconfig}
  export PATH=$PATH:$(dirname $(cd {REPO} && python3 -m devcluster tools | awk '/kubectl/ {{print $2}}'))
  kubectl -n {NAMESPACE} get dateco,dattokens,datcycles,cronjobs,jobs
  kubectl -n {NAMESPACE} describe dattoken apple
  kubectl -n {NAMESPACE} logs -l app.kubernetes.io/name=dat-operator --prefix --tail=-1
  kubectl -n {NAMESPACE} create job mine --from=cronjob/{ECOSYSTEM}-cycle
The chain answers at {environment.chain.rpc_url}. `make demo-down` removes everything.""")


def entry() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="python3 -m hack.demo", description=__doc__)
    parser.add_argument("command", choices=["up", "down"])
    parser.add_argument("--name", default="demo", help="name of the demo; several can run side by side")
    options = parser.parse_args()
    if options.command == "up":
        demo(options.name)
    else:
        Environment.of(options.name).down()


if __name__ == "__main__":
    main(entry)
