from __future__ import annotations

import numpy as np
import pytest

from lr_core.solvers.descent import smoothness
from lr_core.solvers.objective import loss_and_gradient, penalties
from lr_core.solvers.rows import HELD, shuffled
from lr_core.solvers.schedule import rate
from lr_core.solvers.standardisation import standardisation
from lr_core.statistics.statistic import summarise

RANDOM = np.random.default_rng(9)


@pytest.mark.parametrize("alpha", [0.0, 0.7])
@pytest.mark.parametrize("intercept", [True, False])
def test_the_gradient_is_that_of_central_differences(alpha: float, *, intercept: bool) -> None:
    X, y = RANDOM.normal(size=(30, 3)) * [1.0, 5.0, 0.2] + 4, RANDOM.normal(size=30)
    standard = standardisation(summarise(X, y, intercept=intercept))
    rows = standard.apply(X, y)
    penalty = penalties(alpha, standard)
    at = RANDOM.normal(size=len(penalty))
    _, gradient = loss_and_gradient([rows[:10], rows[10:]], at, penalty)
    for place, step in enumerate(np.eye(len(at)) * 1e-5):
        above, _ = loss_and_gradient([rows], at + step, penalty)
        below, _ = loss_and_gradient([rows], at - step, penalty)
        assert gradient[place] == pytest.approx((above - below) / 2e-5, rel=1e-7, abs=1e-9)


def test_standardised_columns_have_mean_zero_and_deviation_one() -> None:
    X, y = np.round(RANDOM.uniform(0, 1000, size=(500, 2))) + 1e12, RANDOM.normal(size=500)
    rows = standardisation(summarise(X, y, intercept=True)).apply(X, y)
    np.testing.assert_allclose(rows.mean(axis=0), [0, 0, 1, 0], atol=1e-14)
    np.testing.assert_allclose(rows.std(axis=0), [1, 1, 0, 1], atol=1e-14)


def test_folding_back_undoes_standardising() -> None:
    X, y = RANDOM.normal(size=(50, 2)) * [3.0, 0.1], RANDOM.normal(size=50) * 7
    standard = standardisation(summarise(X, y, intercept=True))
    parameters = np.array([0.5, -2.0, 0.0])
    design = standard.apply(X, y)[:, :-1]
    moved = X @ standard.fold(parameters) - design @ parameters * standard.scale[-1]
    np.testing.assert_allclose(moved - moved[0], 0, atol=1e-12)


def test_shuffling_loses_and_repeats_nothing() -> None:
    chunks = [np.arange(first, first + 10.0).reshape(-1, 1) for first in range(0, 200, 10)]
    order = np.concatenate(list(shuffled(chunks, np.random.default_rng(0)))).ravel()
    assert sorted(order) == list(range(200))
    assert list(order) != sorted(order)
    assert len(chunks) > HELD


def test_the_smoothness_of_one_row_is_the_widest_rows_and_of_all_rows_their_own() -> None:
    rows = np.column_stack([RANDOM.normal(size=(20, 2)), np.zeros(20)])
    widest = (rows[:, :-1] ** 2).sum(axis=1).max()
    assert smoothness([rows], 1.5, 20, 1) == pytest.approx(widest)
    assert smoothness([rows], 1.5, 20, 20) == 1.5


@pytest.mark.parametrize(
    ("learning_rate", "epoch", "stalls", "expected"),
    [("constant", 9, 3, 0.5), ("invscaling", 16, 0, 0.25), ("adaptive", 9, 2, 0.02)],
)
def test_a_rate_follows_its_schedule(learning_rate: str, epoch: int, stalls: int, expected: float) -> None:
    assert rate(learning_rate, 0.5, epoch, stalls) == pytest.approx(expected)
