from __future__ import annotations

import numpy as np
import pytest

from lr_core.cache.objects import Index, Parts, Refusal, Row, TableStatistic, decode, encode
from lr_core.errors import Fault, InvalidInput
from lr_core.statistics.statistic import summarise

NEWER = b'{"kind":"index","format":2,"reading":"","learned":[],"refused":[],"root":null}'


@pytest.mark.parametrize("intercept", [True, False])
def test_a_statistic_reads_back_bit_for_bit(*, intercept: bool) -> None:
    source = np.random.default_rng(3)
    rows = source.normal(size=(50, 4)) * 10.0 ** source.integers(-300, 150, size=4)
    statistic = summarise(rows[:, :3], rows[:, 3], intercept=intercept)
    made = TableStatistic(key="k", etag="e", digest="d", n_dropped=1, unused=["city"], statistic=Parts.of(statistic))
    found = decode(encode(made))
    assert found == made
    assert isinstance(found, TableStatistic)
    again = found.statistic.whole()
    for name in ("origin", "mean", "factor"):
        assert getattr(again, name).tobytes() == getattr(statistic, name).tobytes()
    assert (again.n_samples, again.intercept) == (50, intercept)
    assert found.row == Row("k", "e", "d", 50, 1, ["city"])


def test_a_refusal_reads_back_as_the_error_that_it_was() -> None:
    found = decode(encode(Refusal(key="k", etag="e", faults=[("bad", "/a"), ("worse", "")])))
    assert isinstance(found, Refusal)
    assert found.error.faults == InvalidInput([Fault("bad", "/a"), Fault("worse")]).faults


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"kind":"pickle"}', NEWER])
def test_what_is_none_of_these_objects_is_not_guessed_at(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(data)


def test_parts_of_other_sizes_make_no_statistic() -> None:
    with pytest.raises(ValueError, match="one width"):
        Parts(1, False, [0.0, 0.0], [0.0], [1.0, 2.0, 3.0])  # noqa: FBT003
    with pytest.raises(ValueError, match="one width"):
        Parts(1, False, [0.0, 0.0], [0.0, 0.0], [1.0])  # noqa: FBT003


def test_an_index_takes_little_room() -> None:
    rows = [Row(f"data/m/{i:05d}.csv", "e" * 32, "d" * 64, 100, 0, []) for i in range(1000)]
    assert len(encode(Index(reading="r" * 64, learned=rows, refused=[], root="n" * 64))) < 150 * 1000
