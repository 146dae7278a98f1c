"""Rows about the controller: records, breakers, the objects of the cluster."""

from hack.mutants.mutant import Mutant
from hack.mutants.row import Row

CONTROLLER = "operator/dat_operator/controller"
REPORT = "operator/dat_operator/domain/report.py"
TESTS = "tests/unit"
PLAN = f"{TESTS}/controller/test_golden.py::test_plan"

CONTROLLER_ROWS = [
    Row(
        "4",
        Mutant(
            "the chain completes an incomplete report",
            "operator/dat_operator/controller/jobs/reports.py",
            "return self.report is not None and self.report.is_whole",
            "return self.report is not None",
        ),
        f"{PLAN}[datcycle-report-empty-without-a-chain]",
    ),
    Row(
        "4",
        Mutant(
            "a run with an incomplete report is searched",
            "operator/dat_operator/controller/cycle/lost_reports.py",
            "or ended is None or ended.lists_every_cycle:",
            "or ended is None or ended.report:",
        ),
        f"{TESTS}/controller/cycle/test_lost_reports.py::test_a_run_whose_report_does_not_say_all_is_looked_for",
    ),
    Row(
        "4",
        Mutant(
            "status.id is set when the Job is first seen",
            "operator/dat_operator/controller/cycle/status.py",
            '        status["id"] = run_bytes(meta["uid"]).hex()\n',
            '        if facts.finished:\n            status["id"] = run_bytes(meta["uid"]).hex()\n',
        ),
        f"{PLAN}[datcycle-held-up]",
    ),
    Row(
        "5",
        Mutant(
            "a shortened report states the number of tokens",
            REPORT,
            'values |= {} if self.total is None else {"total": self.total}',
            "pass",
        ),
        f"{TESTS}/domain/test_report.py::test_a_report_without_room_for_all_tokens_says_how_many_there_were",
    ),
    Row(
        "5",
        Mutant(
            "tokens missing in a report are read from the chain",
            REPORT,
            "self.total is not None and len(self.tokens) >= self.total and ",
            "self.total is not None and ",
        ),
        f"{TESTS}/domain/test_report.py::test_a_report_is_whole_if_it_names_every_token_and_each_landed_transaction",
    ),
    Row(
        "5",
        Mutant(
            "a long report names all tokens",
            REPORT,
            "        return short._named(tokens[:count])",
            "        return short._named(tokens[: min(count, 20)])",
        ),
        f"{TESTS}/domain/test_report.py::test_thirty_tokens_are_all_named_though_their_signatures_have_no_room",
    ),
    Row(
        "6",
        Mutant(
            "records that a breaker needs are kept",
            "operator/dat_operator/controller/cycle/retention.py",
            "kept |= evidence(context.breakers) | request_names(context)",
            "kept |= request_names(context)",
        ),
        f"{TESTS}/controller/test_many_tokens.py::test_the_limit_of_the_history_does_not_turn_breakers_off",
    ),
    Row(
        "9",
        Mutant(
            "a response that is not JSON is an API server error",
            "operator/dat_operator/kube/client.py",
            "    except ValueError:\n        return None\n    return answer if isinstance",
            "    except ValueError:\n        raise\n    return answer if isinstance",
        ),
        f"{TESTS}/kube/test_answers.py::test_a_gateways_page_does_not_end_the_keeper_of_the_lease",
    ),
    Row(
        "10",
        Mutant(
            "a terminating owner gets no new objects",
            "operator/dat_operator/controller/plan.py",
            "yield shared if context.takes_new_objects else",
            "yield shared if context.not_allowed is None else",
        ),
        f"{PLAN}[deletion-of-the-ecosystem]",
    ),
    Row(
        "11",
        Mutant(
            "observed objects are compared with the manifests",
            "operator/dat_operator/controller/objects/manifests.py",
            "return observed is None or bool(drift(observed, wanted))",
            "return observed is None",
        ),
        f"{PLAN}[cron-job-suspended-by-hand]",
    ),
    Row(
        "11",
        Mutant(
            "fields that others added are removed",
            "operator/dat_operator/controller/objects/drift.py",
            "return patch | dict.fromkeys(added)",
            "return patch if added else {}",
        ),
        f"{PLAN}[cron-job-with-additions]",
    ),
    Row(
        "12",
        Mutant(
            "a Job without arguments stops no ecosystem",
            "operator/dat_operator/controller/cycle/plan.py",
            'return ours[0].get("args") or () if ours else ()',
            'return list(ours[0]["args"])',
        ),
        f"{PLAN}[poison-job]",
    ),
    Row(
        "12",
        Mutant(
            "a DATCycle with an error reports it in its own status",
            "operator/dat_operator/controller/cycle/plan.py",
            "return dict(isolated(cycle, now, lambda: cycle_status(gatherer.facts(cycle), now)))",
            "return cycle_status(gatherer.facts(cycle), now)",
        ),
        f"{PLAN}[poison-datcycle]",
    ),
    Row(
        "12",
        Mutant(
            "a sidecar in a waiting pod stops no ecosystem",
            "operator/dat_operator/controller/jobs/pending_pods.py",
            'for state in states if "reason" in state]',
            "for state in states]",
        ),
        f"{PLAN}[poison-pod]",
    ),
    Row(
        "12",
        Mutant(
            "a refused status does not block other objects",
            "operator/dat_operator/controller/apply.py",
            "REFUSED = frozenset({400, 403, 422})",
            "REFUSED = frozenset({400, 403})",
        ),
        f"{TESTS}/controller/test_apply.py::test_a_status_that_is_refused_costs_no_other_its_turn_and_its_object_says_so",
    ),
    Row(
        "13",
        Mutant(
            "a Job that appears late corrects its record",
            "operator/dat_operator/controller/cycle/status.py",
            "if has_ended(facts.body) and not _was_recorded_too_early(facts):",
            "if has_ended(facts.body):",
        ),
        f"{PLAN}[datcycle-job-seen-after-all]",
    ),
    Row(
        "13",
        Mutant(
            "the API server is asked before a record is final",
            "operator/dat_operator/controller/jobs/unseen.py",
            "            job = await kube.find(wanted)",
            "            job = None",
        ),
        f"{TESTS}/controller/jobs/test_unseen.py::test_a_job_that_a_late_watch_has_not_shown_is_no_deleted_one",
    ),
    Row(
        "15",
        Mutant(
            "a DATCycle whose Job name is taken blocks no other",
            "operator/dat_operator/controller/cycle/queue.py",
            "        and job_key(cycle) not in observed.taken_names\n",
        ),
        f"{PLAN}[datcycle-name-taken]",
    ),
    Row(
        "17",
        Mutant(
            "each failed trial doubles the pause of a breaker",
            "operator/dat_operator/domain/breaker.py",
            "until = last.at + _seconds_open(open_seconds, len(failed) - threshold)",
            "until = last.at + open_seconds",
        ),
        f"{TESTS}/domain/test_breaker.py::test_each_failed_trial_doubles_the_pause_up_to_a_ceiling",
    ),
]
