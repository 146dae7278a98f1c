import datetime

from dat_operator.kube.events import Event, manifest

NOW = datetime.datetime(2026, 11, 21, 12, 0, tzinfo=datetime.UTC)
ABOUT = {
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


def test_two_events_are_two_objects_and_long_words_are_cut() -> None:
    event = Event(ABOUT, "Normal", "X", "m" * 2000)
    first, second = manifest(event, NOW), manifest(event, NOW)
    assert first["metadata"]["name"] != second["metadata"]["name"]
    assert len(first["message"]) == 1024, "the API server refuses longer ones"
