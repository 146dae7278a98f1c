"""What is measured, and how it is shown."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from solders.pubkey import Pubkey

from benchmarks.operator.coins import Ecosystem
from benchmarks.operator.process import Usage

STEADY_SECONDS = 60
NOT_OURS = ("POST dattokens", "POST datecosystems")
"""What this benchmark makes itself."""
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
    """So many tokens in so many ecosystems."""

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
        """Ecosystems with mints that nobody else has."""
        each = self.tokens // self.ecosystems
        return [
            Ecosystem(f"e{number}-{self.name}", [Pubkey.new_unique() for _ in range(each)])
            for number in range(self.ecosystems)
        ]


@dataclass(frozen=True)
class Seen:
    """What there has been so far."""

    usage: Usage
    writes: Counter[str]
    rpc_calls: int

    def writes_since(self, before: "Seen") -> Counter[str]:
        """The operator's."""
        more = self.writes - before.writes
        return Counter({name: count for name, count in more.items() if name not in NOT_OURS})


@dataclass(frozen=True)
class Result:
    """What a scenario took, seconds; and what was seen at first, once all was written, a while later, and
    of another process after that.
    """

    scenario: Scenario
    creating: float
    converging: float
    bare: float
    at_first: Seen
    after: Seen
    steady: Seen
    starting: float
    restarted: Seen

    def row(self) -> str:
        """A line of the table."""
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
    """All of them, in Markdown."""
    return "\n".join([_line(*HEAD), _line(*["---"] * len(HEAD)), *(result.row() for result in results)])


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
