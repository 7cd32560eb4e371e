"""Fit the table by scikit-learn and save the model as MLflow does: `fit_mlflow.py TABLE FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

import mlflow.sklearn
import numpy as np
from sklearn.linear_model import LinearRegression

table, folder = sys.argv[1:]
rows = np.loadtxt(table, delimiter=",", skiprows=1)
model = LinearRegression().fit(rows[:, :-1], rows[:, -1])
mlflow.sklearn.save_model(model, Path(folder, "mlflow"), serialization_format="cloudpickle")
