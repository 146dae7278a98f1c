import contextlib
from typing import Any

import pytest

from dat_operator.controller.objects.store import Key, Store

ECOSYSTEM_LABEL = "dat.asdf.io/ecosystem"


def body(name: str, **parts: Any) -> dict[str, Any]:
    meta = {"namespace": "dat", "name": name, "resourceVersion": "1", "labels": parts.pop("labels", {})}
    return {"metadata": meta, **parts}


def token(name: str, ecosystem: str) -> dict[str, Any]:
    return body(name, spec={"ecosystemRef": {"name": ecosystem}})


FRUIT = ("dat", "fruit")


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("DATEcosystem", body("fruit")),
        ("DATToken", token("apple", "fruit")),
        ("Job", body("x", labels={ECOSYSTEM_LABEL: "fruit"})),
        ("Pod", body("x", labels={ECOSYSTEM_LABEL: "fruit"})),
        ("ConfigMap", body("fruit-config", labels={ECOSYSTEM_LABEL: "fruit"})),
    ],
)
def test_a_change_wakes_the_ecosystem_it_concerns(kind: str, shown: dict[str, Any]) -> None:
    woken: list[Key] = []
    store = Store(woken.append)
    store.put(kind, shown)
    store.put(kind, shown, deleted=True)
    assert woken == [FRUIT, FRUIT]
    assert store.of_ecosystem(kind, FRUIT) == ()


def test_what_is_nobodys_is_not_kept() -> None:
    """kube-root-ca.crt and other people's pods take no memory."""
    woken: list[Key] = []
    store = Store(woken.append)
    store.put("ConfigMap", body("kube-root-ca.crt"))
    assert woken == []
    assert store.get("ConfigMap", "dat", "kube-root-ca.crt") is None


def test_what_is_known_wakes_nobody() -> None:
    """Our own write comes again by the watch; a write that changes nothing keeps its resourceVersion."""
    woken: list[Key] = []
    store = Store(woken.append)
    shown = token("apple", "fruit")
    for version in ("1", "1", "2", "2"):
        store.put("DATToken", {**shown, "metadata": {**shown["metadata"], "resourceVersion": version}})
    assert woken == [FRUIT, FRUIT]
    (kept,) = store.of_ecosystem("DATToken", FRUIT)
    assert kept["metadata"]["resourceVersion"] == "2"


def at(version: int, name: str = "apple") -> dict[str, Any]:
    """A token of the ecosystem, as it was at this version."""
    shown = {**token(name, "fruit"), "kind": "DATToken"}
    shown["metadata"]["resourceVersion"] = str(version)
    return shown


def known(store: Store) -> dict[str, str]:
    tokens = store.of_ecosystem("DATToken", FRUIT)
    return {t["metadata"]["name"]: t["metadata"]["resourceVersion"] for t in tokens}


def write(store: Store, before: dict[str, Any], answer: dict[str, Any] | None, *events: int) -> None:
    """A write of our own; versions that the watch shows before the answer comes."""
    with store.writing(before) as answered:
        for version in events:
            store.put("DATToken", at(version))
        answered(answer)


@pytest.mark.parametrize("events_first", [(), (12,)])
def test_what_we_wrote_wakes_nobody_whether_answer_or_event_comes_first(events_first: tuple[int]) -> None:
    woken: list[Key] = []
    store = Store(woken.append)
    store.put("DATToken", at(11))
    write(store, at(11), at(12), *events_first)
    store.put("DATToken", at(12))
    assert (woken, known(store)) == ([FRUIT], {"apple": "12"})


@pytest.mark.parametrize("events_first", [(), (12,), (12, 13)])
def test_what_somebody_else_wrote_right_before_wakes(events_first: tuple[int]) -> None:
    """The answer at 13 holds it already; that of 12 must not come back."""
    woken: list[Key] = []
    store = Store(woken.append)
    store.put("DATToken", at(11))
    write(store, at(11), at(13), *events_first)
    for version in (12, 13)[len(events_first) :]:
        store.put("DATToken", at(version))
    assert (woken, known(store)) == ([FRUIT, FRUIT], {"apple": "13"})


def test_what_comes_while_we_write_is_not_lost_with_the_answer() -> None:
    store = Store(lambda _: None)
    store.put("DATToken", at(11))
    with contextlib.suppress(RuntimeError), store.writing(at(11)):
        store.put("DATToken", at(12))
        raise RuntimeError
    assert known(store) == {"apple": "12"}


def test_an_answer_brings_nothing_back_that_is_gone() -> None:
    store = Store(lambda _: None)
    write(store, at(11), at(12))
    write(store, at(11), None)
    assert known(store) == {}


