"""Metrics as Prometheus reads them, by its own library's parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

__all__ = ["Series", "grown", "read", "series"]

Series = tuple[str, frozenset[tuple[str, str]]]


def series(name: str, **labels: str) -> Series:
    """Return what names a series."""
    return name, frozenset(labels.items())


def read(client: httpx.Client) -> dict[Series, float]:
    """Return all samples that a process shows now."""
    answer = client.get("/metrics", headers={"accept": "text/plain"})
    assert answer.status_code == 200, answer.text
    families = list(text_string_to_metric_families(answer.text))
    found = [(series(one.name, **one.labels), one.value) for family in families for one in family.samples]
    assert len(found) == len(dict(found)), "each series is there once"
    return dict(found)


def grown(client: httpx.Client, act: Callable[[], object]) -> dict[Series, float]:
    """Return by how much series have grown while something was done; the request for them is not among it."""
    before = read(client)
    act()
    after = read(client)
    changed = {name: value - before.get(name, 0) for name, value in after.items() if value != before.get(name, 0)}
    return {
        name: value
        for name, value in changed.items()
        if name[0].startswith("lr_") and ("route", "/metrics") not in name[1]
    }
