"""``dat admin``: what an admin, or the emergency admin, does by hand: simulated, shown and confirmed."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer

from dat_operator.chain.session import Session
from dat_operator.domain.binding import WalletRole
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.errors import DatError
from dat_operator.domain.job_config import TokenConfig
from dat_operator.domain.money import BPS
from dat_operator.entry.cli.job_run import RPC_KEYS, ConfigPath, RpcKeys, WalletPath
from dat_operator.entry.cli.manual_action import DryRun, Options, Yes, do
from dat_operator.manual.action import Deed, key_of, state_of
from dat_operator.setup.ecosystem import initialize

app = typer.Typer(help="What an admin does by hand: roles, limits, pauses.", no_args_is_help=True)

Token = Annotated[str | None, typer.Option("--token", help="One token, by name or mint; else all of them.")]
TIMELOCK = "it holds an hour later"


@app.callback()
def _options(
    context: typer.Context,
    config: ConfigPath,
    wallet: WalletPath,
    rpc_keys: RpcKeys = RPC_KEYS,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    context.obj = Options(config, wallet, rpc_keys, yes, dry_run)


@app.command()
def init(context: typer.Context) -> None:
    """Create the ecosystem on chain, or open it again. `dat setup` does so, too, and admits its tokens."""

    async def plan(session: Session, chain: ChainState) -> Deed:
        config = session.config
        if not chain.program_deployed:
            raise DatError(f"spec.programId: {config.program_id} is not deployed on {config.network}")
        if chain.state and not chain.state.closed:
            raise DatError(f"{config.name} is on chain already ({chain.state_address}): nothing to do")
        verb = "Open again" if chain.state else "Create"
        roles = f"{config.operator} as its operator, {config.emergency or 'nobody'} as its emergency admin"
        what = f"{verb} {config.name} ({chain.state_address}), with {roles}"
        return Deed(what, [initialize(session, chain)])

    _do(context, plan)


@app.command("set-active")
def set_active(context: typer.Context, active: bool, token: Token = None) -> None:
    """Switch cycles on (true) or off (false)."""
    verb = "Switch on" if active else "Switch off"
    _call(context, "set_active", f"{verb} the cycles of {{}}", {"active": active}, token)


@app.command()
def pause(context: typer.Context, token: Token = None) -> None:
    """Pause in an emergency. The emergency admin may, too."""
    _call(context, "emergency_pause", "Pause {}; only `dat admin resume` lifts it", token=token)


@app.command()
def resume(context: typer.Context, token: Token = None) -> None:
    """Lift a pause; a token's failures are forgotten."""
    _call(context, "resume", "Resume {}", token=token)


@app.command("update-root-share")
def update_root_share(context: typer.Context, bps: int, token: Token = None) -> None:
    """Change the root share, basis points 1000 to 9000, by at most 500 at a time."""
    if not 1_000 <= bps <= 9_000:
        raise typer.BadParameter(f"{bps} is outside 1000 to 9000 basis points")
    what = f"Change the root share of {{}} to {bps / BPS:.2%}; {TIMELOCK}"
    _call(context, "update_root_share", what, {"root_share_bps": bps}, token)


@app.command("set-operator")
def set_operator(context: typer.Context, key: str) -> None:
    """Name who may run cycles."""
    operator = key_of(key, "KEY")
    _call(context, "set_operator", f"Let {key} run the cycles of {{}}", {"operator": operator})


@app.command("set-emergency-admin")
def set_emergency_admin(context: typer.Context, key: str) -> None:
    """Name who may pause."""
    args = {"emergency_admin": key_of(key, "KEY")}
    _call(context, "set_emergency_admin", f"Let {key} pause {{}}; {TIMELOCK}", args)


@app.command("transfer-admin")
def transfer_admin(context: typer.Context, key: str) -> None:
    """Name the next admin, who has to run `dat admin accept-admin`."""
    args = {"new_admin": key_of(key, "KEY")}
    _call(context, "propose_admin_transfer", f"Offer the admin role of {{}} to {key}", args)


@app.command("accept-admin")
def accept_admin(context: typer.Context) -> None:
    """Become admin. Signed by whoever was named."""
    _call(context, "accept_admin_transfer", "Become admin of {}")


@app.command("cancel-transfer")
def cancel_transfer(context: typer.Context) -> None:
    """Take the offer of the admin role back."""
    _call(context, "cancel_admin_transfer", "Take back the offer of the admin role of {}")


@app.command("refuse-withdrawal")
def refuse_withdrawal(context: typer.Context) -> None:
    """Forget the address that withdrawals go to. The emergency admin may, too."""
    _call(context, "clear_withdraw_address", "Forget the withdrawal address of {}")


@app.command("propose-root-token")
def propose_root_token(context: typer.Context, token: Annotated[str, typer.Option("--token")]) -> None:
    """Name the secondary that `dat admin set-root-token` may make the root an hour later."""
    _call(context, "propose_root_token", f"Propose {{}} as the root; {TIMELOCK} at the earliest", token=token)


@app.command("set-root-token")
def set_root_token(context: typer.Context, token: Annotated[str, typer.Option("--token")]) -> None:
    """Make the secondary that was proposed an hour ago the root; the present root becomes a secondary."""

    async def plan(session: Session, chain: ChainState) -> Deed:
        state, chosen = state_of(chain), session.config.token_named(token)
        previous = key_of(state.root_mint, "root") if state.root_mint else None
        instruction = session.ecosystem.administer(
            "set_root_token",
            session.signer.pubkey(),
            mint=key_of(chosen.mint, "--token"),
            previous=previous,
        )
        return Deed(f"Make {chosen.name} the root of {session.config.name}", [instruction])

    _do(context, plan)


@app.command("update-parameters")
def update_parameters(context: typer.Context) -> None:
    """Bring the limits on chain to those of the configuration."""

    async def plan(session: Session, chain: ChainState) -> Deed:
        now, wanted = state_of(chain).parameters, asdict(session.config.limits.parameters)
        changes = {name: value for name, value in wanted.items() if getattr(now, name) != value}
        if not changes:
            raise DatError("the limits on chain are those of the configuration: nothing to do")
        listed = ", ".join(f"{name} {getattr(now, name)} → {value}" for name, value in changes.items())
        instruction = session.ecosystem.administer(
            "update_parameters", session.signer.pubkey(), {"parameters": wanted}
        )
        return Deed(f"Change the limits of {session.config.name}: {listed}", [instruction])

    _do(context, plan)


def _call(
    context: typer.Context,
    name: str,
    what: str,
    args: Mapping[str, Any] | None = None,
    token: str | None = None,
) -> None:
    """An instruction of the program about the ecosystem, or about one token of it."""

    async def plan(session: Session, chain: ChainState) -> Deed:
        state_of(chain)
        chosen: TokenConfig | None = session.config.token_named(token) if token else None
        mint = key_of(chosen.mint, "--token") if chosen else None
        instruction = session.ecosystem.administer(name, session.signer.pubkey(), args, mint=mint)
        whom = chosen.name if chosen else session.config.name
        return Deed(what.format(whom), [instruction])

    _do(context, plan)


def _do(context: typer.Context, plan: Any) -> None:
    do(plan, (WalletRole.ADMIN, WalletRole.EMERGENCY), context.obj)
