"""Mini-batch gradient descent, the algorithm that this project began with.

Plain mini-batch steps end in a cloud of noise about the solution. Here each epoch starts with one pass for the full
gradient at the point reached, and a mini-batch only corrects it for the way gone since: stochastic variance reduced
gradient (Johnson and Zhang 2013, "Accelerating stochastic gradient descent using predictive variance reduction"), with
the penalty as a proximal step (Xiao and Zhang 2014). The noise dies out with the distance, so a constant rate converges
to as many digits as `tol` asks for, in constant memory.

`eta0` is a fraction: the step is eta0 / L, where L is the expected smoothness of a mini-batch of standardised rows,
L = n(b-1)/(b(n-1))·L_all + (n-b)/(b(n-1))·L_max (Gower et al. 2019, "SGD: general analysis and improved rates"), so one
default suits tables of any shape. Far above 1 the steps grow, far below they are only slow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lr_core.errors import Fault, TrainingDiverged
from lr_core.solvers.objective import loss_and_gradient
from lr_core.solvers.rows import shuffled
from lr_core.solvers.schedule import PATIENCE, rate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

__all__ = ["Point", "Problem", "Settings", "descend", "smoothness"]


@dataclass(frozen=True, slots=True)
class Settings:
    """The hyperparameters of gradient descent, by name."""

    alpha: float
    batch_size: int
    epochs: int
    eta0: float
    learning_rate: str
    seed: int
    tol: float


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """What to minimise and how it is cut.

    Attributes
    ----------
    rows
        Begins a pass over the standardised rows [design target].
    penalty
        Of each parameter, shape (n_parameters,).
    batch_size
        Rows of a mini-batch, no more than there are.
    smoothness
        Largest curvature that a mini-batch has on average.
    """

    rows: Callable[[], Iterable[NDArray[np.float64]]]
    penalty: NDArray[np.float64]
    batch_size: int
    smoothness: float


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """Where the descent is, shape (n_parameters,), with the loss and its gradient over all rows there."""

    parameters: NDArray[np.float64]
    loss: float
    gradient: NDArray[np.float64]

    @property
    def steepness(self) -> float:
        """Largest component of the gradient."""
        return float(np.abs(self.gradient).max(initial=0.0))


def descend(problem: Problem, settings: Settings) -> Point:
    """Descend from zero until the steepness is within `tol`, or for as many epochs as there may be.

    Raises
    ------
    TrainingDiverged
        The numbers overflowed, or the end is worse than the start.
    """
    random = np.random.default_rng(settings.seed)
    start = here = _at(problem, np.zeros_like(problem.penalty))
    best, waited, stalls = start.steepness, 0, 0
    for epoch in range(1, settings.epochs + 1):
        if here.steepness <= settings.tol:
            break
        step = rate(settings.learning_rate, settings.eta0, epoch, stalls) / problem.smoothness
        here = _at(problem, here.parameters + _way(problem, here, step, random))
        if not (np.isfinite(here.loss) and np.isfinite(here.steepness)):
            raise _diverged(epoch, settings.eta0)
        waited = 0 if here.steepness < best else waited + 1
        best = min(best, here.steepness)
        if waited == PATIENCE:
            waited, stalls, best = 0, stalls + 1, here.steepness
    if here.loss > start.loss:
        raise _diverged(settings.epochs, settings.eta0)
    return here


def smoothness(rows: Iterable[NDArray[np.float64]], largest_curvature: float, n_samples: int, batch_size: int) -> float:
    """Return the expected smoothness of a mini-batch, see the head of this file.

    Parameters
    ----------
    rows
        One pass over the standardised rows [design target].
    largest_curvature
        Largest eigenvalue of the mean of design·designᵀ over all rows.
    """
    if batch_size == n_samples:
        return largest_curvature
    widest = max(float((chunk[:, :-1] ** 2).sum(axis=1).max()) for chunk in rows if len(chunk))
    all_rows = n_samples * (batch_size - 1) * largest_curvature
    return (all_rows + (n_samples - batch_size) * widest) / (batch_size * (n_samples - 1))


def _at(problem: Problem, parameters: NDArray[np.float64]) -> Point:
    """Return a point, in one pass over the rows."""
    return Point(parameters, *loss_and_gradient(problem.rows(), parameters, problem.penalty))


def _way(problem: Problem, here: Point, step: float, random: np.random.Generator) -> NDArray[np.float64]:
    """Return the way that one epoch of mini-batches goes from `here`.

    For a squared loss the difference of a batch's gradients at two points is its curvature times the way between them:
    the target drops out. A shorter last batch of a chunk takes a step as much shorter.
    """
    way = np.zeros_like(here.parameters)
    drift = step * here.gradient
    shrink = 1.0 + step * problem.penalty
    size = problem.batch_size
    for rows in shuffled(problem.rows(), random):
        design = rows[:, :-1]
        for first in range(0, len(design), size):
            batch = design[first : first + size]
            share = len(batch) / size
            correction = batch.T @ (batch @ way) * (step / size)
            way = (way - correction - share * drift) / (shrink if share == 1 else 1.0 + share * (shrink - 1.0))
    return way


def _diverged(epoch: int, eta0: float) -> TrainingDiverged:
    """Return the error, with advice."""
    advice = "give a smaller eta0 (the default is 0.5) or the solver exact"
    detail = f"expected gradient descent to converge, found it diverging by epoch {epoch} with eta0 {eta0:g}: {advice}"
    return TrainingDiverged([Fault(detail, "/hyperparameters/eta0")])
