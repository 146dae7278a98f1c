"""Command line: ``python3 -m devcluster up``; see README.md."""

import argparse
from pathlib import Path

from devcluster.cluster import Cluster, prune, tools
from hack.common.steps import main


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python3 -m devcluster", description="A real Kubernetes cluster on this machine."
    )
    parser.add_argument("--name", default="demo", help="which cluster of this clone (demo)")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start it, unless it is up")
    up.add_argument("--control-plane", action="store_true", help="no node, no root needed")
    load = commands.add_parser("load", help="give images to its node")
    load.add_argument("image", nargs="+", type=Path, help="archive: OCI or docker save")
    for name, does in (("stop", "kill servers and keep them down"), ("start", "have them run again")):
        command = commands.add_parser(name, help=does)
        command.add_argument("server", nargs="+", help="as `status` lists them; node: its servers and pods")
    commands.add_parser("status", help="what runs, where its kubeconfig and logs are")
    commands.add_parser("down", help="stop it and remove all that it left")
    commands.add_parser("prune", help="stop the clusters of clones that were deleted")
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
