from __future__ import annotations

import pytest

from lr_core.errors import InvalidInput
from lr_core.solvers.hyperparameters import hyperparameters

DEFAULTS = {
    "alpha": 0.0,
    "batch_size": 8,
    "epochs": 2000,
    "eta0": 0.5,
    "learning_rate": "constant",
    "seed": 0,
    "tol": 1e-11,
}


def test_everything_is_spelled_out() -> None:
    assert hyperparameters("sgd", {}) == DEFAULTS
    assert hyperparameters("exact", {}) == {}


def test_null_means_the_default() -> None:
    assert hyperparameters("sgd", dict.fromkeys(DEFAULTS)) == DEFAULTS


def test_what_is_given_replaces_the_default_and_keeps_its_type() -> None:
    found = hyperparameters("sgd", {"eta0": 1, "epochs": 5.0, "learning_rate": "adaptive"})
    assert found == DEFAULTS | {"eta0": 1.0, "epochs": 5, "learning_rate": "adaptive"}
    assert isinstance(found["eta0"], float)
    assert isinstance(found["epochs"], int)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("eta0", 0),
        ("eta0", -1.0),
        ("eta0", float("nan")),
        ("eta0", float("inf")),
        ("eta0", 10**400),
        ("eta0", "0.1"),
        ("eta0", True),
        ("alpha", -0.1),
        ("tol", -1e-9),
        ("epochs", 0),
        ("epochs", 1.5),
        ("epochs", True),
        ("batch_size", 0),
        ("batch_size", []),
        ("seed", -1),
        ("seed", 2**60),
        ("learning_rate", "optimal"),
        ("learning_rate", 1),
        ("max/iter~", 1),
    ],
)
def test_a_fault_names_its_place(name: str, value: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        hyperparameters("sgd", {name: value})
    assert caught.value.faults[0].pointer == "/hyperparameters/" + name.replace("~", "~0").replace("/", "~1")


def test_all_faults_are_found_at_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        hyperparameters("sgd", {"eta0": -1, "momentum": 0.9, "epochs": 5, "seed": "x"})
    assert [fault.pointer for fault in caught.value.faults] == [
        "/hyperparameters/eta0",
        "/hyperparameters/momentum",
        "/hyperparameters/seed",
    ]


def test_the_exact_solver_has_none() -> None:
    with pytest.raises(InvalidInput, match="none"):
        hyperparameters("exact", {"alpha": 0.0})


def test_an_unknown_solver_is_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        hyperparameters("magic", {})
    assert caught.value.faults[0].pointer == "/solver"
