import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dat_operator.domain.report import MAX_REPORT_BYTES, Outcome, Report, TokenReport, worst

TEXT = st.text(max_size=200)
TOKENS = st.builds(
    lambda **values: TokenReport(**values),
    name=st.text("abc-", min_size=1, max_size=63),
    outcome=st.sampled_from(Outcome),
    reason=st.text("Abc", min_size=1, max_size=60),
    message=TEXT,
    cycle=st.none() | st.integers(0, 2**63),
    signature=st.none() | st.just("5" * 88),
)
REPORTS = st.builds(
    lambda **values: Report(**values),  # builds() itself would fill in the aliases too
    run_id=st.just("ab" * 16),
    outcome=st.sampled_from(Outcome),
    message=st.text(max_size=1024),
    tokens=st.lists(TOKENS, max_size=20).map(tuple),
    total=st.none() | st.integers(0, 20),
)


@given(REPORTS)
def test_whatever_is_reported_fits_and_reads_back(report: Report) -> None:
    text = report.encode()
    assert len(text.encode()) <= MAX_REPORT_BYTES
    assert "\n" not in text
    back = Report.model_validate_json(text)
    assert (back.run_id, back.outcome) == (report.run_id, report.outcome)
    assert {t.name for t in back.tokens} <= {t.name for t in report.tokens}


@given(REPORTS)
def test_a_report_that_fits_loses_nothing(report: Report) -> None:
    whole = report.model_dump_json(by_alias=True, exclude_none=True, ensure_ascii=True)
    if len(whole) <= MAX_REPORT_BYTES:
        assert Report.model_validate_json(report.encode()) == report


def token(name: str, outcome: Outcome, message: str = "") -> TokenReport:
    signature = "5" * 88 if outcome is Outcome.COMPLETED else None
    return TokenReport(name=name, outcome=outcome, reason="AsItWent", message=message, signature=signature)


def test_failures_stay_longest() -> None:
    done = tuple(token(f"done-{i}", Outcome.COMPLETED, "m" * 200) for i in range(60))
    failed = tuple(token(f"failed-{i}", Outcome.FAILED, "m" * 200) for i in range(5))
    report = Report(run_id="00" * 16, outcome=Outcome.FAILED, tokens=(*done, *failed))

    back = Report.model_validate_json(report.encode())

    assert {t.name for t in failed} <= {t.name for t in back.tokens}


def test_why_a_few_tokens_failed_is_still_told() -> None:
    """Others' words go first: a message is what a person needs."""
    done = tuple(token(f"done-{i}", Outcome.SKIPPED, "not enough fees " * 18) for i in range(20))
    failed = token("failed", Outcome.FAILED, "the pool is gone")
    report = Report(run_id="00" * 16, outcome=Outcome.FAILED, tokens=(*done, failed))

    back = Report.model_validate_json(report.encode())

    assert failed in back.tokens


def test_keys_are_camel_case_and_unknown_values_are_omitted() -> None:
    report = Report(run_id="ab", outcome=Outcome.SKIPPED, tokens=(token("a", Outcome.SKIPPED),))
    assert json.loads(report.encode()) == {
        "cycleId": "ab",
        "outcome": "Skipped",
        "message": "",
        "tokens": [{"name": "a", "outcome": "Skipped", "reason": "AsItWent", "message": ""}],
    }


@pytest.mark.parametrize(
    ("outcomes", "whole"),
    [
        ([], Outcome.SKIPPED),
        ([Outcome.SKIPPED], Outcome.SKIPPED),
        ([Outcome.SKIPPED, Outcome.COMPLETED], Outcome.COMPLETED),
        ([Outcome.COMPLETED, Outcome.FAILED, Outcome.SKIPPED], Outcome.FAILED),
    ],
)
def test_the_worst_outcome_counts(outcomes: list[Outcome], whole: Outcome) -> None:
    assert worst(outcomes) is whole


def test_thirty_tokens_are_all_named_though_their_signatures_have_no_room() -> None:
    """A report that held 20 tokens made breakers count, or not, by where it was cut."""
    outcomes = [Outcome.COMPLETED] * 20 + [Outcome.SKIPPED] * 5 + [Outcome.FAILED] * 5
    tokens = tuple(token(f"a-token-with-a-long-name-{n:02}", outcome) for n, outcome in enumerate(outcomes))
    report = Report(run_id="00" * 16, outcome=Outcome.FAILED, tokens=tokens, total=30)

    back = Report.model_validate_json(report.encode())

    assert {(t.name, t.outcome, t.reason) for t in back.tokens} == {
        (t.name, t.outcome, t.reason) for t in tokens
    }
    assert not back.is_whole, "the transactions of those that completed are to be looked up"


