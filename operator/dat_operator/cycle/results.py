"""The result of each token of a run: its report, its last failure, or its postponement."""

from collections.abc import Mapping, Sequence

import structlog

from dat_operator.domain.errors import RETRYABLE, SKIP_REASONS, ProgramError, TransactionExpired
from dat_operator.domain.job_config import TokenConfig
from dat_operator.domain.report import Outcome, Report, TokenReport, worst

log = structlog.get_logger()

MAX_MESSAGE_LENGTH = 300
"""Characters of a token's message in a report."""

Failure = ProgramError | TransactionExpired


class Results:
    """The results of one run so far, by mint. A reported token is final."""

    def __init__(self) -> None:
        self._reports: dict[str, TokenReport] = {}
        self._failures: dict[str, Failure] = {}
        self._postponed: dict[str, int] = {}

    def unreported(self, tokens: Sequence[TokenConfig]) -> list[TokenConfig]:
        """The tokens that have no report yet."""
        return [token for token in tokens if token.mint not in self._reports]

    def complete(self, token: TokenConfig, cycle: int, signature: str | None) -> None:
        """Report a landed cycle by its number. ``signature`` is None if no endpoint shows it."""
        report = TokenReport(
            name=token.name,
            outcome=Outcome.COMPLETED,
            reason="CycleCompleted",
            cycle=cycle,
            signature=signature,
        )
        self._add(token, report)

    def refuse(self, token: TokenConfig, reason: str, message: str) -> None:
        """Report that a token's cycle does not run: Skipped for one of SKIP_REASONS, otherwise Failed."""
        outcome = Outcome.SKIPPED if reason in SKIP_REASONS else Outcome.FAILED
        message = message[:MAX_MESSAGE_LENGTH]
        self._add(token, TokenReport(name=token.name, outcome=outcome, reason=reason, message=message))

    def fail(self, mint: str, error: Failure) -> None:
        """Note a failure. It is reported at the end, unless a later attempt has another result."""
        self._failures[mint] = error

    def postpone(self, mint: str, slot: int, error: Failure) -> None:
        """Try a token at the end of the run, from a slot on; ``error`` holds until then."""
        self._postponed[mint] = slot
        self._failures[mint] = error

    def take_postponed(self, tokens: Sequence[TokenConfig]) -> tuple[list[TokenConfig], int]:
        """The postponed tokens, and the slot from which all of them can be tried. They count as tried."""
        postponed = [token for token in tokens if token.mint in self._postponed]
        slot = max(self._postponed.values(), default=0)
        self._postponed.clear()
        return postponed, slot

    def to_retry(self, tokens: Sequence[TokenConfig]) -> list[TokenConfig]:
        """The tokens that may succeed in another attempt now."""
        open_ = [token for token in self.unreported(tokens) if token.mint not in self._postponed]
        return [token for token in open_ if _may_succeed(self._failures[token.mint])]

    @property
    def any_completed(self) -> bool:
        """Whether a cycle of this run has landed."""
        return any(report.outcome is Outcome.COMPLETED for report in self._reports.values())

    @property
    def open_failures(self) -> Mapping[str, Failure]:
        """Failures of tokens that have no report."""
        return {mint: error for mint, error in self._failures.items() if mint not in self._reports}

    def report_failures(self, tokens: Sequence[TokenConfig]) -> Mapping[str, Failure]:
        """Report each token without a report by its last failure. The errors of failed tokens, by mint."""
        for token in self.unreported(tokens):
            error = self._failures[token.mint]
            reason = error.reason if isinstance(error, ProgramError) else type(error).__name__
            self.refuse(token, reason, str(error))
        return {m: e for m, e in self._failures.items() if self._reports[m].outcome is Outcome.FAILED}

    def report(self, run_id: bytes, tokens: Sequence[TokenConfig]) -> Report:
        """The run's report, with the tokens in this order."""
        reports = tuple(self._reports[token.mint] for token in tokens)
        outcome = worst([report.outcome for report in reports])
        return Report(run_id=run_id.hex(), outcome=outcome, tokens=reports, total=len(tokens))

    def _add(self, token: TokenConfig, report: TokenReport) -> None:
        self._reports[token.mint] = report
        shown = report.model_dump(exclude={"name"}, exclude_none=True)
        log.info("token done", token=token.name, mint=token.mint, **shown)


def _may_succeed(error: Failure) -> bool:
    return isinstance(error, TransactionExpired) or error.unnamed or error.reason in RETRYABLE
