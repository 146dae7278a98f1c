"""``make demo`` and ``make demo-down``."""

import argparse
import asyncio
import time

from dat_operator.domain.money import sol
from hack.common.paths import REPO
from hack.common.steps import main, say
from hack.demo.ledger import proof, read_ledger, show_run
from hack.demo.play import ECOSYSTEM, Play
from hack.demo.stage import NAMESPACE, Stage

ROUNDS = 2


def demo(name: str) -> None:
    """Play the whole demo and leave everything running."""
    start = time.monotonic()
    say("dat-operator: a cluster, a chain with the true pump.fun, the operator, three tokens")
    stage = Stage.up(name)
    play = Play(stage)
    play.launch()
    play.declare()
    say(f"  up after {time.monotonic() - start:.0f} s")
    for number in range(1, ROUNDS + 1):
        say(f"\nround {number}: traders trade, then the cycles run")
        play.trade()
        run = play.run_cycles()
        show_run(asyncio.run(read_ledger(stage.chain.rpc_url, *play.on_chain())), run)
    say("\na stranger: on pump.fun anyone can pay a graduated token's fees as wrapped SOL, without the split")
    play.graduate("pear")
    wrapped = play.collect_as_a_stranger("pear")
    say(f"    bob has paid pear's {sol(wrapped)} SOL of fees as wrapped SOL; the next run splits them")
    run = play.run_cycles()
    show_run(asyncio.run(read_ledger(stage.chain.rpc_url, *play.on_chain())), run)
    play.settle()
    print(f"\n$ kubectl -n {NAMESPACE} get dateco,dattokens,datcycles")
    print(stage.kubectl("get", "dateco,dattokens"), stage.kubectl("get", "datcycles"), sep="\n")
    print(proof(asyncio.run(read_ledger(stage.chain.rpc_url, *play.on_chain()))))
    _look_around(stage)


def _look_around(stage: Stage) -> None:
    print(f"""
Everything is still running. Look around:
  export KUBECONFIG={stage.cluster.kubeconfig}
  export PATH=$PATH:$(dirname $(cd {REPO} && python3 -m devcluster tools | awk '/kubectl/ {{print $2}}'))
  kubectl -n {NAMESPACE} get dateco,dattokens,datcycles,cronjobs,jobs
  kubectl -n {NAMESPACE} describe dattoken apple
  kubectl -n {NAMESPACE} logs -l app.kubernetes.io/name=dat-operator --prefix --tail=-1
  kubectl -n {NAMESPACE} create job mine --from=cronjob/{ECOSYSTEM}-cycle
The chain answers at {stage.chain.rpc_url}. `make demo-down` removes everything.""")


def entry() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="python3 -m hack.demo", description=__doc__)
    parser.add_argument("command", choices=["up", "down"])
    parser.add_argument("--name", default="demo", help="name of the demo; several can run side by side")
    options = parser.parse_args()
    if options.command == "up":
        demo(options.name)
    else:
        Stage.of(options.name).down()


if __name__ == "__main__":
    main(entry)
