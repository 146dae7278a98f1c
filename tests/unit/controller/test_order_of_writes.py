"""The order of a plan's writes: one that fails ends the pass, so those that stop or free money come first."""

from tests.support.golden_cases import CASES, input_of, merged, plan_of


def test_a_job_that_cannot_be_patched_does_not_hold_up_a_suspension() -> None:
    """Of an ecosystem (its CronJob) and of a token (the configuration of its Jobs)."""
    case = input_of(CASES / "datcycle-ended")
    for change in (
        {"ecosystem": {"spec": {"suspend": True}}},
        {"tokens": {"pear": {"spec": {"suspend": True}}}},
    ):
        kinds = [manifest["kind"] for manifest in plan_of(merged(case, change)).apply]
        assert kinds[-1] == "Job"
        assert set(kinds[:-1]) & {"CronJob", "ConfigMap"}


def test_set_up_comes_before_the_records_of_runs() -> None:
    case = input_of(CASES / "datcycle-ended")
    missing = {"chain": {"tokens": {mint: {"stats": None} for mint in list(case["chain"]["tokens"])[:1]}}}
    unrecorded = {"cycles": dict.fromkeys(case["cycles"])}
    created = plan_of(merged(merged(case, missing), unrecorded)).create
    kinds = [manifest["kind"] for manifest in created]
    assert kinds[0] == "Job"
    assert "DATCycle" in kinds
