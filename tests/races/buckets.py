"""The bucket as a value: equal contents are one object, so that states can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.races.calls import perform

if TYPE_CHECKING:
    from lr_core.store import Stored
    from tests.races.calls import Answer, Call

__all__ = ["Bucket", "Buckets"]


class Bucket:
    """All objects at one moment, which nobody changes, and the answers to calls that were asked of them."""

    __slots__ = ("answers", "objects")

    def __init__(self, objects: dict[str, Stored]) -> None:
        self.objects = objects
        self.answers: dict[Call, tuple[Answer, Bucket]] = {}

    def data(self) -> dict[str, bytes]:
        """Return the bytes by key."""
        return {key: item.data for key, item in self.objects.items()}


class Buckets:
    """All buckets that were met."""

    def __init__(self) -> None:
        self._known: dict[frozenset[tuple[str, str]], Bucket] = {}

    def of(self, objects: dict[str, Stored]) -> Bucket:
        """Return the bucket that holds these objects."""
        return self._known.setdefault(frozenset([(key, item.etag) for key, item in objects.items()]), Bucket(objects))

    def after(self, bucket: Bucket, call: Call) -> tuple[Answer, Bucket]:
        """Return a call's answer and the bucket after it."""
        found = bucket.answers.get(call)
        if found is None:
            answer, objects = perform(bucket.objects, call)
            after = bucket if objects is bucket.objects else self.of(objects)
            found = bucket.answers[call] = answer, after
        return found
