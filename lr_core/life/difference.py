"""What two versions of a model differ in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lr_core.document import decode
from lr_core.errors import ModelNotFound
from lr_core.life.past import means_version, present, record_of
from lr_core.life.point import document_of
from lr_core.repository import versions
from lr_core.repository.keys import LATEST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lr_core.document import Document
    from lr_core.repository.versions import Lineage
    from lr_core.store import Store

__all__ = ["between", "difference"]

Pair = list[Any]


def difference(store: Store, model: str, a: str, b: str) -> dict[str, Any]:
    """Return what changed from one version to another: recipe, tables, coefficients and evaluation.

    Parameters
    ----------
    a, b
        Versions, or generations of `latest`.

    Returns
    -------
    `versions`; `recipe` and `evaluation`, with the pair of values of each field that differs; `tables`, the keys that
    were `added`, `removed` or `changed`; `coef`, by feature, and `intercept`, as pairs, null where a feature is not.
    """
    names = [version_of(store, model, target) for target in (a, b)]
    documents = [decode(bytes(document_of(store, model, name))) for name in names]
    lineages = [versions.read_lineage(store, model, name) for name in names]
    return {
        "model": model,
        "versions": names,
        "recipe": changed(lineages[0].recipe, lineages[1].recipe),
        "tables": tables(*lineages),
        **between(*documents),
    }


def between(a: Document | None, b: Document) -> dict[str, Any]:
    """Return `coef` by feature, `intercept`, and `evaluation` where it differs, as pairs; null for what is not."""
    return {
        "coef": paired(coefficients(a) if a else {}, coefficients(b)),
        "intercept": [a.intercept if a else None, b.intercept],
        "evaluation": changed(a.evaluation if a else {}, b.evaluation),
    }


def version_of(store: Store, model: str, target: str) -> str:
    """Return the version that an argument names."""
    if means_version(target):
        return target
    now = present(store, model, LATEST)
    generation = int(target) if target.isascii() and target.isdigit() else -1
    alias = now if generation == now.generation else record_of(store, model, LATEST, generation)
    if alias.version is None:
        raise ModelNotFound(f"{model}: generation {generation} has no version")
    return alias.version


def coefficients(document: Document) -> dict[str, float]:
    """Return coefficients by feature."""
    return dict(zip(document.feature_names, document.coef, strict=True))


def paired(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, Pair]:
    """Return the values of both by key, in the order of the first."""
    return {key: [a.get(key), b.get(key)] for key in dict.fromkeys([*a, *b])}


def changed(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, Pair]:
    """Return the values of both where they differ."""
    return {key: pair for key, pair in paired(a, b).items() if pair[0] != pair[1]}


def tables(a: Lineage, b: Lineage) -> dict[str, list[str]]:
    """Return which tables came, went, or have other bytes."""
    before, after = ({table.key: table.digest for table in lineage.tables} for lineage in (a, b))
    return {
        "added": [key for key in after if key not in before],
        "removed": [key for key in before if key not in after],
        "changed": [key for key in after if key in before and before[key] != after[key]],
    }
