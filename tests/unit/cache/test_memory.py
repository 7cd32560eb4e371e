from __future__ import annotations

from lr_core.cache.memory import Memory
from lr_core.cache.objects import Refusal

A, B, C = (Refusal(key=key, etag="", faults=[]) for key in "abc")


def test_what_was_used_last_stays() -> None:
    memory = Memory(most_bytes=20)
    memory.put("m", "a", A, 10)
    memory.put("m", "b", B, 10)
    assert memory.get("m", "a") is A
    memory.put("m", "c", C, 10)
    assert [memory.get("m", name) for name in "abc"] == [A, None, C]


def test_an_object_that_is_put_twice_counts_once() -> None:
    memory = Memory(most_bytes=20)
    for _ in range(5):
        memory.put("m", "a", A, 10)
    memory.put("m", "b", B, 10)
    assert memory.get("m", "a") is A


def test_an_object_larger_than_all_room_is_not_kept() -> None:
    memory = Memory(most_bytes=20)
    memory.put("m", "a", A, 21)
    assert memory.get("m", "a") is None


def test_only_what_is_retained_of_a_model_stays() -> None:
    memory = Memory()
    for model in ("m", "n"):
        for name, kept in (("a", A), ("b", B)):
            memory.put(model, name, kept, 10)
    memory.retain("m", {"b"})
    assert [memory.get("m", name) for name in "ab"] == [None, B]
    assert [memory.get("n", name) for name in "ab"] == [A, B]
