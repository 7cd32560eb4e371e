from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import lr_core
from lr_core.errors import ModelNotFound
from lr_core.training.request import TrainRequest
from lr_core.training.train import train

if TYPE_CHECKING:
    from lr_core.store import Store


def test_a_trained_model_is_loaded_and_predicts(store: Store) -> None:
    store.create("data/m/a.csv", b"a,b,y\n0,0,1\n1,0,2\n0,1,0\n2,2,1\n")
    train(store, TrainRequest("m", {}))
    model = lr_core.load(store, "m")
    assert isinstance(model, lr_core.LinearModel)
    assert model.feature_names == ("a", "b")
    assert model.predict([[1, 2], [0, 0]]) == pytest.approx([0.0, 1.0], abs=1e-12)


def test_a_model_or_alias_that_is_not_there_is_not_found(store: Store) -> None:
    for names in (("m",), ("../m",), ("m", "production")):
        with pytest.raises(ModelNotFound):
            lr_core.load(store, *names)


def test_what_the_package_has_not_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        lr_core.nothing  # noqa: B018
