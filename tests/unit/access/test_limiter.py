from __future__ import annotations

import tracemalloc

import pytest
from throttled import utils

from lr_core.access.access import Access
from lr_core.access.keys import entry, new_key, read_keys
from lr_core.access.limiter import Limiter
from lr_core.errors import Forbidden, RateLimited, SettingsError, Unauthenticated
from lr_core.settings import Settings

KEY = new_key()
KEYS = read_keys(Settings(api_keys=entry("app", ["predict"], KEY)))
SAID = {"x-api-key": KEY}


class Clock:
    """The library's clock, which a test moves; by itself it moves as little as between two calls."""

    now_s = 1000.0

    def __call__(self) -> float:
        self.now_s += 1e-6
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(utils, "now_mono_f", clock)
    return clock


def allowed(limiter: Limiter, name: str, times: int) -> int:
    """Ask so often at once, and return how often that was allowed."""
    n_allowed = 0
    for _ in range(times):
        try:
            limiter.count(name)
        except RateLimited:
            continue
        n_allowed += 1
    return n_allowed


def test_as_many_as_the_limit_are_allowed_at_once_and_then_one_each_part_of_the_time(clock: Clock) -> None:
    limiter = Limiter("10/minute")
    assert allowed(limiter, "a", 15) == 10
    with pytest.raises(RateLimited) as error:
        limiter.count("a")
    assert error.value.retry_after_s == 6
    clock.now_s += 6.001
    assert allowed(limiter, "a", 5) == 1
    clock.now_s += 60.001
    assert allowed(limiter, "a", 15) == 10


def test_waiting_as_long_as_was_said_is_enough(clock: Clock) -> None:
    limiter = Limiter("3/second")
    assert allowed(limiter, "a", 5) == 3
    with pytest.raises(RateLimited) as error:
        limiter.count("a")
    clock.now_s += error.value.retry_after_s
    assert allowed(limiter, "a", 1) == 1


def test_each_caller_has_a_limit_of_its_own(clock: Clock) -> None:
    limiter = Limiter("2/second")
    assert [allowed(limiter, name, 3) for name in ("a", "b", "c")] == [2, 2, 2]
    assert clock.now_s < 1001


@pytest.mark.heavy
def test_a_hundred_thousand_callers_take_no_more_memory_than_the_first_ten_thousand() -> None:
    limiter = Limiter("100/hour")
    tracemalloc.start()
    try:
        for number in range(10_000):
            limiter.count(f"address 2001:db8::{number:x}")
        full_bytes, _ = tracemalloc.get_traced_memory()
        for number in range(10_000, 100_000):
            limiter.count(f"address 2001:db8::{number:x}")
        now_bytes, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert full_bytes < 8 * 2**20
    assert now_bytes < 1.5 * full_bytes


def test_a_caller_that_keeps_asking_is_remembered_among_many(clock: Clock) -> None:
    limiter = Limiter("2/hour", most_callers=10)
    assert allowed(limiter, "busy", 2) == 2
    for number in range(100):
        limiter.count(f"other {number}")
        assert allowed(limiter, "busy", 1) == 0
    assert clock.now_s < 1001


@pytest.mark.parametrize(
    "rate",
    ["100", "0/second", "-1/second", "1/fortnight", "fast", "1/second;2/minute", "9" * 5000 + "/second", "1e3/s"],
)
def test_another_text_is_no_rate(rate: str) -> None:
    with pytest.raises(SettingsError, match="LR_RATE_LIMIT") as error:
        Limiter(rate)
    assert len(str(error.value)) < 300


def test_a_caller_is_counted_by_its_name_whichever_address_it_has(clock: Clock) -> None:
    access = Access(KEYS, None, Limiter("2/second"))
    for address in ("::1", "::2"):
        assert access.admit("predict", SAID, address=address) is not None
    with pytest.raises(RateLimited):
        access.admit("predict", SAID, address="::3")
    clock.now_s += 1
    assert access.admit("predict", SAID) is not None


def test_who_guesses_is_slowed_by_address_and_keeps_nobody_else_out(clock: Clock) -> None:
    access = Access(KEYS, None, Limiter("5/second"))
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            access.admit("predict", {"x-api-key": new_key()}, address="::1")
    with pytest.raises(RateLimited):
        access.admit("predict", {"x-api-key": new_key()}, address="::1")
    assert access.admit("predict", SAID, address="::1") is not None
    assert clock.now_s < 1001


def test_what_a_caller_may_not_do_counts_too(clock: Clock) -> None:
    access = Access(KEYS, None, Limiter("3/second"))
    for _ in range(3):
        with pytest.raises(Forbidden):
            access.admit("train", SAID)
    with pytest.raises(RateLimited):
        access.admit("train", SAID)
    assert clock.now_s < 1001


def test_without_keys_callers_are_counted_by_address_and_liveness_never_is() -> None:
    access = Access((), None, Limiter("2/hour"))
    for _ in range(5):
        assert access.admit("open", {}, address="::1") is None
    for _ in range(2):
        assert access.admit("predict", {}, address="::1") is None
    with pytest.raises(RateLimited):
        access.admit("predict", {}, address="::1")
    assert access.admit("predict", {}, address="::2") is None
