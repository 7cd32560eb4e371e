"""How many faults were injected: by operation, store and kind."""

from __future__ import annotations

from collections import Counter

__all__ = ["FIGURES", "tables"]

FIGURES: Counter[tuple[str, str, str]] = Counter()
"""The number of cases that were checked, by operation, store and kind of fault."""

OPERATION, KIND = 0, 2
STORES = ("memory", "file", "s3")


def tables() -> list[str]:
    """Return the figures as lines: a table of operations by stores, and one of kinds of fault by stores."""
    return [*table("operation", OPERATION), "", *table("fault", KIND)]


def table(title: str, field: int) -> list[str]:
    """Return one table, a row for each value of a field, and a last one of sums."""
    names = dict.fromkeys(key[field] for key in FIGURES)
    rows = [row(name, Counter({key: n for key, n in FIGURES.items() if key[field] == name})) for name in names]
    return [f"{title:<24}{''.join(f'{store:>8}' for store in (*STORES, 'all'))}", *rows, row("all", FIGURES)]


def row(name: str, figures: Counter[tuple[str, str, str]]) -> str:
    """Return a row: the figures of each store, and of all."""
    sums = [sum(n for (_, store, _), n in figures.items() if store == each) for each in STORES]
    return f"{name:<24}" + "".join(f"{number or '-':>8}" for number in (*sums, figures.total()))
