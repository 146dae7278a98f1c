"""``dat admin``: actions of the admin or the emergency admin. Each is simulated, shown and confirmed."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer

from dat_operator.chain.session import Session
from dat_operator.domain.binding import WalletRole
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.errors import DatError
from dat_operator.domain.money import BPS
from dat_operator.entry.cli.app import App
from dat_operator.entry.cli.manual_action import run_action
from dat_operator.entry.cli.options import ManualOptions
from dat_operator.manual.action import Action, PlanAction, key_of, state_of
from dat_operator.setup.ecosystem import initialize

app = App(help="Actions of the admin: roles, limits, pauses.")

TOKEN_HELP = "This token only (name or mint). Default: the whole ecosystem."
Token = Annotated[str | None, typer.Option("--token", help=TOKEN_HELP)]
Secondary = Annotated[str, typer.Option("--token", help="The secondary (name or mint).")]
Address = Annotated[str, typer.Argument(metavar="KEY", help="Address (base58).")]
Active = Annotated[bool, typer.Argument(help="true: cycles run. false: the program refuses cycles.")]
ShareBps = Annotated[
    int, typer.Argument(min=1_000, max=9_000, help="Basis points, at most 500 from the present share.")
]
TIMELOCK = "effective one hour later"


@app.command()
def init(options: ManualOptions) -> None:
    """Create the ecosystem on chain, or reopen it. `dat setup` does this too, and sets up the tokens."""

    async def plan(session: Session, chain: ChainState) -> Action:
        config = session.config
        if not chain.program_deployed:
            raise DatError(f"spec.programId: {config.program_id} is not deployed on {config.network}")
        if chain.state and not chain.state.closed:
            raise DatError(f"{config.name} is on chain already ({chain.state_address}): nothing to do")
        verb = "Reopen" if chain.state else "Create"
        roles = f"operator {config.operator}, emergency admin {config.emergency or 'none'}"
        return Action(f"{verb} {config.name} ({chain.state_address}): {roles}", [initialize(session, chain)])

    _run(plan, options)


@app.command("set-active")
def set_active(active: Active, options: ManualOptions, token: Token = None) -> None:
    """Switch cycles on or off."""
    verb = "Switch on" if active else "Switch off"
    sentence = f"{verb} the cycles of {{}}"
    _administer("set_active", sentence, options, args={"active": active}, token=token)


@app.command()
def pause(options: ManualOptions, token: Token = None) -> None:
    """Pause cycles in an emergency. The emergency admin may sign too."""
    _administer("emergency_pause", "Pause {} until `dat admin resume`", options, token=token)


@app.command()
def resume(options: ManualOptions, token: Token = None) -> None:
    """End a pause. For a token, this also resets the count of its failures."""
    _administer("resume", "Resume {}", options, token=token)


@app.command("update-root-share")
def update_root_share(bps: ShareBps, options: ManualOptions, token: Token = None) -> None:
    """Change the root share. The new share is effective one hour later."""
    sentence = f"Change the root share of {{}} to {bps / BPS:.2%}, {TIMELOCK}"
    _administer("update_root_share", sentence, options, args={"root_share_bps": bps}, token=token)


@app.command("set-operator")
def set_operator(key: Address, options: ManualOptions) -> None:
    """Set the key that may run cycles."""
    args = {"operator": key_of(key, "KEY")}
    _administer("set_operator", f"Set {key} as the operator of {{}}", options, args=args)


@app.command("set-emergency-admin")
def set_emergency_admin(key: Address, options: ManualOptions) -> None:
    """Set the key that may pause cycles. The key is effective one hour later."""
    args = {"emergency_admin": key_of(key, "KEY")}
    sentence = f"Set {key} as the emergency admin of {{}}, {TIMELOCK}"
    _administer("set_emergency_admin", sentence, options, args=args)


@app.command("transfer-admin")
def transfer_admin(key: Address, options: ManualOptions) -> None:
    """Offer the admin role to a key. That key accepts with `dat admin accept-admin`."""
    args = {"new_admin": key_of(key, "KEY")}
    sentence = f"Offer the admin role of {{}} to {key}"
    _administer("propose_admin_transfer", sentence, options, args=args)


@app.command("accept-admin")
def accept_admin(options: ManualOptions) -> None:
    """Accept the admin role. The next admin signs."""
    _administer("accept_admin_transfer", "Become admin of {}", options)


@app.command("cancel-transfer")
def cancel_transfer(options: ManualOptions) -> None:
    """Withdraw the offer of the admin role."""
    _administer("cancel_admin_transfer", "Withdraw the offer of the admin role of {}", options)


@app.command("refuse-withdrawal")
def refuse_withdrawal(options: ManualOptions) -> None:
    """Delete the address for withdrawals. The emergency admin may sign too."""
    _administer("clear_withdraw_address", "Delete the withdrawal address of {}", options)


@app.command("propose-root-token")
def propose_root_token(token: Secondary, options: ManualOptions) -> None:
    """Propose a secondary as the root. One hour later `dat admin set-root-token` makes it the root."""
    sentence = "Propose {} as the root, one hour before `dat admin set-root-token`"
    _administer("propose_root_token", sentence, options, token=token)


@app.command("set-root-token")
def set_root_token(token: Secondary, options: ManualOptions) -> None:
    """Make the proposed secondary the root. The present root becomes a secondary."""

    async def plan(session: Session, chain: ChainState) -> Action:
        state, chosen = state_of(chain), session.config.token_named(token)
        previous = key_of(state.root_mint, "root") if state.root_mint else None
        instruction = session.ecosystem.administer(
            "set_root_token",
            session.signer.pubkey(),
            mint=key_of(chosen.mint, "--token"),
            previous=previous,
        )
        return Action(f"Make {chosen.name} the root of {session.config.name}", [instruction])

    _run(plan, options)


@app.command("update-parameters")
def update_parameters(options: ManualOptions) -> None:
    """Set the limits on chain to the limits of the configuration."""

    async def plan(session: Session, chain: ChainState) -> Action:
        now, wanted = state_of(chain).parameters, asdict(session.config.limits.parameters)
        changes = {name: value for name, value in wanted.items() if getattr(now, name) != value}
        if not changes:
            raise DatError("the limits on chain equal the limits of the configuration: nothing to do")
        listed = ", ".join(f"{name} {getattr(now, name)} → {value}" for name, value in changes.items())
        instruction = session.ecosystem.administer(
            "update_parameters", session.signer.pubkey(), {"parameters": wanted}
        )
        return Action(f"Change the limits of {session.config.name}: {listed}", [instruction])

    _run(plan, options)


def _administer(
    instruction: str,
    sentence: str,
    options: ManualOptions,
    *,
    args: Mapping[str, Any] | None = None,
    token: str | None = None,
) -> None:
    """Run one instruction of the program. ``sentence`` has ``{}`` for the ecosystem or the token."""

    async def plan(session: Session, chain: ChainState) -> Action:
        state_of(chain)
        config = session.config
        chosen = config.token_named(token) if token else None
        mint = key_of(chosen.mint, "--token") if chosen else None
        made = session.ecosystem.administer(instruction, session.signer.pubkey(), args, mint=mint)
        return Action(sentence.format(chosen.name if chosen else config.name), [made])

    _run(plan, options)


def _run(plan: PlanAction, options: ManualOptions) -> None:
    run_action(plan, (WalletRole.ADMIN, WalletRole.EMERGENCY), options)
