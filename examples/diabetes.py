"""Write scikit-learn's diabetes data (442 patients) as two tables: BMI alone, and all ten features."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from sklearn.datasets import load_diabetes

TARGET = "progression"


def write(path: Path, names: list[str], rows: list[list[float]]) -> None:
    """Write a table whose numbers read back bit for bit."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*names, TARGET])
        writer.writerows(rows)


def main(folder: Path) -> None:
    """Write both tables into a folder."""
    data = load_diabetes()
    bmi = data.feature_names.index("bmi")
    pairs = list(zip(data.data.tolist(), data.target.tolist(), strict=True))
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "bmi.csv", ["bmi"], [[x[bmi], y] for x, y in pairs])
    write(folder / "diabetes.csv", list(data.feature_names), [[*x, y] for x, y in pairs])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
