"""Rows about the cluster: policies, custom resources, the chart, the image."""

from hack.mutants.mutant import Mutant
from hack.mutants.row import Row

CHART = "charts/dat-operator"
POLICIES = f"{CHART}/templates/admissionpolicy.yaml"
POLICY = "tests/integration/access/test_policy.py"
CONFIG_MAPS = "tests/integration/access/test_policy_config_maps.py"
ATTACK = f"{POLICY}::test_an_attack_with_the_operators_token_is_refused"
CRDS = "tests/integration/access/test_crds.py"
TESTS = "tests/unit"
PLAN = f"{TESTS}/controller/test_golden.py::test_plan"
POD_FIELDS = '    {{- include "dat-operator.no-deviations" (list "pod" "pod" $foreign) | nindent 4 }}\n'
CONTAINER_FIELDS = '    {{- include "dat-operator.no-deviations" (list "container" "pod.containers[0]" $foreign) | nindent 4 }}\n'

CLUSTER = [
    Row(
        "T2",
        Mutant("the policy compares a pod's fields (volumes)", POLICIES, POD_FIELDS),
        f"{ATTACK}[a_script_in_place_of_our_program-not as it makes them: volumes]",
    ),
    Row(
        "T3",
        Mutant("the policy compares a container's fields (environment)", POLICIES, CONTAINER_FIELDS),
        f"{ATTACK}[the_wallet_as_an_rpc_key-not as it makes them: env]",
    ),
    Row(
        "T5",
        Mutant(
            "a changed ConfigMap is restored",
            "operator/dat_operator/controller/objects/drift.py",
            'PARTS = ("data", "binaryData", "spec")',
            'PARTS = ("spec",)',
        ),
        f"{PLAN}[config-map-rewritten]",
    ),
    Row(
        "T5",
        Mutant(
            "the policy admits only configurations of listed programs",
            POLICIES,
            """{{ .Values.allowed.programs | toJson }}.exists(p, variables.parts[1].startsWith(': "' + p + '"'))""",
            "true",
        ),
        f"{CONFIG_MAPS}::test_a_configuration_of_another_program_is_refused",
    ),
    Row(
        "T7",
        Mutant("the policy compares a pod's fields (host)", POLICIES, POD_FIELDS),
        f"{ATTACK}[privileged_on_the_host-host]",
    ),
    Row(
        "T8",
        Mutant(
            "the policies are on by default",
            f"{CHART}/values.yaml",
            "admissionPolicy:\n  enabled: true",
            "admissionPolicy:\n  enabled: false",
        ),
        f"{CHART}/tests/test_chart.py::test_the_policies_are_on_by_default",
    ),
    Row(
        "T8",
        Mutant(
            "no Job uses a Secret outside the release's list",
            "operator/dat_operator/controller/ecosystem/admission.py",
            "if secret and names and secret.name not in names:",
            "if False:",
        ),
        f"{PLAN}[secret-not-allowed]",
    ),
    Row(
        "T10",
        Mutant(
            "a Job reaches no address inside the cluster",
            f"{CHART}/templates/_helpers.tpl",
            "169.254.0.0/16, ",
        ),
        f"{CHART}/tests/test_network.py::test_a_job_reaches_nothing_inside[169.254.169.254]",
    ),
    Row(
        "T10",
        Mutant(
            "only monitoring reaches the metrics",
            f"{CHART}/templates/networkpolicy.yaml",
            "- from: {{- toYaml $values.metricsFrom | nindent 8 }}\n      ports:",
            "- ports:",
        ),
        f"{CHART}/tests/test_network.py::test_metrics_are_for_monitoring",
    ),
    Row(
        "T12",
        Mutant(
            "at most 20 DATCycles wait",
            "operator/dat_operator/controller/cycle/admission.py",
            "return frozenset(waiting[MOST_WAITING:])",
            "return frozenset()",
        ),
        f"{TESTS}/controller/cycle/test_admission.py::test_those_beyond_say_so",
    ),
    Row(
        "T12",
        Mutant(
            "memory has a maximum",
            "crds/datecosystems.yaml",
            "quantity('96Mi'))\n                                >= 0 && quantity(string(self)).compareTo(quantity('4Gi')) <= 0",
            "quantity('96Mi'))\n                                >= 0",
        ),
        f"{CRDS}::test_refused[DATEcosystem-spec.cycle.resources.limits.memory1]",
    ),
    Row(
        "T12",
        Mutant(
            "runs start at least five minutes apart",
            "crds/datecosystems.yaml",
            "rule: 'self.network == ''localnet'' ||",
            "rule: 'self.network != '''' ||",
        ),
        f"{CRDS}::test_a_schedule_of_every_few_minutes[* * * * *]",
    ),
    Row(
        "T13",
        Mutant(
            "an object of another owner is not taken over",
            "operator/dat_operator/controller/plan.py",
            "without_invalid_tokens(without_foreign(observed), now)",
            "without_invalid_tokens(observed, now)",
        ),
        f"{PLAN}[names-taken]",
    ),
    Row(
        "T13",
        Mutant(
            "an object of another owner is not taken over at creation",
            "operator/dat_operator/controller/apply.py",
            "return marked and is_owned_by(other, owner_uid(manifest))",
            "return marked",
        ),
        f"{TESTS}/controller/test_apply.py::test_what_another_owns_is_never_taken_over",
    ),
    Row(
        "T13",
        Mutant(
            "the policy protects ConfigMaps of other users",
            POLICIES,
            "oldObject.metadata.?labels[?'app.kubernetes.io/managed-by'].orValue('') == 'dat-operator'",
            "true",
        ),
        f"{CONFIG_MAPS}::test_a_config_map_of_another_user_is_not_taken_over",
    ),
    Row(
        "T14",
        Mutant(
            "the base image has a digest",
            "Dockerfile",
            "@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b",
        ),
        "hack/image/tests/test_base.py::test_the_public_base_is_named_by_its_digest",
    ),
    Row(
        "T14",
        Mutant(
            "an unsigned mirror is refused",
            "hack/image/buildah.py",
            '"--force-check-gpg", ',
            '"--no-check-gpg", ',
        ),
        "hack/image/tests/test_base.py::test_an_unsigned_mirror_is_refused",
    ),
    Row(
        "T14",
        Mutant(
            "the chart accepts an image digest",
            f"{CHART}/templates/_helpers.tpl",
            "{{- if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:",
            "{{- if true }}:",
        ),
        f"{CHART}/tests/test_chart.py::test_an_image_by_digest",
    ),
    Row(
        "T14",
        Mutant(
            "other versions of the tools fail in CI",
            "hack/program/artifacts.py",
            "    if strict:\n",
            "    if False:\n",
        ),
        f"{TESTS}/test_program_check.py::test_other_tools_fail_where_it_counts",
    ),
]
