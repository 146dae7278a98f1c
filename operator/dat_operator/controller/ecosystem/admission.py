"""The programs and wallet Secrets that the chart's values allow."""

from collections.abc import Sequence

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.controller.settings import Settings
from dat_operator.controller.status.readiness import Obstacle


def not_allowed(spec: EcosystemSpec, settings: Settings) -> Obstacle | None:
    """Return why the operator may not create Jobs for an ecosystem; None if it may."""
    if spec.program_id not in settings.programs:
        message = f"spec.programId: {spec.program_id} is not a program that the Helm release allows"
        return _obstacle("ProgramNotAllowed", message, settings.programs, "allowed.programs")
    admin, operator = spec.wallets.admin.secret_ref, spec.wallets.operator.secret_ref
    for role, secret, names in (
        ("admin", admin, settings.admin_secrets),
        ("operator", operator, settings.operator_secrets),
    ):
        if secret and names and secret.name not in names:
            field = f"spec.wallets.{role}.secretRef.name"
            message = f"{field}: the Helm release allows no {role}'s wallet in the Secret {secret.name}"
            return _obstacle("SecretNotAllowed", message, names, f"allowed.{role}Secrets")
    return None


def _obstacle(reason: str, message: str, names: Sequence[str], value: str) -> Obstacle:
    remedy = f"correct the field, or let the installer of the chart add the name to the value {value}"
    return Obstacle(reason, f"{message} ({', '.join(names)}); {remedy}", stuck=True)
