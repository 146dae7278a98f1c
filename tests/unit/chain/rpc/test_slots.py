from typing import Any

import pytest

from dat_operator.chain.rpc.slots import Slots

CONFIRMED = {"commitment": "confirmed"}
KEYS = ["key"]


def read_at(slot: int) -> Any:
    return {"context": {"slot": slot}, "value": []}


def seen(slot: int, commitment: str = "confirmed") -> Slots:
    slots = Slots()
    slots.learn("getMultipleAccounts", (KEYS, {"commitment": commitment}), read_at(slot))
    return slots


def test_the_first_call_goes_out_as_it_is() -> None:
    params = (KEYS, CONFIRMED)
    assert Slots().bind("getMultipleAccounts", params) == (params, 0)


@pytest.mark.parametrize(
    ("method", "params", "bound"),
    [
        ("getMultipleAccounts", (KEYS, CONFIRMED), [KEYS, {**CONFIRMED, "minContextSlot": 7}]),
        ("getAccountInfo", ("key", CONFIRMED), ["key", {**CONFIRMED, "minContextSlot": 7}]),
        ("getSignaturesForAddress", ("key", CONFIRMED), ["key", {**CONFIRMED, "minContextSlot": 7}]),
        ("simulateTransaction", ("tx", CONFIRMED), ["tx", {**CONFIRMED, "minContextSlot": 7}]),
        ("getLatestBlockhash", (CONFIRMED,), [{**CONFIRMED, "minContextSlot": 7}]),
        ("getBlockHeight", (CONFIRMED,), [{**CONFIRMED, "minContextSlot": 7}]),
    ],
)
def test_later_ones_name_the_newest_slot_seen(method: str, params: Any, bound: Any) -> None:
    assert seen(7).bind(method, params) == (bound, 7)


@pytest.mark.parametrize("method", ["getTransaction", "getGenesisHash", "sendTransaction"])
def test_other_methods_take_no_slot(method: str) -> None:
    assert seen(7).bind(method, ("x", CONFIRMED)) == (("x", CONFIRMED), 0)


def test_an_older_answer_changes_nothing() -> None:
    slots = seen(7)
    slots.learn("getMultipleAccounts", (KEYS, CONFIRMED), read_at(5))
    assert slots.bind("getLatestBlockhash", (CONFIRMED,))[1] == 7


def test_a_stronger_commitment_is_not_held_to_a_weaker_one_s_slots() -> None:
    """A finalized slot is some thirty behind a confirmed one: no node could answer."""
    slots = seen(40, "confirmed")
    assert slots.bind("getSlot", ({"commitment": "finalized"},))[1] == 0
    assert slots.bind("getSlot", ())[1] == 0, "which is the default"
    assert slots.bind("getSlot", ({"commitment": "processed"},))[1] == 40


def test_who_saw_a_transaction_confirmed_reads_what_it_did() -> None:
    slots = Slots()
    statuses = [
        {"slot": 9, "confirmationStatus": "confirmed"},
        {"slot": 8, "confirmationStatus": "finalized"},
        {"slot": 12, "confirmationStatus": "processed"},
        None,
    ]
    slots.learn("getSignatureStatuses", (["a"],), {"context": {"slot": 14}, "value": statuses})
    assert slots.bind("getMultipleAccounts", (KEYS, CONFIRMED))[1] == 9
    assert slots.bind("getMultipleAccounts", (KEYS, {"commitment": "finalized"}))[1] == 8


def test_statuses_are_held_to_what_was_read() -> None:
    params = (["a"], {"searchTransactionHistory": True})
    assert seen(7).bind("getSignatureStatuses", params) == (params, 7)


def test_begun_anew() -> None:
    slots = seen(7)
    for now in (10.0, 69.0):
        slots.nobody_is_as_far(now)
    assert slots.bind("getLatestBlockhash", (CONFIRMED,))[1] == 7
    slots.nobody_is_as_far(70.0)
    assert slots.bind("getLatestBlockhash", (CONFIRMED,))[1] == 0


def test_a_node_that_is_as_far_ends_the_waiting_for_a_reset() -> None:
    slots = seen(7)
    slots.nobody_is_as_far(10.0)
    slots.learn("getMultipleAccounts", (KEYS, CONFIRMED), read_at(7))
    slots.nobody_is_as_far(100.0)
    assert slots.bind("getLatestBlockhash", (CONFIRMED,))[1] == 7


def test_another_chain_begins_anew() -> None:
    slots = seen(7)
    slots.of_chain("one")
    assert slots.bind("getLatestBlockhash", (CONFIRMED,))[1] == 7
    slots.of_chain("two")
    assert slots.bind("getLatestBlockhash", (CONFIRMED,))[1] == 0


@pytest.mark.parametrize("result", [None, 5, [], {"value": 1}, {"context": None}])
def test_answers_without_a_slot(result: Any) -> None:
    slots = Slots()
    slots.learn("getBlockHeight", (CONFIRMED,), result)
    assert slots.bind("getBlockHeight", (CONFIRMED,))[1] == 0
