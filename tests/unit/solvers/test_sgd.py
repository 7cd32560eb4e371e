from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge

from lr_core.errors import InvalidInput, TrainingDiverged
from lr_core.solvers import exact, rows, sgd
from lr_core.statistics.statistic import accumulate, nothing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lr_core.solvers.solution import Solution

DIABETES, TARGET = load_diabetes(return_X_y=True)
RAW, _ = load_diabetes(return_X_y=True, scaled=False)


def both(
    X: np.ndarray, y: np.ndarray, *, intercept: bool = True, size: int = 10**6, **given: object
) -> tuple[Solution, Solution]:
    """Return the solutions of gradient descent and of the exact solver."""

    def read() -> Iterator[tuple[np.ndarray, np.ndarray]]:
        return ((X[i : i + size], y[i : i + size]) for i in range(0, len(y), size))

    statistic = accumulate(read(), X.shape[1], intercept=intercept)
    names = [f"x{number}" for number in range(X.shape[1])]
    return sgd.solve(statistic, names, read, given), exact.solve(statistic, names)


def predictions(solution: Solution, X: np.ndarray) -> np.ndarray:
    return np.asarray(X @ solution.coef + solution.intercept)


@pytest.mark.parametrize("columns", [slice(2, 3), slice(None)], ids=["bmi", "all"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_with_defaults_predictions_agree_to_the_decimals_that_are_shown(columns: slice, seed: int) -> None:
    X = DIABETES[:, columns]
    found, expected = both(X, TARGET, seed=seed)
    inputs = np.vstack([X, np.full((3, X.shape[1]), [[0.5], [0.1], [0.3]])])
    np.testing.assert_array_equal(np.round(predictions(found, inputs), 2), np.round(predictions(expected, inputs), 2))
    np.testing.assert_allclose(predictions(found, X), predictions(expected, X), rtol=1e-8)
    assert found.warnings == ()
    assert found.rank is None


@pytest.mark.parametrize("learning_rate", ["constant", "adaptive"])
def test_schedules_lead_to_the_same_place(learning_rate: str) -> None:
    found, expected = both(DIABETES[:, 2:4], TARGET, learning_rate=learning_rate)
    np.testing.assert_allclose(found.coef, expected.coef, rtol=1e-9)


def test_a_falling_rate_gets_there_too() -> None:
    found, expected = both(DIABETES[:, 2:3], TARGET, learning_rate="invscaling")
    np.testing.assert_allclose(found.coef, expected.coef, rtol=1e-9)


def test_the_seed_decides_every_bit() -> None:
    first, second, other = (both(DIABETES, TARGET, seed=seed, epochs=20)[0] for seed in (1, 1, 2))
    assert first == second
    assert first.coef != other.coef


@pytest.mark.parametrize(
    "X", [RAW + 1e9, RAW * 10.0 ** np.arange(-5, 5), DIABETES[:, :3] * 1e-200], ids=["offset", "scale", "tiny"]
)
def test_offsets_and_units_do_not_matter(X: np.ndarray) -> None:
    found, expected = both(X, TARGET)
    np.testing.assert_allclose(found.coef, expected.coef, rtol=1e-5)
    assert found.warnings == ()


def test_without_an_intercept_there_is_none() -> None:
    found, expected = both(DIABETES[:, :3] + 1, TARGET, intercept=False)
    np.testing.assert_allclose(found.coef, expected.coef, rtol=1e-7)
    assert found.intercept == 0.0


def test_dependent_columns_give_the_predictions_of_the_exact_solver() -> None:
    X = np.column_stack([DIABETES[:, :3], DIABETES[:, 0] + DIABETES[:, 1]])
    found, expected = both(X, TARGET)
    np.testing.assert_allclose(predictions(found, X), predictions(expected, X), rtol=1e-8)


def test_a_constant_column_has_the_coefficient_zero_and_is_named() -> None:
    found, _ = both(np.column_stack([DIABETES[:, 2], np.full(442, 0.1)]), TARGET, size=100)
    assert found.coef[1] == 0.0
    assert found.warnings == ("columns that are constant have the coefficient 0: 'x1'",)


@pytest.mark.parametrize("n_samples", [1, 2, 5])
def test_rows_may_be_fewer_than_a_batch(n_samples: int) -> None:
    X = DIABETES[:n_samples, :2]
    found, _ = both(X, TARGET[:n_samples], batch_size=32)
    expected = predictions(exact_of(X, TARGET[:n_samples]), X)
    np.testing.assert_allclose(predictions(found, X), expected, rtol=1e-8)


def exact_of(X: np.ndarray, y: np.ndarray) -> Solution:
    return both(X, y)[1]


def test_a_constant_target_is_its_intercept() -> None:
    found, _ = both(DIABETES, np.full(442, 0.1))
    assert set(found.coef) == {0.0}
    assert found.intercept == 0.1


def test_rows_that_do_not_fit_in_memory_are_read_in_each_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "IN_MEMORY_BYTES", 0)
    found, expected = both(DIABETES[:, 2:4], TARGET, size=30)
    np.testing.assert_allclose(found.coef, expected.coef, rtol=1e-8)


def test_alpha_is_a_penalty_on_the_columns_as_they_are() -> None:
    # SGDRegressor minimises 1/(2n)·Σe² + alpha/2·‖coef‖², which is Ridge with n·alpha.
    found, _ = both(RAW, TARGET, alpha=0.01)
    expected = Ridge(alpha=0.01 * 442).fit(RAW, TARGET)
    np.testing.assert_allclose(found.coef, expected.coef_, rtol=1e-6)
    assert found.intercept == pytest.approx(expected.intercept_, rel=1e-7)


def test_a_penalty_far_beyond_the_columns_size_is_stable() -> None:
    found, _ = both(DIABETES[:, :3] * 1e-8, TARGET, alpha=1.0)
    assert max(map(abs, found.coef)) < 1e-3
    assert found.warnings == ()


@pytest.mark.parametrize("eta0", [10.0, 1e6])
def test_too_large_a_rate_is_an_error_with_advice(eta0: float) -> None:
    with pytest.raises(TrainingDiverged, match="smaller eta0") as caught:
        both(DIABETES, TARGET, eta0=eta0)
    assert caught.value.faults[0].pointer == "/hyperparameters/eta0"


def test_slow_growth_is_divergence_too() -> None:
    with pytest.raises(TrainingDiverged):
        both(DIABETES, TARGET, eta0=10.0, epochs=1)


def test_an_adaptive_rate_recovers() -> None:
    found, expected = both(DIABETES[:, 2:3], TARGET, eta0=10.0, learning_rate="adaptive")
    np.testing.assert_allclose(found.coef, expected.coef, rtol=1e-9)


def test_too_few_epochs_are_a_warning_that_says_what_to_do() -> None:
    found, _ = both(DIABETES, TARGET, epochs=3)
    assert len(found.warnings) == 1
    assert "did not converge in 3 epochs" in found.warnings[0]
    assert "more epochs" in found.warnings[0]


def test_no_rows_are_refused() -> None:
    with pytest.raises(InvalidInput, match="at least one row"):
        sgd.solve(nothing(1, intercept=True), ["a"], list, {})
