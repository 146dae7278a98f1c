"""Start, find and stop a local chain."""

import shutil
import signal
import subprocess
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

from hack.common.cache import lock
from hack.common.paths import REPO, instance_id
from hack.common.steps import StepError, step
from hack.localnet import cheats
from hack.localnet.binary import chain_binary
from hack.localnet.launch import launch
from hack.localnet.rpc import Rpc
from hack.localnet.state import State, folder, settings_digest, sweep
from hack.localnet.wallets import Wallet, funds
from hack.pump.artifacts import pump_programs

GENESIS = REPO / "programs" / "genesis" / "accounts.json"


class Localnet:
    """A chain with a name. As a context manager it runs until the end of the block or of its process.

    ``up`` and ``down`` are for a chain that keeps running after the process that starts it. The
    chain deploys ``programs`` (id → .so) beside pump.fun's, with the wallet ``admin`` as their
    upgrade authority.
    """

    def __init__(
        self,
        name: str = "demo",
        *,
        listen: str = "127.0.0.1",
        rpc_port: int = 0,
        ws_port: int = 0,
        programs: Mapping[str, Path] | None = None,
        traders: int = 3,
        slot_ms: int = 400,
    ) -> None:
        self.name = name
        self.folder = folder(name)
        self._options = {
            "listen": listen,
            "rpc-port": str(rpc_port),
            "ws-port": str(ws_port),
            "slot-ms": str(slot_ms),
        }
        self._extra = dict(programs or {})
        self._funds = funds(traders)
        self._state: State | None = None
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def state(self) -> State:
        """Process and addresses of the running chain. Raises StepError if no chain runs."""
        state = self._state or State.read(self.folder)
        if state is None or not state.process.alive():
            raise StepError(
                f"the chain {self.name} is not running. Start it: "
                f"python3 -m hack.localnet up --name {self.name}"
            )
        self._state = state
        return state

    @property
    def rpc_url(self) -> str:
        """Address for JSON-RPC on this machine."""
        return self.state.rpc_url.replace("//0.0.0.0:", "//127.0.0.1:")

    @property
    def ws_url(self) -> str:
        """Address for subscriptions on this machine."""
        return self.state.ws_url.replace("//0.0.0.0:", "//127.0.0.1:")

    @property
    def rpc(self) -> Rpc:
        """A client of this chain."""
        return Rpc(self.rpc_url)

    def wallet(self, name: str) -> Wallet:
        """Return a funded wallet: admin, operator, emergency, trader-1 and so on."""
        path = self.folder / "wallets" / f"{name}.json"
        if not path.exists():
            have = ", ".join(sorted(file.stem for file in path.parent.glob("*.json"))) or "none"
            raise StepError(f"the chain {self.name} has no wallet {name}; it has {have}")
        return Wallet(name, path)

    def set_account(
        self,
        address: str,
        *,
        lamports: int | None = None,
        data: bytes | None = None,
        owner: str | None = None,
    ) -> None:
        """Change the given parts of an account. The other parts stay."""
        cheats.set_account(self.rpc, address, lamports=lamports, data=data, owner=owner)

    def account_data(self, address: str) -> bytes | None:
        """Read the data of an account. Return None if there is no account."""
        return cheats.account_data(self.rpc, address)

    def time_travel(self, seconds: int) -> None:
        """Move the chain's clock forward."""
        cheats.time_travel(self.rpc, seconds)

    def freeze(self) -> None:
        """Suspend the chain: connections hang, as with an overloaded node."""
        self.state.process.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Continue a frozen chain with its state."""
        self.state.process.signal(signal.SIGCONT)

    def __enter__(self) -> "Localnet":
        sweep()
        programs = self._programs()
        with self._lock():
            state = State.read(self.folder)
            if state and state.process.alive():
                raise StepError(
                    f"a chain {self.name} runs already (pid {state.process.pid}). Use another "
                    f"name or stop the chain: python3 -m hack.localnet down --name {self.name}"
                )
            self._start(programs, owned=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.down()

    def up(self) -> State:
        """Start the chain unless it runs already with the same settings. Return its state."""
        sweep()
        programs = self._programs()
        with self._lock():
            state = State.read(self.folder)
            if state is None or not state.process.alive():
                return self._start(programs, owned=False)
            if state.settings != self._settings(programs):
                raise StepError(
                    f"the chain {self.name} runs with other settings or other program files, and "
                    "a new chain would lose its state. To replace it, run first: "
                    f"python3 -m hack.localnet down --name {self.name}"
                )
            self._state = state
            if not self.rpc.answers():
                raise StepError(
                    f"the chain {self.name} (pid {state.process.pid}) does not answer at "
                    f"{state.rpc_url}. Its log: {self.folder / 'chain.log'}"
                )
            return state

    def down(self) -> bool:
        """Stop the chain and delete its wallets. Return False if there was no chain."""
        with self._lock():
            state = State.read(self.folder)
            if state is not None:
                state.process.stop()
            if self._child is not None:
                self._child.communicate()  # collects the process and closes its pipe
            was_there = self.folder.exists()
            shutil.rmtree(self.folder, ignore_errors=True)
            self._state = self._child = None
            return was_there

    def _lock(self) -> AbstractContextManager[None]:
        return lock(f"localnet-{instance_id()}-{self.name}")

    def _programs(self) -> dict[str, Path]:
        programs = pump_programs() | self._extra
        for address, path in programs.items():
            if not path.is_file():
                raise StepError(f"the file {path} of the program {address} is missing")
        return programs

    def _settings(self, programs: Mapping[str, Path]) -> str:
        amounts = {name: str(lamports) for name, lamports in self._funds.items()}
        return settings_digest(self._options | amounts, {**programs, "genesis": GENESIS})

    def _start(self, programs: Mapping[str, Path], *, owned: bool) -> State:
        command = self._command(chain_binary(), programs)
        shutil.rmtree(self.folder, ignore_errors=True)  # of a chain that has ended
        (self.folder / "wallets").mkdir(parents=True, mode=0o700)
        with step(f"start chain {self.name}"):
            started = launch(command, self.folder, owned=owned)
        settings = self._settings(programs)
        state = State(started.process, started.rpc_url, started.ws_url, settings, owned)
        state.write(self.folder)
        self._state, self._child = state, started.child
        return state

    def _command(self, binary: Path, programs: Mapping[str, Path]) -> list[str]:
        wallets = self.folder / "wallets"
        command = [str(binary), "--accounts", str(GENESIS)]
        for option, value in self._options.items():
            command += [f"--{option}", value]
        for name, lamports in self._funds.items():
            command += ["--wallet", f"{wallets / name}.json={lamports}"]
        for address, path in programs.items():
            command += ["--program", f"{address}={path}"]
        return [*command, "--upgrade-authority", str(wallets / "admin.json")]
