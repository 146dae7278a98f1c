"""The setup Job: it has the admin's key and makes on chain what is missing or different."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dat_operator.controller.ecosystem.context import EcosystemContext
from dat_operator.controller.jobs.reports import FinishedJob, finished_job, unfinished_jobs
from dat_operator.controller.objects.writes import Plan
from dat_operator.controller.status.readiness import Obstacle
from dat_operator.controller.token.members import Member
from dat_operator.domain.chain_state import ChainState
from dat_operator.domain.onchain_changes import Differences, admin_refusal
from dat_operator.kube.events import Event

RETRY_ANNOTATION = "dat.asdf.io/retry-setup"
"""On a DATEcosystem: each new value tries a failed setup again."""
SEEN_SECONDS = 60
"""An endpoint that lags behind shows the effects of a Job after this time at the latest."""
TERMINATING = Obstacle(
    "Terminating", "the DATEcosystem is being deleted; the operator makes no new objects for it", stuck=False
)


@dataclass(frozen=True, slots=True)
class Setup:
    """The state of set-up: done if there is no obstacle."""

    obstacle: Obstacle | None = None
    """Why no cycle can run yet."""
    plan: Plan = field(default_factory=Plan)
    """The setup Job and its Event."""


@dataclass(frozen=True, slots=True)
class _Work:
    """The work of a setup Job. The Job's name is derived from it."""

    tokens: Sequence[str]
    changes: Sequence[str]

    @property
    def text(self) -> str:
        """For people."""
        tokens = [f"sets up {len(self.tokens)} token(s)"] if self.tokens else []
        return "; ".join([*tokens, *self.changes])


def plan_setup(context: EcosystemContext) -> Setup:
    """Set up the missing parts, if anything is missing and the admin's key is in the cluster."""
    if context.is_terminating:
        return Setup(TERMINATING)
    if context.not_allowed:
        return Setup(context.not_allowed)
    chain, different = context.observed.chain, context.differences
    if chain is None or different is None:
        return _waits("ChainUnreadable", context.observed.chain_error or "the chain has not been read yet")
    if not chain.program_deployed:
        return _stuck("ProgramNotDeployed", f"spec.programId: {context.spec.program_id} is not deployed")
    work = _work(context.members, different)
    if not work.tokens and not work.changes:
        return Setup() if chain.state else _waits("NoTokens", "no DATToken has passed its checks yet")
    return _without_admin(context, chain) or _by_job(context, work)


def _work(members: Sequence[Member], different: Differences) -> _Work:
    # The missing accounts of a token change when it graduates, and the Job's name with them.
    tokens = [
        " ".join([member.spec.mint, *(member.chain.missing if member.chain else ())])
        for member in members
        if member.wants_setup
    ]
    return _Work(tokens, [change.description for change in different.now])


def _without_admin(context: EcosystemContext, chain: ChainState) -> Setup | None:
    """Why no Job can sign as the admin."""
    admin = context.spec.wallets.admin
    if refusal := admin_refusal(chain.state, admin.public_key, admin.seed):
        return _stuck(refusal.reason, refusal.message)
    if admin.secret_ref is None:
        message = "spec.wallets.admin has no secretRef; run `dat setup` with the admin's key (docs/setup.md)"
        return _stuck("AwaitingAdmin", message)
    return None


def _by_job(context: EcosystemContext, work: _Work) -> Setup:
    """Make the Job, unless it runs or has failed. One Job at a time: a running one may do the same work."""
    job, finished = _job(context, work)
    name = job["metadata"]["name"]
    if finished and not finished.succeeded:
        reason = (finished.report and finished.report.reason) or "SetupFailed"
        return _stuck(reason, _failure(context.name, finished))
    message = f"Job {name}: {work.text}"
    obstacle = Obstacle("SettingUp", message, stuck=False)
    if finished or unfinished_jobs(context.observed, "setup"):
        return Setup(obstacle)
    event = Event(context.body, "Normal", "SetupStarted", message, cause=name)
    return Setup(obstacle, Plan(create=[job], events=[event]))


def _job(context: EcosystemContext, work: _Work) -> tuple[dict[str, Any], FinishedJob | None]:
    """The Job for the work, and how it ended. If the same work is needed again, its Job gets a new name."""
    secret = context.spec.wallets.admin.secret_ref
    assert secret is not None
    retry = context.body["metadata"].get("annotations", {}).get(RETRY_ANNOTATION)
    causes = [*work.tokens, *work.changes, *([f"{RETRY_ANNOTATION}={retry}"] if retry else [])]
    while True:
        job = context.job_manifests.setup_job(secret, causes)
        finished = finished_job(context.observed, job["metadata"]["name"])
        if finished is None or not _should_rerun(finished, context.now):
            return job, finished
        causes.append(finished.name)


def _should_rerun(job: FinishedJob, now: datetime.datetime) -> bool:
    """Whether the Job succeeded so long ago that every endpoint shows its effects."""
    age = now - datetime.datetime.fromisoformat(job.finished_at)
    return job.succeeded and age.total_seconds() >= SEEN_SECONDS


def _waits(reason: str, message: str) -> Setup:
    return Setup(Obstacle(reason, message, stuck=False))


def _stuck(reason: str, message: str) -> Setup:
    return Setup(Obstacle(reason, message, stuck=True))


def _failure(ecosystem: str, job: FinishedJob) -> str:
    message = job.message.strip()
    if job.report:
        failed = [f"{t.name}: {t.reason}: {t.message}" for t in job.report.tokens if t.outcome == "Failed"]
        message = "; ".join([job.report.message, *failed] if job.report.message else failed)
    retry = f"`kubectl annotate --overwrite datecosystem {ecosystem} {RETRY_ANNOTATION}=$(date -u +%FT%TZ)`"
    return f"Job {job.name} failed: {message}; correct the cause, then run {retry}"