def test_a_report_without_room_for_all_tokens_says_how_many_there_were() -> None:
    tokens = tuple(token("x" * 60 + f"{n:03}", Outcome.SKIPPED) for n in range(200))
    report = Report(run_id="00" * 16, outcome=Outcome.SKIPPED, tokens=tokens, total=200)
    back = Report.model_validate_json(report.encode())
    assert (back.total, back.is_whole) == (200, False)
    assert 50 < len(back.tokens) < 200


def test_a_report_is_whole_if_it_names_every_token_and_each_landed_transaction() -> None:
    done, skipped = token("a", Outcome.COMPLETED), token("b", Outcome.SKIPPED)
    whole = Report(run_id="00", outcome=Outcome.COMPLETED, tokens=(done, skipped), total=2)
    assert whole.is_whole
    assert not whole.model_copy(update={"total": 3}).is_whole
    assert not whole.model_copy(update={"total": None}).is_whole, "it came from what ended the run"
    unsigned = done.model_copy(update={"signature": None})
    assert not whole.model_copy(update={"tokens": (unsigned, skipped)}).is_whole


@pytest.mark.parametrize(("letter", "size"), [("m", 1), ("é", 6), ('"', 2)])
def test_a_message_that_alone_is_too_long_is_cut_to_the_limit(letter: str, size: int) -> None:
    def encoded(length: int) -> str:
        return Report(run_id="00" * 16, outcome=Outcome.FAILED, message=letter * length).encode()

    empty = len(encoded(0))
    most = (MAX_REPORT_BYTES - empty) // size
    for length in (most, most + 1, MAX_REPORT_BYTES, 3 * MAX_REPORT_BYTES):
        text = encoded(length)
        assert MAX_REPORT_BYTES - size - len(',"named":{}') < len(text) <= MAX_REPORT_BYTES
        assert set(Report.model_validate_json(text).message) == {letter}
        assert size > 1 or length <= most or len(text) == MAX_REPORT_BYTES
    assert Report.model_validate_json(encoded(most)).message == letter * most, "one that fits loses nothing"


def test_a_report_of_just_4096_bytes_loses_nothing_and_one_more_its_words() -> None:
    def report(length: int) -> Report:
        failed = token("failed", Outcome.FAILED, "m" * length)
        return Report(run_id="00" * 16, outcome=Outcome.FAILED, tokens=(failed,), total=1)

    most = MAX_REPORT_BYTES - len(report(0).encode())
    assert len(report(most).encode()) == MAX_REPORT_BYTES
    assert Report.model_validate_json(report(most).encode()) == report(most)
    (shorter,) = Report.model_validate_json(report(most + 1).encode()).tokens
    assert (shorter.name, shorter.outcome, shorter.message) == ("failed", Outcome.FAILED, "")


def test_as_many_tokens_are_named_as_there_is_room_for() -> None:
    def encoded(length: int) -> str:
        tokens = [token(f"{n:060}", Outcome.SKIPPED) for n in range(62)]
        tokens.append(token("x" * length, Outcome.SKIPPED))
        return Report(run_id="00" * 16, outcome=Outcome.SKIPPED, tokens=tuple(tokens), total=63).encode()

    names = {n: len(Report.model_validate_json(encoded(n)).tokens) for n in range(1, 150)}
    most = max(n for n, count in names.items() if count == 63)
    assert len(encoded(most)) == MAX_REPORT_BYTES
    assert all(count == (63 if n <= most else 62) for n, count in names.items())
    assert max(len(encoded(n)) for n in names) == MAX_REPORT_BYTES


def test_text_that_utf_8_cannot_hold_loses_no_report() -> None:
    """An endpoint chose it: JSON has escapes for lone surrogates."""
    failed = TokenReport(name="t", outcome=Outcome.FAILED, reason="\ud800", message="a\udfffb")
    report = Report(run_id="00" * 16, outcome=Outcome.FAILED, message="\ud800", tokens=(failed,))
    (token,) = Report.model_validate_json(report.encode()).tokens
    assert (token.reason, token.message) == ("?", "a?b")
