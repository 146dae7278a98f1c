"""``python3 -m hack.localnet up|down|status``: a local chain that keeps running after the command."""

import argparse
from pathlib import Path

from hack.common.steps import StepError, main, say
from hack.localnet.localnet import Localnet
from hack.localnet.rpc import Rpc
from hack.localnet.state import State, chains, folder
from hack.localnet.wallets import Wallet


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m hack.localnet", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start the chain, unless it runs with the same settings")
    down = commands.add_parser("down", help="stop the chain and delete its wallets")
    commands.add_parser("status", help="list every chain of this clone")
    for command in (up, down):
        command.add_argument("--name", default="demo", help="name of the chain; several can run side by side")
    up.add_argument("--listen", default="127.0.0.1", metavar="ADDRESS", help="use 0.0.0.0 for pods")
    up.add_argument("--rpc-port", type=int, default=0, metavar="N", help="0: a free port")
    up.add_argument("--ws-port", type=int, default=0, metavar="N", help="0: a free port")
    up.add_argument("--slot-ms", type=int, default=400, metavar="MS", help="time between blocks")
    up.add_argument("--traders", type=int, default=3, metavar="N", help="number of trader wallets")
    up.add_argument(
        "--program",
        action="append",
        default=[],
        metavar="ID=FILE",
        help="deploy this .so beside pump.fun's programs; repeatable",
    )
    return parser


def _programs(pairs: list[str]) -> dict[str, Path]:
    programs = {}
    for pair in pairs:
        address, equals, path = pair.partition("=")
        if not equals:
            raise StepError(f"--program needs ID=FILE, not {pair}")
        programs[address] = Path(path).resolve()
    return programs


def _show(name: str, state: State) -> None:
    say(f"{name}: pid {state.process.pid}")
    say(f"  rpc       {state.rpc_url}")
    say(f"  ws        {state.ws_url}")
    for path in sorted((folder(name) / "wallets").glob("*.json")):
        wallet = Wallet(path.stem, path)
        say(f"  {wallet.name:<10}{wallet.address}  {path}")
    say(f"  log       {folder(name) / 'chain.log'}")


def _status() -> None:
    found = list(chains())
    for name, state in found:
        if state is None or not state.process.alive():
            say(f"{name}: does not run; its files are in {folder(name)}")
        else:
            _show(name, state)
            if not Rpc(state.rpc_url, timeout=3).answers():
                say("  the chain does not answer")
    if not found:
        say("no chain runs. Start one: python3 -m hack.localnet up")


def _main() -> None:
    options = _parser().parse_args()
    if options.command == "status":
        _status()
    elif options.command == "down":
        gone = Localnet(options.name).down()
        say(f"chain {options.name} is stopped" if gone else f"there was no chain {options.name}")
    else:
        chain = Localnet(
            options.name,
            listen=options.listen,
            rpc_port=options.rpc_port,
            ws_port=options.ws_port,
            programs=_programs(options.program),
            traders=options.traders,
            slot_ms=options.slot_ms,
        )
        _show(chain.name, chain.up())


if __name__ == "__main__":
    main(_main)
