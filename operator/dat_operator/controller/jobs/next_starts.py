"""When CronJobs start the next cycles."""

import datetime
from collections.abc import Mapping

from dat_operator.controller.objects.observed import Body
from dat_operator.domain.schedule import next_start
from dat_operator.domain.timestamp import timestamp


def next_starts(cron_jobs: Mapping[str, Body], now: datetime.datetime) -> dict[str, str]:
    """The time of the next start of each CronJob, by name, without suspended CronJobs.

    A time changes when it has passed: the Job that starts then wakes the worker, or the next poll does.
    """
    return {
        name: timestamp(start)
        for name, cron_job in cron_jobs.items()
        if not (spec := cron_job["spec"])["suspend"]
        and (start := next_start(spec["schedule"], spec["timeZone"], now))
    }
