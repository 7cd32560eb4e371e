"""Fit the table by scikit-learn and save the model, in the environment that will serve it: `fit.py TABLE FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

import joblib
import numpy as np
from sklearn.linear_model import LinearRegression

table, folder = sys.argv[1:]
rows = np.loadtxt(table, delimiter=",", skiprows=1)
joblib.dump(LinearRegression().fit(rows[:, :-1], rows[:, -1]), Path(folder, "model.joblib"))
