"""Templates of routes: what is kept of paths is bounded in number and in size."""

from __future__ import annotations

import tracemalloc

from lr_core.http.templates import OTHER_ROUTE, route_of


def test_the_longest_path_of_a_model_has_its_template() -> None:
    path = f"/v1/models/{'m' * 63}/versions/{'a' * 64}:explain"
    assert route_of(path) == "/v1/models/{model}/versions/{version}:explain"


def test_long_paths_of_nothing_are_not_kept() -> None:
    tracemalloc.start()
    try:
        for number in range(1000):
            assert route_of(f"/{number}" + "a" * 60_000) == OTHER_ROUTE
        kept_bytes, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept_bytes < 1_000_000
