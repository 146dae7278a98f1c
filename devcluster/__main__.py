"""Command line: ``python3 -m devcluster up``; see README.md."""

import argparse
from pathlib import Path

from devcluster.cluster import Cluster, prune, tools
from hack.common.steps import main


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python3 -m devcluster", description="A real Kubernetes cluster on this machine."
    )
    parser.add_argument("--name", default="demo", help="name of the cluster (default: demo)")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start the cluster unless it runs already")
    up.add_argument("--control-plane", action="store_true", help="start no node; needs no root")
    load = commands.add_parser("load", help="load images into the node")
    load.add_argument("image", nargs="+", type=Path, help="archive in the format of OCI or docker save")
    actions = {"stop": "kill servers and keep them stopped", "start": "start stopped servers again"}
    for name, does in actions.items():
        command = commands.add_parser(name, help=does)
        command.add_argument("server", nargs="+", help="a name from `status`; node: its servers and pods")
    commands.add_parser("status", help="print the servers, the kubeconfig and the logs")
    commands.add_parser("down", help="stop the cluster and remove its state")
    commands.add_parser("prune", help="stop the clusters of deleted clones")
    commands.add_parser("tools", help="print the paths of kubectl and helm")
    return parser.parse_args()


def _run() -> None:
    given = _arguments()
    if given.command == "tools":
        found = tools()
        print(f"kubectl {found.kubectl}\nhelm    {found.helm}")
        return
    if given.command == "prune":
        prune()
        return
    control_plane = given.command == "up" and given.control_plane
    cluster = Cluster(given.name, node=not control_plane)
    match given.command:
        case "up":
            print(f"export KUBECONFIG={cluster.up()}")
        case "load":
            cluster.load_image(*given.image)
        case "stop":
            cluster.stop(*given.server)
        case "start":
            cluster.start(*given.server)
        case "status":
            print("\n".join(cluster.status()))
        case "down":
            cluster.down()


if __name__ == "__main__":
    main(_run)
