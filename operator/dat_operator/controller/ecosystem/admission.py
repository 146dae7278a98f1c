"""What a release may use at all: programs, and Secrets as wallets. The chart's values say so."""

from collections.abc import Sequence

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.controller.settings import Settings
from dat_operator.controller.status.readiness import Obstacle


def not_allowed(spec: EcosystemSpec, settings: Settings) -> Obstacle | None:
    """Why no Job may be made for an ecosystem, if none may."""
    if spec.program_id not in settings.programs:
        said = f"spec.programId: {spec.program_id} is not one of the programs that this release may use"
        return _obstacle("ProgramNotAllowed", said, settings.programs, "allowed.programs")
    admin, operator = spec.wallets.admin.secret_ref, spec.wallets.operator.secret_ref
    for role, secret, names in (
        ("admin", admin, settings.admin_secrets),
        ("operator", operator, settings.operator_secrets),
    ):
        if secret and names and secret.name not in names:
            field = f"spec.wallets.{role}.secretRef.name"
            said = f"{field}: the Secret {secret.name} is no {role}'s wallet of this release"
            return _obstacle("SecretNotAllowed", said, names, f"allowed.{role}Secrets")
    return None


def _obstacle(reason: str, said: str, names: Sequence[str], value: str) -> Obstacle:
    remedy = f"correct it, or have whoever installs the chart add it to the value {value}"
    return Obstacle(reason, f"{said} ({', '.join(names)}); {remedy}", stuck=True)
