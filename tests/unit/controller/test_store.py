from typing import Any

import pytest

from dat_operator.controller.store import Key, Store

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


def test_what_only_the_api_server_needs_is_not_kept_and_equal_texts_are_kept_once() -> None:
    store = Store(lambda _: None)
    for name in ("apple", "pear"):
        text = "".join(["as the ", "schedule says"])
        shown = {**token(name, "fruit"), "status": {"conditions": [{"message": text}]}}
        shown["metadata"]["managedFields"] = [{"manager": "dat-operator"}]
        store.put("DATToken", shown)
    apple, pear = store.of_ecosystem("DATToken", FRUIT)
    assert (apple["kind"], "managedFields" in apple["metadata"]) == ("DATToken", False)
    messages = [body["status"]["conditions"][0]["message"] for body in (apple, pear)]
    assert messages[0] is messages[1]


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
    """It must be told that its ecosystem is missing."""
    store = Store(lambda _: None)
    assert not store.concerns_anything(FRUIT)
    store.put("DATToken", token("apple", "fruit"))
    assert store.concerns_anything(FRUIT)
    store.put("DATToken", token("apple", "fruit"), deleted=True)
    assert not store.concerns_anything(FRUIT)
