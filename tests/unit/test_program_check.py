"""Whether CI believes a program that it cannot compare."""

import pytest

from hack.common.steps import StepError
from hack.program.artifacts import same_tools

TOOLS = {"rustc": "1.95.0", "llvm": "1:23.1.4-2"}
OTHERS = {"rustc": "1.95.0", "llvm": "1:23.1.5-1"}


def test_other_tools_fail_where_it_counts() -> None:
    """T14: it passed, with a line that nobody read."""
    with pytest.raises(StepError, match=r"llvm 1:23\.1\.4-2 \(here 1:23\.1\.5-1\).* hack.program record"):
        same_tools(TOOLS, OTHERS, strict=True)
    with pytest.raises(StepError, match=r"rustc 1\.95\.0 \(here none\)"):
        same_tools(TOOLS, {"llvm": TOOLS["llvm"]}, strict=True)


def test_on_a_machine_of_somebodys_they_may_differ() -> None:
    assert not same_tools(TOOLS, OTHERS, strict=False)


@pytest.mark.parametrize("strict", [True, False])
def test_the_same_tools_are_compared(*, strict: bool) -> None:
    assert same_tools(TOOLS, dict(TOOLS), strict=strict)
