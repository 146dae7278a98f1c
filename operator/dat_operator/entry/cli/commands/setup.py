"""``dat setup``: creates the accounts of an ecosystem and of new tokens on chain."""

from dat_operator.domain.report import Report
from dat_operator.entry.cli.job_run import run_job, signed
from dat_operator.entry.cli.options import JobOptions
from dat_operator.setup.ecosystem import set_up


def setup(options: JobOptions) -> None:
    """Set up the ecosystem and its new tokens on chain. The admin's wallet signs. Repeatable."""

    async def work(run: bytes) -> Report:
        return await signed(lambda session: set_up(session, run), options, role="admin")

    run_job(work, options)
