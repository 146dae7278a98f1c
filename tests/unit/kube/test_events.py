import datetime
from dataclasses import replace
from typing import Any

from dat_operator.kube.events import Event, manifest

NOW = datetime.datetime(2026, 11, 21, 12, 0, tzinfo=datetime.UTC)
ABOUT: dict[str, Any] = {
    "apiVersion": "dat.asdf.io/v1alpha1",
    "kind": "DATToken",
    "metadata": {"name": "apple", "namespace": "dat", "uid": "u", "resourceVersion": "7"},
}


def test_an_event_is_found_by_its_object() -> None:
    made = manifest(Event(ABOUT, "Warning", "CycleFailed", "why"), NOW)
    assert made["metadata"]["namespace"] == "dat"
    assert (made["type"], made["reason"], made["message"]) == ("Warning", "CycleFailed", "why")
    assert made["involvedObject"]["uid"] == "u"
    assert made["lastTimestamp"] == "2026-11-21T12:00:00Z"


def test_what_is_told_again_is_the_same_object_until_what_it_is_about_changes() -> None:
    def name(event: Event, seconds: int = 0) -> str:
        return str(manifest(event, NOW + datetime.timedelta(seconds=seconds))["metadata"]["name"])

    event = Event(ABOUT, "Normal", "X", "m")
    changed = {**ABOUT, "metadata": {**ABOUT["metadata"], "resourceVersion": "8"}}
    assert name(event) == name(event, seconds=1)
    others = {name(replace(event, about=changed)), name(replace(event, reason="Y"))}
    assert len(others - {name(event)}) == 2
    by_cause = replace(event, cause="c")
    assert name(by_cause) == name(replace(by_cause, about=changed))


def test_long_words_are_cut() -> None:
    made = manifest(Event(ABOUT, "Normal", "X", "m" * 2000), NOW)
    assert len(made["message"]) == 1024, "the API server refuses longer ones"
