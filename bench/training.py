"""How much a training costs after one more table: calls of the store, bytes read, seconds, and what is left behind."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.csv
from sklearn.linear_model import LinearRegression

from lr_core.repository.keys import data_prefix
from lr_core.store import open_store
from lr_core.training.request import TrainRequest
from lr_core.training.train import train
from tests.counting import counting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.counting import CountingStore

MODEL = "m"
COLUMNS = ("a", "b", "c", "d", "e", "y")
LARGE, SMALL = 1_000_000, 1_000
REPEATS = 5
MB = 1e6


@dataclass(frozen=True)
class Cost:
    """What one training cost."""

    seconds: float
    calls: int
    listings: int
    tables_read: int
    read_bytes: int


def table(number: int, n_bytes: int) -> bytes:
    """Return a CSV table of about so many bytes, other rows for each number."""
    source = np.random.default_rng(number)
    n_rows = max(2, n_bytes // 54)
    X = source.normal(size=(n_rows, len(COLUMNS) - 1))
    y = X @ np.arange(1.0, len(COLUMNS)) + source.normal(size=n_rows)
    lines = (",".join(f"{cell:.6f}" for cell in row) for row in np.column_stack([X, y]).tolist())
    return (",".join(COLUMNS) + "\n" + "\n".join(lines) + "\n").encode()


def put(store: CountingStore, number: int, n_bytes: int) -> None:
    """Put one table."""
    store.create(f"{data_prefix(MODEL)}{number:06d}.csv", table(number, n_bytes))


def trained(store: CountingStore) -> Cost:
    """Train in a process that remembers nothing, and say what it cost."""
    store.reset()
    begin = time.perf_counter()
    train(store, TrainRequest(MODEL, {"source": "bench", "id": "1"}))
    seconds = time.perf_counter() - begin
    listings = store.keys("list_objects").count(data_prefix(MODEL))
    return Cost(seconds, len(store.calls) - listings, listings, len(store.keys("open")), store.read_bytes)


def after_one_more(store: CountingStore, count: int, n_bytes: int) -> Cost:
    """Return what a training costs after one more table beside so many: the median of several, the most calls."""
    costs = []
    for number in range(count, count + REPEATS):
        put(store, number, n_bytes)
        costs.append(trained(store))
    return Cost(
        median(cost.seconds for cost in costs),
        max(cost.calls for cost in costs),
        max(cost.listings for cost in costs),
        max(cost.tables_read for cost in costs),
        max(cost.read_bytes for cost in costs),
    )


def fit_all(store: CountingStore) -> float:
    """Return the seconds that pyarrow and scikit-learn take for the same model from all the tables again."""
    begin = time.perf_counter()
    items = sorted(store.list_objects(data_prefix(MODEL)), key=lambda item: item.key)
    read = [pyarrow.csv.read_csv(store.open(item.key, item.etag)) for item in items]
    whole = pyarrow.concat_tables(read)
    X = np.column_stack([whole[name].to_numpy() for name in COLUMNS[:-1]])
    LinearRegression().fit(X, whole[COLUMNS[-1]].to_numpy())
    return time.perf_counter() - begin


def said(title: str, cost: Cost) -> None:
    """Print one line."""
    print(
        f"{title:<44} {cost.seconds:>8.3f} s  {cost.calls:>7} calls  {cost.listings} listing  "
        f"{cost.tables_read:>6} tables read  {cost.read_bytes / MB:>8.3f} MB else read"
    )


def filled(url: str, count: int, n_bytes: int) -> CountingStore:
    """Return a store with so many tables."""
    store = counting(open_store(url))
    for number in range(count):
        put(store, number, n_bytes)
    return store


def one_more(url: str, count: int, n_bytes: int) -> CountingStore:
    """Print what the first training on so many tables costs, and one after one more."""
    store = filled(url, count, n_bytes)
    name = f"{count:,} tables of {n_bytes // 1000:,} kB"
    said(f"{name}: the first training", trained(store))
    said(f"{name}: after one more", after_one_more(store, count, n_bytes))
    return store


def size_of(folder: Path, *parts: str) -> int:
    """Return how many bytes the objects under some prefixes take."""
    return sum(path.stat().st_size for part in parts for path in folder.joinpath(part).rglob("*") if path.is_file())


def growth(folder: Path, counts: list[int]) -> Iterator[tuple[int, float, float]]:
    """Yield, after so many tables, what one more upload adds: bytes of its version and record, and of the rest."""
    store = counting(open_store(folder.as_uri()))
    done = 0
    for count in counts:
        for number in range(done, count):
            put(store, number, SMALL)
        trained(store)
        kept, derived = size_of(folder, "models"), size_of(folder, "statistics")
        put(store, count, SMALL)
        trained(store)
        yield count, size_of(folder, "models") - kept, size_of(folder, "statistics") - derived
        done = count + 1


def say_growth(counts: list[int]) -> None:
    """Print how a bucket grows by uploads one by one, each with its training."""
    with TemporaryDirectory() as folder:
        found = list(growth(Path(folder), counts))
    for count, kept, derived in found:
        print(f"upload {count:>7,}: its version and record {kept / MB:>7.3f} MB, statistics {derived / MB:>+7.3f} MB")
    points = [0, *(count for count, _, _ in found)]
    sizes = [found[0][1], *(kept for _, kept, _ in found)]
    total = float(np.trapezoid(sizes, points))
    last = 1000 * sizes[-1]
    print(
        f"{counts[-1]:,} uploads one by one in a day add {total / 1e9:.1f} GB of versions; a day later the keeping "
        f"rule leaves the last 1,000, {last / 1e9:.1f} GB"
    )


def main() -> None:
    """Print all of it."""
    store = one_more("memory://", 100, LARGE)
    again = after_one_more(store, 100 + REPEATS, LARGE).seconds
    everything = median(fit_all(store) for _ in range(REPEATS))
    peer = "pyarrow and scikit-learn, all tables again"
    print(f"{peer:<44} {everything:>8.3f} s, {everything / again:.1f} times as long")
    del store
    one_more("memory://", 10_000, SMALL)
    one_more("memory://", 100_000, SMALL)
    say_growth([10, 100, 1_000, 3_000, 10_000])


if __name__ == "__main__":
    main()
