from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from lr_core.telemetry.series import OTHER, Counter, Histogram, Names

N_THREADS, N_EACH = 8, 5_000


def test_a_value_on_a_bound_belongs_to_its_bucket_and_one_above_all_to_the_last() -> None:
    histogram = Histogram("h", "", (1, 10))
    for value in (0, 1, 1.5, 10, 11):
        histogram.observe(value)
    assert histogram.values()[()].counts == [2, 2, 1]
    assert histogram.values()[()].total == 23.5


def test_labels_that_are_known_are_there_as_zero() -> None:
    counter = Counter("c_total", "", ("result",), [("hit",), ("miss",)])
    counter.add(("hit",), 3)
    assert counter.values() == {("hit",): 3, ("miss",): 0}
    assert Counter("c_total", "").values() == {(): 0}


def test_no_observation_is_lost_where_many_threads_make_them() -> None:
    counter, histogram = Counter("c_total", "", ("model",)), Histogram("h", "", (0.5, 1.5))

    def observe(thread: int) -> None:
        for _ in range(N_EACH):
            counter.add((str(thread % 2),))
            histogram.observe(1)

    with ThreadPoolExecutor(N_THREADS) as pool:
        list(pool.map(observe, range(N_THREADS)))
    assert counter.values() == {("0",): N_THREADS * N_EACH // 2, ("1",): N_THREADS * N_EACH // 2}
    assert histogram.values()[()].counts == [0, N_THREADS * N_EACH, 0]


def test_names_beyond_the_most_share_one_and_those_that_came_first_keep_theirs() -> None:
    names = Names(2)
    assert [names.of(name) for name in ("a", "b", "c", "a", "d")] == ["a", "b", OTHER, "a", OTHER]
    assert [names.has(name) for name in ("a", "c")] == [True, False]
    assert Names(0).of("a") == OTHER
