"""The chart's admission policies: the ConfigMaps that the operator may write."""

import pytest

from dat_operator.api import API_VERSION
from tests.support.cluster.admission import config_map_of_jobs, in_namespace, refusal, refusal_of_change
from tests.support.cluster.api_server import Body, Namespace
from tests.support.golden_cases import CASES, input_of


@pytest.mark.usefixtures("policies")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"metadata": {"name": "other"}}, "ECOSYSTEM-config"),
        ({"metadata": {"labels": {}}}, "ECOSYSTEM-config"),
        ({"metadata": {"ownerReferences": []}}, "must belong to the DATEcosystem"),
        ({"data": {"ecosystem.json": "{}", "dat": "#!/bin/sh"}}, "ecosystem.json only"),
        ({"binaryData": {"x": ""}}, "ecosystem.json only"),
    ],
)
def test_no_other_config_map_is_admitted(namespace: Namespace, change: Body, words: str) -> None:
    config_map = config_map_of_jobs(**change.pop("metadata", {})) | change
    assert words in refusal(namespace, config_map)


PROGRAM = '"programId": "D44e13BqyRGFyfthSyL88pVXWdJgsN1BwxeELrnkqUf6"'


EVIL = '"programId": "Evi1Evi1Evi1Evi1Evi1Evi1Evi1Evi1Evi1Evi1Evi1"'


@pytest.mark.usefixtures("policies")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (PROGRAM, EVIL),
        (PROGRAM, f"{PROGRAM}, {EVIL}"),
        (PROGRAM, f"{EVIL}, {PROGRAM}"),
        (PROGRAM, f"{PROGRAM}, {EVIL.replace('I', chr(92) + 'u0049')}"),
        (PROGRAM, EVIL.replace('": "', '" : "')),
        (PROGRAM, '"programId": ["D44e13BqyRGFyfthSyL88pVXWdJgsN1BwxeELrnkqUf6"]'),
        (PROGRAM, '"x": 1'),
        ("{", "{" + EVIL + ","),
    ],
)
def test_a_configuration_of_another_program_is_refused(namespace: Namespace, old: str, new: str) -> None:
    """T5: a ConfigMap that a stolen token had rewritten stayed, and the admin's key signed."""
    config_map = config_map_of_jobs()
    text = config_map["data"]["ecosystem.json"]
    assert PROGRAM in text
    config_map["data"]["ecosystem.json"] = text.replace(old, new)
    assert "allowed.programs" in refusal(namespace, config_map)


@pytest.mark.usefixtures("policies")
def test_a_large_configuration_is_admitted(namespace: Namespace) -> None:
    """The expressions stay below the API server's bound of costs, for the largest ConfigMap."""
    config_map = config_map_of_jobs()
    config_map["data"]["ecosystem.json"] += " " * 1_040_000
    assert refusal(namespace, config_map) == ""


@pytest.mark.usefixtures("policies")
def test_a_config_map_of_another_user_is_not_taken_over(namespace: Namespace) -> None:
    """T13."""
    spec = input_of(CASES / "fresh")["ecosystem"]["spec"]
    body = {"apiVersion": API_VERSION, "kind": "DATEcosystem", "metadata": {"name": "fruit"}, "spec": spec}
    owner = {
        **config_map_of_jobs()["metadata"]["ownerReferences"][0],
        "uid": namespace.create(body)["metadata"]["uid"],
    }
    config_map = in_namespace(namespace, config_map_of_jobs(ownerReferences=[owner]))
    labels = config_map["metadata"].pop("labels")
    there = namespace.create(config_map)
    assert "was not made by the operator" in refusal_of_change(
        namespace, there, {"metadata": {"labels": labels}}
    )