def test_a_list_takes_away_what_it_has_not_and_nothing_that_is_newer() -> None:
    woken: list[Key] = []
    store = Store(woken.append)
    for shown in (at(11), at(12, "pear"), at(31, "plum"), at(32, "fig")):
        store.put("DATToken", shown)
    store.put("Job", job := body("x", labels={ECOSYSTEM_LABEL: "fruit"}))
    woken.clear()
    # As it was at 30: the pear is gone, plum and fig have come or changed since.
    store.put_page("DATToken", [at(11), at(21, "plum")])
    store.end_list("DATToken", {("dat", "apple"), ("dat", "plum")}, 30)
    assert known(store) == {"apple": "11", "plum": "31", "fig": "32"}
    assert woken == [FRUIT], "for the pear"
    assert store.of_ecosystem("Job", FRUIT) == ({**job, "kind": "Job"},), "another kind"


def test_a_list_brings_what_is_new_and_outdates_what_comes_late() -> None:
    woken: list[Key] = []
    store = Store(woken.append)
    store.put("DATToken", at(11))
    store.put_page("DATToken", [at(21), at(22, "pear")])
    assert not store.is_listed("DATToken")
    store.end_list("DATToken", {("dat", "apple"), ("dat", "pear")}, 30)
    assert store.is_listed("DATToken")
    assert woken == [FRUIT] * 3
    for late in (at(12), at(13, "plum")):
        store.put("DATToken", late)
    assert (woken, known(store)) == ([FRUIT] * 3, {"apple": "21", "pear": "22"})


def test_one_of_the_same_name_that_came_after_stays() -> None:
    """Kopf handles the two side by side, so the end of the first may come last."""
    store = Store(lambda _: None)
    for version in (11, 14):
        store.put("DATToken", at(version))
    store.put("DATToken", at(13), deleted=True)
    assert known(store) == {"apple": "14"}
    store.put("DATToken", at(15), deleted=True)
    assert known(store) == {}


def test_what_only_the_api_server_needs_is_not_kept_and_what_is_equal_is_kept_once() -> None:
    store = Store(lambda _: None)
    for name in ("apple", "pear"):
        text = "".join(["as the ", "schedule says"])
        condition = {"type": "Ready", "status": "True", "lastTransitionTime": "2026-11-21T12:00:00Z"}
        shown = {**token(name, "fruit"), "status": {"display": {"of": text}, "conditions": [condition]}}
        shown["metadata"]["managedFields"] = [{"manager": "dat-operator"}]
        store.put("DATToken", shown)
    apple, pear = store.of_ecosystem("DATToken", FRUIT)
    assert (apple["kind"], "managedFields" in apple["metadata"]) == ("DATToken", False)
    assert apple["status"]["display"]["of"] is pear["status"]["display"]["of"]
    assert apple["status"]["conditions"][0] is pear["status"]["conditions"][0]
    assert apple["status"]["conditions"] == [condition]


def test_an_object_that_changes_hands_is_the_former_s_no_more() -> None:
    store = Store(lambda _: None)
    job = body("x", labels={ECOSYSTEM_LABEL: "fruit"})
    store.put("Job", job)
    meta = {**job["metadata"], "labels": {ECOSYSTEM_LABEL: "vegetables"}, "resourceVersion": "2"}
    store.put("Job", {**job, "metadata": meta})
    assert store.of_ecosystem("Job", FRUIT) == ()
    assert [j["metadata"]["name"] for j in store.of_ecosystem("Job", ("dat", "vegetables"))] == ["x"]


def test_tokens_of_an_ecosystem_come_by_name() -> None:
    store = Store(lambda _: None)
    for name, ecosystem in (("pear", "fruit"), ("apple", "fruit"), ("leek", "vegetables")):
        store.put("DATToken", token(name, ecosystem))
    assert [t["metadata"]["name"] for t in store.of_ecosystem("DATToken", FRUIT)] == ["apple", "pear"]


def test_its_ecosystems_are_those_that_are_there_or_referred_to() -> None:
    store = Store(lambda _: None)
    store.put("DATEcosystem", body("fruit"))
    store.put("DATToken", token("apple", "fruit"))
    store.put("DATToken", token("leek", "vegetables"))
    store.put("Job", body("x", labels={ECOSYSTEM_LABEL: "gone"}))
    assert store.ecosystems() == {FRUIT, ("dat", "vegetables")}


def test_a_token_alone_is_reason_enough_to_look() -> None:
    """Its status must say that its ecosystem is missing."""
    store = Store(lambda _: None)
    assert not store.concerns_anything(FRUIT)
    store.put("DATToken", token("apple", "fruit"))
    assert store.concerns_anything(FRUIT)
    store.put("DATToken", token("apple", "fruit"), deleted=True)
    assert not store.concerns_anything(FRUIT)
