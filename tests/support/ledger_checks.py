"""What the resources say, held against the chain, to the lamport and to the last signature."""

import asyncio
from typing import Any

from dat_operator.domain.cycle_event import Landed
from dat_operator.domain.report import Outcome
from dat_operator.domain.timestamp import timestamp
from hack.demo.environment import Environment
from hack.demo.ledger import Ledger, proof, read_ledger
from hack.demo.scenario import Scenario

Body = dict[str, Any]


def ledger_of(environment: Environment, scenario: Scenario) -> Ledger:
    """All cycles that have ever landed, by token."""
    return asyncio.run(read_ledger(environment.chain.rpc_url, *scenario.on_chain()))


def check(environment: Environment, scenario: Scenario, opening: Ledger) -> Ledger:
    """Once nothing is under way: all since ``opening`` is recorded, once, as it was; the cycles by token."""
    ledger, records = ledger_of(environment, scenario), environment.get("datcycles")["items"]
    proof(ledger)
    for name, cycles in ledger.items():
        assert [landed.event.cycle for landed in cycles] == list(range(1, len(cycles) + 1))
        runs = [landed.event.cycle_id for landed in cycles]
        assert len(set(runs)) == len(runs), f"a run has cycled {name} twice"
        _check_records(name, cycles[len(opening[name]) :], records)
        scenario.pending(name)  # Waits for the last trade.
        status = environment.get("dattoken", name)["status"]
        assert status["totals"]["cycles"] == len(cycles)
        check_status(cycles, status)
    return ledger


def check_status(cycles: list[Landed], status: Body) -> None:
    """A token's numbers are those of the chain after as many of its cycles as they name."""
    events = [landed.event for landed in cycles[: status["totals"]["cycles"]]]
    last = events[-1]
    assert status["totals"] == {
        "cycles": len(events),
        "inflowLamports": sum(event.inflow for event in events),
        "fromTreasuryLamports": sum(event.treasury_in for event in events),
        "toRootLamports": sum(event.to_root for event in events),
        "spentLamports": sum(event.spent for event in events),
        "burned": sum(event.tokens_burned for event in events),
    }
    assert status["carriedLamports"] == last.carried_out
    assert status["supply"] == last.supply_after
    time = timestamp(last.timestamp)
    assert status["lastCycle"] == {"number": last.cycle, "time": time, "id": last.cycle_id.hex()}


def _check_records(name: str, cycles: list[Landed], records: list[Body]) -> None:
    carried = cycles[0].event.carried_in
    recorded = {
        token["cycle"]: (record["status"]["id"], token)
        for record in records
        for token in record["status"]["tokens"]
        if token["name"] == name and token["outcome"] == Outcome.COMPLETED
    }
    for landed in cycles:
        number = landed.event.cycle
        assert number in recorded, f"no DATCycle has cycle {number} of {name}"
        run, token = recorded[number]
        assert run == landed.event.cycle_id.hex()
        assert token.items() >= _amounts(landed).items()
        came = carried + token["inflowLamports"] + token["fromTreasuryLamports"]
        carried = token["carriedLamports"]
        assert came == token["toRootLamports"] + token["spentLamports"] + carried, token
    assert max(recorded) == cycles[-1].event.cycle


def _amounts(landed: Landed) -> Body:
    event = landed.event
    return {
        "signature": landed.signature,
        "inflowLamports": event.inflow,
        "fromTreasuryLamports": event.treasury_in,
        "toRootLamports": event.to_root,
        "spentLamports": event.spent,
        "carriedLamports": event.carried_out,
        "burned": event.tokens_burned,
        "supplyBefore": event.supply_before,
        "supplyAfter": event.supply_after,
    }
