"""What is missing or different on chain, and the Job with the admin's key that sees to it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dat_operator.api.ecosystem import EcosystemSpec
from dat_operator.controller.ecosystem.members import Member
from dat_operator.controller.jobs import manifests as jobs
from dat_operator.controller.jobs.reports import FinishedJob, finished_job, unfinished_jobs
from dat_operator.controller.objects.observed import Body, Observed
from dat_operator.controller.settings import Settings
from dat_operator.controller.status.readiness import Obstacle
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.onchain_changes import Differences, admin_refusal
from dat_operator.domain.refusal import Refusal
from dat_operator.kube.events import Event

RETRY_ANNOTATION = "dat.asdf.io/retry-setup"
"""On a DATEcosystem: a failed set-up is tried again, once for each value."""
SEEN_SECONDS = 60
"""After so long an endpoint that lags behind has caught up, too."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What is in the way of cycles; nothing if all is set up."""

    obstacle: Obstacle | None = None
    job: dict[str, Any] | None = None
    """To be created."""
    event: Event | None = None
    """That tells of it."""


def plan_setup(
    ecosystem: Body,
    spec: EcosystemSpec,
    observed: Observed,
    settings: Settings,
    members: Sequence[Member],
    different: Differences | None,
    now: datetime.datetime,
) -> Setup:
    """See to what is missing. ``different``: spec and chain; None while the chain cannot be read."""
    chain = observed.chain
    if chain is None or different is None:
        return _waits("ChainUnreadable", observed.chain_error or "waits for the chain")
    if not chain.program_deployed:
        said = f"spec.programId: {spec.program_id} is not deployed"
        return Setup(Obstacle("ProgramNotDeployed", said, stuck=True))
    missing = [
        # What a token lacks changes when it graduates, and with it the Job's name.
        " ".join([member.spec.mint, *(member.chain.missing if member.chain else ())])
        for member in members
        if member.wants_setup
    ]
    changes = [change.what for change in different.now]
    if not missing and not changes:
        return Setup() if chain.state else _waits("NoTokens", "waits for a DATToken that passes its checks")
    if refusal := _admin_refusal(spec, chain):
        return Setup(Obstacle(refusal.reason, refusal.message, stuck=True))
    secret = spec.wallets.admin.secret_ref
    if secret is None:
        said = "wallets.admin has no secretRef; run `dat setup` with the admin's key (docs/setup.md)"
        return Setup(Obstacle("AwaitingAdmin", said, stuck=True))
    # Another value of the annotation makes another Job.
    again = ecosystem["metadata"].get("annotations", {}).get(RETRY_ANNOTATION)
    what = [*missing, *changes, *([f"{RETRY_ANNOTATION}={again}"] if again else [])]
    job = jobs.setup_job(ecosystem, spec, settings, secret, what)
    while (finished := finished_job(observed, job["metadata"]["name"])) and _is_old_news(finished, now):
        # It was done, and is to be done again: by a Job of another name.
        what.append(finished.name)
        job = jobs.setup_job(ecosystem, spec, settings, secret, what)
    name = job["metadata"]["name"]
    if finished and not finished.succeeded:
        reason = (finished.report and finished.report.reason) or "SetupFailed"
        return Setup(Obstacle(reason, _failure(observed.name, finished), stuck=True))
    doing = [*([f"sets up {len(missing)} token(s)"] if missing else []), *changes]
    said = f"Job {name}: {'; '.join(doing)}"
    going_on = _waits("SettingUp", said)
    # One at a time: what a running Job is setting up may well be what is missing.
    if finished or unfinished_jobs(observed, "setup"):
        return going_on
    return Setup(going_on.obstacle, job, Event(ecosystem, "Normal", "SetupStarted", said, cause=name))


def _waits(reason: str, message: str) -> Setup:
    return Setup(Obstacle(reason, message, stuck=False))


def _is_old_news(job: FinishedJob, now: datetime.datetime) -> bool:
    """Whether what a Job has done must have been seen on chain by now."""
    age = now - datetime.datetime.fromisoformat(job.finished_at)
    return job.succeeded and age.total_seconds() >= SEEN_SECONDS


def _admin_refusal(spec: EcosystemSpec, chain: ChainState) -> Refusal | None:
    admin = spec.wallets.admin
    return admin_refusal(chain.state, admin.public_key, admin.seed)


def _failure(ecosystem: str, job: FinishedJob) -> str:
    said = job.message.strip()
    if job.report:
        failed = [f"{t.name}: {t.reason}: {t.message}" for t in job.report.tokens if t.outcome == "Failed"]
        said = "; ".join([job.report.message, *failed] if job.report.message else failed)
    retry = f"`kubectl annotate --overwrite datecosystem {ecosystem} {RETRY_ANNOTATION}=$(date -u +%FT%TZ)`"
    return f"Job {job.name} failed: {said}; put it right; {retry} tries again"
