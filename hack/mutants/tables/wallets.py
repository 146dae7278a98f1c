"""Rows about wallets, RPC keys and endpoints: what an editor of our resources cannot do with them."""

from hack.mutants.mutant import Mutant
from hack.mutants.row import Row

TESTS = "tests/unit"
PLAN = f"{TESTS}/controller/test_golden.py::test_plan"

WALLETS = [
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
            "each transaction is checked before the signature",
            "operator/dat_operator/chain/tx/wallet.py",
            "        self._policy.check(message, tables)\n",
        ),
        f"{TESTS}/chain/tx/test_signing_policy.py::test_no_other_program_gets_a_signature",
    ),
    Row(
        "T1",
        Mutant(
            "a wallet signs only for its own ecosystem",
            "operator/dat_operator/chain/tx/signing_policy.py",
            "if wallet in call.accounts and self.state not in call.accounts:",
            "if False:",
        ),
        f"{TESTS}/chain/tx/test_signing_policy.py::test_another_ecosystem_of_our_program_gets_none",
    ),
    Row(
        "T1",
        Mutant(
            "no Job runs for a program outside the release's list",
            "operator/dat_operator/controller/ecosystem/admission.py",
            "if spec.program_id not in settings.programs:",
            "if False:",
        ),
        f"{PLAN}[program-not-allowed]",
    ),
    Row(
        "T1b",
        Mutant(
            "an admin's wallet appoints only keys that its owner named",
            "operator/dat_operator/chain/tx/signing_policy.py",
            "        appointments.check(self.binding, call.data, by_hand=self.by_hand)\n",
        ),
        f"{TESTS}/chain/tx/test_signing_policy.py::test_a_binding_that_names_nobody_appoints_nobody[operator]",
    ),
    Row(
        "T1b",
        Mutant(
            "only the wallet's owner can remove the emergency admin",
            "operator/dat_operator/chain/tx/appointments.py",
            "if key not in named:",
            "if key not in (*named, NOBODY):",
        ),
        f"{TESTS}/chain/tx/test_signing_policy.py::test_nobody_takes_the_emergency_admin_away_but_by_the_owner_s_word",
    ),
    Row(
        "T1c",
        Mutant(
            "a wallet uses only endpoints on hosts that its owner named",
            "operator/dat_operator/entry/cli/rpc_connection.py",
            "        rpc_hosts.check(binding, ecosystem.rpc, used)\n",
            "        pass\n",
        ),
        f"{TESTS}/entry/cli/test_job_run.py::test_an_editor_s_endpoint_is_refused_by_the_url_that_is_really_used[operator]",
    ),
    Row(
        "T1c",
        Mutant(
            "a wallet uses only websockets on hosts that its owner named",
            "operator/dat_operator/chain/rpc/allowed_hosts.py",
            'yield "websocketUrl", before.websocket_url, after.websocket_url',
            "pass",
        ),
        f"{TESTS}/chain/rpc/test_allowed_hosts.py::test_a_websocket_too_is_on_a_host_that_the_owner_names",
    ),
    Row(
        "T3",
        Mutant(
            "no variable changes the directory of RPC keys",
            "operator/dat_operator/entry/cli/options.py",
            'typer.Option("--rpc-keys", help=',
            'typer.Option("--rpc-keys", envvar="DAT_RPC_KEYS", help=',
        ),
        f"{TESTS}/entry/cli/test_url_keys.py::test_no_variable_of_a_pod_moves_the_directory_of_rpc_keys",
    ),
    Row(
        "T3",
        Mutant(
            "the name of a key is not a path",
            "operator/dat_operator/chain/rpc/url_keys.py",
            "if not end or not NAME.fullmatch(name):",
            "if not end:",
        ),
        f"{TESTS}/chain/rpc/test_url_keys.py::test_the_name_of_a_key_is_no_path",
    ),
    Row(
        "T4",
        Mutant(
            "a key is sent only to hosts that its owner named",
            "operator/dat_operator/chain/rpc/url_keys.py",
            "        _check_destination(name, filled, keys)\n",
            "        pass\n",
        ),
        f"{TESTS}/chain/rpc/test_url_keys.py::test_a_key_goes_to_no_host_but_those_that_its_owner_names",
    ),
    Row(
        "T6",
        Mutant(
            "the bytes of a response are limited",
            "operator/dat_operator/chain/rpc/response_body.py",
            "if left < 0:",
            "if left < -MAX_BODY_BYTES:",
        ),
        f"{TESTS}/chain/rpc/test_response_body.py::test_an_answer_is_not_read_beyond_its_bound",
    ),
    Row(
        "T6",
        Mutant(
            "the values of a response are limited",
            "operator/dat_operator/chain/rpc/response_body.py",
            "> MAX_BODY_VALUES:",
            "> 100 * MAX_BODY_VALUES:",
        ),
        f"{TESTS}/chain/rpc/test_response_body.py::test_more_values_than_there_is_memory_for_are_not_decoded",
    ),
    Row(
        "T11",
        Mutant(
            "no request goes to a private address",
            "operator/dat_operator/chain/rpc/exchange.py",
            'extensions = {"trace": PeerCheck(host, endpoint.name)} if endpoint.public_only else {}',
            "extensions: dict[str, Any] = {}",
        ),
        "tests/integration/rpc/test_private_rpc.py::test_no_private_address_is_asked_and_no_port_told_from_another",
    ),
    Row(
        "T11",
        Mutant(
            "all failed connections give the same message",
            "operator/dat_operator/chain/rpc/exchange.py",
            'raise RpcUnavailable(f"{endpoint.name}: {NO_ANSWER}") from None',
            'raise RpcUnavailable(f"{endpoint.name}: {type(error).__name__}") from None',
        ),
        "tests/integration/rpc/test_private_rpc.py::test_all_connections_that_fail_are_told_alike",
    ),
    Row(
        "T11",
        Mutant(
            "no websocket connects to a private address",
            "operator/dat_operator/chain/rpc/websocket.py",
            "await check_host(host, name)  # An address",
            "pass  # An address",
        ),
        "tests/integration/rpc/test_private_rpc.py::test_no_websocket_in_a_private_network_is_asked[127.0.0.1]",
    ),
]
