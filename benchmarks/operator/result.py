"""The figures of a scenario, and the table that shows them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from solders.pubkey import Pubkey

from benchmarks.operator.coins import Ecosystem
from benchmarks.operator.process import Usage

STEADY_SECONDS = 60
NOT_OURS = ("POST dattokens", "POST datecosystems")
"""Writes of this benchmark itself."""
HEAD = (
    "tokens in ecosystems",
    "create, s",
    "converge after, s",
    "bare loop, s",
    "PATCHes a token",
    "writes a token",
    f"writes in {STEADY_SECONDS} s of steady state, at a restart",
    "CPU to converge, s",
    "CPU in steady state",
    "RSS peak, steady, peak of a restart, MiB",
    "RPC calls a second",
    "ready after a restart, s",
)


@dataclass(frozen=True)
class Scenario:
    """A number of tokens in a number of ecosystems."""

    tokens: int
    ecosystems: int

    @classmethod
    def parse(cls, text: str) -> "Scenario":
        """From TOKENSxECOSYSTEMS."""
        tokens, ecosystems = map(int, text.split("x"))
        return cls(tokens, ecosystems)

    @property
    def name(self) -> str:
        return f"{self.tokens}x{self.ecosystems}"

    def make(self) -> list[Ecosystem]:
        """Make the ecosystems. Their mints are new."""
        each = self.tokens // self.ecosystems
        return [
            Ecosystem(f"e{number}-{self.name}", [Pubkey.new_unique() for _ in range(each)])
            for number in range(self.ecosystems)
        ]


@dataclass(frozen=True)
class Moment:
    """The operator at one moment, counted from its start."""

    usage: Usage
    writes: Counter[str]
    rpc_calls: int

    def writes_since(self, before: "Moment") -> Counter[str]:
        """The writes of the operator since an earlier moment."""
        more = self.writes - before.writes
        return Counter({name: count for name, count in more.items() if name not in NOT_OURS})


@dataclass(frozen=True)
class Result:
    """The times of a scenario, seconds, and four moments: at first, after all writes, ``STEADY_SECONDS``
    later, and after a restart.
    """

    scenario: Scenario
    creating: float
    converging: float
    bare: float
    at_first: Moment
    after: Moment
    steady: Moment
    starting: float
    restarted: Moment

    def row(self) -> str:
        """One line of the table."""
        after = (self.steady.writes_since(self.after), self.restarted.writes_since(self.steady))
        tokens, writes = self.scenario.tokens, self.after.writes_since(self.at_first)
        cpu = self.after.usage.cpu - self.at_first.usage.cpu
        steady_cpu = (self.steady.usage.cpu - self.after.usage.cpu) / STEADY_SECONDS
        return _line(
            f"{tokens:,} in {self.scenario.ecosystems}",
            f"{self.creating:.1f}",
            f"{self.converging:.1f}",
            f"{self.bare:.1f}",
            f"{writes['PATCH dattokens/status'] / tokens:.2f}",
            f"{writes.total() / tokens:.2f}",
            ", ".join(str(more.total()) for more in after),
            f"{cpu:.1f}",
            f"{steady_cpu:.0%}",
            f"{self.steady.usage.peak}, {self.steady.usage.rss}, {self.restarted.usage.peak}",
            f"{(self.steady.rpc_calls - self.after.rpc_calls) / STEADY_SECONDS:.1f}",
            f"{self.starting:.1f}",
        )


def table(results: Sequence[Result]) -> str:
    """The table of all results, in Markdown."""
    return "\n".join([_line(*HEAD), _line(*["---"] * len(HEAD)), *(result.row() for result in results)])


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
