"""Media types of bodies that hold one instance a line."""

from __future__ import annotations

__all__ = ["CSV", "JSON_LINES", "OF_LINES"]

CSV = "text/csv"
JSON_LINES = ("application/jsonlines", "application/jsonl", "application/x-ndjson")
"""The contract's name, and two that others have for the same."""

OF_LINES = (CSV, *JSON_LINES)
