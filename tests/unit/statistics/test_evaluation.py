from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from sklearn.metrics import mean_squared_error, r2_score

from lr_core.errors import InvalidInput
from lr_core.statistics.evaluation import evaluate
from lr_core.statistics.inference import infer
from lr_core.statistics.offset import offset_at_mean
from lr_core.statistics.statistic import accumulate, summarise


def table(n_samples: int = 60) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(3)
    X = random.normal([5.0, -3.0], size=(n_samples, 2))
    return X, X @ [2.0, -1.0] + 4 + random.normal(size=n_samples)


@pytest.mark.parametrize("coef", [(2.0, -1.0), (0.0, 0.0), (-7.0, 30.0)])
def test_any_coefficients_are_judged_as_on_the_rows(coef: tuple[float, float]) -> None:
    X, y = table()
    statistic = accumulate([(X[:20], y[:20]), (X[20:], y[20:])], 2, intercept=True)
    fit = evaluate(statistic, coef, 3.5, n_tables=2)
    predicted = X @ coef + 3.5
    assert fit.mse == pytest.approx(mean_squared_error(y, predicted), rel=1e-12)
    assert fit.r2 == pytest.approx(r2_score(y, predicted), rel=1e-12)
    assert fit.rmse == pytest.approx(math.sqrt(fit.mse))
    assert (fit.n_samples, fit.n_tables, fit.df_resid) == (60, 2, 57)
    assert fit.r2 is not None
    assert fit.adjusted_r2 == pytest.approx(1 - (1 - fit.r2) * 59 / 57)


def test_without_an_intercept_r2_is_about_zero() -> None:
    X, y = table()
    statistic = summarise(X, y, intercept=False)
    fit = evaluate(statistic, (1.0, 1.0), 0.0, n_tables=1)
    assert fit.r2 == pytest.approx(1 - ((y - X.sum(axis=1)) ** 2).sum() / (y**2).sum())
    assert fit.df_resid == 58


def test_a_constant_target_has_no_r2() -> None:
    X, _ = table()
    fit = evaluate(summarise(X, np.full(60, 0.1), intercept=True), (0.0, 0.0), 0.1, n_tables=1)
    assert (fit.r2, fit.adjusted_r2, fit.mse) == (None, None, 0.0)


def test_without_a_degree_of_freedom_there_is_no_adjusted_r2_and_no_deviation() -> None:
    X, y = table(3)
    statistic = summarise(X, y, intercept=True)
    fit = evaluate(statistic, (1.0, 1.0), 0.0, n_tables=1)
    assert fit.df_resid == 0
    assert fit.adjusted_r2 is None
    assert infer(statistic, fit).residual_std is None


def test_the_rank_counts_where_it_is_known() -> None:
    X, y = table()
    assert evaluate(summarise(X, y, intercept=True), (1.0, 1.0), 0.0, n_tables=1, rank=1).df_resid == 58


def test_the_sum_at_the_mean_is_exact_at_an_offset() -> None:
    X = np.array([[1e12 + 1], [1e12 + 2], [1e12 + 4]])
    y = np.array([0.0, 1.0, 5.0])
    exact = Fraction(2) - Fraction(0.1) * (Fraction(10**12) + Fraction(7, 3))
    assert offset_at_mean(summarise(X, y, intercept=True), (0.1,)) == pytest.approx(float(exact), rel=1e-16)


def test_an_error_beyond_the_range_of_doubles_is_refused() -> None:
    X, y = table()
    with pytest.raises(InvalidInput, match="larger unit"):
        evaluate(summarise(X, y * 1e200, intercept=True), (0.0, 0.0), 0.0, n_tables=1)
    with pytest.raises(InvalidInput, match="larger unit"):
        evaluate(summarise(X, y, intercept=True), (1.7e308, 1.7e308), 0.0, n_tables=1)


@pytest.mark.parametrize("offset", [0.0, 1e9])
def test_the_variance_of_a_prediction_is_the_textbook_one_at_any_offset(offset: float) -> None:
    X, y = table()
    X = np.round(X * 1024) / 1024
    statistic = summarise(X + offset, y, intercept=True)
    parts = infer(statistic, evaluate(statistic, (2.0, -1.0), 4.0 - offset, n_tables=1))
    x = np.array([4.0, -2.0])
    leverage = np.linalg.solve(parts.factor.T, x + offset - parts.feature_means)
    design = np.column_stack([np.ones(60), X])
    row = np.array([1.0, *x])
    expected = row @ np.linalg.solve(design.T @ design, row)
    assert 1 / 60 + leverage @ leverage == pytest.approx(expected, rel=1e-6)
    assert parts.residual_std is not None
    assert parts.intercept
