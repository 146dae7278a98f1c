from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dat_operator.kube.merge_patch import merge_patch

LEAF = st.integers(0, 2) | st.text("ab", max_size=2) | st.lists(st.integers(0, 2), max_size=2)
TREE = st.recursive(
    st.dictionaries(st.sampled_from("abc"), LEAF, max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abc"), LEAF | inner, max_size=3),
    max_leaves=8,
)


def applied(old: Any, patch: Any) -> Any:
    """RFC 7386, as the API server does it."""
    if not isinstance(patch, dict):
        return patch
    result = dict(old) if isinstance(old, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = applied(result.get(key), value)
    return result


@given(TREE, TREE)
def test_what_is_written_is_what_was_meant(old: Any, new: Any) -> None:
    assert applied(old, merge_patch(old, new)) == new


def test_an_old_runs_signature_does_not_stay() -> None:
    """A run that skipped a token follows one that completed it."""
    old = {"lastRun": {"job": "1", "outcome": "Completed", "signature": "5x"}, "supply": 1}
    new = {"lastRun": {"job": "2", "outcome": "Skipped", "message": "too few fees"}, "supply": 1}
    assert applied(old, merge_patch(old, new)) == new
