"""Rows about who edits our resources, and about a stolen token of the operator's."""

from hack.mutants.mutant import Mutant
from hack.mutants.row import Row

CHAIN, CONTROLLER = "operator/dat_operator/chain", "operator/dat_operator/controller"
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

EDITORS = [
    Row(
        "T1",
        Mutant(
            "a Job reads the wallet's binding first",
            "operator/dat_operator/entry/cli/job_run.py",
            "allowed = bound(read_bindings(wallet), ecosystem, [WalletRole(role)])",
            "allowed = read_bindings(wallet)[0]",
        ),
        f"{TESTS}/entry/cli/test_job_run.py::test_a_wallet_that_is_bound_elsewhere_is_not_even_read",
    ),
    Row(
        "T1",
        Mutant(
            "a binding names the program",
            "operator/dat_operator/domain/binding.py",
            '        "spec.programId": (config.program_id, binding.program),\n',
        ),
        f"{TESTS}/domain/test_binding.py::test_an_editor_cannot_turn_it_to_something_else",
    ),
    Row(
        "T1",
        Mutant(
            "each transaction is looked at before it is signed",
            "operator/dat_operator/chain/tx/wallet.py",
            "        self._policy.check(message, tables)\n",
        ),
        f"{TESTS}/chain/tx/test_signing_policy.py::test_no_other_program_gets_a_signature",
    ),
    Row(
        "T1",
        Mutant(
            "a wallet signs for its own ecosystem only",
            "operator/dat_operator/chain/tx/signing_policy.py",
            "if wallet in call.accounts and self.state not in call.accounts:",
            "if False:",
        ),
        f"{TESTS}/chain/tx/test_signing_policy.py::test_another_ecosystem_of_our_program_gets_none",
    ),
    Row(
        "T1",
        Mutant(
            "no Job for a program that the release does not name",
            "operator/dat_operator/controller/ecosystem/admission.py",
            "if spec.program_id not in settings.programs:",
            "if False:",
        ),
        f"{PLAN}[program-not-allowed]",
    ),
    Row(
        "T1b",
        Mutant(
            "an admin's wallet appoints whom its owner names",
            "operator/dat_operator/chain/tx/signing_policy.py",
            "        appointments.check(self.binding, call.data, by_hand=self.by_hand)\n",
        ),
        f"{TESTS}/chain/tx/test_signing_policy.py::test_a_binding_that_names_nobody_appoints_nobody[operator]",
    ),
    Row(
        "T1b",
        Mutant(
            "the emergency admin is taken away by his owner's word only",
            "operator/dat_operator/chain/tx/appointments.py",
            "if key not in named:",
            "if key not in (*named, NOBODY):",
        ),
        f"{TESTS}/chain/tx/test_signing_policy.py::test_nobody_takes_the_emergency_admin_away_but_by_the_owner_s_word",
    ),
    Row(
        "T1c",
        Mutant(
            "a wallet is used with endpoints on hosts that its owner names",
            "operator/dat_operator/entry/cli/rpc_connection.py",
            "        rpc_hosts.check(binding, ecosystem.rpc, used)\n",
            "        pass\n",
        ),
        f"{TESTS}/entry/cli/test_job_run.py::test_an_editor_s_endpoint_is_refused_by_the_url_that_is_really_used[operator]",
    ),
    Row(
        "T1c",
        Mutant(
            "and so is its websocket",
            "operator/dat_operator/chain/rpc/allowed_hosts.py",
            'yield "websocketUrl", before.websocket_url, after.websocket_url',
            "pass",
        ),
        f"{TESTS}/chain/rpc/test_allowed_hosts.py::test_a_websocket_too_is_on_a_host_that_the_owner_names",
    ),
    Row(
        "T2",
        Mutant("the policy compares a pod's fields (volumes)", POLICIES, POD_FIELDS),
        f"{ATTACK}[_a_script_in_place_of_our_program-not as it makes them: volumes]",
    ),
    Row(
        "T3",
        Mutant("the policy compares a container's fields (environment)", POLICIES, CONTAINER_FIELDS),
        f"{ATTACK}[_the_wallet_as_an_rpc_key-not as it makes them: env]",
    ),
    Row(
        "T3",
        Mutant(
            "no variable moves the directory of RPC keys",
            "operator/dat_operator/entry/cli/options.py",
            'typer.Option("--rpc-keys", help=',
            'typer.Option("--rpc-keys", envvar="DAT_RPC_KEYS", help=',
        ),
        f"{TESTS}/entry/cli/test_url_keys.py::test_no_variable_of_a_pod_moves_the_directory_of_rpc_keys",
    ),
    Row(
        "T3",
        Mutant(
            "the name of a key is no path",
            "operator/dat_operator/chain/rpc/url_keys.py",
            "if not end or not NAME.fullmatch(name):",
            "if not end:",
        ),
        f"{TESTS}/chain/rpc/test_url_keys.py::test_the_name_of_a_key_is_no_path",
    ),
    Row(
        "T4",
        Mutant(
            "a key goes to the hosts that its owner names",
            "operator/dat_operator/chain/rpc/url_keys.py",
            "        _check_destination(name, filled, keys)\n",
            "        pass\n",
        ),
        f"{TESTS}/chain/rpc/test_url_keys.py::test_a_key_goes_to_no_host_but_those_that_its_owner_names",
    ),
    Row(
        "T5",
        Mutant(
            "a rewritten ConfigMap is brought back",
            "operator/dat_operator/controller/objects/drift.py",
            'PARTS = ("data", "binaryData", "spec")',
            'PARTS = ("spec",)',
        ),
        f"{PLAN}[config-map-rewritten]",
    ),
    Row(
        "T5",
        Mutant(
            "the policy admits a configuration of named programs only",
            POLICIES,
            """{{ .Values.allowed.programs | toJson }}.exists(p, variables.parts[1].startsWith(': "' + p + '"'))""",
            "true",
        ),
        f"{CONFIG_MAPS}::test_a_configuration_of_another_program_is_refused",
    ),
    Row(
        "T6",
        Mutant(
            "an answer has so many bytes at most",
            "operator/dat_operator/chain/rpc/response_body.py",
            "if left < 0:",
            "if left < -MAX_BODY_BYTES:",
        ),
        f"{TESTS}/chain/rpc/test_response_body.py::test_an_answer_is_not_read_beyond_its_bound",
    ),
    Row(
        "T6",
        Mutant(
            "an answer has so many values at most",
            "operator/dat_operator/chain/rpc/response_body.py",
            "> MAX_BODY_VALUES:",
            "> 100 * MAX_BODY_VALUES:",
        ),
        f"{TESTS}/chain/rpc/test_response_body.py::test_more_values_than_there_is_memory_for_are_not_decoded",
    ),
    Row(
        "T7",
        Mutant("the policy compares a pod's fields (the host's)", POLICIES, POD_FIELDS),
        f"{ATTACK}[_privileged_on_the_host-host]",
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
            "no Job with a Secret that is no wallet of the release",
            "operator/dat_operator/controller/ecosystem/admission.py",
            "if secret and names and secret.name not in names:",
            "if False:",
        ),
        f"{PLAN}[secret-not-allowed]",
    ),
    Row(
        "T10",
        Mutant(
            "a Job reaches nothing inside",
            f"{CHART}/templates/_helpers.tpl",
            "169.254.0.0/16, ",
        ),
        f"{CHART}/tests/test_network.py::test_a_job_reaches_nothing_inside[169.254.169.254]",
    ),
    Row(
        "T10",
        Mutant(
            "metrics are for monitoring",
            f"{CHART}/templates/networkpolicy.yaml",
            "- from: {{- toYaml $values.metricsFrom | nindent 8 }}\n      ports:",
            "- ports:",
        ),
        f"{CHART}/tests/test_network.py::test_metrics_are_for_monitoring",
    ),
    Row(
        "T11",
        Mutant(
            "no private address is asked",
            "operator/dat_operator/chain/rpc/exchange.py",
            'extensions = {"trace": PeerCheck(host, endpoint.name)} if endpoint.public_only else {}',
            "extensions: dict[str, Any] = {}",
        ),
        "tests/integration/rpc/test_private_rpc.py::test_no_private_address_is_asked_and_no_port_told_from_another",
    ),
    Row(
        "T11",
        Mutant(
            "connections that fail are told alike",
            "operator/dat_operator/chain/rpc/exchange.py",
            'raise RpcUnavailable(f"{endpoint.name}: {NO_ANSWER}") from None',
            'raise RpcUnavailable(f"{endpoint.name}: {type(error).__name__}") from None',
        ),
        "tests/integration/rpc/test_private_rpc.py::test_all_connections_that_fail_are_told_alike",
    ),
    Row(
        "T11",
        Mutant(
            "no websocket in a private network is asked",
            "operator/dat_operator/chain/rpc/websocket.py",
            "await check_host(host, name)  # An address",
            "pass  # An address",
        ),
        "tests/integration/rpc/test_private_rpc.py::test_no_websocket_in_a_private_network_is_asked[127.0.0.1]",
    ),
    Row(
        "T12",
        Mutant(
            "20 DATCycles wait",
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
            "runs start five minutes apart",
            "crds/datecosystems.yaml",
            "rule: 'self.network == ''localnet'' ||",
            "rule: 'self.network != '''' ||",
        ),
        f"{CRDS}::test_a_schedule_of_every_few_minutes[* * * * *]",
    ),
    Row(
        "T13",
        Mutant(
            "what another uid owns is not taken over",
            "operator/dat_operator/controller/plan.py",
            "without_invalid_tokens(without_foreign(observed), now)",
            "without_invalid_tokens(observed, now)",
        ),
        f"{PLAN}[names-taken]",
    ),
    Row(
        "T13",
        Mutant(
            "nor when it is created",
            "operator/dat_operator/controller/apply.py",
            "return marked and is_owned_by(other, owner_uid(manifest))",
            "return marked",
        ),
        f"{TESTS}/controller/test_apply.py::test_what_another_owns_is_never_taken_over",
    ),
    Row(
        "T13",
        Mutant(
            "the policy leaves a ConfigMap of another user's",
            POLICIES,
            "oldObject.metadata.?labels[?'app.kubernetes.io/managed-by'].orValue('') == 'dat-operator'",
            "true",
        ),
        f"{CONFIG_MAPS}::test_a_config_map_of_another_user_is_not_taken_over",
    ),
    Row(
        "T14",
        Mutant(
            "the base image is named by its digest",
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
            "an image by digest in the chart",
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
