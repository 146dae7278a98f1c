"""The plan for a DATToken: its finalizers, its status, and the Events about changes of the status."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pydantic import ValidationError

from dat_operator.api.token import TokenSpec
from dat_operator.controller.ecosystem.context import EcosystemContext
from dat_operator.controller.jobs.job_manifests import cron_job_name
from dat_operator.controller.objects.observed import Body, Observed
from dat_operator.controller.objects.writes import Plan
from dat_operator.controller.status.events import token_events
from dat_operator.controller.status.isolation import isolated, spec_invalid
from dat_operator.controller.status.readiness import Obstacle
from dat_operator.controller.status.refused_objects import refused_objects
from dat_operator.controller.token.deletion import finalizers
from dat_operator.controller.token.members import Member
from dat_operator.controller.token.settled import SettledTokens
from dat_operator.controller.token.status import TokenFacts, token_status

AWAITING_SETUP = Obstacle("AwaitingSetup", "waits for the setup Job", stuck=False)


def plan_token(context: EcosystemContext, member: Member, facts: TokenFacts, settled: SettledTokens) -> Plan:
    """One token of an ecosystem. The status of a settled token is not computed."""
    status = settled.plan(facts, lambda: _status(facts, context.now))
    if member.finalizers is None:
        return status
    return Plan.merge((_finalizers(member.body, member.finalizers), status))


def token_facts(
    context: EcosystemContext, member: Member, setup: Obstacle | None, next_starts: Mapping[str, str]
) -> TokenFacts:
    """The input of a token's status.

    ``setup``: why set-up is not done; None if it is done. ``next_starts``: times by the names of CronJobs.
    """
    cron_job = cron_job_name(context.name, member.name)
    return TokenFacts(
        body=member.body,
        refusal=member.refusal,
        chain=member.chain,
        setup=setup or AWAITING_SETUP,
        last_run=context.last_run,
        breaker=context.breakers.tokens[member.name],
        admission=member.admission,
        rejected_cron_job=refused_objects(context.observed, f"CronJob {cron_job}"),
        next_start=next_starts.get(cron_job),
    )


def plan_orphan_token(body: Body, obstacle: Obstacle, now: datetime.datetime) -> Plan:
    """A token whose ecosystem does not exist. No finalizer of ours delays its deletion."""
    facts = TokenFacts(
        body=body, refusal=None, chain=None, setup=obstacle, last_run=None, breaker=None, admission=None
    )
    return Plan.merge((_finalizers(body, finalizers(body, switched_off=True)), _status(facts, now)))


def without_invalid_tokens(observed: Observed, now: datetime.datetime) -> tuple[Observed, Plan]:
    """The same without tokens whose spec this release cannot read, and the statuses that report them."""
    valid, plans = [], []
    for body in observed.tokens:
        try:
            TokenSpec.model_validate(body["spec"])
            valid.append(body)
        except ValidationError as error:
            plans.append(Plan.of_status(body, spec_invalid(body, error, now)))
    return replace(observed, tokens=tuple(valid)), Plan.merge(plans)


def _finalizers(body: Body, wanted: Sequence[str] | None) -> Plan:
    return Plan(finalizers=[(body, wanted)]) if wanted is not None else Plan()


def _status(facts: TokenFacts, now: datetime.datetime) -> Plan:
    status = isolated(facts.body, now, lambda: token_status(facts, now))
    return Plan.of_status(facts.body, status, token_events(facts.body, status))
